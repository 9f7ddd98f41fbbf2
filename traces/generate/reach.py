"""Shortest traces to states that satisfy a predicate.

The graph is searched breadth first, a little of it at first and then more and more, so that what
is near is found soon however large the rest is. All on one thread, so that states are numbered
the same each time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.interp import Interpreter
from model.lang import Parsed
from model.scope import Finite, State, Step
from model.search import select
from model.search.exploration import Exploration, Hit, Limits, Report, Watch
from model.search.judge import EngineDisagreement
from model.search.result import Trace

if TYPE_CHECKING:
    from model.search.native.engine import NativeSearch

_FIRST_STATES = 1 << 14
_GROWTH = 8  # so that all rounds but the last take a seventh of it


@dataclass(frozen=True)
class Reached:
    """What a search for a predicate found.

    Attributes:
        traces: to different states, the shortest first. In each the predicate is true in the last
            state and in none before, and no trace to that state is shorter.
        states: that were found.
        complete: those are all states that there are.
        depth: to which all states were looked at; every state less deep is among them.
        stopped: the limit that was reached, if one was.
    """

    traces: tuple[Trace, ...]
    states: int
    complete: bool
    depth: int
    stopped: str | None


def reach(
    finite: Finite,
    predicate: Parsed,
    count: int,
    limits: Limits,
    report: Report | None = None,
) -> Reached:
    """Searches for states that satisfy a predicate.

    Args:
        finite: the spec and its scope.
        predicate: a formula over a state, and the elements that it names.
        count: traces at most.
        limits: what the search may take; always one thread.
        report: called now and then with the progress.

    Raises:
        ScopeError: the scope does not fit the spec, or the memory allowed is too little.
        EngineDisagreement: the interpreter does not confirm a trace.
    """
    from model.search.native.engine import NativeSearch  # costs half a second to import

    bare = Finite(select(finite.staged, []), finite.scope)
    initial = list(Interpreter(bare).initial_states())
    started, most = time.monotonic(), _FIRST_STATES
    while True:
        last = limits.states is not None and most >= limits.states
        seconds = limits.seconds
        if seconds is not None:
            seconds = max(seconds - (time.monotonic() - started), 0.001)
        some = replace(limits, states=limits.states if last else most, seconds=seconds, threads=1)
        search = NativeSearch(bare, initial, some, report)
        found = search.run()
        numbers = _first_reached(search, predicate)[:count]
        enough = len(numbers) == count
        grown = not last and found.stopped is not None and found.states >= most
        if enough or not grown:
            return _told(finite, found, numbers.tolist(), None if enough else found.stopped)
        most *= _GROWTH


def _first_reached(search: NativeSearch, predicate: Parsed) -> NDArray[np.int64]:
    """The states that satisfy the predicate and were found through none that does, in order."""
    (true,) = search.observe([(predicate.expr, predicate.valuation)])
    before = np.zeros(len(true), np.bool_)  # the predicate was true on the way to a state
    parents = search.store.parents.array
    bounds = [*search.position.bounds, search.position.end, len(true)]
    for first, end in pairwise(bounds[1:]):  # depth by depth
        above = parents[first:end]
        before[first:end] = true[above] | before[above]
    return np.flatnonzero(true & ~before)


def _told(finite: Finite, found: Exploration, numbers: list[int], stopped: str | None) -> Reached:
    teller, watch = _Teller(finite), Watch("reach", "predicate")
    witnesses = (found.show(watch, Hit(0, number)) for number in numbers)
    traces = tuple(teller.trace(tuple(witness.states)) for witness in witnesses)
    complete = found.stopped is None
    return Reached(traces, found.states, complete, found.covered, stopped)


class _Teller:
    """Finds the steps between states by the interpreter, each once: traces have beginnings in
    common."""

    def __init__(self, finite: Finite) -> None:
        self.interpreter = Interpreter(finite)
        self.initial = set(self.interpreter.initial_states())
        self.steps: dict[tuple[State, State], Step] = {}

    def trace(self, states: tuple[State, ...]) -> Trace:
        """The trace over these states."""
        if states[0] not in self.initial:
            raise EngineDisagreement("a trace does not begin in an initial state")
        return Trace(states, tuple(self._between(*pair) for pair in pairwise(states)))

    def _between(self, before: State, after: State) -> Step:
        if (before, after) not in self.steps:
            steps = (s for s, reached in self.interpreter.successors(before) if reached == after)
            step = next(steps, None)
            if step is None:
                raise EngineDisagreement("a transition of a trace is no step for the interpreter")
            self.steps[before, after] = step
        return self.steps[before, after]
