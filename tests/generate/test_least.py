"""The least flow is what other means find, and a proof that it is the least can be wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generate.graphs import network_of
from traces.generate import least
from traces.generate.least import Flow, bound, least_flow
from traces.generate.network import Network
from traces.generate.paths import paths

Arcs = list[tuple[int, int]]


@st.composite
def acyclic(draw: Any) -> tuple[int, int, Arcs]:
    """Nodes, starts, and arcs from lower to higher ones, so that a start leads to each node."""
    nodes = draw(st.integers(2, 8))
    starts = draw(st.integers(1, 2)) if nodes > 2 else 1
    arcs = {(draw(st.integers(0, node - 1)), node) for node in range(starts, nodes)}
    possible = [(a, b) for b in range(nodes) for a in range(b)]
    arcs |= set(draw(st.lists(st.sampled_from(possible), max_size=12)))
    return nodes, starts, sorted(arcs)


def fewest_steps(network: Network) -> int:
    """By network simplex: each node is an entry and an exit with an arc between them, and what is
    wanted of an arc goes through it beforehand."""
    flow = nx.DiGraph()
    demand: dict[Any, int] = {}

    def arc(a: Any, b: Any, cost: int, wanted: bool) -> None:
        flow.add_edge(a, b, weight=cost)
        if wanted:
            demand[a] = demand.get(a, 0) + 1
            demand[b] = demand.get(b, 0) - 1

    for node in range(network.nodes):
        arc(("in", node), ("out", node), 0, bool(network.wanted_nodes[node]))
        arc(("out", node), "end", 0, False)
        if node < network.starts:
            arc("begin", ("in", node), 0, False)
    for tail, head, wanted in zip(
        network.tails.tolist(), network.heads.tolist(), network.wanted_arcs.tolist(), strict=True
    ):
        arc(("out", tail), ("in", head), 1, wanted)
    flow.add_edge("end", "begin", weight=0)
    nx.set_node_attributes(flow, demand, "demand")
    cost, _ = nx.network_simplex(flow)
    return int(cost) + int(network.wanted_arcs.sum())


def most_apart(network: Network) -> int:
    """The most wanted arcs or nodes of which no path has two (Dilworth 1950)."""
    order = nx.DiGraph()
    if network.wanted_nodes.any():
        order.add_nodes_from(range(network.nodes))
        order.add_edges_from(zip(network.tails.tolist(), network.heads.tolist(), strict=True))
    else:
        ends = list(zip(network.tails.tolist(), network.heads.tolist(), strict=True))
        order.add_nodes_from(range(len(ends)))
        order.add_edges_from(
            (i, j) for i, (_, b) in enumerate(ends) for j, (c, _) in enumerate(ends) if b == c
        )
    return max(map(len, nx.antichains(order)))


@settings(max_examples=200, deadline=None)
@given(graph=acyclic(), wanted=st.sampled_from(["arcs", "nodes"]))
def test_the_least_flow_is_what_other_means_find(graph: Any, wanted: str) -> None:
    nodes, starts, arcs = graph
    network = network_of(nodes, arcs, wanted, starts)
    steps = least_flow(network, arc_cost=1, start_cost=0)
    assert steps.cost == steps.at_least == fewest_steps(network)
    count = least_flow(network, arc_cost=0, start_cost=1)
    assert count.cost == count.at_least == most_apart(network)
    assert_made_of_paths(network, steps)
    assert_made_of_paths(network, count)


def assert_made_of_paths(network: Network, flow: Flow) -> None:
    """The paths of a flow take each arc as often as it says, one after the other."""
    found = paths(network, flow)
    assert len(found) == flow.starts.sum()
    taken = [arc for path in found for arc in path.transitions]
    assert np.bincount(taken, minlength=len(flow.arcs)).tolist() == flow.arcs.tolist()
    for path in found:
        node = path.start
        for arc in path.transitions:
            assert network.tails[arc] == node
            node = int(network.heads[arc])


DIAMOND = network_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)], "arcs")


def test_wrong_potentials_prove_nothing() -> None:
    zero, high = np.zeros(4, np.int64), np.array([0, 1, 1, 2])
    assert bound(DIAMOND, 1, 0, zero, zero) == 4  # each arc once
    assert bound(DIAMOND, 0, 1, np.array([1, 0, 0, 0]), zero) == 0  # valid, and weak
    cut = np.array([1, 1, 1, 0])
    assert bound(DIAMOND, 0, 1, cut, cut) == 2  # the two arcs into the last node
    assert bound(DIAMOND, 1, 0, high * 5, high) == 0  # coming there is dearer than the arc
    assert bound(DIAMOND, 1, 0, zero, high) == 0  # being there is worth more than coming there
    assert bound(DIAMOND, 1, 0, zero - 1, zero - 1) == 0  # a worth below nothing
    assert bound(DIAMOND, 1, 0, zero + 1, zero + 1) == 0  # a start that costs something


def test_no_potentials_prove_more_than_the_least() -> None:
    random = np.random.default_rng(3)
    for _ in range(2_000):
        prices, worths = random.integers(-1, 4, (2, 4))
        assert bound(DIAMOND, 1, 0, prices, worths) <= 4
        assert bound(DIAMOND, 0, 1, prices, worths) <= 2


def test_a_flow_that_covers_nothing_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = least._solve
    for arcs, message in (
        ([1.0, 1.0, 1.0, 0.0], "does not cover"),
        ([0.5, 1.0, 1.0, 1.0], "not whole"),
        ([1.0, 1.0, 2.0, 1.0], "does not cover"),  # more leaves a node than comes to it
    ):
        solved = solve(DIAMOND, 1, 0, None)
        lie = least._Solved(np.array(arcs), solved.potentials)
        monkeypatch.setattr(least, "_solve", lambda *_, lie=lie: lie)
        with pytest.raises(ArithmeticError, match=message):
            least_flow(DIAMOND, 1, 0)
        monkeypatch.undo()


def test_a_solver_that_stops_early_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **given: Any) -> SimpleNamespace:
        assert given["options"] == {"time_limit": 0.5}
        return SimpleNamespace(status=1, x=np.ones(99), message="Time limit reached.")

    monkeypatch.setattr(least, "linprog", stopped)
    with pytest.raises(TimeoutError, match="not found in time"):
        least_flow(DIAMOND, arc_cost=1, start_cost=0, seconds=0.5)
