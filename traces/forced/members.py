"""Which members of the implementation follow a trace of which variant.

A variant of the protocol's own has a counterpart of the same name in `impl.core.variants`. One of
the environment needs none: what it lets happen is in the trace, and right members go along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impl.core import Member, MemberId
from impl.core.variants import VARIANTS
from model.protocol import Variant
from traces.forced.result import Unforceable

SHIPPED = "shipped"
"""The name of the members that are right."""

ENVIRONMENTS = frozenset(
    {
        Variant.FORGETS_SUBGROUPS,
        Variant.NO_FIFO,
        Variant.NO_VIEW_SYNCHRONY,
        Variant.UNREPORTED_FAILURES,
        Variant.FALSE_SUSPICION,
    }
)
"""The variants of what members are told, and not of what they do."""


def counterpart(variant: Variant | None) -> str:
    """The name of the members that follow a variant of the specification.

    Raises:
        Unforceable: the implementation has none.
    """
    if variant is None or variant in ENVIRONMENTS:
        return SHIPPED
    if variant.value not in VARIANTS:
        raise Unforceable(
            f"the implementation has no counterpart of the variant {variant.value}",
            advice=f"force the trace upon other members: --members {SHIPPED}",
        )
    return variant.value


def maker(name: str) -> Callable[[MemberId], Member[Any]]:
    """How to make the members of this name.

    Raises:
        ValueError: there are none.
    """
    if name == SHIPPED:
        return Member
    if name not in VARIANTS:
        raise ValueError(f"no members are named {name!r}")
    return VARIANTS[name]
