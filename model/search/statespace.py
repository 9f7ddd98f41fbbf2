"""The state graph of a small scope, whole: every state and step, and what is violated where.

A search keeps the first violation of each property; this keeps all of them, for whoever wants to
draw or analyse the graph. It is the interpreter's, state by state, so it is for scopes of some
thousand states.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from model.interp import Interpreter
from model.scope import Finite, State, Step
from model.search.check import select
from model.search.exploration import Exploration, Limits, Progress, Report
from model.search.interpreted import InterpretedSearch
from model.search.judge import DEADLOCK


@dataclass(frozen=True)
class Node:
    """A state.

    Attributes:
        depth: steps of a shortest path from an initial state.
        resting: no step is enabled.
        final: the spec says that it may rest there.
        violated: the invariants and bounds that are false there, and `deadlock` where no step is
            enabled though the spec may not rest.
    """

    state: State
    depth: int
    resting: bool
    final: bool
    violated: tuple[str, ...]


@dataclass(frozen=True)
class Edge:
    """A step between two states, which are given by their numbers.

    Attributes:
        violated: the step properties that it breaks.
    """

    source: int
    target: int
    step: Step
    violated: tuple[str, ...]


@dataclass(frozen=True)
class StateSpace:
    """A state graph. States are numbered breadth first, the initial ones first.

    Attributes:
        initial: how many states are initial.
    """

    finite: Finite
    initial: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Unfinished:
    """What was found of a graph that is larger than the limits allow.

    Attributes:
        stopped: the limit that was reached.
        states: how many were found, to this depth.
    """

    stopped: str
    states: int
    depth: int


def state_space(
    finite: Finite, limits: Limits, report: Report | None = None
) -> StateSpace | Unfinished:
    """Searches the whole graph with the interpreter, then judges every state and step.

    Args:
        finite: the spec and its scope.
        limits: what the whole graph may take; one with exactly as many states is not too large.
        report: called now and then with the progress; while judging, `expanded` are the states
            judged.

    Raises:
        ScopeError: the scope does not fit the spec.
    """
    # To judge takes longer than to search, so nothing is judged of a graph that is too large.
    bare = Finite(select(finite.staged, []), finite.scope)
    most = limits.states
    further = limits if most is None else replace(limits, states=most + 1)
    search = InterpretedSearch(bare, list(Interpreter(bare).initial_states()), further, report)
    found = search.run()
    if found.stopped is not None:
        large = most is not None and found.states > most
        stopped = f"the limit of {most:,} states" if large else found.stopped
        return Unfinished(stopped, found.states, found.depth)
    judging = _Judging(finite, search)
    nodes: list[Node] = []
    edges: list[Edge] = []
    for number, out in enumerate(search.edges):
        depth = 0 if number < search.initial else nodes[search.parents[number]].depth + 1
        nodes.append(judging.node(number, depth))
        edges += [judging.edge(number, target, finite.steps[label]) for label, target in out]
        if report is not None and number % 64 == 0:
            report(_progress(found, number, time.monotonic() - search.started))
    return StateSpace(finite, search.initial, tuple(nodes), tuple(edges))


def _progress(found: Exploration, judged: int, seconds: float) -> Progress:
    return Progress(found.states, found.transitions, judged, found.depth, seconds, 0)


class _Judging:
    """Says what is violated in the states and steps of a finished search."""

    def __init__(self, finite: Finite, search: InterpretedSearch) -> None:
        self.finite, self.search = finite, search
        self.interpreter = Interpreter(finite)

    def node(self, number: int, depth: int) -> Node:
        """A state, judged."""
        value, staged = self.interpreter.value, self.finite.staged
        state = self.search.states[number]
        resting = not self.search.edges[number]
        final = bool(value(staged.final.expr, state))
        violated = [DEADLOCK] if resting and not final else []
        violated += [
            invariant.name
            for invariant in staged.invariants
            if not invariant.is_step and not all(value(c.expr, state) for c in invariant.clauses)
        ]
        violated += [
            bound.name
            for bound in staged.bounds
            if any(
                value(bound.premise, state, env)
                and value(bound.value, state, env) > value(bound.at_most, state, env)
                for env in self.finite.valuations(bound.params)
            )
        ]
        return Node(state, depth, resting, final, tuple(violated))

    def edge(self, source: int, target: int, step: Step) -> Edge:
        """A step, judged."""
        value, states = self.interpreter.value, self.search.states
        violated = tuple(
            invariant.name
            for invariant in self.finite.staged.invariants
            if invariant.is_step
            and not all(
                value(clause.expr, states[source], {}, states[target])
                for clause in invariant.clauses
            )
        )
        return Edge(source, target, step, violated)
