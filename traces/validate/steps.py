"""Steps of the specification in one behaviour, and those that no log shows.

What a log does not show is done when something that it shows needs it, and as late as that: a
message is placed in a view when somebody delivers it there; where deliveries are silent, it is
delivered when the member needs it, or goes on to the next view; a member whose log has ended
(it was killed, and what it noted last is lost) does what others saw of it. So whatever is done here
is a step of the specification, its whole guard checked; and nothing is done too early that could
have been done later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from model.lang.expr import Defined, Expr, children
from model.lang.show import show
from model.lang.staged import Action
from model.sparse import Machine
from model.sparse.store import Point

MEMBER, VIEW = "Member", "View"
DATA, ACK = 0, 1
"""The kinds of message, in the order of the specification."""
Message = tuple[int, int, int]
"""Kind, sender, and the view in which it was sent."""
Taken = tuple[str, Point]
"""An action and its arguments."""


class Steps:
    """The state of a behaviour, and the steps taken so far.

    Args:
        machine: the specification, over facts.
        sending_view: E4 in its strong form.
        hides: whether a member may take a step that its log does not show: from the member, the
            action, and for a delivery whether what is delivered is of an earlier request.
        name: how an element is called, from its sort's name and its number.
    """

    def __init__(
        self, machine: Machine, sending_view: bool, hides: Callable[[int, str, bool], bool],
        name: Callable[[str, int], str],
    ) -> None:  # fmt: skip
        self._name = name
        self._reasons: list[str] | None = None
        self._may_place = True
        self.machine = machine
        self.sending_view = sending_view
        self.taken: list[Taken] = []
        self._hides = hides
        store = machine.store
        self._sent = store.facts("sent")
        self._placed = store.facts("placed")
        self._delivered = store.facts("delivered")
        self._installed = store.facts("installed")
        self._prev = store.index(store.symbol("prev"), (0,)).buckets
        self._sent_by = store.index(store.symbol("sent"), (1,)).buckets
        self._placed_in = store.index(store.symbol("placed"), (0,)).buckets
        self._place_of = store.index(store.symbol("placed"), (1, 2, 3)).buckets
        self._installed_by = store.index(store.symbol("installed"), (0,)).buckets
        self._request_of = store.index(store.symbol("belongs"), (0,)).buckets
        transmit, acknowledge = (machine.actions[n].action for n in ("transmit", "acknowledge"))
        self.leads = self._definition(transmit, "leads")
        self._exchanging = self._definition(acknowledge, "exchanging")
        self._must_speak = self._definition(transmit, "must_speak")
        self._in_view = store.facts("in_view")
        self._members = store.index(store.symbol("in_view"), (0,)).buckets
        self._indicator = store.facts("indicator")
        self._held_by = store.index(store.symbol("holds"), (0,)).buckets
        self._partners = store.index(store.symbol("same"), (0, 1)).buckets
        self._delivered_to = store.index(store.symbol("delivered"), (0,)).buckets

    def _definition(self, action: Action, name: str) -> Callable[..., bool]:
        """A definition of the spec at the parameters of an action that uses it."""
        todo: list[Expr] = [clause.expr for clause in action.guard]
        while todo:
            node = todo.pop()
            if isinstance(node, Defined) and node.name == name and node.args == action.params:
                return self.machine.formula(node, action.params)
            todo.extend(children(node))
        raise ValueError(f"{action.name} does not use {name}")

    def take(self, name: str, *args: int) -> bool:
        """Takes a step if it is enabled; whether it was."""
        if not self.machine.take(name, args):
            if self._reasons is not None:
                self._reasons.append(self._describe(name, args))
            return False
        self.taken.append((name, args))
        return True

    def possible(self) -> list[Taken]:
        """All steps that are enabled."""
        return [
            (name, args)
            for name, action in self.machine.actions.items()
            for args in sorted(action.instances())
        ]

    @contextmanager
    def explaining(self) -> Iterator[list[str]]:
        """In it, why steps cannot be taken is noted."""
        self._reasons = []
        try:
            yield self._reasons
        finally:
            self._reasons = None

    @contextmanager
    def placing(self, allowed: bool) -> Iterator[None]:
        """In it, messages may be placed in views, or not."""
        before, self._may_place = self._may_place, allowed
        try:
            yield
        finally:
            self._may_place = before

    def refuse(self, why: str) -> bool:
        """Something is not possible, and why: False, to be returned."""
        if self._reasons is not None:
            self._reasons.append(why)
        return False

    # -- what is so ---------------------------------------------------------------------------

    def at(self, m: int) -> int:
        """The view that a member installed last, or -1."""
        return max((view for _, view in self._installed_by.get(m, ())), default=-1)

    def request_of(self, view: int) -> int:
        """The view that started the request of a view."""
        return next(r for _, r in self._request_of[view])

    def completed(self, m: int) -> bool:
        """Whether a member has completed the request of its view."""
        return not self._exchanging(m, self.at(m))

    def previous(self, view: int) -> int:
        """The view that a view was formed from, or -1."""
        return next((u for _, u in self._prev.get(view, ())), -1)

    def is_in(self, view: int, m: int) -> bool:
        """Whether a member is in a view."""
        return (view, m) in self._in_view

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
        sent = [each for each in messages if self.place_of(each) < 0]
        return sorted(sent, key=lambda each: (each[2], each[0]))

    def was_delivered(self, q: int, message: Message) -> bool:
        return (q, *message) in self._delivered

    def was_sent(self, message: Message) -> bool:
        return message in self._sent

    def is_set(self, m: int) -> bool:
        """Whether a member's indicator is set."""
        return (m,) in self._indicator

    def holds(self, m: int) -> frozenset[int]:
        """The data that a member holds."""
        return frozenset(d for _, d in self._held_by.get(m, ()))

    def bears_data(self, m: int) -> bool:
        """Whether a member holds anything."""
        return bool(self._held_by.get(m))

    def subgroup(self, start: int, m: int) -> tuple[int, int]:
        """A request and the lowest member of m's subgroup in it, which name the subgroup."""
        return start, min(other for *_, other in self._partners[start, m])

    def received(self, m: int, start: int) -> set[int]:
        """The members whose data of a request has been delivered to m."""
        return {
            p for _, kind, p, v in self._delivered_to.get(m, ())
            if kind == DATA and self.request_of(v) == start
        }  # fmt: skip

    def own_data(self, m: int) -> list[Message]:
        """Messages with the data of m's subgroup that may be delivered to it next."""
        here = self.at(m)
        start = self.request_of(here)
        own = {other for *_, other in self._partners[start, m]}
        found = self.placed_in(here)
        for p in own:
            found += self.waiting(p)
            if self._hides(p, "transmit", False) and (DATA, p, here) not in found:
                found.append((DATA, p, here))
        return [
            each for each in found
            if each[0] == DATA and each[1] in own and self.request_of(each[2]) == start
            and not self.was_delivered(m, each)
        ]  # fmt: skip

    def is_stale(self, q: int, message: Message) -> bool:
        """Whether a message is of another request than that of the member's view."""
        return self.request_of(message[2]) != self.request_of(self.at(q))

    # -- what no log shows --------------------------------------------------------------------

    def ensure_sent(self, message: Message) -> bool:
        """The message has been sent, if need be by a member whose log does not show it."""
        kind, p, v = message
        if message in self._sent:
            return True
        if not self._hides(p, "transmit" if kind == DATA else "acknowledge", False):
            return self.refuse(f"{self._say(message)} has not been sent")
        if not self.ensure_at(p, v):
            return False
        if kind == DATA:
            return self.take("transmit", p, v)
        if self._must_speak(p, v) and not self.ensure_sent((DATA, p, v)):
            return False
        return self.take("acknowledge", p, v)

    def ensure_placed(self, message: Message, view: int) -> bool:
        """The message is in this view, with all that its sender sent before."""
        place = self.place_of(message)
        if place >= 0:
            return place == view or self.refuse(
                f"{self._say(message)} is delivered in view {self._name(VIEW, place)}"
            )
        if not self._may_place or not self.ensure_sent(message):
            return False
        kind, p, v = message
        for earlier in self.waiting(p):
            if (earlier[2], earlier[0]) <= (v, kind) and not self.take("order", *earlier, view):
                return False
        return True

    def ensure_delivered(self, q: int, message: Message) -> bool:
        """The message has been delivered to a member, if need be without an event."""
        if self.was_delivered(q, message):
            return True
        if not self._hides(q, "deliver", self.is_stale(q, message)):
            return self.refuse(f"{self._say(message)} has not been delivered before")
        return self.deliver(q, message)

    def deliver(self, q: int, message: Message) -> bool:
        """Delivers a message to a member, after what must come before it."""
        view = self.at(q)
        kind, p, v = message
        if view < 0 or not self.ensure_placed(message, view):
            return False
        for earlier in self.placed_in(view):
            comes_before = earlier[1] == p and (earlier[2], earlier[0]) < (v, kind)
            if comes_before and not self.ensure_delivered(q, earlier):
                return False
        return self.take("deliver", q, *message)

    def _say(self, message: Message) -> str:
        kind, p, v = message
        what = "the data" if kind == DATA else "the acknowledgment"
        return f"{what} of {self._name(MEMBER, p)} in view {self._name(VIEW, v)}"

    def describe(self, name: str, args: Point) -> str:
        """A step as text."""
        params = self.machine.actions[name].action.params
        said = [self._name(v.sort.name, arg) for v, arg in zip(params, args, strict=True)]
        return f"{name}({', '.join(said)})"

    def _describe(self, name: str, args: Point) -> str:
        """Why a step cannot be taken."""
        found = self.machine.why_disabled(name, args)
        if found is None:
            return f"{self.describe(name, args)} is enabled"
        clause, part, valuation = found
        at = ", ".join(f"{v.name} = {self._name(v.sort.name, i)}" for v, i in valuation.items())
        return (
            f"{self.describe(name, args)} is not enabled: {show(part)} is false for {at} "
            f"({clause.where})"
        )

    def complete(self, m: int) -> bool:
        """A member completes, after the acknowledgments that it needs."""
        view = self.at(m)
        for _, p in sorted(self._members[view]):
            if not self.ensure_delivered(m, (ACK, p, view)):
                return False
        return self.take("complete", m, view)

    def finish(self, m: int) -> bool:
        """A member delivers what is left in its view, and completes if it must."""
        view = self.at(m)
        for message in self.placed_in(view):
            if not self.ensure_delivered(m, message):
                return False
        if self._hides(m, "complete", False):
            self.take("complete", m, view)
        return True

    def ensure_at(self, p: int, view: int) -> bool:
        """A member has come to a view, if need be without an event."""
        while (here := self.at(p)) < view:
            if not self._hides(p, "install", False):
                return False
            if here >= 0 and not self.finish(p):
                return False
            onward = self._onward(p, here, view)
            if onward < 0 or not self.take("install", p, onward):
                return False
        return here == view

    def _onward(self, p: int, here: int, view: int) -> int:
        """The next view of a member that is in `here` (-1: in none) and is to get to `view`."""
        chain = [view]
        while True:
            before = self.previous(chain[-1])
            if before == here:
                return chain[-1]
            if before < 0 or not self.is_in(before, p):
                return chain[-1] if here < 0 else -1
            chain.append(before)
