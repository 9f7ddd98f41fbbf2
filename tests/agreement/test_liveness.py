"""Leads-to is judged as a brute-force judge does, on random graphs with mixed fairness."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.lang import Flag, Spec, Where, action, init, stage
from model.lang.expr import FALSE, TRUE, Expr, Var
from model.lang.staged import Action, LeadsTo
from model.scope import Finite, Scope, Step
from model.search.exploration import Graph
from model.search.liveness import Lasso, Liveness
from tests.agreement.brute_force import Edge, Labelled

NOWHERE = Where("a random graph", 0)
PROMISE = LeadsTo("promise", (), TRUE, FALSE, "", NOWHERE)


class Nothing(Spec):
    """The graphs have no spec; a checker wants one all the same, for the valuations of none."""

    on = Flag()

    @init
    def start(s) -> None: ...

    @action
    def toggle(s) -> None:
        s.on = ~s.on


FINITE = Finite(stage(Nothing()), Scope({}))


def step_of(label: int, fair: Any) -> Step:
    return Step(Action(f"step{label}", (), "member", fair, (), (), (), "", NOWHERE), ())


def graph_of(graph: Labelled, premise: set[int], goal: set[int], junk: bool) -> Graph:
    """The graph as an engine hands it over; `junk` is what formulas say of unused numbers."""
    numbers = 1 + max(graph.states)
    edges = sorted(graph.edges)
    used = np.zeros(numbers, np.bool_)
    used[list(graph.states)] = True

    def observe(formulas: list[tuple[Expr, dict[Var, int]]]) -> NDArray[np.bool_]:
        rows = [premise if expr is TRUE else goal for expr, _ in formulas]
        found = np.array([[n in row for n in range(numbers)] for row in rows], np.bool_)
        found[:, ~used] = [[junk if expr is TRUE else not junk] for expr, _ in formulas]
        return found

    return Graph(
        np.searchsorted([s for s, _, _ in edges], np.arange(numbers + 1)).astype(np.int64),
        np.array([t for _, _, t in edges], np.int32),
        np.array([label for _, label, _ in edges], np.int32),
        tuple(step_of(label, fair) for label, fair in enumerate(graph.fair)),
        used,
        graph.initial,
        observe,
    )


@st.composite
def labelled(draw: st.DrawFn, states_max: int = 6, labels_max: int = 4) -> Labelled:
    """A graph whose labels are deterministic, as steps are; every state is reachable."""
    count = draw(st.integers(1, states_max))
    gaps = draw(st.booleans())
    initial = draw(st.integers(1, min(2, count)))
    states = tuple(range(initial)) + tuple(
        initial + i + (2 if gaps and i > 0 else 0) for i in range(count - initial)
    )
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
    taken = {label for _, label, _ in around}
    for label, fairness in enumerate(graph.fair):
        enabled = [any(e[:2] == (s, label) for e in graph.edges) for s in loop]
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


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(labelled(), st.data())
def test_leads_to_is_judged_as_by_trying_every_set(graph: Labelled, data: st.DataObject) -> None:
    subsets = st.sets(st.sampled_from(graph.states))
    premise, goal = data.draw(subsets, label="premise"), data.draw(subsets, label="goal")
    junk = data.draw(st.booleans(), label="junk")
    violation = Liveness(FINITE, graph_of(graph, premise, goal, junk)).check(PROMISE)
    assert (violation is not None) == graph.violated(premise, goal)
    if violation is not None:
        assert is_fair_violation(graph, violation.lasso, premise, goal)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(labelled())
def test_a_graph_is_acyclic_if_no_edge_leads_back(graph: Labelled) -> None:
    liveness = Liveness(FINITE, graph_of(graph, set(), set(), junk=True))
    back = [e for e in graph.edges if e[0] in graph.reached({e[2]}, set(graph.states))]
    assert liveness.acyclic == (not back)
    assert liveness.longest() == (None if back else longest(graph))


def longest(graph: Labelled) -> int:
    lengths = dict.fromkeys(graph.states, 0)
    for _ in graph.states:
        for source, _, target in graph.edges:
            lengths[target] = max(lengths[target], lengths[source] + 1)
    return max(lengths.values())


RING = ((0, 0, 1), (1, 1, 0))  # two states; label 2 leads out of state 1, to state 2
LEAVES = (*RING, (1, 2, 2))
Fair = Literal["none", "weak", "strong"]


@pytest.mark.parametrize(
    ("fair", "violated"),
    [
        (("none", "none", "none"), True),  # rests in state 0
        (("weak", "weak", "none"), True),  # goes round for ever
        (("weak", "weak", "weak"), True),  # leaving is disabled again and again
        (("weak", "weak", "strong"), False),
        (("weak", "none", "strong"), False),  # cannot rest in 1: leaving is enabled there
        (("none", "weak", "strong"), True),  # rests in state 0, where leaving is disabled
    ],
)
def test_going_round_is_judged_by_the_fairness_of_what_leads_out(
    fair: tuple[Fair, Fair, Fair], violated: bool
) -> None:
    graph = Labelled((0, 1, 2), 1, LEAVES, fair)
    found = Liveness(FINITE, graph_of(graph, {0}, {2}, junk=True)).check(PROMISE)
    assert (found is not None) == graph.violated({0}, {2}) == violated


def test_fairness_is_judged_on_the_part_that_is_gone_round_not_on_the_component() -> None:
    # 0 and 1 go round, and so do 1 and 2; label 2 is strong, and enabled in state 2 only.
    edges = ((0, 0, 1), (1, 0, 0), (1, 1, 2), (2, 1, 1), (2, 2, 3))
    graph = Labelled((0, 1, 2, 3), 1, edges, ("weak", "none", "strong"))
    found = Liveness(FINITE, graph_of(graph, {0}, {3}, junk=False)).check(PROMISE)
    assert found is not None
    assert set(found.lasso.numbers) == {0, 1}


def test_unused_numbers_are_no_states() -> None:
    graph = Labelled((0, 5), 1, ((0, 0, 5),), ("weak",))
    found = Liveness(FINITE, graph_of(graph, {0}, {5}, junk=True)).check(PROMISE)
    assert found is None


def test_the_way_to_the_loop_is_the_shortest() -> None:
    edges = ((0, 0, 1), (1, 0, 2), (2, 0, 3), (0, 1, 3))
    graph = Labelled((0, 1, 2, 3), 1, edges, ("weak", "weak"))
    found = Liveness(FINITE, graph_of(graph, {0}, set(), junk=False)).check(PROMISE)
    assert found is not None
    assert (found.lasso.numbers, found.lasso.labels) == ([0, 3], [1])
