"""All ways to put the events of logs, and what they do not show, in one order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from tests.validate.casts import Cast
from tests.validate.graph import KINDS, Graph
from tests.validate.said import Event, Logs, Outside, Stays

Told = frozenset[tuple[tuple[Any, ...], object]]
Taken = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Place:
    """Where a search is."""

    state: int
    level: int
    cursors: tuple[int, ...]
    told: Told


class Search:
    """All behaviours of a cast that logs allow.

    Args:
        logs: the events of each life.
        stays: by life the views that it installed.
        starting: the views that start a request.
        cast: who is who.
        graph: of the cast's scope.
        silent: kinds of event that are left out.
    """

    def __init__(
        self, logs: Logs, stays: Stays, starting: Collection[str], cast: Cast, graph: Graph,
        silent: Collection[str],
    ) -> None:  # fmt: skip
        self.logs, self.stays, self.cast, self.silent = logs, stays, cast, silent
        self.starting = starting
        self.graph = graph
        self.lives = sorted(logs)
        updates = [
            (life, i) for life in self.lives for i, e in enumerate(logs[life])
            if e["event"] == "update"
        ]  # fmt: skip
        self._datum_of = {place: cast.data + i for i, place in enumerate(updates)}
        self._unseen = cast.data + len(updates)
        self.names = [view.name for view in cast.path]

    def accepts(self, owners: Collection[str], states_max: int) -> bool:
        """Whether some behaviour shows all of some lives, and of the others what it must.

        Raises:
            Outside: there are more than so many places to search.
        """
        first = Place(0, 0, (0,) * len(self.lives), frozenset())
        if not self._is_as_said(0, 0):
            return False
        needed = [self._needed(life, owners) for life in self.lives]
        todo, known = [first], {first}
        last = len(self.names) - 1
        while todo:
            place = todo.pop()
            done = all(c >= n for c, n in zip(place.cursors, needed, strict=True))
            if place.level == last and done:
                return True
            for following in self._next(place):
                if following not in known:
                    known.add(following)
                    todo.append(following)
            if len(known) > states_max:
                raise Outside
        return False

    def _needed(self, life: str, owners: Collection[str]) -> int:
        """How many events of a life must be in the behaviour."""
        if life in owners:
            return len(self.logs[life])
        onward = set(pairwise(self.names))
        goes_on = [b[1] for a, b in pairwise(self.stays[life]) if (a[0], b[0]) in onward]
        return max(goes_on, default=0)

    def _next(self, place: Place) -> Iterator[Place]:
        yield from self._environment(place)
        for number, life in enumerate(self.lives):
            yield from self._hidden(place, number, life)
        for life in sorted({life for names in self.cast.of for life in names} - set(self.lives)):
            yield from self._hidden(place, -1, life)
        for number, life in enumerate(self.lives):
            if place.cursors[number] < len(self.logs[life]):
                yield from self._logged(place, number, life)

    # -- steps that no log shows ------------------------------------------------------------------

    def _environment(self, place: Place) -> Iterator[Place]:
        graph, state, level = self.graph, place.state, place.level
        if level + 1 < len(self.names):  # in the last view, a crash only takes away
            for m in range(len(self.cast.members)):
                yield from self._to(place, "crash", (m,))
        placed = {fact[1:] for fact in graph.facts(state, "placed")}
        for message in graph.facts(state, "sent") - placed:
            yield from self._to(place, "order", (*message, level))
        if level + 1 < len(self.names):
            view = self.cast.path[level + 1]
            args = (level, level + 1)
            if view.starts_request and not graph.is_finished(state):
                return
            if view.starts_request:
                arrival = sum(each.starts_request for each in self.cast.path[: level + 1])
                reached = graph.after(state, "request", (*args, arrival))
            else:
                reached = graph.after(state, "exclude", args)
            if reached >= 0 and self._is_as_said(reached, level + 1):
                yield Place(reached, level + 1, place.cursors, place.told)

    def _is_as_said(self, state: int, level: int) -> bool:
        """Whether a view that was just formed is that of the log."""
        graph, view, names = self.graph, self.cast.path[level], self.cast.of[level]
        if {m for v, m in graph.facts(state, "in_view") if v == level} != set(names.values()):
            return False
        start = self.names.index(view.request) if view.request in self.names else -1
        if graph.request_of(state, level) != start:
            return False
        if not view.starts_request:
            return True
        said = {(level, names[a], names[b]) for g, _ in view.groups for a, b in product(g, g)}
        if {fact for fact in graph.facts(state, "same") if fact[0] == level} != said:
            return False
        return all(
            bool(graph.holds(state, names[life])) == bears_data
            for group, bears_data in view.groups
            for life in group
        )

    def _hidden(self, place: Place, number: int, life: str) -> Iterator[Place]:
        graph, state = self.graph, place.state
        events = self.logs.get(life, ())
        closed = bool(events) and events[-1]["event"] == "close"
        read = number < 0 or place.cursors[number] == len(events)
        if read and closed:
            return
        for m in [i for i, member in enumerate(self.cast.members) if member[0] == life]:
            here = graph.at(state, m)
            for name, args in self._own_steps(state, m):
                stale = name == "deliver" and here >= 0 and (
                    graph.request_of(state, args[3]) != graph.request_of(state, here)
                )  # fmt: skip
                if name == "transmit" and not read and self._says_unset(place, number, life):
                    continue
                if read or name in self.silent or stale:
                    yield from self._to(place, name, args)
            if read and here >= 0 and not graph.holds(state, m):  # more would not be seen
                yield from self._to(place, "update", (m, here, self._unseen))

    def _says_unset(self, place: Place, number: int, life: str) -> bool:
        """Whether a log says that the indicator is not set yet, by the events ahead.

        They need not all be in this behaviour, and yet they are true.
        """
        starts = [begin for name, begin, _ in self.stays[life] if name in self.starting]
        for index in range(place.cursors[number], len(self.logs[life])):
            if index in starts:
                return False
            state = self.logs[life][index].get("state", {})
            if "indicator" in state:
                return not state["indicator"]
        return False

    def _own_steps(self, state: int, m: int) -> Iterator[Taken]:
        """What a member can do, perhaps, without updates: all but installing in its view."""
        here = self.graph.at(state, m)
        for v in range(here + 1, len(self.names)):
            yield "install", (m, v)
        for name in ("transmit", "acknowledge", "complete") if here >= 0 else ():
            yield name, (m, here)
        for w, kind, p, v in sorted(self.graph.facts(state, "placed")):
            if w == here:
                yield "deliver", (m, kind, p, v)

    def _to(self, place: Place, name: str, args: tuple[int, ...]) -> Iterator[Place]:
        reached = self.graph.after(place.state, name, args)
        if reached >= 0:
            yield Place(reached, place.level, place.cursors, place.told)

    # -- events -----------------------------------------------------------------------------------

    def _logged(self, place: Place, number: int, life: str) -> Iterator[Place]:
        event = self.logs[life][place.cursors[number]]
        cursors = list(place.cursors)
        cursors[number] += 1
        kind = event["event"]
        here = self._view_of(life, place.cursors[number])
        if here < 0 or life not in self.cast.of[here]:
            return
        m = self.cast.of[here][life]
        steps: list[tuple[int, Taken]]
        if kind == "close":
            steps = [(place.state, (kind, (m,)))]
        elif kind == "update":
            args = m, here, self._datum_of[life, place.cursors[number]]
            steps = [(self.graph.after(place.state, kind, args), (kind, args))]
        else:
            steps = [
                (self.graph.after(place.state, name, args), (name, args))
                for name, args in self._own_steps(place.state, m)
                if name == kind and self._is_of(event, name, args)
            ]
        for reached, taken in steps:
            if reached < 0 or not self._state_fits(reached, m, event):
                continue
            told = self._told(place.told, reached, m, event, taken)
            if told is not None and self.graph.at(reached, m) == here:
                yield Place(reached, place.level, tuple(cursors), told)

    def _view_of(self, life: str, index: int) -> int:
        """The view in which an event is; -1 if it is not on the path."""
        names = [name for name, begin, end in self.stays[life] if begin <= index < end]
        return self.names.index(names[0]) if names and names[0] in self.names else -1

    def _is_of(self, event: Event, name: str, args: tuple[int, ...]) -> bool:
        """Whether what an event says that it is about can be a step."""
        view = self.cast.path[args[-1]]
        if event.get("view", view.name) != view.name:
            return False
        if event.get("request", view.request) != view.request:
            return False
        if name != "deliver":
            return True
        if "kind" in event and event["kind"] != KINDS[args[1]]:
            return False
        if KINDS[args[1]] == "ack" and ("bytes" in event or "digest" in event):
            return False
        return event.get("sender") in (None, self.cast.members[args[2]][0])

    def _state_fits(self, state: int, m: int, event: Event) -> bool:
        graph, said = self.graph, event.get("state", {})
        view = graph.at(state, m)
        if view < 0:
            return not said
        now = {
            "indicator": (m,) in graph.facts(state, "indicator"),
            "leads": graph.leads(state, m, view),
            "completed": graph.has_completed(state, m, view),
        }
        return all(now[name] == value for name, value in said.items())

    def _told(self, told: Told, state: int, m: int, event: Event, taken: Taken) -> Told | None:
        """What was said of contents, with what an event says; None if that is not the same."""
        said: dict[tuple[Any, ...], object] = dict(told)
        for key, value in self._says(state, m, event, taken):
            if key == ("never",) or said.setdefault(key, value) != value:
                return None
        return frozenset(said.items())

    def _says(
        self, state: int, m: int, event: Event, taken: Taken
    ) -> Iterator[tuple[tuple[Any, ...], object]]:
        graph, (name, args) = self.graph, taken
        if name == "close":
            return
        here = graph.at(state, m)
        start = graph.request_of(state, here)
        if name in ("transmit", "deliver"):
            p, v = args[-2:]
            about = (start_of := graph.request_of(state, v)), graph.group_of(state, start_of, p)
            for field in ("bytes", "digest"):
                if event.get(field) is not None:
                    yield (*about, field), event[field]
        if name == "install" and "holds" in event:
            holds = graph.holds(state, m)
            if bool(holds) != (event["holds"] is not None):
                yield ("never",), 0
            elif holds:
                yield (m, holds), event["holds"]
                if here == start:
                    yield (start, graph.group_of(state, start, m), "digest"), event["holds"]
        if name == "complete":
            heard = {
                graph.group_of(state, start, p)
                for q, k, p, v in graph.facts(state, "delivered")
                if q == m and KINDS[k] == "data" and graph.request_of(state, v) == start
            }
            yield from self._result(event, start, heard)
            if event.get("holds") is not None:
                yield ("completed", here), event["holds"]
            if "holds" in event and graph.holds(state, m):
                yield (m, graph.holds(state, m)), event["holds"]
                if event["holds"] is None:
                    yield ("never",), 0

    def _result(
        self, event: Event, start: int, heard: set[frozenset[int]]
    ) -> Iterator[tuple[tuple[Any, ...], object]]:
        view, names = self.cast.path[start], self.cast.of[start]
        groups = {
            name: frozenset(names[life] for life in lives)
            for name, lives in view.group_names.items()
        }
        bearing = {
            frozenset(names[life] for life in lives) for lives, bears in view.groups if bears
        }
        if event.get("data") is not None:
            if set(event["data"]) != {name for name, group in groups.items() if group in heard}:
                yield ("never",), 0
            for name, digest in event["data"].items():
                if digest is not None and name in groups:
                    yield (start, groups[name], "digest"), digest
        if "lost" in event:
            lost = {n for n, group in groups.items() if group in bearing and group not in heard}
            if set(event["lost"]) != lost:
                yield ("never",), 0
