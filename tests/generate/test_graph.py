"""The state graph is the interpreter's, numbered alike however it was found; a path becomes a trace
only if the interpreter can take it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.interp import Interpreter
from model.search import Limits
from model.search.interpreted import InterpretedSearch
from model.search.judge import EngineDisagreement
from tests.generate.graphs import SMALL, graph_of
from traces.generate import Path, StateGraph, Teller, random_walks, state_graph
from traces.generate.graph import numbered
from traces.run import Run


def same(one: StateGraph, other: StateGraph) -> bool:
    arrays = ("offsets", "targets", "labels")
    return all(np.array_equal(getattr(one, a), getattr(other, a)) for a in arrays) and all(
        one.state(number) == other.state(number) for number in range(one.states)
    )


@pytest.mark.parametrize("run", [Run("1", 0), Run("2", 0)], ids=str)
def test_the_graph_is_that_of_the_interpreter(run: Run) -> None:
    initial = list(Interpreter(run.finite).initial_states())
    search = InterpretedSearch(run.finite, initial, Limits())
    found = search.run()
    mine = graph_of(run)
    # The interpreter's search finds states in the order of the numbering.
    assert [mine.state(n) for n in range(mine.states)] == search.states
    assert mine.offsets.tolist() == found.graph().offsets.tolist()
    steps = [mine.steps[label] for label in mine.labels]
    assert steps == [run.finite.steps[label] for label in found.graph().labels]
    assert mine.targets.tolist() == found.graph().targets.tolist()


def test_the_numbering_does_not_depend_on_the_number_of_threads() -> None:
    run = Run("2", 1)
    assert same(graph_of(run), state_graph(run.finite, Limits(threads=2)))


def test_the_numbering_does_not_depend_on_how_an_engine_numbers() -> None:
    run = Run("2", 0)
    initial = list(Interpreter(run.finite).initial_states())
    search = InterpretedSearch(run.finite, initial, Limits())
    found = search.run()
    graph = found.graph()
    order = np.random.default_rng(5).permutation(graph.states)
    order[[0, np.flatnonzero(order == 0)[0]]] = order[[np.flatnonzero(order == 0)[0], 0]]
    place = np.argsort(order)  # the new number of each old state; the initial one keeps 0
    degrees = np.diff(graph.offsets)
    rows = [np.arange(graph.offsets[s], graph.offsets[s + 1])[::-1] for s in order]
    edges = np.concatenate(rows)
    shuffled = replace(
        graph,
        offsets=np.concatenate([[0], np.cumsum(degrees[order])]).astype(np.int64),
        targets=place[graph.targets[edges]].astype(np.int32),
        labels=graph.labels[edges],
    )
    again = numbered(run.finite, shuffled, initial, lambda n: found.state(int(order[n])))
    assert again.offsets.tolist() != shuffled.offsets.tolist()
    assert same(numbered(run.finite, graph, initial, found.state), again)


def test_a_graph_that_is_not_whole_is_refused() -> None:
    with pytest.raises(TimeoutError, match="not whole: the limit of 100 states"):
        state_graph(Run("2", 1).finite, Limits(threads=1, states=100))


def test_a_path_that_the_interpreter_cannot_take_becomes_no_trace() -> None:
    graph = graph_of(SMALL[0])
    teller = Teller(graph)
    (walk,) = random_walks(graph, seed=1, walks=1, steps_max=9)
    assert len(teller.trace(walk)) == len(walk)
    with pytest.raises(EngineDisagreement, match="does not begin in an initial state"):
        teller.trace(Path(1, ()))
    wrong = replace(graph, labels=np.roll(graph.labels, 1))
    with pytest.raises(EngineDisagreement, match="is no step for the interpreter"):
        Teller(wrong).trace(walk)
    elsewhere = replace(graph, targets=np.roll(graph.targets, 1))
    with pytest.raises(EngineDisagreement, match="is no step for the interpreter"):
        Teller(elsewhere).trace(walk)
