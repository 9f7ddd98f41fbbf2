"""All paths that lives have taken through the views, one after the other, from where they part."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from traces.validate.behaviour import Behaviour, Mark
from traces.validate.contents import Contents
from traces.validate.follow import Follower, Undetermined
from traces.validate.prefix import Prefix
from traces.validate.stuck import Stuck

WAYS_MAX = 64
KEPT_STEPS_MAX = 5_000_000
"""Of all behaviours that are kept: each has all that its path has in common with others."""
Path = tuple[str, ...]


class Paths:
    """Looks for a behaviour along each path.

    Args:
        it: a behaviour that has not begun.

    Attributes:
        behaviours: how many there are: one for each path that was followed.
        found: these, or the first of them if they are long.
        steps: of all of them.
        hidden: how many steps no event shows.
        rejected: the event that no behaviour has: its life, its number (from 0), and why.
        stuck: where the behaviour that came furthest could not go on.
        undetermined: why it is not known whether there is one.
    """

    def __init__(self, it: Behaviour) -> None:
        self._it, self._views = it, it.views
        self._start = it.mark()
        self._path: Path = ()
        self._marks: list[Mark] = []
        """Of the path that was followed last, by place: where its view had just been formed."""
        self._seen = {life: bytearray(len(events)) for life, events in it.views.logs.items()}
        self.found: list[Prefix] = []
        self.behaviours = self.steps = self.hidden = 0
        self.rejected: tuple[str, int, str] | None = None
        self.stuck: Stuck | None = None
        self.undetermined = ""

    def run(self) -> bool:
        """Whether there is a behaviour for each path, and each event is in one.

        Raises:
            Contradiction: events contradict each other in what the specification does not know.
        """
        paths: dict[Path, set[str]] = {}
        for life, phases in self._views.phases.items():
            if phases:
                own = tuple(phase.view for phase in phases)
                paths.setdefault((*self._ancestors(own[0]), *own), set()).add(life)
            else:
                self._seen[life][:] = b"\1" * len(self._seen[life])  # it did nothing but close
        for path in sorted(paths):
            if not self._follow(path, frozenset(paths[path])):
                return False
        for life, seen in self._seen.items():
            for index in range(len(seen)):
                if not seen[index] and not self._seek(life, index):
                    return False
        Contents(self._views)
        return True

    def seen(self, kinds: Collection[str]) -> int:
        """How many events of these kinds are in a behaviour."""
        return sum(
            event["event"] in kinds
            for life, seen in self._seen.items()
            for event, true in zip(self._views.logs[life], seen, strict=True)
            if true
        )

    def _ancestors(self, view: str) -> Path:
        """A way to a view, from one that has none before it."""
        path: list[str] = []
        while before := self._views.views[view].before:
            view = max(before, key=lambda name: (len(before[name]), name))
            path.append(view)
        return tuple(reversed(path))

    # -- one path -----------------------------------------------------------------------------

    def _follow(self, path: Path, owners: frozenset[str]) -> bool:
        """Follows a path for those who took it to its end; whether there is a behaviour."""
        common = 0
        while common < min(len(self._marks), len(path)) and self._path[common] == path[common]:
            common += 1
        # What was left open before may have to be otherwise here: then once more from the start.
        if not self._follow_from(common, path, owners) and not (
            common and not self.undetermined and self._follow_from(0, path, owners)
        ):
            return False
        it = self._it
        self.behaviours += 1
        self.steps += len(it.steps.taken)
        if self.steps <= KEPT_STEPS_MAX:
            self.found.append(it.prefix())
        self.hidden += len(it.steps.taken) + len(it.foreign)
        elsewhere = [(life, index) for life, index in it.foreign if not self._seen[life][index]]
        for life, cursor in it.cursors.items():
            if cursor:
                closes = self._views.logs[life][cursor - 1]["event"] == "close"
                self.hidden -= cursor - closes
                self._seen[life][:cursor] = b"\1" * cursor
        for life, index in elsewhere:
            self._seen[life][index] = 0
        return True

    def _follow_from(self, common: int, path: Path, owners: frozenset[str]) -> bool:
        it = self._it
        it.undo(self._marks[common - 1] if common else self._start)
        follower = Follower(it, path, owners, self._marks[:common])
        self._path, self._marks = path, follower.marks
        try:
            if follower.run():
                return True
        except Undetermined:
            self.undetermined = f"more than {follower.tries:,} ways were tried"
        stuck = follower.stuck
        if stuck is not None and (self.stuck is None or stuck.consumed > self.stuck.consumed):
            self.stuck, self.rejected = stuck, self._blamed(stuck)
        return False

    def _blamed(self, stuck: Stuck) -> tuple[str, int, str]:
        """The event that cannot be, where a behaviour could not go on."""
        if stuck.culprit:
            return (stuck.culprit, *stuck.reasons[stuck.culprit])
        view = self._views.views[stuck.next_view]
        installed = [
            (life, phase.begin)
            for life, phases in self._views.phases.items()
            for phase in phases
            if phase.view == view.name
        ]
        came = view.before.get(stuck.view, ())
        life, index = min(installed, key=lambda each: (each[0] not in came, each))
        return life, index, stuck.why

    # -- events on other paths ----------------------------------------------------------------

    def _seek(self, life: str, index: int) -> bool:
        """Looks for a path on which an event is that no path so far has had.

        It is a delivery of a message that was sent in a view from which its sender, but not the
        life, has come to where it is delivered.
        """
        event = self._views.logs[life][index]
        phases = self._views.phases[life]
        number = max(i for i, phase in enumerate(phases) if phase.begin <= index)
        rest = tuple(phase.view for phase in phases[number:])
        names = [event["view"]] if "view" in event else list(self._views.views)
        ways = (
            (*self._ancestors(name), *way, *rest[1:])
            for name in names
            if name in self._views.views
            for way in self._ways(name, rest[0])
        )
        for path in islice(ways, WAYS_MAX):
            if self._follow(path, frozenset({life})) and self._seen[life][index]:
                return True
        if "view" not in event or "sender" not in event or next(ways, None) is not None:
            self.undetermined = f"{life}, event {index + 1}: it may be of too many messages"
        why = "no way through the views has both the message and its delivery"
        self.rejected, self.stuck = (life, index, why), None
        return False

    def _ways(self, start: str, end: str) -> Iterator[Path]:
        """The ways from a view to a later one."""
        between = self._views.between(start, end)
        todo: list[Path] = [(end,)] if start in between and start != end else []
        while todo:
            way = todo.pop()
            if way[0] == start:
                yield way
                continue
            view = self._views.views[way[0]]
            todo += [
                (before, *way)
                for before in (*sorted(view.perhaps_before, reverse=True), *view.before)
                if before in between and before not in way
            ]
