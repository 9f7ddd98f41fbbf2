"""Shrinking: from a counterexample to a smaller one of the same violation.

Candidates are made of the best trace so far, by removing some of its steps or by telling it in a
smaller scope. Each is followed and judged by `traces.replay`; one that is better becomes the best,
until none is. Better is a smaller scope; at the same scope, fewer steps; of as many, those that
`views.ranks` prefers, so that equal counterexamples are told alike, round by round. Scopes come
before steps, as in hierarchical delta debugging (Misherghi & Su, 2006): one reduction of the scope
carries many steps, and all is faster where it is small.

What comes of it is *minimal*: no single step can be left out, with what it alone enables or with
the view that it forms, and no single reduction of `scopes` is possible, so that the same violation
is left. It need not be the smallest that there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from model.lang.staged import Staged
from model.scope import Finite
from traces.replay import Difference
from traces.run import Run
from traces.shrink import scopes
from traces.shrink.follow import Followed, Path, path_of
from traces.shrink.steps import exchange_steps, remove_steps
from traces.shrink.trials import Trials
from traces.shrink.wanted import Kept, Wanted, shown

INTERRUPTED = "interrupted"
Reductions = Callable[[Run], Iterator[scopes.Reduction]]


@dataclass(frozen=True)
class Progress:
    """How far a shrinking is.

    Attributes:
        tried: candidates so far.
        run: of the best trace so far.
        steps: of that trace.
    """

    tried: int
    run: Run
    steps: int
    seconds: float


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Shrunk:
    """What came of a shrinking.

    Attributes:
        before: what was given.
        after: the best that was found. It was replayed.
        tried: candidates.
        stopped: what ended it before `after` was minimal, if something did.
    """

    before: Kept
    after: Kept
    tried: int
    stopped: str | None
    seconds: float


def shrink(
    kept: Kept, seconds_max: float | None = None, report: Report | None = None
) -> Shrunk | Difference:
    """Shrinks a counterexample, or a trace that reaches a predicate.

    An interrupt (Ctrl-C) ends it as the time limit does: the best so far is what came of it.

    Args:
        kept: as it was read from a file, or found.
        seconds_max: try no more candidates after this time.
        report: called before each candidate.

    Returns:
        What came of it; or, if the trace is no behaviour of the spec or does not show what it
        says, the first difference, as a replay has it.

    Raises:
        TraceError: it is kept for nothing that a smaller trace could show.
        FormulaError: its predicate is no formula over the spec.
    """
    started = time.monotonic()
    wanted = shown(kept)
    if isinstance(wanted, Difference):
        return wanted
    shrinking = _Shrinking(kept, wanted, started, seconds_max, report)
    stopped = shrinking.run()
    best = shrinking.best
    after = replace(kept, run=best.run, trace=best.trials.trace(best.followed))
    again = shown(after)
    if again != wanted:
        raise RuntimeError(f"what was shrunk does not show it any more: {again}")
    return Shrunk(kept, after, shrinking.tried, stopped, time.monotonic() - started)


class _OutOfTime(Exception):
    """The time limit is reached."""


@dataclass(frozen=True)
class _Best:
    """The best so far: a behaviour, and the trials by whose numbers it goes."""

    run: Run
    trials: Trials
    followed: Followed

    @property
    def path(self) -> Path:
        return self.trials.follower.path(self.followed)

    @property
    def measure(self) -> tuple[object, ...]:
        """What is less for a better one."""
        ranks = [self.trials.ranks[step] for step in self.followed.steps]
        return scopes.size(self.run), len(ranks), ranks


class _Shrinking:
    """One shrinking."""

    def __init__(
        self,
        kept: Kept,
        wanted: Wanted,
        started: float,
        seconds_max: float | None,
        report: Report | None,
    ) -> None:
        self.wanted = wanted
        self.started, self.seconds_max, self.report = started, seconds_max, report
        self.tried = 0
        self._staged: dict[int, Staged] = {}  # by failures: the spec is the same for all groups
        self._trials: dict[Run, Trials] = {}
        trials = self._at(kept.run)
        self.best = _Best(kept.run, trials, trials.follower.follow(path_of(kept.trace)))

    def run(self) -> str | None:
        """Tries candidates until none is better.

        Returns:
            What ended it before, if something did.
        """
        try:
            self._reduce_scope(scopes.FEWER)
            while self._round() or self._make_one():
                pass
        except _OutOfTime:
            return f"stopped at the limit of {self.seconds_max:g} s"
        except KeyboardInterrupt:
            return INTERRUPTED
        return None

    def _round(self) -> bool:
        """Whether steps could be removed, or the scope be reduced."""
        before = self.best
        exchange_steps(remove_steps(self.best.path, self._improves), self._improves)
        self._reduce_scope((*scopes.FEWER, *scopes.SIMPLER))
        return self.best is not before

    def _reduce_scope(self, kinds: Iterable[Reductions]) -> None:
        for reductions in kinds:
            while any(map(self._reduces, reductions(self.best.run))):
                pass

    def _make_one(self) -> bool:
        """Whether two members could be made one if one step is left out as well.

        Where the two do things that one of them cannot do both, that is needed.
        """
        for reduction in scopes.members_made_one(self.best.run):
            run, path = self._reduced(reduction)
            for at in reversed(range(len(path))):
                if self._is_better(run, path.without(at, at + 1)):
                    return True
        return False

    def _reduces(self, reduction: scopes.Reduction) -> bool:
        return self._is_better(*self._reduced(reduction))

    def _reduced(self, reduction: scopes.Reduction) -> tuple[Run, Path]:
        return reduction.of(self.best.trials.finite, self.best.path)

    def _improves(self, path: Path) -> Path | None:
        return self.best.path if self._is_better(self.best.run, path) else None

    def _is_better(self, run: Run, path: Path) -> bool:
        """Whether a candidate is better than the best so far; then it is the best."""
        seconds = time.monotonic() - self.started
        if self.seconds_max is not None and seconds > self.seconds_max:
            raise _OutOfTime
        best, most = self.best, len(self.best.followed.steps)
        if self.report is not None:
            self.report(Progress(self.tried, best.run, most, seconds))
        self.tried += 1
        if scopes.size(run) > scopes.size(best.run):
            return False
        trials = self._at(run)
        for followed in trials.behaviours(path, most):
            candidate = _Best(run, trials, followed)
            if candidate.measure < best.measure and trials.show(followed):
                self.best = candidate
                if run != best.run:
                    self._trials = {run: trials}  # what was tried of a larger scope is not again
                return True
        return False

    def _at(self, run: Run) -> Trials:
        if run not in self._trials:
            if run.failures not in self._staged:
                self._staged[run.failures] = run.staged
            finite = Finite(self._staged[run.failures], run.exchange_scope.scope())
            self._trials[run] = Trials(finite, self.wanted)
        return self._trials[run]
