"""Random labelled graphs as an engine hands them over, and whether a lasso is what it claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.lang import Element, Enumeration, Relation, Spec, Where, action, init, stage
from model.lang.expr import FALSE, TRUE, Expr, Var
from model.lang.staged import Action, LeadsTo
from model.scope import Finite, Scope, Step
from model.search.exploration import Graph
from model.search.liveness import Lasso
from tests.agreement.brute_force import Edge, Labelled

NOWHERE = Where("a random graph", 0)
PROMISE = LeadsTo("promise", (), TRUE, FALSE, "", NOWHERE)


class Case(Enumeration):
    first = Element()
    second = Element()
    third = Element()


class Nothing(Spec):
    """The graphs have no spec; a checker wants one all the same, for the valuations."""

    on = Relation(Case)

    @init
    def start(s) -> None: ...

    @action
    def toggle(s, x: Case) -> None:
        s.on[x] = ~s.on[x]


FINITE = Finite(stage(Nothing()), Scope({}))
CASE = FINITE.staged.actions[0].params[0]
PROMISES = LeadsTo("promises", (CASE,), TRUE, FALSE, "", NOWHERE)  # one for each case


def step_of(label: int, fair: Any) -> Step:
    return Step(Action(f"step{label}", (), "member", fair, (), (), (), "", NOWHERE), ())


def graph_of(
    graph: Labelled,
    premise: set[int] | Mapping[int, set[int]],
    goal: set[int] | Mapping[int, set[int]],
) -> Graph:
    """The graph as an engine hands it over.

    Premise and goal are sets of states, for `PROMISES` one for each case.
    """
    numbers = 1 + max(graph.states)
    edges = sorted(graph.edges)

    def row(expr: Expr, valuation: dict[Var, int]) -> NDArray[np.bool_]:
        sets = premise if expr is TRUE else goal
        states = sets[valuation[CASE]] if isinstance(sets, Mapping) else sets
        found = np.zeros(numbers, np.bool_)
        found[list(states)] = True
        return found

    return Graph(
        np.searchsorted([s for s, _, _ in edges], np.arange(numbers + 1)).astype(np.int64),
        np.array([t for _, _, t in edges], np.int32),
        np.array([label for _, label, _ in edges], np.int32),
        tuple(step_of(label, fair) for label, fair in enumerate(graph.fair)),
        graph.initial,
        lambda formulas: np.array([row(*formula) for formula in formulas]),
    )


@st.composite
def labelled(draw: st.DrawFn, states_max: int = 6, labels_max: int = 4) -> Labelled:
    """A graph whose labels are deterministic, as steps are; every state is reachable."""
    count = draw(st.integers(1, states_max))
    initial = draw(st.integers(1, min(2, count)))
    states = tuple(range(count))
    fairness = st.sampled_from(["weak", "strong", "none"])
    fair = tuple(draw(fairness) for _ in range(draw(st.integers(0, labels_max))))
    moves = [(s, label) for s in states for label in range(len(fair))]
    targets = {move: draw(st.none() | st.sampled_from(states)) for move in moves}
    edges = tuple((s, label, t) for (s, label), t in targets.items() if t is not None)
    graph = Labelled(states, initial, edges, fair)
    reached = graph.reached(states[:initial], set(states))
    numbers = {state: i for i, state in enumerate(s for s in states if s in reached)}
    if len(numbers) == len(states):
        return graph
    kept = tuple((numbers[s], la, numbers[t]) for s, la, t in edges if s in reached)
    return Labelled(tuple(numbers.values()), initial, kept, fair)


def is_fair_violation(graph: Labelled, lasso: Lasso, premise: set[int], goal: set[int]) -> bool:
    """Whether the lasso is a behaviour of the graph, fair, and breaks the promise."""
    path = list(zip(lasso.numbers, lasso.labels, lasso.numbers[1:], strict=False))
    loop = lasso.numbers[lasso.loop :]
    around: list[Edge] = path[lasso.loop :]
    if lasso.closing is not None:
        around = [*around, (lasso.numbers[-1], lasso.closing, loop[0])]
    elif len(loop) != 1:
        return False
    taken, moves = {label for _, label, _ in around}, {edge[:2] for edge in graph.edges}
    for label, fairness in enumerate(graph.fair):
        enabled = [(s, label) in moves for s in loop]
        if label not in taken and (
            (fairness == "weak" and all(enabled)) or (fairness == "strong" and any(enabled))
        ):
            return False
    return (
        lasso.numbers[0] in graph.states[: graph.initial]
        and len(lasso.numbers) == len(lasso.labels) + 1
        and set(path) | set(around) <= set(graph.edges)
        and any(
            s in premise and not goal & set(lasso.numbers[min(i, lasso.loop) :])
            for i, s in enumerate(lasso.numbers)
        )
    )
