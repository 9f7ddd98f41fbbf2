"""Who leads a subgroup: a comparison of something unique (R8)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from impl.core.values import MemberId


class Policy(Protocol):
    """Picks the leader, from the members alone, the same at every member (R1)."""

    def __call__(self, members: Collection[MemberId]) -> MemberId:
        """The leader of a subgroup's live members, of which there is at least one."""


def lowest_name(members: Collection[MemberId]) -> MemberId:
    """The default: the lowest name leads."""
    return min(members)


def highest_name(members: Collection[MemberId]) -> MemberId:
    """As good: the highest name leads."""
    return max(members)
