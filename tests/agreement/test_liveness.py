"""Leads-to is judged as a brute-force judge does, on random graphs with mixed fairness."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.search.liveness import Liveness
from tests.agreement.brute_force import Labelled
from tests.agreement.labelled_graphs import (
    FINITE,
    PROMISE,
    graph_of,
    is_fair_violation,
    labelled,
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(labelled(), st.data())
def test_leads_to_is_judged_as_by_trying_every_set(graph: Labelled, data: st.DataObject) -> None:
    subsets = st.sets(st.sampled_from(graph.states))
    premise, goal = data.draw(subsets, label="premise"), data.draw(subsets, label="goal")
    violation = Liveness(FINITE, graph_of(graph, premise, goal)).check(PROMISE)
    assert (violation is not None) == graph.violated(premise, goal)
    if violation is not None:
        assert is_fair_violation(graph, violation.lasso, premise, goal)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(labelled())
def test_a_graph_is_acyclic_if_no_edge_leads_back(graph: Labelled) -> None:
    liveness = Liveness(FINITE, graph_of(graph, set(), set()))
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
    found = Liveness(FINITE, graph_of(graph, {0}, {2})).check(PROMISE)
    assert (found is not None) == graph.violated({0}, {2}) == violated


def test_fairness_is_judged_on_the_part_that_is_gone_round_not_on_the_component() -> None:
    # 0 and 1 go round, and so do 1 and 2; label 2 is strong, and enabled in state 2 only.
    edges = ((0, 0, 1), (1, 0, 0), (1, 1, 2), (2, 1, 1), (2, 2, 3))
    graph = Labelled((0, 1, 2, 3), 1, edges, ("weak", "none", "strong"))
    found = Liveness(FINITE, graph_of(graph, {0}, {3})).check(PROMISE)
    assert found is not None
    assert set(found.lasso.numbers) == {0, 1}


def test_the_way_to_the_loop_is_the_shortest() -> None:
    edges = ((0, 0, 1), (1, 0, 2), (2, 0, 3), (0, 1, 3))
    graph = Labelled((0, 1, 2, 3), 1, edges, ("weak", "weak"))
    found = Liveness(FINITE, graph_of(graph, {0}, set())).check(PROMISE)
    assert found is not None
    assert (found.lasso.numbers, found.lasso.labels) == ([0, 3], [1])
