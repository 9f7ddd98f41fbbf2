"""Random walks are those of the simulation, and depend on their seed and number alone."""

from __future__ import annotations

from collections import Counter

import pytest

from model.interp import Interpreter
from model.lang import ScopeError
from model.search.simulate import seed_of, walk_again
from tests.generate.graphs import SMALL, graph_of
from traces.generate import SEED_MAX, Teller, random_walks
from traces.replay import behaves
from traces.run import Run


def test_a_walk_is_the_one_that_the_simulation_takes() -> None:
    run = Run("2", 1)
    initial = list(Interpreter(run.finite).initial_states())
    graph = graph_of(run)
    teller = Teller(graph)
    for seed in (0, 1, SEED_MAX):
        for number, walk in enumerate(random_walks(graph, seed, walks=2, steps_max=1000)):
            states = walk_again(run.finite, initial, seed, number, len(walk))
            assert teller.trace(walk).states == tuple(states)
            assert random_walks(graph, seed_of(seed, number), 1, 1000) == (walk,)


def test_a_walk_goes_on_until_nothing_is_enabled_or_it_is_long_enough() -> None:
    graph = graph_of(SMALL[2])
    whole = random_walks(graph, seed=4, walks=30, steps_max=1000)
    assert {len(walk) for walk in whole} == {16}
    short = random_walks(graph, seed=4, walks=30, steps_max=5)
    assert [walk.transitions[:5] for walk in whole] == [walk.transitions for walk in short]


def test_every_walk_is_a_behaviour() -> None:
    run = Run("2", 1)
    teller = Teller(graph_of(run))
    for walk in random_walks(graph_of(run), seed=9, walks=20, steps_max=1000):
        assert behaves(run.finite, teller.trace(walk)) is None


def test_every_step_has_its_chance() -> None:
    graph = graph_of(Run("2", 1))
    first = Counter(w.transitions[0] for w in random_walks(graph, 2, walks=3000, steps_max=1))
    out = int(graph.offsets[1])
    assert sorted(first) == list(range(out))
    assert min(first.values()) > 3000 / out / 2


@pytest.mark.parametrize(
    ("seed", "walks", "steps"), [(-1, 1, 1), (SEED_MAX + 1, 1, 1), (0, 0, 1), (0, 1, 0)]
)
def test_numbers_out_of_their_range_are_refused(seed: int, walks: int, steps: int) -> None:
    with pytest.raises(ScopeError):
        random_walks(graph_of(SMALL[0]), seed, walks, steps)
