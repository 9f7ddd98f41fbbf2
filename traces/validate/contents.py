"""What logs say of contents, of which the specification does not speak.

Data has no content there, but it is said whose data is the same. So whatever is said of the data of
one subgroup in one request must be the same everywhere (OwnVoice), and whoever completes in one
view must hold the same after it (SameData). A member sends data once in a request. Updates are
accepted by all members of a view in one order, and by those who go on together all of them; whoever
was separated or killed may miss some.

All of this can be seen from the names in the events, whatever the behaviour. Where a log does not
say what an event is about, a behaviour says it (`fields`), and the contents are compared there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import combinations, pairwise

from traces.validate.views import Contradiction, Event, LoggedView, Phase, Views

Key = tuple[Hashable, ...]
Place = tuple[str, int]
"""An event: its life and its number."""
Named = tuple[str, int]
"""An update of a view: its sender, or "", and how many of it came before."""


class Contents:
    """What is said of contents by name.

    Args:
        views: the log.

    Attributes:
        said: by what it is about; see `data_key`.

    Raises:
        Contradiction: events contradict each other.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self.said: dict[Key, object] = {}
        self._updates: dict[str, dict[str, list[tuple[Named, Place]]]] = {}
        """By view and life, in order."""
        self._accepted: dict[tuple[str, str], Counter[str]] = {}
        """By view and life, how many updates of each sender, "" if it is not known."""
        for life, phases in views.phases.items():
            for phase in phases:
                for index in range(phase.begin, phase.end):
                    self._take_in(life, phase, index)
        for view, updates in self._updates.items():
            for one, other in combinations(sorted(updates), 2):
                self._compare_order(view, updates[one], updates[other])
        for following in views.views.values():
            for before in following.before:
                for together in self._together(before, following):
                    self._compare_all(before, together)

    def data_key(self, request: str, life: str) -> Key | None:
        """What the data that a life speaks of in a request is named by, if it is known."""
        view = self._views.views.get(request)
        for group in (view.subgroups if view is not None else None) or ():
            if life in group.members:
                return "data", request, group.members
        return None

    def _take_in(self, life: str, phase: Phase, index: int) -> None:
        event = self._views.logs[life][index]
        view = self._views.views[phase.view]
        said: list[tuple[str, Key, object]] = []
        match event["event"]:
            case "transmit":
                said += self._of_data(event, view.request, life)
                said.append(("view", ("sent", view.request, life), view.name))
            case "deliver":
                said += self._of_delivery(event)
            case "install" if view.starts_request:
                said += self._of_holding(event, self.data_key(view.request, life), "holds")
            case "complete":
                said += self._of_result(event, view)
                said += self._of_holding(event, ("after", view.name), "holds")
            case "update":
                said += self._of_update(event, life, view, index)
            case _:
                pass
        for name, key, value in said:
            known = self.said.setdefault(key, value)
            if known != value:
                problem = f"`{name}` is {value}, but {known} elsewhere for {_say(key)}"
                raise Contradiction(problem, life, index)

    def _of_data(
        self, event: Event, request: str, speaker: str
    ) -> Iterator[tuple[str, Key, object]]:
        key = self.data_key(request, speaker)
        for name in ("bytes", "digest"):
            # Large data has no digest.
            if key is not None and event.get(name) is not None:
                yield name, (*key, name), event[name]

    def _of_delivery(self, event: Event) -> Iterator[tuple[str, Key, object]]:
        sender, sent_in = event.get("sender"), event.get("view")
        view = self._views.views.get(sent_in or "")
        request = event.get("request", view.request if view is not None else None)
        if sender is None or request is None or not is_of_data(event):
            return
        yield from self._of_data(event, request, sender)
        if sent_in is not None:
            yield "view", ("sent", request, sender), sent_in

    def _of_result(self, event: Event, view: LoggedView) -> Iterator[tuple[str, Key, object]]:
        request = self._views.views.get(view.request)
        for group in (request.subgroups if request is not None else None) or ():
            digest = (event.get("data") or {}).get(group.name)
            if digest is not None:
                yield "data", ("data", view.request, group.members, "digest"), digest

    def _of_holding(
        self, event: Event, key: Key | None, name: str
    ) -> Iterator[tuple[str, Key, object]]:
        if key is not None and event.get(name) is not None:
            yield name, (*key, "digest"), event[name]

    # -- updates ------------------------------------------------------------------------------

    def _of_update(
        self, event: Event, life: str, view: LoggedView, index: int
    ) -> Iterator[tuple[str, Key, object]]:
        """Updates are named by their sender, and how many of it came before in the view.

        After one of an unknown sender it is not known how many they were.
        """
        own = self._updates.setdefault(view.name, {}).setdefault(life, [])
        accepted = self._accepted.setdefault((view.name, life), Counter())
        sender = "" if accepted[""] else event.get("sender", "")
        number = accepted[sender]
        accepted[sender] += 1
        own.append(((sender, number), (life, index)))
        if sender and event.get("digest") is not None:
            yield "digest", ("update", view.name, sender, number), event["digest"]

    def _compare_order(
        self, view: str, mine: list[tuple[Named, Place]], theirs: list[tuple[Named, Place]]
    ) -> None:
        """Two lives have accepted the same updates in the same order, as far as both have."""
        order = {key: i for i, (key, _) in enumerate(mine) if key[0]}
        last = -1
        for key, place in theirs:
            if order.get(key, last) < last:
                other = mine[0][1][0]
                raise Contradiction(f"{other} has accepted it before others in view {view}", *place)
            last = order.get(key, last)

    def _together(self, before: str, following: LoggedView) -> Iterator[list[str]]:
        """Who has gone from one view to another together, as far as can be told."""
        lives = following.before[before]
        if not following.starts_request:
            yield lives
        for group in following.subgroups or ():
            yield [life for life in lives if life in group.members]

    def _compare_all(self, view: str, together: list[str]) -> None:
        """Those who go on together have accepted the same updates."""
        updates = self._updates.get(view, {})
        for one, other in pairwise(together):
            mine, theirs = updates.get(one, []), updates.get(other, [])
            for (a, place), (b, _) in zip(mine, theirs, strict=False):
                if a[0] and b[0] and a != b:
                    raise Contradiction(f"{other} has accepted another update", *place)
            if len(mine) != len(theirs):
                longer, shorter = (one, other) if len(mine) > len(theirs) else (other, one)
                place = updates[longer][min(len(mine), len(theirs))][1]
                problem = f"{shorter} goes on with it and has not accepted this"
                raise Contradiction(problem, *place)


def is_of_data(event: Event) -> bool:
    """Whether a delivery says that it is of data."""
    kind = event.get("kind")
    return kind == "data" or (kind is None and ("bytes" in event or "digest" in event))


def _say(key: Key) -> str:
    match key:
        case ("data", request, frozenset() as members, *_):
            return f"the data of {', '.join(sorted(map(str, members)))} in request {request}"
        case ("sent", request, life):
            return f"the data that {life} sent in request {request}"
        case ("after", view, *_):
            return f"those who complete in view {view}"
        case ("update", view, sender, number):
            return f"update {int(str(number)) + 1} of {sender} in view {view}"
        case _:
            return str(key)
