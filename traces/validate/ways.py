"""The ways in which a life's next event can be what happens next in a behaviour."""

from __future__ import annotations

from collections.abc import Callable

from traces.validate import fields
from traces.validate.behaviour import Behaviour, Way
from traces.validate.contents import is_of_data
from traces.validate.later import names_message
from traces.validate.steps import ACK, DATA, Message
from traces.validate.views import Event


class Ways:
    """Makes ways.

    Args:
        it: the behaviour.
    """

    def __init__(self, it: Behaviour) -> None:
        self._it = it
        self._earlier: tuple[str, set[str]] = "", set()
        """A view, and the views from which somebody may have come to it."""

    def of(self, life: str, index: int, here: str) -> list[Way]:
        """The ways in which an event can be next; none if there is nothing that it can be of.

        Args:
            life: whose event it is.
            index: its number.
            here: the view that the life is in, or installs by it.
        """
        it = self._it
        event = it.views.logs[life][index]
        m, view = it.elements[here][life], it.view_of[here]

        def way(take: Way, message: Message | None = None) -> Way:
            def taken() -> bool:
                if not take():
                    return False
                problem = fields.problem(it, here, m, event, message)
                if problem:
                    return it.steps.refuse(problem)
                it.show(life, index)
                return True

            return self._after_what_is_known(taken, m, event)

        match event["event"]:
            case "install":
                return [way(lambda: self._install(m, view))]
            case "deliver":
                return self._deliveries(way, life, index, here)
            case "complete":
                return [way(lambda: it.hidden.complete(m))]
            case "transmit":
                return [way(lambda: it.steps.take("transmit", m, view))]
            case "acknowledge":
                return [way(lambda: self._acknowledge(m, view))]
            case "update":
                return [way(lambda: self._update(life, index, m, view))]
            case other:
                raise ValueError(f"there is no step for the event {other!r}")

    def close(self, lives: list[str], here: str) -> bool:
        """Lives close, of which each has nothing else ahead."""
        it = self._it
        last = [(life, it.elements[here][life], it.views.logs[life][-1]) for life in lives]
        if not all(self._come_to_know(m, event) for _, m, event in last):
            return False
        for life, m, event in last:
            problem = fields.problem(it, here, m, event, None)
            if problem:
                return it.steps.refuse(problem)
            it.show(life, it.cursors[life])
        return True

    # -- what comes unseen ---------------------------------------------------------------------

    def _after_what_is_known(self, way: Way, m: int, event: Event) -> Way:
        """What a member knows after an event, and did not know before, may have come unseen."""
        it, state = self._it, event.get("state")
        if not state or event["event"] in ("install", "transmit"):
            return way

        def taken() -> bool:
            if event["event"] == "deliver" and it.attempt(way):
                return True  # it is this that sets the indicator, if it is set then
            return self._come_to_know(m, event) and way()

        return taken

    def _come_to_know(self, m: int, event: Event) -> bool:
        it, state = self._it, event.get("state", {})
        has_completed = state.get("completed") and event["event"] != "complete"
        if has_completed and not it.hidden.ensure_completed(m):
            return it.steps.refuse("`completed` is true, but false by the specification")
        if not state.get("indicator") or it.steps.is_set(m):
            return True
        return (
            any(map(it.attempt, it.hidden.ways_to_be_set(m)))
            or event["event"] == "deliver"
            or it.steps.refuse("`indicator` is true, but false by the specification")
        )

    # -- a member's own steps -----------------------------------------------------------------

    def _install(self, m: int, view: int) -> bool:
        """Installs a view, and before it those that the log does not show."""
        it = self._it
        chain = [view]
        while (before := it.steps.previous(chain[-1])) in it.unmet and it.steps.is_in(before, m):
            chain.append(before)
        for each in reversed(chain):
            if it.steps.at(m) >= 0 and not it.hidden.finish(m):
                return False
            if not it.steps.take("install", m, each):
                return False
        return True

    def _acknowledge(self, m: int, view: int) -> bool:
        it = self._it
        spoke = "transmit" in it.silent and it.steps.must_speak(m, view)
        if spoke and not it.steps.take("transmit", m, view):
            return False
        return it.steps.take("acknowledge", m, view)

    def _update(self, life: str, index: int, m: int, view: int) -> bool:
        """An application's change, which is some datum more; who has the same says `contents`."""
        it, key = self._it, ("update", life, index)
        if not it.hidden.ensure_completed(m):
            return False
        if key not in it.told:
            it.tell(key, it.new_datum())
        datum = it.told[key]
        assert isinstance(datum, int)
        return it.steps.take("update", m, view, datum)

    # -- deliveries ---------------------------------------------------------------------------

    def _deliveries(
        self, way: Callable[[Way, Message | None], Way], life: str, index: int, here: str
    ) -> list[Way]:
        """What a delivery can be of, by the fields that it has."""
        it = self._it
        event = it.views.logs[life][index]
        m = it.elements[here][life]
        candidates = self._named(event, here)
        if candidates is None:
            candidates = [each for each in self._next_messages(m, here) if self.may_be(each, event)]
        ways = [
            way(lambda each=each: it.hidden.deliver(m, each), each)  # type: ignore[misc]
            for each in candidates
        ]
        if not names_message(event) or not candidates:
            ways += [way(lambda: self._foreign(life, index), None)] if self._of(event, here) else []
        return ways

    def _named(self, event: Event, here: str) -> list[Message] | None:
        """The message that an event names, if it is on the path; None if it does not say all."""
        it = self._it
        if not names_message(event):
            return None
        name, sender = event["view"], event["sender"]
        p = it.elements[here].get(sender)
        if name not in it.view_of or p is None or it.elements[name].get(sender) != p:
            return []
        message = (DATA if event["kind"] == "data" else ACK, p, it.view_of[name])
        return [message] if self.may_be(message, event) else []

    def why_none(self, life: str, index: int, here: str) -> str:
        """Why there is no message that an event can be the delivery of."""
        it = self._it
        event = it.views.logs[life][index]
        name, sender = event.get("view", ""), event.get("sender", "")
        sent_in = it.views.views.get(name)
        if name and sent_in is None:
            return f"`view` is {name}, which nobody has installed"
        if sent_in is not None and event.get("request", sent_in.request) != sent_in.request:
            return f"`request` is {event['request']}, but view {name} is of {sent_in.request}"
        if sender and sent_in is not None and sender not in (sent_in.members or ()):
            return f"`sender` is {sender}, who is not in view {name}"
        if sender and sender not in it.elements[here]:
            return f"`sender` is {sender}, who is not in view {here}"
        if name and name not in it.view_of:
            return f"`view` is {name}, from which nobody has come to view {here} in this request"
        if event.get("kind") == "ack" and is_of_data(event):
            return "an acknowledgment has neither `bytes` nor `digest`"
        return "no message that has been sent, or will be, is as it says"

    def _next_messages(self, m: int, here: str) -> list[Message]:
        """The messages that can be delivered to a member next."""
        it, view = self._it, self._it.view_of[here]
        found = [x for x in it.steps.placed_in(view) if not it.steps.was_delivered(m, x)]
        for p in it.elements[here].values():
            found += it.steps.waiting(p)
            if not it.steps.was_sent((ACK, p, view)):
                found += it.unseen(p, view)
        return found

    def may_be(self, message: Message, event: Event) -> bool:
        """Whether an event can be the delivery of a message, by what it says."""
        it, (kind, p, v) = self._it, message
        said = event.get("kind", "data" if is_of_data(event) else None)
        request = event.get("request")
        return (
            said in (None, "data" if kind == DATA else "ack")
            and event.get("sender") in (None, it.life_of[p])
            and ("view" not in event or it.view_of.get(event["view"]) == v)
            and (request is None or it.start_of.get(request, -1) == it.steps.request_of(v))
        )

    def is_named(self, message: Message, event: Event) -> bool:
        """Whether an event says that it is the delivery of a message."""
        return names_message(event) and self.may_be(message, event)

    def _foreign(self, life: str, index: int) -> bool:
        """A message of no effect: of an earlier request, whose sender came another way from there.

        On that way, it is a message as all others.
        """
        self._it.trail.set(self._it.foreign, (life, index), True)
        return True

    def _of(self, event: Event, here: str) -> list[str]:
        """The views off the path in which a message of an earlier request may have been sent."""
        it = self._it
        request = it.views.views[here].request
        if event.get("request") == request:
            return []
        sender = event.get("sender")
        names = [event["view"]] if "view" in event else list(it.views.views)
        return [
            name
            for name in names
            if (view := it.views.views.get(name)) is not None
            and view.request != request
            and event.get("request", view.request) == view.request
            and (sender is None or sender in (view.members or ()))
            and self._off_the_path(name, sender, here)
            and self._is_earlier(name, here)
        ]

    def _is_earlier(self, name: str, here: str) -> bool:
        """Whether somebody may have come from one view to another."""
        if self._earlier[0] != here:
            self._earlier = here, self._it.views.ancestors(here)
        return name in self._earlier[1]

    def _off_the_path(self, name: str, sender: str | None, here: str) -> bool:
        """Whether somebody (or this sender) has come from a view, but not along the path."""
        it = self._it
        there = it.elements.get(name)
        if there is None:
            return True
        senders = it.elements[here] if sender is None else {sender}
        return any(
            there.get(each) != it.elements[here].get(each) for each in senders if each in there
        )
