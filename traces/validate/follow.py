"""Follows a path of views event by event.

Members need no common clock. What they did is put in an order that the specification allows, view
by view: all that is done in a view comes before the next one is formed. No behaviour is lost by
this, because nothing that a member does in a view depends on anything after it, and nothing that
is done after it is disabled by it; a member crashes after its last event. Inside a view, whatever
can be done is done, by members in turn, since it disables nothing that another member's log has.
Only where a log leaves open what happened are there several ways to go on; they are tried in turn,
depth first, and a state that has led nowhere with the same events ahead is not tried again.

A `close` is no step. It comes last of all, for before it a member may have done unseen whatever
others need of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from traces.validate.behaviour import Behaviour, Mark, Way
from traces.validate.forming import begin, ways_on
from traces.validate.later import names_message
from traces.validate.steps import ACK, Message
from traces.validate.stuck import Stuck, explain
from traces.validate.views import Event
from traces.validate.ways import Ways

TRIES_MAX = 200_000


class Undetermined(Exception):
    """Too many ways were tried."""


class Follower:
    """Follows a path.

    Args:
        it: the behaviour, which is at the beginning of the path or on it.
        path: the views, by name, from one that has none before it.
        owners: the lives whose events in the last view must all be in the behaviour; others are as
            far as they can be.
        marks: for each place that the behaviour has come to already, where its view was formed.

    Attributes:
        marks: likewise, at the end.
        tries: ways that were tried where there were several.
        stuck: the furthest place from which no way led on, if there is one.
    """

    def __init__(
        self, it: Behaviour, path: tuple[str, ...], owners: frozenset[str], marks: list[Mark]
    ) -> None:
        self.marks = marks
        self.it, self.path, self.owners = it, path, owners
        self.ways = Ways(it)
        self._phase = {
            life: {phase.view: phase for phase in phases}
            for life, phases in it.views.phases.items()
        }
        self._choices: list[tuple[Mark, list[Way]]] = []
        self._tried: set[tuple[Any, ...]] = set()
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
            if self.waiting():
                ways = self._open_ways()
            elif self.it.level + 1 == len(self.path):
                if self.it.attempt(self.close):
                    return True
                ways = []
            else:
                ways = [*self._other_ways(), *self.ways_on()]
            if not self._go(ways):
                return False

    def _go(self, ways: list[Way]) -> bool:
        """Takes one of several ways on, or goes back to where there was another one."""
        it = self.it
        mark = it.mark()
        if len(ways) > 1:
            key = (it.machine.store.fingerprint, it.told_mark, it.level, *it.cursors.values())
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

    def _note_stuck(self) -> None:
        """Keeps the place, if it is the furthest so far."""
        consumed = sum(self.it.cursors.values())
        if self.stuck is None or consumed > self.stuck.consumed:
            self.stuck = explain(self, consumed)

    def ways_on(self) -> list[Way]:
        """The ways to form the next view."""
        it, level = self.it, self.it.level
        following = it.views.views[self.path[level + 1]]
        if level < 0:
            return [lambda: begin(it, following)]
        return ways_on(it, it.views.views[self.here], following, self.path[level + 1 :])

    # -- whose turn it is ---------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The name of the view that is open."""
        return self.path[self.it.level]

    @property
    def is_last(self) -> bool:
        """Whether no view is to be formed any more."""
        return self.it.level + 1 == len(self.path)

    def going_on(self) -> frozenset[str]:
        """The lives whose events in this view must all be in the behaviour."""
        if not self.is_last:
            following = self.it.views.views[self.path[self.it.level + 1]]
            return frozenset(following.before.get(self.here, ()))
        return self.owners

    def has_next(self, life: str) -> bool:
        """Whether there is an event of a life in this view that is not in the behaviour yet."""
        phase = self._phase.get(life, {}).get(self.here)
        if phase is None or life not in self.it.elements[self.here]:
            return False
        index = self.next_index(life)
        return index < phase.end and self.it.views.logs[life][index]["event"] != "close"

    def next_index(self, life: str) -> int:
        """Of the next event of a life that has some in this view."""
        return max(self.it.cursors[life], self._phase[life][self.here].begin)

    def waiting(self) -> list[str]:
        """The lives with events in this view that must come before the next one."""
        if self.it.level < 0:
            return []
        return [life for life in sorted(self.going_on()) if self.has_next(life)]

    def _others(self) -> list[str]:
        """Lives in this view that do not go on with the path, or whose log ends in it."""
        first = self.going_on()
        return [life for life in self.it.elements[self.here] if life not in first]

    def next_ways(self, life: str) -> list[Way]:
        """The ways in which a life's next event can be next."""
        return self.ways.of(life, self.next_index(life), self.here)

    def _consume(self) -> bool:
        """Takes what is determined; whether anything was."""
        if self.it.level < 0:
            return False
        progress = False
        for life in sorted(self.going_on()):
            while self.has_next(life) and self._determined(life):
                progress = True
        if progress and self.waiting():
            return True
        for life in self._others():
            while self.has_next(life) and self._determined(life, restricted=True):
                progress = True
        return progress

    def _determined(self, life: str, restricted: bool = False) -> bool:
        if self._is_vague(life):
            return False
        ways = self.next_ways(life)
        if restricted:
            ways = [self._restricted(way, self._is_awaited) for way in ways]
        return len(ways) == 1 and self.it.attempt(ways[0])

    def _is_vague(self, life: str) -> bool:
        """Whether a life's next event may be of messages that have not been sent yet."""
        event = self.it.views.logs[life][self.next_index(life)]
        return event["event"] == "deliver" and not names_message(event)

    def _open_ways(self) -> list[Way]:
        """All ways to go on where the log leaves it open; none if an event can never be.

        When all that will be sent in this view has been, what a member's next event can be is what
        it can be now, whatever others do; so one member after the other is enough.
        """
        ways: list[Way] = []
        more = self._sends_ahead()
        for life in self.waiting():
            found = [way for way in self.next_ways(life) if self._is_possible(way)]
            if not found and not more:
                return []
            if more or not ways:
                ways += found
        return [*ways, *self._other_ways()] if more else ways

    def _other_ways(self) -> list[Way]:
        """The ways to go on with those of whom not all events must be in the behaviour."""
        if self.it.level < 0:
            return []
        ways: list[Way] = []
        vague = self._is_unsaid() or any(not names_message(event) for event in self._ahead())
        for life in self._others():
            if self.has_next(life) and (vague or self._is_vague(life)):
                ways += [
                    self._restricted(way, self._may_be_awaited) for way in self.next_ways(life)
                ]
        return ways

    def _restricted(self, way: Way, may_place: Callable[[Message], bool]) -> Way:
        """Those who do not go on may know of messages that the others never got; in the last view,
        nobody has to get them.
        """
        if self.is_last:
            return way

        def taken() -> bool:
            with self.it.hidden.placing(may_place):
                return way()

        return taken

    def _is_awaited(self, message: Message) -> bool:
        """Whether somebody who goes on says that it is delivered in this view."""
        return any(self.ways.is_named(message, event) for event in self._ahead())

    def _may_be_awaited(self, message: Message) -> bool:
        """Whether it may be delivered in this view to somebody who goes on."""
        return self._is_unsaid() or any(self.ways.may_be(message, event) for event in self._ahead())

    def _is_unsaid(self) -> bool:
        """Whether logs do not say what is delivered."""
        return "deliver" in self.it.silent

    def _ahead(self) -> Iterator[Event]:
        """The deliveries in this view to those who go on that are not in the behaviour yet."""
        for life in self.going_on():
            end = self._phase[life][self.here].end
            for event in self.it.views.logs[life][self.next_index(life) : end]:
                if event["event"] == "deliver":
                    yield event

    def _is_possible(self, way: Way) -> bool:
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

    def close(self) -> bool:
        """The owners close, all at once."""
        it = self.it
        closing = [
            life for life in sorted(self.owners) if it.cursors[life] < len(it.views.logs[life])
        ]
        return self.ways.close(closing, self.here)
