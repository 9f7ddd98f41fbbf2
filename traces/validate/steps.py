"""Steps of the specification in one behaviour: its state, and why a step cannot be taken.

Every step is taken where its whole guard holds; whatever else is said here of a state is read off
the facts of the specification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.lang.expr import Defined, Expr, children
from model.lang.show import show
from model.lang.staged import Action
from model.sparse import Machine
from model.sparse.store import Point

MEMBER, VIEW = "Member", "View"
DATA, ACK = 0, 1
"""The kinds of message, in the order of the specification."""
SENDS = {DATA: "transmit", ACK: "acknowledge"}
"""By kind the action that sends it."""
Message = tuple[int, int, int]
"""Kind, sender, and the view in which it was sent."""
Taken = tuple[str, Point]
"""An action and its arguments."""


@dataclass(frozen=True)
class Reason:
    """Why something cannot be.

    Attributes:
        text: in words.
        waits_for: the life for whose next events it may only wait, or "".
        about: the life that has not done what it needs, or "".
    """

    text: str
    waits_for: str = ""
    about: str = ""


class Trail:
    """Changes of dictionaries, which can be taken back."""

    def __init__(self) -> None:
        self._changes: list[tuple[dict[Any, Any], Any, Any]] = []

    def set(self, entries: dict[Any, Any], key: Any, value: Any) -> None:
        """Changes an entry, or makes one."""
        self._changes.append((entries, key, entries.get(key)))
        entries[key] = value

    def mark(self) -> int:
        """Where `undo` can go back to."""
        return len(self._changes)

    def undo(self, mark: int) -> None:
        """Takes back all changes since a mark; no entry may be None."""
        while len(self._changes) > mark:
            entries, key, before = self._changes.pop()
            if before is None:
                del entries[key]
            else:
                entries[key] = before


class Steps:
    """The state of a behaviour, and the steps taken so far.

    Args:
        machine: the specification, over facts.
        sending_view: E4 in its strong form.
        trail: of whatever changes with the state.
        name: how an element is called, from its sort's name and its number.
    """

    def __init__(
        self, machine: Machine, sending_view: bool, trail: Trail, name: Callable[[str, int], str]
    ) -> None:
        self.machine, self.sending_view = machine, sending_view
        self.taken: list[Taken] = []
        self._trail, self._name = trail, name
        self._reasons: list[Reason] | None = None
        self._at: dict[int, int] = {}
        store = machine.store
        self._sent = store.facts("sent")
        self._delivered = store.facts("delivered")
        self._in_view = store.facts("in_view")
        self._indicator = store.facts("indicator")
        self._prev = store.index(store.symbol("prev"), (0,)).buckets
        self._sent_by = store.index(store.symbol("sent"), (1,)).buckets
        self._placed_in = store.index(store.symbol("placed"), (0,)).buckets
        self._place_of = store.index(store.symbol("placed"), (1, 2, 3)).buckets
        self._request_of = store.index(store.symbol("belongs"), (0,)).buckets
        self._members = store.index(store.symbol("in_view"), (0,)).buckets
        self._held_by = store.index(store.symbol("holds"), (0,)).buckets
        self._partners = store.index(store.symbol("same"), (0, 1)).buckets
        self._delivered_to = store.index(store.symbol("delivered"), (0,)).buckets
        transmit, acknowledge = (machine.actions[n].action for n in SENDS.values())
        self.leads = self._definition(transmit, "leads")
        self.must_speak = self._definition(transmit, "must_speak")
        self._exchanging = self._definition(acknowledge, "exchanging")

    def _definition(self, action: Action, name: str) -> Callable[..., bool]:
        """A definition of the spec at the parameters of an action that uses it."""
        todo: list[Expr] = [clause.expr for clause in action.guard]
        while todo:
            node = todo.pop()
            if isinstance(node, Defined) and node.name == name and node.args == action.params:
                return self.machine.formula(node, action.params)
            todo.extend(children(node))
        raise ValueError(f"{action.name} does not use {name}")

    # -- steps --------------------------------------------------------------------------------

    def take(self, name: str, *args: int) -> bool:
        """Takes a step if it is enabled; whether it was."""
        if not self.machine.take(name, args):
            if self._reasons is not None:
                self._reasons.append(Reason(self._why_disabled(name, args)))
            return False
        self.taken.append((name, args))
        if name == "install":
            self._trail.set(self._at, args[0], args[1])
        return True

    def is_enabled(self, name: str, *args: int) -> bool:
        """Whether a step can be taken."""
        return self.machine.actions[name].enabled(*args)

    def possible(self) -> list[Taken]:
        """All steps that are enabled, but for updates."""
        return [
            (name, args)
            for name, action in self.machine.actions.items()
            for args in (sorted(action.instances()) if name != "update" else ())
        ]

    @contextmanager
    def explaining(self) -> Iterator[list[Reason]]:
        """In it, why something is not possible is noted."""
        before, self._reasons = self._reasons, []
        try:
            yield self._reasons
        finally:
            self._reasons = before

    def refuse(self, why: str, waits_for: str = "", about: str = "") -> bool:
        """Something is not possible, and why: False, to be returned."""
        if self._reasons is not None:
            self._reasons.append(Reason(why, waits_for, about))
        return False

    def describe(self, name: str, args: Point) -> str:
        """A step as text."""
        params = self.machine.actions[name].action.params
        said = [self._name(v.sort.name, arg) for v, arg in zip(params, args, strict=True)]
        return f"{name}({', '.join(said)})"

    def _why_disabled(self, name: str, args: Point) -> str:
        found = self.machine.why_disabled(name, args)
        assert found is not None
        clause, part, valuation = found
        at = ", ".join(f"{v.name} = {self._name(v.sort.name, i)}" for v, i in valuation.items())
        return (
            f"{self.describe(name, args)} is not enabled: {show(part)} is false for {at} "
            f"({Path(clause.where.file).name}:{clause.where.line})"
        )

    def name_of(self, m: int) -> str:
        """How a member is called."""
        return self._name(MEMBER, m)

    def view(self, view: int) -> str:
        """A view as text."""
        return f"view {self._name(VIEW, view)}"

    def say(self, message: Message) -> str:
        """A message as text."""
        kind, p, v = message
        what = "the data" if kind == DATA else "the acknowledgment"
        return f"{what} of {self.name_of(p)} in {self.view(v)}"

    # -- views and members --------------------------------------------------------------------

    def at(self, m: int) -> int:
        """The view that a member installed last, or -1."""
        return self._at.get(m, -1)

    def request_of(self, view: int) -> int:
        """The view that started the request of a view."""
        return next(r for _, r in self._request_of[view])

    def previous(self, view: int) -> int:
        """The view that a view was formed from, or -1."""
        return next((u for _, u in self._prev.get(view, ())), -1)

    def members(self, view: int) -> list[int]:
        """Who is in a view."""
        return sorted(m for _, m in self._members.get(view, ()))

    def is_in(self, view: int, m: int) -> bool:
        """Whether a member is in a view."""
        return (view, m) in self._in_view

    def completed(self, m: int) -> bool:
        """Whether a member has completed the request of its view."""
        return not self._exchanging(m, self.at(m))

    def is_set(self, m: int) -> bool:
        """Whether a member's indicator is set."""
        return (m,) in self._indicator

    def holds(self, m: int) -> frozenset[int]:
        """The data that a member holds."""
        return frozenset(d for _, d in self._held_by.get(m, ()))

    def partners(self, start: int, m: int) -> set[int]:
        """The members of m's subgroup in a request."""
        return {other for *_, other in self._partners[start, m]}

    # -- messages -----------------------------------------------------------------------------

    def place_of(self, message: Message) -> int:
        """The view that a message is in, or -1."""
        return next((w for w, *_ in self._place_of.get(message, ())), -1)

    def placed_in(self, view: int) -> list[Message]:
        """The messages of a view, in the order in which each sender sent them."""
        messages: list[Message] = [(k, p, v) for _, k, p, v in self._placed_in.get(view, ())]
        return sorted(messages, key=lambda each: (each[1], each[2], each[0]))

    def waiting(self, p: int) -> list[Message]:
        """The queue of a member."""
        messages: list[Message] = [(k, p, v) for k, p, v in self._sent_by.get(p, ())]
        queue = [each for each in messages if not self._place_of.get(each)]
        return sorted(queue, key=lambda each: (each[2], each[0]))

    def was_sent(self, message: Message) -> bool:
        return message in self._sent

    def was_delivered(self, q: int, message: Message) -> bool:
        return (q, *message) in self._delivered

    def is_stale(self, q: int, message: Message) -> bool:
        """Whether a message is of another request than that of the member's view."""
        return self.request_of(message[2]) != self.request_of(self.at(q))

    def received(self, m: int, start: int) -> set[int]:
        """The members whose data of a request has been delivered to m."""
        return {
            p for _, kind, p, v in self._delivered_to.get(m, ())
            if kind == DATA and self.request_of(v) == start
        }  # fmt: skip
