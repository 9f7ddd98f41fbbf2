"""Whether logs are behaviours of the specification, and how much was held against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from model.lang import stage
from model.protocol import Delivery, Switches, exchange
from model.sparse import Machine
from traces.errors import TraceError
from traces.validate.behaviour import Behaviour, Mark
from traces.validate.follow import Follower, Stuck, Undetermined
from traces.validate.views import Contradiction, Logs, Views

KINDS = ("install", "deliver", "transmit", "acknowledge", "complete")
"""Events that are steps of the specification, and may be declared silent (but for installs)."""
SILENT_KINDS = KINDS[1:]
WAYS_MAX = 64
OUTSIDE = ("update", "close")
"""Events of which the specification does not speak."""


@dataclass
class Verdict:
    """What came of a validation.

    Attributes:
        accepted: every event is in a behaviour of the specification.
        events: of all logs, by kind.
        constrained: how many of them are steps of a behaviour.
        outside: how many are of kinds of which the specification does not speak.
        steps: of all behaviours; hidden ones, that no event shows, included.
        hidden: how many no event shows.
        behaviours: how many there are; of separated parts one each.
        guesses: what was assumed where the log does not say it.
        rejected: the event that no behaviour has: its life, its number (from 0), and why.
        stuck: where the behaviour that came furthest could not go on.
        undetermined: why there is no verdict, if there is none.
    """

    accepted: bool = False
    events: Counter[str] = field(default_factory=Counter)
    constrained: int = 0
    outside: int = 0
    steps: int = 0
    hidden: int = 0
    behaviours: int = 0
    guesses: list[str] = field(default_factory=list)
    rejected: tuple[str, int, str] | None = None
    stuck: Stuck | None = None
    undetermined: str = ""


class Validator:
    """Looks for behaviours of the specification that show what is in logs.

    Args:
        delivery: the form of E4. Whatever the strong form allows, the weak one does too.
    """

    def __init__(self, delivery: Delivery = Delivery.SAME_VIEW) -> None:
        self._sending_view = delivery is Delivery.SENDING_VIEW
        self._machine = Machine(stage(exchange(Switches(delivery, long_lived=True))))

    def validate(self, logs: Logs, silent: Collection[str] = ()) -> Verdict:
        """Whether logs are accepted.

        Args:
            logs: the events of each life.
            silent: kinds of event that are left out of the logs.

        Raises:
            TraceError: a kind is declared silent that is in the logs or is none, there is no event,
                or nobody says what a view is.
        """
        verdict = Verdict()
        verdict.events = Counter(e["event"] for events in logs.values() for e in events)
        for kind in silent:
            if kind not in SILENT_KINDS:
                raise TraceError(
                    f"{kind!r} cannot be silent", advice=f"name {', '.join(SILENT_KINDS)}"
                )
            if verdict.events[kind]:
                raise TraceError(
                    f"`{kind}` is declared silent, but there are {verdict.events[kind]} of it",
                    advice="declare only what is left out of the logs altogether",
                )
        if not any(verdict.events[kind] for kind in KINDS):
            raise TraceError(
                "there is no event to be held against anything", advice="name other logs"
            )
        try:
            views = Views(logs)
        except Contradiction as error:
            verdict.rejected = (error.life, error.index, error.problem)
            return verdict
        verdict.guesses = views.guesses
        self._machine.store.undo(0)
        it = Behaviour(views, self._machine, self._sending_view, frozenset(silent))
        _Paths(it, verdict).run()
        if not verdict.accepted and verdict.guesses and not verdict.undetermined:
            verdict.undetermined = "the log leaves open what had to be assumed"
        return verdict


def validate(
    logs: Logs, *, delivery: Delivery = Delivery.SAME_VIEW, silent: Collection[str] = ()
) -> Verdict:
    """As `Validator`, once."""
    return Validator(delivery).validate(logs, silent)


class _Paths:
    """Goes all paths that lives have taken, one after the other, from where they part."""

    def __init__(self, it: Behaviour, verdict: Verdict) -> None:
        self._it, self._verdict = it, verdict
        self._views = it.views
        self._start = it.mark()
        self._path: tuple[str, ...] = ()
        self._marks: list[Mark] = []
        """Of the path that was followed last, by place: where its view had just been formed."""
        self._seen = {life: bytearray(len(events)) for life, events in it.views.logs.items()}

    def run(self) -> None:
        """Follows them all, and says in the verdict what came of it."""
        views, verdict = self._views, self._verdict
        for life, events in views.logs.items():
            for index, event in enumerate(events):
                if event["event"] in OUTSIDE:
                    verdict.outside += 1
                    if event["event"] == "close" and not views.phases[life]:
                        self._seen[life][index] = 1
        paths: dict[tuple[str, ...], set[str]] = {}
        for life, phases in views.phases.items():
            if phases:
                own = tuple(phase.view for phase in phases)
                paths.setdefault((*self._ancestors(own[0]), *own), set()).add(life)
        verdict.accepted = all(self._go(path, paths[path]) for path in sorted(paths)) and all(
            self._seek(life, index)
            for life, seen in self._seen.items()
            for index in range(len(seen))
        )
        verdict.constrained = sum(map(sum, self._seen.values())) - verdict.outside

    def _ancestors(self, view: str) -> tuple[str, ...]:
        """A way to a view, from one that has none before it."""
        path: list[str] = []
        while before := self._views.views[view].before:
            view = max(before, key=lambda name: (len(before[name]), name))
            path.append(view)
        return tuple(reversed(path))

    def _go(self, path: tuple[str, ...], owners: set[str]) -> bool:
        """Follows a path for those who took it to its end: for all at once, or one by one."""
        together = self._follow(path, frozenset(owners))
        if together is None:
            return True
        if len(owners) > 1:
            apart = [self._follow(path, frozenset({owner})) for owner in sorted(owners)]
            together = next((stuck for stuck in apart if stuck is not None), None)
        return together is None

    def _follow(self, path: tuple[str, ...], owners: frozenset[str]) -> Stuck | None:
        """Follows a path; where it does not go on, or None."""
        common = 0
        while common < min(len(self._marks), len(path)) and self._path[common] == path[common]:
            common += 1
        stuck = self._follow_from(common, path, owners)
        if stuck is not None and common:
            # What was left open before may have to be otherwise here.
            stuck = self._follow_from(0, path, owners)
        verdict = self._verdict
        if stuck is None:
            verdict.behaviours += 1
            verdict.steps += len(self._it.steps.taken)
            for life, cursor in self._it.cursors.items():
                for index in range(cursor):
                    if (life, index) not in self._it.foreign:
                        self._seen[life][index] = 1
        elif verdict.stuck is None or stuck.consumed > verdict.stuck.consumed:
            verdict.stuck = stuck
        return stuck

    def _follow_from(
        self, common: int, path: tuple[str, ...], owners: frozenset[str]
    ) -> Stuck | None:
        it = self._it
        it.undo(self._marks[common - 1] if common else self._start)
        follower = Follower(it, path, owners, self._marks[:common])
        self._path, self._marks = path, follower.marks
        try:
            if follower.run():
                return None
        except Undetermined:
            self._verdict.undetermined = f"more than {follower.tries:,} ways were tried"
        assert follower.stuck is not None
        return follower.stuck

    def _seek(self, life: str, index: int) -> bool:
        """Looks for a path on which an event is that no path so far has had."""
        if self._seen[life][index]:
            return True
        event = self._views.logs[life][index]
        phases = self._views.phases[life]
        number = max(i for i, phase in enumerate(phases) if phase.begin <= index)
        rest = tuple(phase.view for phase in phases[number:])
        sent = event.get("view", "")
        if sent in self._views.views:
            for way in self._ways(sent, rest[0]):
                path = (*self._ancestors(sent), *way, *rest[1:])
                self._follow(path, frozenset({life}))
                if self._seen[life][index]:
                    return True
        self._verdict.rejected = (life, index, "no behaviour has both the message and its delivery")
        return False

    def _ways(self, start: str, end: str) -> list[tuple[str, ...]]:
        """The ways from a view to a later one, the shortest first."""
        views = self._views.views
        ways: list[tuple[str, ...]] = [(end,)]
        found: list[tuple[str, ...]] = []
        for _ in range(len(views)):
            found += [way for way in ways if way[0] == start]
            ways = [
                (before, *way)
                for way in ways
                if way[0] != start
                for before in (*views[way[0]].before, *sorted(views[way[0]].perhaps_before))
            ][:WAYS_MAX]
        return found
