"""A behaviour of the specification that is being built: its state, its names, and ways back.

The specification knows members and views by number. A life of the log is a *member* of the
specification from one arrival to its exclusion; if it comes back it is another one, for the service
knows no past. Numbers are in the order of names (R8), then of arrivals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from model.sparse import Machine
from traces.validate.steps import Steps
from traces.validate.views import Group, Views

RETURNS_MAX = 1 << 20
"""Times that a life can come back."""
Way = Callable[[], bool]
"""Changes a behaviour; False if it cannot, and then the behaviour is to be brought back."""


@dataclass(frozen=True)
class Mark:
    """All that changes in a behaviour, as it was."""

    store: int
    taken: int
    lengths: tuple[int, ...]
    counts: tuple[int, int, int, int]
    cursors: dict[str, int]
    returns: dict[str, int]


class Behaviour:
    """Steps from an initial state, along a path of views.

    Args:
        views: the log.
        machine: the specification over facts, with nothing in it.
        sending_view: E4 in its strong form.
        silent: kinds of event that the log leaves out.

    Attributes:
        view_of: by name of a view its number.
        start_of: by name of a request the number of the view that starts it.
        elements: by name of a view the numbers of its members, by life.
        unmet: numbers of views that the service formed but no log shows.
        cursors: how many events of each life are in the behaviour.
        foreign: events about messages that were sent on no view of the path, in order.
        told: what the log has said of contents so far.
        level: how far it is on the path.
    """

    def __init__(
        self, views: Views, machine: Machine, sending_view: bool, silent: frozenset[str]
    ) -> None:
        self.views, self.machine, self.silent = views, machine, silent
        self.steps = Steps(machine, sending_view, self.hides, self.name)
        self.view_of: dict[str, int] = {}
        self.start_of: dict[str, int] = {}
        self.elements: dict[str, dict[str, int]] = {}
        self.unmet: dict[int, None] = {}
        self.told: dict[Hashable, object] = {}
        self.cursors = dict.fromkeys(views.logs, 0)
        self.foreign: dict[tuple[str, int], None] = {}
        self.level = -1
        self.life_of: dict[int, str] = {}
        self._returns: dict[str, int] = {}
        self.formed = self.arrivals = self.data = 0
        store = machine.store
        self._numbers = {symbol.name: i for i, symbol in enumerate(store.staged.symbols)}
        self._sorts = {sort.name: sort for sort in store.domains}
        lives = {life for view in views.views.values() for life in view.members or ()}
        self._rank = {
            life: i for i, life in enumerate(sorted(lives | set(views.logs), key=_by_name))
        }

    # -- back and forth -----------------------------------------------------------------------

    @property
    def _growing(self) -> tuple[dict[Any, Any], ...]:
        return (
            self.view_of, self.start_of, self.elements, self.unmet, self.told, self.foreign,
        )  # fmt: skip

    def mark(self) -> Mark:
        """Where `undo` can go back to."""
        return Mark(
            self.machine.store.mark(), len(self.steps.taken), tuple(map(len, self._growing)),
            (self.level, self.formed, self.arrivals, self.data),
            self.cursors.copy(), self._returns.copy(),
        )  # fmt: skip

    def undo(self, mark: Mark) -> None:
        """Brings all back to where it was."""
        self.machine.store.undo(mark.store)
        del self.steps.taken[mark.taken :]
        for entries, length in zip(self._growing, mark.lengths, strict=True):
            while len(entries) > length:
                entries.popitem()
        self.level, self.formed, self.arrivals, self.data = mark.counts
        self.cursors, self._returns = mark.cursors.copy(), mark.returns.copy()

    def attempt(self, way: Way) -> bool:
        """Goes a way, or leaves all as it was."""
        mark = self.mark()
        if way():
            return True
        self.undo(mark)
        return False

    # -- names --------------------------------------------------------------------------------

    def hides(self, element: int, action: str, stale: bool) -> bool:
        """Whether a member may do what its log does not show.

        Of a kind that is declared silent; deliveries of earlier requests, which implementations may
        drop unseen; and all, after the last event of a log that does not end with `close`.
        """
        if action in self.silent or stale:
            return True
        life = self.life_of[element]
        events = self.views.logs.get(life, ())
        return self.cursors.get(life, 0) == len(events) and not (
            events and events[-1]["event"] == "close"
        )

    def name(self, sort: str, number: int) -> str:
        """How an element is called in messages."""
        if sort == "Member":
            return self.life_of.get(number, str(number))
        if sort == "View":
            names = (name for name, view in self.view_of.items() if view == number)
            return next(names, f"(view {number}, not in the log)")
        values = self._sorts[sort].values
        return values[number] if values is not None else f"{sort.lower()}{number}"

    def put(self, symbol: str, *point: int) -> None:
        """Makes a relation true at a point."""
        self.machine.store.put(self._numbers[symbol], point, 1)

    def new(self, sort: str, number: int) -> int:
        """An element of a sort."""
        self.machine.store.extend(self._sorts[sort], number)
        return number

    def member(self, life: str) -> int:
        """A new member of the specification for a life that arrives."""
        times = self._returns.get(life, 0)
        self._returns[life] = times + 1
        number = self._rank[life] * RETURNS_MAX + times
        self.life_of[number] = life
        return self.new("Member", number)

    def nobody(self) -> int:
        """A new member that is no life of the log."""
        times = self._returns.get("", 0)
        self._returns[""] = times + 1
        number = len(self._rank) * RETURNS_MAX + times
        self.life_of[number] = "(nobody)"
        return self.new("Member", number)

    def groups_of(self, request: str) -> list[tuple[Group, list[int]]]:
        """The subgroups of a request with their members' numbers."""
        elements = self.elements[request]
        groups = self.views.views[request].subgroups or ()
        return [(group, [elements[life] for life in sorted(group.members)]) for group in groups]

    def tell(self, key: Hashable, said: object) -> bool:
        """Takes in what the log says of something; whether it says the same as before."""
        return self.told.setdefault(key, said) == said


def _by_name(life: str) -> tuple[str, str]:
    name, _, incarnation = life.rpartition("#")
    return name, incarnation
