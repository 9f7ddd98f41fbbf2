"""Follows a path of views event by event.

Members need no common clock. What they did is put in an order that the specification allows, view
by view: all that is done in a view comes before the next one is formed. No behaviour is lost by
this, because nothing that a member does in a view depends on anything after it, and nothing that
is done after it is disabled by it; a member crashes after its last event. Inside a view, whatever
can be done is done, by members in turn, since it disables nothing that another member's log has.
Only where a log leaves open what happened are there several ways to go on; they are tried in turn,
depth first, and a state that has led nowhere with the same events ahead is not tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from traces.validate import fields
from traces.validate.behaviour import Behaviour, Mark, Way
from traces.validate.forming import begin, ways_on
from traces.validate.steps import ACK, DATA, Message, Taken
from traces.validate.views import Event

TRIES_MAX = 200_000
WAYS_SAID_MAX = 3


class Undetermined(Exception):
    """Too many ways were tried."""


@dataclass(frozen=True)
class Stuck:
    """Where no way led on.

    Attributes:
        consumed: events that came before, of all lives.
        view: the view in which it was.
        next_view: the one that could not be formed, if all events before it were possible.
        why: why not.
        reasons: by life the number (from 0) of its next event, and why it cannot be.
        taken: the steps up to there.
        possible: the steps that the specification allows there.
    """

    consumed: int
    view: str
    next_view: str
    why: str
    reasons: Mapping[str, tuple[int, str]]
    taken: tuple[Taken, ...]
    possible: tuple[Taken, ...]


class Follower:
    """Follows a path.

    Args:
        it: the behaviour, which is at the beginning of the path or on it.
        path: the views, by name, from one that has none before it.
        owners: the lives whose events in the last view must all be in the behaviour; others are as
            far as they can be.
        marks: for each place that the behaviour has come to already, where its view was formed.
    """

    def __init__(
        self, it: Behaviour, path: tuple[str, ...], owners: frozenset[str], marks: list[Mark]
    ) -> None:
        self.marks = marks
        self.it, self.path, self.owners = it, path, owners
        self._phase = {
            life: {phase.view: phase for phase in phases}
            for life, phases in it.views.phases.items()
        }
        self._choices: list[tuple[Mark, list[Way]]] = []
        self._tried: set[tuple[Any, ...]] = set()
        self._problem = ""
        self.tries = 0
        self.stuck: Stuck | None = None

    # -- the search ---------------------------------------------------------------------------

    def run(self) -> bool:
        """Goes the path to its end, and takes all events that have to be.

        Raises:
            Undetermined: too many ways were tried.
        """
        while True:
            while self._consume():
                pass
            if self._pending():
                ways = self._open_ways()
            elif self.it.level + 1 == len(self.path):
                return True
            else:
                ways = self._ways_on()
            if not self._go(ways):
                return False

    def _go(self, ways: list[Way]) -> bool:
        """Takes one of several ways on, or goes back to where there was another one."""
        it = self.it
        mark = it.mark()
        if len(ways) > 1:
            told = frozenset(it.told.items())
            key = (it.machine.store.fingerprint, told, it.level, *it.cursors.values())
            if key in self._tried:
                ways = []
            self._tried.add(key)
        while True:
            while ways:
                way = ways.pop(0)
                self.tries += 1
                if self.tries > TRIES_MAX:
                    raise Undetermined
                if way():
                    if ways:
                        self._choices.append((mark, ways))
                    if it.level >= len(self.marks):
                        self.marks.append(it.mark())
                    return True
                it.undo(mark)
            self._note_stuck()
            if not self._choices:
                return False
            mark, ways = self._choices.pop()
            it.undo(mark)
            del self.marks[it.level + 1 :]

    def _ways_on(self) -> list[Way]:
        it = self.it
        following = it.views.views[self.path[it.level + 1]]
        if it.level < 0:
            return [lambda: begin(it, following)]
        return ways_on(it, it.views.views[self.here], following)

    # -- whose turn it is ---------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The name of the view that is open."""
        return self.path[self.it.level]

    def going_on(self) -> frozenset[str]:
        """The lives whose events in this view must all be in the behaviour."""
        if self.it.level + 1 < len(self.path):
            following = self.it.views.views[self.path[self.it.level + 1]]
            return frozenset(following.before.get(self.here, ()))
        return self.owners

    def has_next(self, life: str) -> bool:
        """Whether there is an event of a life in this view that is not in the behaviour yet."""
        phase = self._phase.get(life, {}).get(self.here)
        return phase is not None and self.next_index(life) < phase.end

    def next_index(self, life: str) -> int:
        """Of the next event of a life that has some in this view."""
        return max(self.it.cursors[life], self._phase[life][self.here].begin)

    def _pending(self) -> bool:
        """Whether an event in this view must come before the next one."""
        return self.it.level >= 0 and any(map(self.has_next, self.going_on()))

    def _others(self) -> list[str]:
        """Lives in this view that do not go on with the path, or whose log ends in it."""
        first = self.going_on()
        return [life for life in self.it.elements[self.here] if life not in first]

    def _consume(self) -> bool:
        """Takes what is determined; whether anything was."""
        if self.it.level < 0:
            return False
        progress = False
        for life in sorted(self.going_on()):
            while self.has_next(life) and self._determined(life, may_place=True):
                progress = True
        if progress and self._pending():
            return True
        # Those who do not go on may know of messages that the others never got.
        for life in self._others():
            while self.has_next(life) and self._determined(life, may_place=False):
                progress = True
        return progress

    def _determined(self, life: str, may_place: bool) -> bool:
        event = self.it.views.logs[life][self.next_index(life)]
        if event["event"] == "deliver" and not event.keys() >= {"kind", "sender", "view"}:
            return False  # what it is of may not have been sent yet
        ways = self.explanations(life, may_place)
        if len(ways) != 1:
            return False
        with self.it.steps.placing(may_place):
            return self.it.attempt(ways[0])

    def _open_ways(self) -> list[Way]:
        """All ways to go on where the log leaves it open; none if an event can never be.

        When all that will be sent in this view has been, what a member's next event can be is what
        it can be now, whatever others do; so one member after the other is enough.
        """
        ways: list[Way] = []
        more = self._sends_ahead()
        for life in sorted(self.going_on()):
            if self.has_next(life):
                found = [way for way in self.explanations(life) if self._possible_now(way)]
                if not found and not more:
                    return []
                if more or not ways:
                    ways += found
        for life in self._others():
            if more and self.has_next(life):
                ways += self.explanations(life)
        return ways

    def _possible_now(self, way: Way) -> bool:
        mark = self.it.mark()
        possible = way()
        self.it.undo(mark)
        return possible

    def _sends_ahead(self) -> bool:
        """Whether somebody will send something in this view that others may wait for.

        A member's acknowledgment is the last that it sends in a view.
        """
        it = self.it
        view = it.view_of[self.here]
        for life, p in it.elements[self.here].items():
            if self.has_next(life) and not it.steps.was_sent((ACK, p, view)):
                events, end = it.views.logs[life], self._phase[life][self.here].end
                if end == len(events) and events[-1]["event"] != "close":
                    return True
                rest = events[self.next_index(life) : end]
                if any(event["event"] in ("transmit", "acknowledge") for event in rest):
                    return True
        return False

    # -- events -------------------------------------------------------------------------------

    def explanations(self, life: str, may_place: bool = True) -> list[Way]:
        """The ways in which a life's next event can be what happens next.

        Args:
            life: one that has an event in this view.
            may_place: whether a message may be placed in the view for it.
        """
        it, index = self.it, self.next_index(life)
        event = it.views.logs[life][index]
        m = it.elements[self.here].get(life, -1)
        view = it.view_of[self.here]
        if m < 0:
            return []

        def way(take: Way, message: Message | None = None) -> Way:
            def taken() -> bool:
                if not take():
                    return False
                self._problem = fields.problem(it, self.here, m, event, message)
                if self._problem:
                    return False
                it.cursors[life] = index + 1
                return True

            return taken

        match event["event"]:
            case "install":
                return [way(lambda: self._install(m, view))]
            case "deliver":
                ways = self._deliveries(way, life, index, m, may_place)
            case "complete":
                ways = [way(lambda: it.steps.complete(m))]
            case "transmit" | "acknowledge" as name:
                ways = [way(lambda: it.steps.take(name, m, view))]
            case "update":
                ways = [way(lambda: self._update(life, index, m, view))]
            case "close":
                ways = [way(lambda: True)]
            case other:
                raise ValueError(f"there is no event {other!r}")
        return self._foreseen(ways, m, event)

    def _foreseen(self, ways: list[Way], m: int, event: Event) -> list[Way]:
        """If the indicator is set then and was not before, data came in between, unseen."""
        it = self.it
        if (
            "deliver" not in it.silent
            or event["event"] == "transmit"
            or not event.get("state", {}).get("indicator")
            or it.steps.is_set(m)
        ):
            return ways

        def first(message: Message, way: Way) -> Way:
            return lambda: it.steps.deliver(m, message) and way()

        return [first(each, way) for each in it.steps.own_data(m) for way in ways] or ways

    def _install(self, m: int, view: int) -> bool:
        """Installs a view, and before it those that the log does not show."""
        steps = self.it.steps
        chain = [view]
        while (before := steps.previous(chain[-1])) in self.it.unmet and steps.is_in(before, m):
            chain.append(before)
        for each in reversed(chain):
            if steps.at(m) >= 0 and not steps.finish(m):
                return False
            if not steps.take("install", m, each):
                return False
        return True

    def _update(self, life: str, index: int, m: int, view: int) -> bool:
        """An application's change: all members of a view take in the same ones, in one order."""
        it, events = self.it, self.it.views.logs[life]
        before = events[self._phase[life][self.here].begin : index]
        key = ("update", view, sum(event["event"] == "update" for event in before))
        for name in ("sender", "digest"):
            said = events[index].get(name)
            if said is not None and not it.tell((*key, name), said):
                self._problem = f"`{name}` is {said}, but {it.told[*key, name]} at others"
                return False
        if key not in it.told:
            it.tell(key, it.new("Datum", it.data))
            it.data += 1
        datum = it.told[key]
        assert isinstance(datum, int)
        return it.steps.take("update", m, view, datum)

    def _deliveries(self, way: Any, life: str, index: int, m: int, may_place: bool) -> list[Way]:
        """What a delivery can be of, by the fields that it has."""
        it = self.it
        event = it.views.logs[life][index]
        name, sender = event.get("view"), event.get("sender")
        if name is not None and (
            name not in it.view_of
            or (sender and it.elements[name].get(sender) != it.elements[self.here].get(sender))
        ):
            return [way(lambda: self._foreign(life, index))]
        if name is not None and sender is not None and "kind" in event:
            p = it.elements[name].get(sender, -1)
            kind = DATA if event["kind"] == "data" else ACK
            candidates = [(kind, p, it.view_of[name])] if p >= 0 else []
        else:
            candidates = [each for each in self._messages(m) if self._is(each, event)]
        request = event.get("request")
        return [
            way(lambda message=message: it.steps.deliver(m, message), message)
            for message in candidates
            if (may_place or it.steps.place_of(message) >= 0)
            and (request is None or it.start_of.get(request, -1) == it.steps.request_of(message[2]))
        ]

    def _foreign(self, life: str, index: int) -> bool:
        """A message of no effect: of an earlier request, whose sender came another way from there.

        On that way, it is a message as all others.
        """
        event, it = self.it.views.logs[life][index], self.it
        view = it.views.views.get(event["view"])
        request = it.views.views[self.here].request
        if view is None or view.request == request or event.get("request", "") == request:
            return False
        if event.get("sender") not in (view.members or ()):
            return False
        it.foreign[life, index] = None
        return True

    def _messages(self, m: int) -> list[Message]:
        """The messages that can be delivered to a member next."""
        it = self.it
        here = it.view_of[self.here]
        found = [x for x in it.steps.placed_in(here) if not it.steps.was_delivered(m, x)]
        for p in it.elements[self.here].values():
            found += it.steps.waiting(p)
            if it.steps.was_sent((ACK, p, here)):
                continue
            for kind, action in ((DATA, "transmit"), (ACK, "acknowledge")):
                message = (kind, p, here)
                if it.hides(p, action, False) and not it.steps.was_sent(message):
                    found.append(message)
        return found

    def _is(self, message: Message, event: Event) -> bool:
        kind, p, v = message
        is_data = "bytes" in event or "digest" in event
        return (
            event.get("kind", "data" if is_data else None) in (None, ("data", "ack")[kind])
            and event.get("sender") in (None, self.it.life_of[p])
            and ("view" not in event or self.it.view_of.get(event["view"]) == v)
        )

    # -- where it does not go on --------------------------------------------------------------

    def _note_stuck(self) -> None:
        """Keeps the place, if it is the furthest so far."""
        it = self.it
        consumed = sum(it.cursors.values())
        if self.stuck is not None and consumed <= self.stuck.consumed:
            return
        reasons: dict[str, tuple[int, str]] = {}
        next_view = why = ""
        if self._pending():
            for life in sorted(self.going_on()):
                if self.has_next(life):
                    reasons[life] = self.next_index(life), self._why(self.explanations(life))
        elif it.level + 1 < len(self.path):
            next_view, why = self.path[it.level + 1], self._why(self._ways_on())
        self.stuck = Stuck(
            consumed,
            self.here if it.level >= 0 else "",
            next_view,
            why,
            reasons,
            tuple(it.steps.taken),
            tuple(it.steps.possible()),
        )

    def _why(self, ways: list[Way]) -> str:
        """Why none of some ways can be gone."""
        if not ways:
            return "there is nothing that it can be of"
        said: list[str] = []
        for way in ways[:WAYS_SAID_MAX]:
            self._problem = ""
            mark = self.it.mark()
            with self.it.steps.explaining() as reasons:
                way()
            self.it.undo(mark)
            said += [self._problem or "; ".join(reasons[-1:]) or "it cannot be"]
        return ", or ".join(dict.fromkeys(said))
