"""Steps that no log shows: done when something needs them, and as late as that.

A message is placed in a view when somebody delivers it there. A member whose log leaves a kind of
event out, or has ended (it was killed, and what it noted last is lost), does what others saw of it,
and what its own next event needs. Nothing is done too early that could have been done later; and
what nothing needs can be left out of a behaviour, so it is not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from traces.validate.steps import ACK, DATA, SENDS, Message, Steps

Hides = Callable[[int, str, bool], bool]


class Hidden:
    """What members and the network may do unseen.

    Args:
        steps: the behaviour so far.
        hides: whether a member may take a step that its log does not show: from the member, the
            action, and for a delivery whether what is delivered is of an earlier request.
        ahead: the life of a member, if its log shows that it does something in a view later;
            else "".
        says_unset: the life of a member, if the next that its log says of its indicator in this
            request is that it is not set; else "".
    """

    def __init__(
        self, steps: Steps, hides: Hides, ahead: Callable[[int, str, int], str],
        says_unset: Callable[[int], str],
    ) -> None:  # fmt: skip
        self._steps, self.hides = steps, hides
        self._ahead, self._says_unset = ahead, says_unset
        self._may_place: Callable[[Message], bool] | None = None

    @contextmanager
    def placing(self, allowed: Callable[[Message], bool]) -> Iterator[None]:
        """In it, only some messages may be placed in views, and those of no effect."""
        before, self._may_place = self._may_place, allowed
        try:
            yield
        finally:
            self._may_place = before

    # -- messages -----------------------------------------------------------------------------

    def ensure_sent(self, message: Message) -> bool:
        """The message has been sent, if need be by a member whose log does not show it."""
        steps, (kind, p, v) = self._steps, message
        if steps.was_sent(message):
            return True
        if not self.hides(p, SENDS[kind], False):
            life = self._ahead(p, SENDS[kind], v)
            yet = "not been sent yet" if life else "never been sent"
            return steps.refuse(f"{steps.say(message)} has {yet}", life, steps.name_of(p))
        if not self.ensure_at(p, v):
            return False
        if kind == ACK:
            spoken = not steps.must_speak(p, v) or self.ensure_sent((DATA, p, v))
            return spoken and steps.take("acknowledge", p, v)
        if life := self._says_unset(p):
            return steps.refuse(f"{life} says later that its indicator is not set", life)
        return steps.take("transmit", p, v)

    def ensure_placed(self, message: Message, view: int) -> bool:
        """The message is in this view, with all that its sender sent before."""
        steps, place = self._steps, self._steps.place_of(message)
        if place >= 0:
            if place == view:
                return True
            return steps.refuse(f"{steps.say(message)} is delivered in {steps.view(place)}")
        of_effect = steps.request_of(message[2]) == steps.request_of(view)
        if self._may_place is not None and of_effect and not self._may_place(message):
            return steps.refuse(f"nobody who goes on has delivered {steps.say(message)}")
        if not self.ensure_sent(message):
            return False
        kind, p, v = message
        for earlier in steps.waiting(p):
            if (earlier[2], earlier[0]) <= (v, kind) and not steps.take("order", *earlier, view):
                return False
        return True

    def ensure_delivered(self, q: int, message: Message) -> bool:
        """The message has been delivered to a member, if need be without an event."""
        steps = self._steps
        if steps.was_delivered(q, message):
            return True
        if not self.hides(q, "deliver", steps.is_stale(q, message)):
            return steps.refuse(f"{steps.say(message)} has not been delivered before")
        return self.deliver(q, message)

    def deliver(self, q: int, message: Message) -> bool:
        """Delivers a message to a member, after what must come before it."""
        steps, view = self._steps, self._steps.at(q)
        kind, p, v = message
        if view < 0 or not self.ensure_placed(message, view):
            return False
        for earlier in steps.placed_in(view):
            comes_before = earlier[1] == p and (earlier[2], earlier[0]) < (v, kind)
            if comes_before and not self.ensure_delivered(q, earlier):
                return False
        return steps.take("deliver", q, *message)

    # -- members ------------------------------------------------------------------------------

    def complete(self, m: int) -> bool:
        """A member completes, after the acknowledgments that it needs."""
        view = self._steps.at(m)
        for p in self._steps.members(view):
            if not self.ensure_delivered(m, (ACK, p, view)):
                return False
        return self._steps.take("complete", m, view)

    def ensure_completed(self, m: int) -> bool:
        """A member has completed the request of its view, if need be without an event."""
        if self._steps.completed(m):
            return True
        if not self.hides(m, "complete", False):
            return self._steps.refuse("it has not completed the exchange")
        return self.complete(m)

    def ways_to_be_set(self, m: int) -> list[Callable[[], bool]]:
        """What may have set a member's indicator unseen."""
        steps, here = self._steps, self._steps.at(m)
        ways: list[Callable[[], bool]] = []
        if self.hides(m, "transmit", False) and steps.must_speak(m, here):
            ways.append(lambda: steps.take("transmit", m, here))
        if self.hides(m, "deliver", False):
            ways += [lambda each=each: self.deliver(m, each) for each in self._own_data(m)]  # type: ignore[misc]
        return ways

    def _own_data(self, m: int) -> list[Message]:
        """Messages with the data of m's subgroup that may be delivered to it next."""
        steps, here = self._steps, self._steps.at(m)
        start = steps.request_of(here)
        own = steps.partners(start, m)
        found = steps.placed_in(here)
        for p in sorted(own):
            found += steps.waiting(p)
            if self.hides(p, "transmit", False) and not steps.was_sent((DATA, p, here)):
                found.append((DATA, p, here))
        return [
            each for each in found
            if each[0] == DATA and each[1] in own and steps.request_of(each[2]) == start
            and not steps.was_delivered(m, each)
        ]  # fmt: skip

    def finish(self, m: int) -> bool:
        """E2: a member delivers what is left in its view, and completes if it must."""
        steps, view = self._steps, self._steps.at(m)
        for message in steps.placed_in(view):
            if not self.ensure_delivered(m, message):
                return False
        if self.hides(m, "complete", False) and steps.is_enabled("complete", m, view):
            steps.take("complete", m, view)
        return True

    def ensure_at(self, p: int, view: int) -> bool:
        """A member has come to a view, if need be without an event."""
        steps = self._steps
        while (here := steps.at(p)) < view:
            if not self.hides(p, "install", False):
                life = self._ahead(p, "install", view)
                return steps.refuse(f"{steps.name_of(p)} has not come to {steps.view(view)}", life)
            if here >= 0 and not self.finish(p):
                return False
            onward = self._onward(p, here, view)
            if onward < 0 or not steps.take("install", p, onward):
                return False
        return here == view or steps.refuse(f"{steps.name_of(p)} has left {steps.view(view)}")

    def _onward(self, p: int, here: int, view: int) -> int:
        """The next view of a member that is in `here` (-1: in none) and is to get to `view`."""
        steps, chain = self._steps, [view]
        while True:
            before = steps.previous(chain[-1])
            if before == here:
                return chain[-1]
            if before < 0 or not steps.is_in(before, p):
                return chain[-1] if here < 0 else -1
            chain.append(before)

    def ensure_holding(self, m: int, view: int, datum: Callable[[], int]) -> bool:
        """A member holds something, if need be by what no log shows: an exchange, or an update."""
        steps = self._steps
        if steps.holds(m):
            return True
        if not self.hides(m, "update", False) or not self.ensure_at(m, view):
            return False
        if not self.ensure_completed(m):
            return False
        return bool(steps.holds(m)) or steps.take("update", m, view, datum())
