"""The views of a log: who installed which, one after the other, as far as the log says it.

Each life's events fall into *phases*: an `install` and what follows it up to the next one. Lives
that installed the same view have a phase of it. Fields may be missing, and what one life does not
say another may.

Separated parts have views side by side, so that views form a graph: from a view to one that
somebody installed next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from traces.errors import TraceError
from traces.validate.naming import Event, Logs, Naming, Phase, phases_of

__all__ = ["Contradiction", "Event", "Group", "LoggedView", "Logs", "Phase", "Views"]

_OF_PRESENT_VIEW = ("transmit", "acknowledge", "complete", "update")
"""Events whose `view` is the one that the member is in."""
_OF_PRESENT_REQUEST = ("install", "transmit", "acknowledge", "complete")


@dataclass(frozen=True)
class Group:
    """A subgroup as a log says it."""

    name: str
    members: frozenset[str]
    bears_data: bool


@dataclass
class LoggedView:
    """What is known of a view.

    Attributes:
        name: epoch.tag, or what it was called for want of a name.
        request: the name of the view that started its request.
        members: lives.
        subgroups: those of its request, if the view starts one.
        before: the views from which lives came to it, with those who came from there.
        perhaps_before: the views from which lives may have come whose logs end there.
    """

    name: str
    request: str = ""
    members: frozenset[str] | None = None
    subgroups: tuple[Group, ...] | None = None
    before: dict[str, list[str]] = field(default_factory=dict)
    perhaps_before: set[str] = field(default_factory=set)

    @property
    def starts_request(self) -> bool:
        return self.request == self.name


class Contradiction(Exception):
    """What a log says cannot be so, whatever the specification allows.

    Attributes:
        problem: why not.
        life: whose event says it.
        index: which of its events.
    """

    def __init__(self, problem: str, life: str, index: int) -> None:
        self.problem, self.life, self.index = problem, life, index
        super().__init__(problem)


class Views:
    """The graph of the views of a log.

    Args:
        logs: as they were read; whatever is in them has the form of a log.
        guesses: takes what was assumed where the log does not say it, a line each.

    Attributes:
        phases: of each life, in order.
        views: by name, each after those before it.

    Raises:
        Contradiction: something happens before a first view, or lives contradict each other in
            what a view is.
        TraceError: nobody says what a view is.
    """

    def __init__(self, logs: Logs, guesses: list[str]) -> None:
        self.logs, self._guesses = logs, guesses
        self.phases = {life: self._phases(life, events) for life, events in logs.items()}
        naming = Naming(logs, self.phases, self._guess)
        naming.run()
        self._invented = naming.invented
        self.views: dict[str, LoggedView] = {}
        for own in self.phases.values():
            for number, phase in enumerate(own):
                self._learn(phase, own[number - 1].view if number else "")
        self.views = {view.name: view for view in self._in_order()}
        self._follow_the_lost()
        installed: dict[str, set[str]] = {}
        for life, own in self.phases.items():
            for phase in own:
                installed.setdefault(phase.view, set()).add(life)
        for view in self.views.values():
            self._complete(view, frozenset(installed[view.name]))
        for own in self.phases.values():
            for phase in own:
                if phase.life not in (self.views[phase.view].members or ()):
                    problem = f"it is not in view {phase.view}, by what others say"
                    raise Contradiction(problem, phase.life, phase.begin)
                if "subgroups" in self.logs[phase.life][phase.begin]:
                    self._check_subgroups(self.views[phase.view], phase)

    def _check_subgroups(self, view: LoggedView, phase: Phase) -> None:
        """Each member is in one of them."""
        members = [life for group in view.subgroups or () for life in group.members]
        problem = ""
        if not view.starts_request:
            problem = "`subgroups` of a view that starts no request"
        elif sorted(members) != sorted(view.members or ()):
            problem = "`subgroups` are not such that each member is in one of them"
        if problem:
            raise Contradiction(problem, phase.life, phase.begin)

    def _phases(self, life: str, events: Sequence[Event]) -> list[Phase]:
        phases = list(phases_of(life, events))
        first = phases[0].begin if phases else len(events)
        for index, event in enumerate(events):
            if event["event"] == "close" and index + 1 < len(events):
                raise Contradiction("it comes after `close`", life, index + 1)
            if index < first and event["event"] != "close":
                raise Contradiction("it comes before the first view", life, index)
        seen: set[str] = set()
        for phase in phases:
            phase.view = self._said_view(phase)
            if phase.view and phase.view in seen:
                raise Contradiction(f"it installs view {phase.view} again", life, phase.begin)
            seen.add(phase.view)
        return phases

    def _said_view(self, phase: Phase) -> str:
        """The view that the life itself names."""
        events = self.logs[phase.life]
        said = str(events[phase.begin].get("view", ""))
        for index in range(phase.begin + 1, phase.end):
            event = events[index]
            if event["event"] in _OF_PRESENT_VIEW and "view" in event:
                if said and event["view"] != said:
                    problem = f"`view` is {event['view']}, but it is in view {said}"
                    raise Contradiction(problem, phase.life, index)
                said = event["view"]
        return said

    def _guess(self, phase: Phase, what: str) -> None:
        self._guesses.append(f"{phase.life}, event {phase.begin + 1}: installs {what}")

    # -- what a view is -----------------------------------------------------------------------

    def _learn(self, phase: Phase, before: str) -> None:
        """Takes in what a life says of a view."""
        events, index = self.logs[phase.life], phase.begin
        view = self.views.setdefault(phase.view, LoggedView(phase.view))
        event = events[index]
        members = frozenset(event["members"]) if "members" in event else None
        if members is not None and phase.life not in members:
            raise Contradiction("`members` does not contain it", phase.life, index)
        groups = None
        if "subgroups" in event:
            groups = tuple(
                Group(each["name"], frozenset(each["members"]), each["bears_data"])
                for each in event["subgroups"]
            )
        for name, said in (("members", members), ("subgroups", groups)):
            known = getattr(view, name)
            if said is not None and known is not None and not _same(known, said):
                problem = f"`{name}` of view {view.name} is not what others say of it"
                raise Contradiction(problem, phase.life, index)
            setattr(view, name, said if known is None else known)
        for number in range(index, phase.end):
            request = events[number].get("request", "")
            if not request or events[number]["event"] not in _OF_PRESENT_REQUEST:
                continue
            if view.request and view.request != request:
                problem = f"`request` is {request}, but {view.request} elsewhere for this view"
                raise Contradiction(problem, phase.life, number)
            view.request = request
        if before:
            view.before.setdefault(before, []).append(phase.life)

    def _in_order(self) -> list[LoggedView]:
        """The views, each after those before it."""
        after: dict[str, list[str]] = {}
        for view in self.views.values():
            for before in view.before:
                after.setdefault(before, []).append(view.name)
        missing = {name: len(view.before) for name, view in self.views.items()}
        found = [name for name, number in missing.items() if not number]
        for name in found:  # it grows
            for following in after.get(name, ()):
                missing[following] -= 1
                if not missing[following]:
                    found.append(following)
        for life, own in self.phases.items():
            for one, other in pairwise(own):
                if missing[one.view] and other.view in self.ancestors(one.view):
                    problem = f"view {other.view} comes after {one.view}, but before it elsewhere"
                    raise Contradiction(problem, life, other.begin)
        return [self.views[name] for name in found]

    def _follow_the_lost(self) -> None:
        """A life whose log ends may have come to the views that have it, or closed before."""
        member_of: dict[str, list[LoggedView]] = {}
        for view in self.views.values():
            for life in view.members or ():
                member_of.setdefault(life, []).append(view)
        for life, phases in self.phases.items():
            if not phases:
                continue
            own = {phase.view for phase in phases}
            unseen = [view for view in member_of.get(life, ()) if view.name not in own]
            earlier = self.ancestors(phases[-1].view) if unseen else set()
            for view in unseen:
                if view.name not in earlier:
                    view.perhaps_before.add(phases[-1].view)

    def ancestors(self, name: str) -> set[str]:
        """The views from which somebody may have come to one, it included."""
        found, todo = {name}, [name]
        while todo:
            view = self.views[todo.pop()]
            for before in (*view.before, *view.perhaps_before):
                if before not in found:
                    found.add(before)
                    todo.append(before)
        return found

    def between(self, start: str, end: str) -> set[str]:
        """The views on ways from one to another, both included; nothing if there is no way."""
        useful, after = self.ancestors(end), dict[str, list[str]]()
        for name in useful:
            for before in (*self.views[name].before, *self.views[name].perhaps_before):
                after.setdefault(before, []).append(name)
        found = [start] if start in useful else []
        known = set(found)
        for name in found:  # it grows
            for following in after.get(name, ()):
                if following not in known:
                    known.add(following)
                    found.append(following)
        return known

    def _complete(self, view: LoggedView, installed: frozenset[str]) -> None:
        """Fills in what follows from the rest, and from the views before."""
        if view.subgroups is not None:
            everyone = frozenset[str]().union(*(group.members for group in view.subgroups))
            view.members = view.members or everyone
            view.request = view.request or view.name
        if view.members is None:
            view.members = installed
            self._guesses.append(f"view {view.name} has no other members than those who install it")
        if not view.request:
            befores = [self.views[name] for name in view.before]
            came = frozenset(life for lives in view.before.values() for life in lives)
            if len(befores) == 1 and view.members <= came:
                view.request = befores[0].request
                self._guesses.append(f"view {view.name} goes on with request {view.request}")
            else:
                view.request = view.name
                self._guesses.append(f"view {view.name} starts a request")
        if view.starts_request and view.subgroups is None:
            phase = self._invented.get(view.name)
            if phase is not None:
                raise TraceError(
                    f"nobody says which view {phase.life} installs by event {phase.begin + 1}",
                    advice="log `view` at each `install`",
                )
            raise TraceError(
                f"nobody says which subgroups there are in request {view.name}",
                advice="log `subgroups` of each view that starts a request, at one member at least",
            )


def _same(one: object, other: object) -> bool:
    """Subgroups are listed in any order."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return one == other
