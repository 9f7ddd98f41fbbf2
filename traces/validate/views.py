"""The views of a log: who installed which, one after the other, as far as the log says it.

Each life's events fall into *phases*: an `install` and what follows it up to the next one. Lives
that installed the same view have a phase of it. Fields may be missing, and what one life does not
say another may; a view that nobody names is taken for one that others name, if only one can be
meant, and this is noted as a guess.

Separated parts have views side by side, so that views form a graph: from a view to one that
somebody installed next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from traces.errors import TraceError

Event: TypeAlias = Mapping[str, Any]
Logs: TypeAlias = Mapping[str, Sequence[Event]]
"""The events of each life, by its name#incarnation, in the order of its log."""

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
class Phase:
    """What a life did in a view.

    Attributes:
        life: whose events.
        begin: the first one, an `install`.
        end: after the last one.
        view: which view, or "" while nobody knows.
    """

    life: str
    begin: int
    end: int
    view: str = ""


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

    Attributes:
        phases: of each life, in order.
        views: by name.
        guesses: what was assumed where the log does not say it, a line each.

    Raises:
        Contradiction: something happens before a first view, or lives contradict each other in
            what a view is.
        TraceError: nobody says what a view is.
    """

    def __init__(self, logs: Logs) -> None:
        self.logs = logs
        self.phases: dict[str, list[Phase]] = {}
        self.views: dict[str, LoggedView] = {}
        self.guesses: list[str] = []
        for life, events in logs.items():
            self.phases[life] = self._phases(life, events)
        self._name_all()
        for phases in self.phases.values():
            for phase in phases:
                self._learn(phase)
        self._follow_the_lost()
        self._done: set[str] = set()
        for view in self.views.values():
            self._complete(view)

    def _phases(self, life: str, events: Sequence[Event]) -> list[Phase]:
        begins = [i for i, event in enumerate(events) if event["event"] == "install"]
        first = begins[0] if begins else len(events)
        for index, event in enumerate(events[:first]):
            if event["event"] != "close":
                raise Contradiction(f"`{event['event']}` before the first view", life, index)
        bounds = [*begins, len(events)]
        phases = [Phase(life, begin, end) for begin, end in pairwise(bounds)]
        for phase in phases:
            phase.view = self._said_view(phase)
        seen: set[str] = set()
        for phase in phases:
            if phase.view and phase.view in seen:
                raise Contradiction(f"view {phase.view} is installed again", life, phase.begin)
            seen.add(phase.view)
        return phases

    def _said_view(self, phase: Phase) -> str:
        """The view that the life itself names."""
        events = self.logs[phase.life]
        said = events[phase.begin].get("view", "")
        for index in range(phase.begin + 1, phase.end):
            event = events[index]
            if event["event"] in _OF_PRESENT_VIEW and "view" in event:
                if said and event["view"] != said:
                    problem = f"`{event['event']}` in view {event['view']} while in view {said}"
                    raise Contradiction(problem, phase.life, index)
                said = event["view"]
        return str(said)

    # -- views without a name -----------------------------------------------------------------

    def _name_all(self) -> None:
        """Gives a name to each view that its life does not name."""
        while True:
            nameless = [
                (phases, i)
                for phases in self.phases.values()
                for i, phase in enumerate(phases)
                if not phase.view
            ]
            if not nameless:
                return
            named = [self._name(phases, i) for phases, i in nameless]
            if not any(named):
                phases, i = nameless[0]
                event = self.logs[phases[i].life][phases[i].begin]
                before = phases[i - 1].view if i else ""
                phases[i].view = event.get("request", "") if "subgroups" in event else ""
                phases[i].view = phases[i].view or f"after {before or 'nothing'}"
                self._guess(phases[i], "a view that nobody names")

    def _name(self, phases: list[Phase], i: int) -> bool:
        """Names a view, if only one of the named ones can be meant."""
        phase = phases[i]
        own = {each.view for each in phases}
        before = phases[i - 1].view if i else ""
        after = phases[i + 1].view if i + 1 < len(phases) else ""
        fit = {
            others[j].view
            for others in self.phases.values()
            if others is not phases
            for j, other in enumerate(others)
            if other.view
            and other.view not in own
            and self._alike(phase, other)
            and (
                (before and j and others[j - 1].view == before)
                or (after and j + 1 < len(others) and others[j + 1].view == after)
                or (i == 0 and j == 0)
            )
        }
        if len(fit) != 1:
            return False
        phase.view = fit.pop()
        self._guess(phase, f"view {phase.view}")
        return True

    def _alike(self, one: Phase, other: Phase) -> bool:
        """Whether two installs may be of one view, by what they say."""
        a, b = self.logs[one.life][one.begin], self.logs[other.life][other.begin]
        for each, life in ((a, other.life), (b, one.life)):
            if life not in each.get("members", [life]):
                return False
        for name in ("request", "members"):
            if name in a and name in b and _set(a[name]) != _set(b[name]):
                return False
        return True

    def _guess(self, phase: Phase, what: str) -> None:
        self.guesses.append(f"{phase.life}, event {phase.begin + 1}: installs {what}")

    def _follow_the_lost(self) -> None:
        """A life whose log ends, but not with `close`, may have come to the views that have it."""
        for life, phases in self.phases.items():
            if not phases or self.logs[life][-1]["event"] == "close":
                continue
            last, own = phases[-1].view, {phase.view for phase in phases}
            for view in self.views.values():
                if life in (view.members or ()) and view.name not in own | self.ancestors(last):
                    view.perhaps_before.add(last)

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

    # -- what a view is -----------------------------------------------------------------------

    def _learn(self, phase: Phase) -> None:
        """Takes in what a life says of a view."""
        events, index = self.logs[phase.life], phase.begin
        view = self.views.setdefault(phase.view, LoggedView(phase.view))
        event = events[index]
        members = frozenset(event["members"]) if "members" in event else None
        if members is not None and phase.life not in members:
            raise Contradiction(f"view {view.name} does not contain it", phase.life, index)
        groups = None
        if "subgroups" in event:
            groups = tuple(
                Group(each["name"], frozenset(each["members"]), each["bears_data"])
                for each in event["subgroups"]
            )
        request = next(
            (e["request"] for e in events[index : phase.end]
             if e["event"] in _OF_PRESENT_REQUEST and "request" in e), "",
        )  # fmt: skip
        for name, said in (("members", members), ("subgroups", groups), ("request", request)):
            known = getattr(view, name)
            if not said:
                continue
            if known and not _same(known, said):
                problem = f"`{name}` of view {view.name} differs from what others say of it"
                raise Contradiction(problem, phase.life, index)
            setattr(view, name, said)
        number = self.phases[phase.life].index(phase)
        if number:
            before = self.phases[phase.life][number - 1].view
            view.before.setdefault(before, []).append(phase.life)

    def _complete(self, view: LoggedView) -> None:
        """Fills in what follows from the rest, and from the views before."""
        if view.name in self._done:
            return
        self._done.add(view.name)
        for name in view.before:
            self._complete(self.views[name])
        if view.subgroups is not None:
            everyone = frozenset[str]().union(*(group.members for group in view.subgroups))
            view.members = view.members or everyone
            view.request = view.request or view.name
        if view.members is None:
            view.members = frozenset(
                life for life, phases in self.phases.items()
                if any(phase.view == view.name for phase in phases)
            )  # fmt: skip
            self.guesses.append(f"view {view.name} has no other members than those who install it")
        if not view.request:
            befores = [self.views[name] for name in view.before]
            came = frozenset(life for lives in view.before.values() for life in lives)
            if len(befores) == 1 and view.members <= came:
                view.request = befores[0].request
                self.guesses.append(f"view {view.name} goes on with request {view.request}")
            else:
                view.request = view.name
                self.guesses.append(f"view {view.name} starts a request")
        if view.starts_request and view.subgroups is None:
            raise TraceError(
                f"nobody says of which subgroups request {view.name} is",
                advice="log `subgroups` of a view that starts a request at one member at least",
            )


def _same(one: object, other: object) -> bool:
    """Subgroups are listed in any order."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return one == other


def _set(value: object) -> object:
    return frozenset(value) if isinstance(value, list | tuple) else value
