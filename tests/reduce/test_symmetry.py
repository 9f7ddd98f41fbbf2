"""Which permutations are symmetries, and that each turns behaviours into behaviours."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, event, given, note, settings

from model.interp import Interpreter
from model.scope import Finite, State, Step
from model.search import Limits, check
from model.search.exploration import Method
from tests.agreement.random_specs import RandomSpec
from tests.classics import two_phase_commit
from tests.reduce import specs
from tests.reduce.classics import SMALL, finite
from tests.reduce.graphs import Whole, moves, orbits, reduced
from tests.reduce.random_protocols import random_protocol

always_the_same = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
ALONE = Limits(threads=1)
SYMMETRY = Method(reduce=frozenset({"symmetry"}))


def count(spec: Finite) -> int:
    """How many symmetries there are, without the identity."""
    return len(reduced(spec, "symmetry")[1].symmetries)


# -- on small specs ---------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 5])
def test_processes_that_are_alike_can_be_permuted_in_every_way(processes: int) -> None:
    assert count(specs.post(specs.Post(), processes)) == math.factorial(processes) - 1


def test_an_order_that_nobody_looks_at_leaves_all_symmetries() -> None:
    assert count(specs.named(specs.Elders(), 3, house=set())) == 5


def test_an_order_that_a_guard_looks_at_leaves_none() -> None:
    assert count(specs.named(specs.Elders("guard"), 3, house=set())) == 0


def test_an_order_looked_at_within_houses_leaves_those_that_exchange_houses() -> None:
    two_houses = {(a, b) for a in range(4) for b in range(4) if a // 2 == b // 2}
    elders = specs.named(specs.Elders("houses"), 4, house=two_houses)
    assert count(elders) == 1
    ground, found = reduced(elders, "symmetry")
    names = ground.layout.names()
    moved = {names[i]: names[source] for i, source in enumerate(found.symmetries[0])}
    assert moved == {
        "up(name0)": "up(name2)", "up(name1)": "up(name3)",
        "up(name2)": "up(name0)", "up(name3)": "up(name1)",
    }  # fmt: skip


def test_an_order_looked_at_within_houses_of_one_leaves_all_symmetries() -> None:
    alone = {(a, a) for a in range(3)}
    assert count(specs.named(specs.Elders("houses"), 3, house=alone)) == 5


def test_an_initial_state_that_singles_one_out_leaves_those_that_keep_it() -> None:
    assert count(specs.post(specs.Begun(), 3, first=0)) == 1


def test_initial_states_that_are_alike_together_leave_all_symmetries() -> None:
    assert count(specs.post(specs.BegunByAny(), 3)) == 5


def test_a_property_that_names_one_element_leaves_those_that_keep_it() -> None:
    assert count(specs.post(specs.Singled(), 2, first=0)) == 0
    assert count(specs.post(specs.Singled(), 3, first=0)) == 1


# -- by brute force ---------------------------------------------------------------------------


def must_be_symmetries(spec: Finite) -> int:
    """Each maps the initial states, and the reachable states with their edges, onto themselves.

    Returns:
        How many there are.
    """
    ground, found = reduced(spec, "symmetry")
    whole = Whole.of(spec)
    edges = {
        state: sorted((step.action.name, after) for step, after in steps.items())
        for state, steps in whole.after.items()
    }
    for permutation in found.symmetries[:: max(1, len(found.symmetries) // 12)]:
        move = moves(ground, permutation)
        assert {move(state) for state in whole.initial} == whole.initial
        image = {state: move(state) for state in whole.after}
        assert set(image.values()) == set(whole.after)
        for state, out in edges.items():
            assert sorted((name, image[after]) for name, after in out) == edges[image[state]]
    return len(found.symmetries)


def must_count_orbits(spec: Finite) -> None:
    """The reduced search keeps one state of each orbit."""
    ground, found = reduced(spec, "symmetry")
    result = check(spec, limits=ALONE, method=SYMMETRY)
    assert result.account.symmetries == len(found.symmetries)
    assert result.states == orbits(Whole.of(spec), ground, found.symmetries)


@pytest.mark.parametrize("spec", SMALL)
def test_the_symmetries_of_a_classic_map_its_graph_onto_itself(spec: Finite) -> None:
    must_be_symmetries(spec)


@always_the_same
@given(random_protocol())
def test_the_symmetries_of_a_random_protocol_map_its_graph_onto_itself(random: RandomSpec) -> None:
    note(repr(random))
    event(f"symmetries: {must_be_symmetries(random.finite())}")


@pytest.mark.parametrize("spec", SMALL)
def test_of_a_classic_one_state_of_each_orbit_is_searched(spec: Finite) -> None:
    must_count_orbits(spec)


@settings(always_the_same, max_examples=30)
@given(random_protocol())
def test_of_a_random_protocol_one_state_of_each_orbit_is_searched(random: RandomSpec) -> None:
    note(repr(random))
    must_count_orbits(random.finite())


# -- two-phase commit -------------------------------------------------------------------------

FIVE = finite(two_phase_commit.TwoPhase(), two_phase_commit.scope(5))


def columns(state: State) -> list[tuple[int, ...]]:
    """What a state says of each resource manager."""
    per = (table for table, symbol in zip(state, FIVE.staged.symbols, strict=True) if symbol.sorts)
    return list(zip(*per, strict=True))


def rearranged(state: State, order: list[int]) -> State:
    """The state with its resource managers in another order."""
    return tuple(
        tuple(table[i] for i in order) if symbol.sorts else table
        for table, symbol in zip(state, FIVE.staged.symbols, strict=True)
    )


def by_everything(state: State) -> State:
    """The state of an orbit whose resource managers are sorted by all that is known of them."""
    return rearranged(state, sorted(range(5), key=columns(state).__getitem__))


def by_phase(state: State) -> State:
    """A state whose resource managers are sorted by their phases alone, else left in order."""
    phases = dict(zip(map(str, FIVE.staged.symbols), state, strict=True))["phase"]
    return rearranged(state, sorted(range(5), key=phases.__getitem__))


def in_turn(step: Step) -> tuple[tuple[int, ...], int]:
    """Stateright's example offers the manager's decisions first, then each resource manager's."""
    names = (
        "commit", "abort", "receive_prepared", "prepare", "choose_to_abort", "receive_commit",
        "receive_abort",
    )  # fmt: skip
    return step.args, names.index(step.action.name)


def found_depth_first(representative: Callable[[State], State]) -> int:
    """How many representatives a depth-first search meets that goes on only from new ones."""
    interpreter = Interpreter(FIVE)
    todo = list(interpreter.initial_states())
    seen = {representative(state) for state in todo}
    while todo:
        for _, after in sorted(interpreter.successors(todo.pop()), key=lambda s: in_turn(s[0])):
            if representative(after) not in seen:
                seen.add(representative(after))
                todo.append(after)
    return len(seen)


def test_two_phase_commit_has_as_many_states_as_orbits() -> None:
    result = check(FIVE, limits=ALONE, method=SYMMETRY)
    assert result.account.symmetries == math.factorial(5) - 1
    assert result.states == found_depth_first(by_everything) == 314


def test_the_665_states_that_stateright_publishes_come_from_sorting_by_phase_alone() -> None:
    """Its `representative` (examples/2pc.rs) leaves resource managers of one phase in order, so
    several states of an orbit stand for it, and which are met depends on the order of the search.
    """
    assert found_depth_first(by_phase) == 665
