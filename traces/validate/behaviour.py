"""A behaviour of the specification that is being built: its state, its names, and ways back.

The specification knows members and views by number. A life of the log is a *member* of the
specification from one arrival to its exclusion; if it comes back it is another one, for the service
knows no past. Numbers are in the order of names (R8), then of arrivals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from model.protocol import Delivery
from model.sparse import Machine
from traces.validate.hidden import Hidden
from traces.validate.later import Later
from traces.validate.prefix import Prefix
from traces.validate.steps import SENDS, Message, Steps, Trail
from traces.validate.views import Group, Views

RETURNS_MAX = 1 << 20
"""Times that a life can come back."""
Way = Callable[[], bool]
"""Changes a behaviour; False if it cannot, and then the behaviour is to be brought back."""


@dataclass(frozen=True)
class Mark:
    """Where a behaviour was."""

    store: int
    taken: int
    trail: int
    counts: tuple[int, int, int, int, int]


class Behaviour:
    """Steps from an initial state, along a path of views.

    Args:
        views: the log.
        machine: the specification over facts, with nothing in it.
        sending_view: E4 in its strong form.
        silent: kinds of event that the log leaves out.

    Attributes:
        later: what is delivered in later views.
        steps: those taken, and the state after them.
        hidden: those that no log shows.
        view_of: by name of a view its number.
        name_of: by number of a view its name.
        start_of: by name of a request the number of the view that starts it.
        elements: by name of a view the numbers of its members, by life.
        unmet: numbers of views that the service formed but no log shows.
        cursors: how many events of each life are in the behaviour.
        shown: by life and number of an event in it, after how many steps it is shown.
        foreign: events about messages that were sent on no view of the path, in order.
        told: what the log has said of contents so far.
        told_mark: the same for the same, and another one for other contents, but for chance.
        life_of: by number of a member its life.
        level: how far it is on the path.
    """

    def __init__(
        self, views: Views, machine: Machine, sending_view: bool, silent: frozenset[str]
    ) -> None:
        self.views, self.machine, self.silent = views, machine, silent
        self.later = Later(views)
        self.trail = Trail()
        self.steps = Steps(machine, sending_view, self.trail, self.name)
        self.hidden = Hidden(self.steps, self.hides, self.ahead, self.says_unset)
        self.view_of: dict[str, int] = {}
        self.name_of: dict[int, str] = {}
        self.start_of: dict[str, int] = {}
        self.elements: dict[str, dict[str, int]] = {}
        self.unmet: dict[int, bool] = {}
        self.told: dict[Hashable, object] = {}
        self.cursors = dict.fromkeys(views.logs, 0)
        self.shown: dict[tuple[str, int], int] = {}
        self.foreign: dict[tuple[str, int], bool] = {}
        self.life_of: dict[int, str] = {}
        self.level = -1
        self._returns: dict[str, int] = {}
        self.formed = self.arrivals = self.data = self.told_mark = 0
        store = machine.store
        self._numbers = {symbol.name: i for i, symbol in enumerate(store.staged.symbols)}
        self._sorts = {sort.name: sort for sort in store.domains}
        lives = {life for view in views.views.values() for life in view.members or ()}
        self._rank = {
            life: i for i, life in enumerate(sorted(lives | set(views.logs), key=by_name))
        }
        self._closes = {
            life for life, events in views.logs.items() if events and events[-1]["event"] == "close"
        }

    # -- back and forth -----------------------------------------------------------------------

    def mark(self) -> Mark:
        """Where `undo` can go back to."""
        return Mark(
            self.machine.store.mark(), len(self.steps.taken), self.trail.mark(),
            (self.level, self.formed, self.arrivals, self.data, self.told_mark),
        )  # fmt: skip

    def undo(self, mark: Mark) -> None:
        """Brings all back to where it was."""
        self.machine.store.undo(mark.store)
        del self.steps.taken[mark.taken :]
        self.trail.undo(mark.trail)
        self.level, self.formed, self.arrivals, self.data, self.told_mark = mark.counts

    def attempt(self, way: Way) -> bool:
        """Goes a way, or leaves all as it was."""
        mark = self.mark()
        if way():
            return True
        self.undo(mark)
        return False

    # -- what logs show -----------------------------------------------------------------------

    def show(self, life: str, index: int) -> None:
        """The next event of a life is in the behaviour, and shows the last step, if it is one."""
        self.trail.set(self.cursors, life, index + 1)
        self.trail.set(self.shown, (life, index), len(self.steps.taken))

    def hides(self, element: int, action: str, stale: bool) -> bool:
        """Whether a member may do what its log does not show.

        Of a kind that is declared silent; deliveries of earlier requests, which implementations may
        drop unseen; and all, after the last event of a log that does not end with `close`.
        """
        life = self.life_of[element]
        if self.cursors.get(life, 0) == len(self.views.logs.get(life, ())):
            return life not in self._closes
        return action in self.silent or stale

    def ahead(self, element: int, action: str, view: int) -> str:
        """The life of a member, if its log shows that it does something in a view later, or ""."""
        life = self.life_of[element]
        name = self.name_of.get(view, "")
        events, cursor = self.views.logs.get(life, ()), self.cursors.get(life, 0)
        for phase in self.views.phases.get(life, ()):
            if phase.view == name:
                rest = events[max(phase.begin, cursor) : phase.end]
                return life if any(event["event"] == action for event in rest) else ""
        return ""

    def says_unset(self, element: int) -> str:
        """The life of a member, if the next that its log says of its indicator in this request is
        that it is not set; else "".
        """
        life = self.life_of[element]
        if "transmit" not in self.silent:
            return ""  # then it hides a transmission only after its last event
        cursor, events = self.cursors.get(life, 0), self.views.logs.get(life, ())
        for phase in self.views.phases.get(life, ()):
            if phase.begin >= cursor and self.views.views[phase.view].starts_request:
                return ""
            for event in events[max(phase.begin, cursor) : phase.end]:
                state = event.get("state", {})
                if "indicator" in state:
                    return "" if state["indicator"] else life
        return ""

    def unseen(self, m: int, view: int) -> list[Message]:
        """What a member may send unseen in a view, in order."""
        messages = [(kind, m, view) for kind in SENDS]
        return [
            each for each in messages
            if self.hides(m, SENDS[each[0]], False) and not self.steps.was_sent(each)
        ]  # fmt: skip

    def tell(self, key: Hashable, said: object) -> bool:
        """Takes in what the log says of something; whether it says the same as before."""
        if key not in self.told:
            self.trail.set(self.told, key, said)
            self.told_mark ^= hash((key, said))
        return self.told[key] == said

    def prefix(self) -> Prefix:
        """What was done so far."""
        store = self.machine.store
        immutable = [symbol.name for symbol in store.staged.symbols if symbol.immutable]
        return Prefix(
            Delivery.SENDING_VIEW if self.steps.sending_view else Delivery.SAME_VIEW,
            tuple(self.steps.taken),
            {name: frozenset(store.facts(name)) for name in immutable},
            dict(self.life_of),
            dict(self.name_of),
            dict(self.shown),
        )

    # -- names --------------------------------------------------------------------------------

    def name(self, sort: str, number: int) -> str:
        """How an element is called in messages."""
        if sort == "Member":
            return self.life_of.get(number, str(number))
        if sort == "View":
            return self.name_of.get(number, f"(view {number}, not in the log)")
        values = self._sorts[sort].values
        return values[number] if values is not None else f"{sort.lower()}{number}"

    def groups_of(self, request: str) -> list[tuple[Group, list[int]]]:
        """The subgroups of a request with their members' numbers."""
        elements = self.elements[request]
        groups = self.views.views[request].subgroups or ()
        return [(group, [elements[life] for life in sorted(group.members)]) for group in groups]

    def put(self, symbol: str, *point: int) -> None:
        """Makes a relation true at a point."""
        self.machine.store.put(self._numbers[symbol], point, 1)

    def new(self, sort: str, number: int) -> int:
        """An element of a sort."""
        self.machine.store.extend(self._sorts[sort], number)
        return number

    def new_datum(self) -> int:
        """A datum that nobody holds."""
        self.data += 1
        return self.new("Datum", self.data - 1)

    def member(self, life: str) -> int:
        """A new member of the specification for a life that arrives."""
        times = self._returns.get(life, 0)
        self.trail.set(self._returns, life, times + 1)
        rank = self._rank.get(life, len(self._rank))
        number = rank * RETURNS_MAX + times
        self.life_of[number] = life
        return self.new("Member", number)

    def nobody(self) -> int:
        """A new member that is no life of the log."""
        return self.member("(nobody)")


def by_name(life: str) -> tuple[str, str]:
    """The order of lives (R8): that of their members' names, then of their incarnations."""
    name, _, incarnation = life.rpartition("#")
    return name, incarnation
