"""What an application says of its data, so that `impl.group` can keep it the same everywhere.

Callbacks are called by one task, one after the other; what they return is awaited, and nothing else
comes in the meantime, so that a slow member holds back the group instead of piling up work. Data
changes in `merge` and `accept` only: between a snapshot and the end of its exchange neither is
called.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable

from impl.core import MemberId, Result, View


class Application(ABC):
    """What a member holds, and what becomes of it."""

    @abstractmethod
    def has_data(self) -> bool:
        """Whether it holds anything: a fresh joiner does not (R9), and is not asked for more."""

    @abstractmethod
    def snapshot(self) -> bytes:
        """What it holds, to be sent on behalf of all that hold the same."""

    @abstractmethod
    def merge(self, result: Result[bytes]) -> Awaitable[None] | None:
        """An exchange is complete: takes the data of all subgroups, its own among them.

        Called once for a request, at all members with the same result; the order of `result.data`
        is the same, too. Subgroups whose last member died before it spoke are `result.lost`.
        """

    def accept(self, sender: MemberId, content: bytes) -> Awaitable[None] | None:
        """Somebody's `Group.send`: applies it. By default it is ignored."""
        return None

    def view_changed(self, view: View) -> None:
        """The membership has changed; if the view starts a request, `merge` will follow."""
        return
