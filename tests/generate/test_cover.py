"""A cover goes through everything, each of its traces is a behaviour, and no cover has less."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings

from model.lang import ScopeError, stage
from model.scope import Finite
from model.search import Limits
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.classics import token_ring
from tests.generate.graphs import SMALL, graph_of
from traces.generate import (
    Cover,
    Coverage,
    Cyclic,
    StateGraph,
    Teller,
    TooLarge,
    cover,
    coverage,
    state_graph,
)
from traces.replay import behaves
from traces.run import Run
from traces.witness import Covered

ALL: tuple[Covered, ...] = get_args(Covered)


def assert_covers(graph: StateGraph, found: Cover) -> None:
    """Everything that the cover is of is gone through, and what it implies."""
    through = coverage(graph, found.paths)
    implied = {"states": ["states"], "transitions": ["states", "transitions"]}
    for name in implied.get(found.covers, ["states", "transitions", "pairs"]):
        count = getattr(through, name)
        assert count.covered == count.of, name
    assert found.items == getattr(through, found.covers).of
    assert found.steps >= found.steps_at_least
    assert len(found.paths) >= found.paths_at_least


@pytest.mark.parametrize("covers", ALL)
@pytest.mark.parametrize("run", SMALL[:3], ids=lambda run: run.name)
def test_every_trace_of_a_cover_is_a_behaviour_and_they_cover_everything(
    run: Run, covers: Covered
) -> None:
    graph = graph_of(run)
    found = cover(graph, covers)
    assert_covers(graph, found)
    teller = Teller(graph)
    traces = {teller.trace(path) for path in found.paths}
    assert len(traces) == len(found.paths)
    for trace in traces:
        assert behaves(run.finite, trace) is None


@pytest.mark.parametrize("covers", ALL)
@pytest.mark.parametrize("run", [*SMALL, Run("2", 1), Run("1+1", 1)], ids=lambda run: run.name)
def test_a_cover_of_the_exchange_has_the_least_steps_and_traces_there_are(
    run: Run, covers: Covered
) -> None:
    found = cover(graph_of(run), covers)
    assert found.steps == found.steps_at_least
    assert len(found.paths) == found.paths_at_least


def test_how_large_the_least_covers_are() -> None:
    found = {covers: cover(graph_of(Run("2", 1)), covers) for covers in ALL}
    assert {name: (len(c.paths), c.steps) for name, c in found.items()} == {
        "states": (109, 1_437),
        "transitions": (382, 4_535),
        "pairs": (1_036, 12_214),
    }


def test_a_cover_is_the_same_each_time() -> None:
    run = Run("2", 1)
    again = state_graph(run.finite, Limits(threads=2))
    for covers in ALL:
        assert cover(graph_of(run), covers) == cover(again, covers)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(spec=random_spec())
def test_covers_of_random_specs_cover_and_behave(spec: RandomSpec) -> None:
    finite = spec.finite()
    try:
        graph = state_graph(finite, Limits(threads=1, memory_bytes=1 << 28))
    except ScopeError:
        return  # the axioms exclude the scope
    for covers in ALL:
        try:
            found = cover(graph, covers)
        except Cyclic:
            return
        assert_covers(graph, found)
        teller = Teller(graph)
        traces = [teller.trace(path) for path in found.paths]
        assert behaves(finite, max(traces, key=len)) is None


def test_a_graph_with_cycles_is_refused() -> None:
    golden = token_ring.GOLDEN[0]
    graph = state_graph(Finite(stage(golden.spec), golden.scope), Limits(threads=1))
    for covers in ALL:
        with pytest.raises(Cyclic, match="lie on a cycle or behind one"):
            cover(graph, covers)


def test_a_cover_that_is_too_large_is_refused_before_and_after_it_is_computed() -> None:
    graph = graph_of(Run("2", 1))
    said: list[str] = []
    with pytest.raises(TooLarge, match="at least 4,150 steps, more than 1,000") as error:
        cover(graph, "pairs", steps_max=1_000, report=said.append)
    assert (error.value.at_least, said) == (4_150, [])
    with pytest.raises(TooLarge, match="at least 4,535 steps, more than 4,534"):
        cover(graph, "transitions", steps_max=4_534, report=said.append)
    assert said == ["the least number of steps over 1,764 transitions"]
    assert cover(graph, "transitions", steps_max=4_535).steps == 4_535


def test_coverage_counts_what_paths_go_through() -> None:
    graph = graph_of(SMALL[0])
    paths = cover(graph, "transitions").paths
    one: Coverage = coverage(graph, paths[:1])
    assert one.states.covered == len(paths[0]) + 1
    assert one.transitions.covered == len(paths[0])
    assert one.pairs.covered == len(paths[0]) - 1
    assert sum(one.actions.values()) == len(paths[0])
    assert one.actions["crash"] == 0
    assert coverage(graph, paths * 2).transitions == coverage(graph, paths).transitions
