"""The whole state graph of a spec at a scope, numbered alike whatever found it, and its paths.

States are numbered breadth first: the initial ones as the interpreter lists them, then by the
first transition that leads to each, transitions in the order of `Finite.steps`. So a cover, a walk
and their files are the same on each run, on any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.interp import Interpreter
from model.scope import Finite, State, Step
from model.search import select
from model.search.exploration import Graph, Limits, Report
from model.search.judge import EngineDisagreement
from model.search.result import Trace

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class StateGraph:
    """A state graph; a transition is known by its number.

    Attributes:
        offsets: int64[states + 1]; the transitions out of state s have the numbers from
            offsets[s] up to offsets[s + 1].
        targets: int64[transitions], the states they lead to.
        labels: int64[transitions], indices into `steps`.
        initial: so many states are initial, the first ones.
        state: the state of a number.
    """

    finite: Finite
    offsets: Numbers
    targets: Numbers
    labels: Numbers
    steps: tuple[Step, ...]
    initial: int
    state: Callable[[int], State]

    @property
    def states(self) -> int:
        return len(self.offsets) - 1

    @property
    def transitions(self) -> int:
        return len(self.targets)

    @cached_property
    def sources(self) -> Numbers:
        """The states that the transitions lead out of: int64[transitions]."""
        return np.repeat(np.arange(self.states), np.diff(self.offsets))

    @cached_property
    def pairs(self) -> int:
        """How many pairs of consecutive transitions there are."""
        entering = np.bincount(self.targets, minlength=self.states)
        return int(entering @ np.diff(self.offsets))


@dataclass(frozen=True)
class Path:
    """A way through a state graph from an initial state.

    Attributes:
        start: the initial state.
        transitions: the numbers of those that it takes.
    """

    start: int
    transitions: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.transitions)


def state_graph(finite: Finite, limits: Limits, report: Report | None = None) -> StateGraph:
    """Searches the whole graph.

    Args:
        finite: the spec and its scope; its properties do not matter.
        limits: what the search may take.
        report: called now and then with the progress.

    Raises:
        ScopeError: the scope does not fit the spec, or the memory allowed is too little.
        TimeoutError: the graph was not found whole within the limits.
        MemoryError: it does not fit.
    """
    from model.search.native.engine import NativeSearch  # costs half a second to import

    bare = Finite(select(finite.staged, []), finite.scope)
    initial = list(Interpreter(bare).initial_states())
    found = NativeSearch(bare, initial, limits, report).run()
    if found.stopped is not None:
        raise TimeoutError(f"the state graph is not whole: {found.stopped}")
    return numbered(finite, found.graph(), initial, found.state)


def numbered(
    finite: Finite, graph: Graph, initial: Sequence[State], state: Callable[[int], State]
) -> StateGraph:
    """A graph in the one numbering.

    Args:
        finite: the spec and its scope.
        graph: as an engine found it.
        initial: the initial states, in the order of the interpreter.
        state: the state of a number of the engine.
    """
    by_label = np.lexsort(
        (graph.labels, np.repeat(np.arange(graph.states), np.diff(graph.offsets)))
    )
    targets, labels = graph.targets[by_label], graph.labels[by_label]
    place = {state(number): number for number in range(graph.initial)}
    front = np.array([place[each] for each in initial], np.int64)
    new = np.full(graph.states, -1, np.int64)  # the new number of each state
    order = [np.zeros(0, np.int64)]
    known = 0
    while len(front):
        new[front] = known + np.arange(len(front))
        known += len(front)
        order.append(front)
        reached = targets[_out(graph.offsets, front)]
        reached = reached[new[reached] < 0]
        _, first = np.unique(reached, return_index=True)
        front = reached[np.sort(first)].astype(np.int64)
    old = np.concatenate(order)
    assert known == graph.states, "every state of a graph is reached"
    edges = _out(graph.offsets, old)
    offsets = np.concatenate([[0], np.cumsum(np.diff(graph.offsets)[old])]).astype(np.int64)
    return StateGraph(
        finite, offsets, new[targets[edges]], labels[edges].astype(np.int64), graph.steps,
        graph.initial, lambda number: state(int(old[number])),
    )  # fmt: skip


def _out(offsets: Numbers, states: Numbers) -> Numbers:
    """The edges out of these states, in their order."""
    degrees = offsets[states + 1] - offsets[states]
    ends = np.cumsum(degrees)
    return np.repeat(offsets[states] - (ends - degrees), degrees) + np.arange(degrees.sum())


class Teller:
    """Makes traces of paths. Each transition is taken by the interpreter before it is told.

    Args:
        graph: the graph of the paths.
    """

    def __init__(self, graph: StateGraph) -> None:
        self.graph, self.interpreter = graph, Interpreter(graph.finite)
        self.first = set(self.interpreter.initial_states())
        self.confirmed: set[int] = set()

    def trace(self, path: Path) -> Trace:
        """The trace of a path.

        Raises:
            EngineDisagreement: it is no behaviour of the spec.
        """
        graph = self.graph
        states = [graph.state(path.start)]
        if states[0] not in self.first:
            raise EngineDisagreement("a path does not begin in an initial state")
        steps = []
        for transition in path.transitions:
            step = graph.steps[graph.labels[transition]]
            after = graph.state(int(graph.targets[transition]))
            if transition not in self.confirmed:
                if not self._leads(states[-1], step, after):
                    name = graph.finite.describe(step)
                    raise EngineDisagreement(f"{name} is no step for the interpreter there")
                self.confirmed.add(transition)
            states.append(after)
            steps.append(step)
        return Trace(tuple(states), tuple(steps))

    def _leads(self, before: State, step: Step, after: State) -> bool:
        take = self.interpreter.take
        return self.interpreter.enabled(before, step) and take(before, step) == after
