"""What small scopes reach agrees with the interpreter, and cubes mean what they say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from model.interp import Interpreter
from model.lang import Spec, stage
from model.lang.expr import Apply, Expr
from model.scope import Finite, Scope, State
from proofs.inference.cubes import Cube, clause, numbered, simplified, variable, variables
from proofs.inference.finite import FiniteStep
from proofs.inference.outcome import Clock, Limits
from proofs.inference.scopes import scopes
from proofs.inference.small import Instance, Small
from proofs.inference.templates import causes, clauses
from tests.classics import Golden, lock_server, ring_leader, ticket, toy_consensus, two_phase_commit

LIMITS = Limits()
NAMES = {"LockServer": "exclusive", "TwoPhase": "consistent", "TicketLock": "exclusive",
         "ToyConsensus": "agreement", "RingLeader": "one_leader"}  # fmt: skip
GOLDEN = [
    golden
    for classic in (lock_server, two_phase_commit, ticket, toy_consensus, ring_leader)
    for golden in classic.GOLDEN
    if golden.states < 1_000
]
SPECS = (lock_server.lock_server(), two_phase_commit.TwoPhase(), ticket.ticket(),
         toy_consensus.ToyConsensus(), ring_leader.ring_leader())  # fmt: skip


def named(spec: Spec) -> str:
    return NAMES[stage(spec).name]


@cache
def explored(spec: Spec) -> tuple[Small, list[Cube]]:
    """Small scopes, and the candidates from them."""
    small = Small(stage(spec), named(spec), LIMITS)
    return small, clauses(stage(spec), small, Clock(LIMITS))


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_exploring_reaches_the_golden_number_of_states(golden: Golden) -> None:
    instance = Instance(stage(golden.spec), golden.scope, named(golden.spec))
    instance.explore(10_000, float("inf"))
    assert instance.complete
    assert len(instance) == golden.states


def reachable(finite: Finite) -> set[State]:
    interp = Interpreter(finite)
    seen = set(interp.initial_states())
    todo = list(seen)
    while todo:
        for _, after in interp.successors(todo.pop()):
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


def cubes(spec: Spec, chance: random.Random) -> Iterator[Cube]:
    """Parts of what is never reached, and so cubes of which some are reached and some not."""
    never = explored(spec)[1]
    for cube in chance.sample(never, min(12, len(never))):
        yield cube
        yield cube[: chance.randrange(1, len(cube) + 1)]


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_a_cube_is_reached_where_the_interpreter_finds_its_clause_false(spec: Spec) -> None:
    chance = random.Random(7)
    scope = next(s for s in scopes(stage(spec), 0) if min(s.sizes.values()) == 2)
    instance = Instance(stage(spec), scope, named(spec))
    instance.explore(10_000, float("inf"))
    interp = Interpreter(instance.finite)
    states = reachable(instance.finite)
    answers = set()
    for cube in cubes(spec, chance):
        met = instance.meets(cube, variables(cube))
        assert met == any(not interp.value(clause(cube), state) for state in states)
        answers.add(met)
    assert answers == {True, False}


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_simplifying_a_cube_does_not_change_what_its_clause_means(spec: Spec) -> None:
    chance = random.Random(8)
    scope = next(s for s in scopes(stage(spec), 0) if min(s.sizes.values()) == 2)
    finite = Finite(stage(spec), scope)
    interp = Interpreter(finite)
    states = chance.sample(sorted(reachable(finite)), 5)
    some = [random_state(finite, chance) for _ in range(40)]
    for cube in cubes(spec, chance):
        for state in (*states, *some):
            value = interp.value(clause(cube), state)
            assert interp.value(clause(simplified(cube)), state) == value
            assert interp.value(clause(numbered(cube)), state) == value


def random_state(finite: Finite, chance: random.Random) -> State:
    return tuple(
        tuple(chance.randrange(finite.size(symbol.result)) for _ in finite.points(symbol))
        for symbol in finite.staged.symbols
    )


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_every_candidate_holds_in_all_that_was_reached(spec: Spec) -> None:
    small, found = explored(spec)
    assert found
    assert all(small.always(clause(cube)) for cube in found)
    assert all(small.always(formula) for formula in causes(stage(spec), small))


def test_what_is_inductive_at_a_small_scope_is_what_the_interpreter_says() -> None:
    staged = stage(SPECS[0])
    found = [clause(cube) for cube in explored(SPECS[0])[1]]
    never = [Apply(symbol, tuple(variable(sort, 0) for sort in symbol.sorts), False)
             for symbol in staged.symbols]  # fmt: skip
    some = [*found[2:], *(clause((atom,)) for atom in never)]
    finite = Finite(staged, Scope({"Client": 2}))
    step = FiniteStep(staged, finite.scope.sizes)
    kept = step.inductive(some)
    step.close()
    assert 0 < len(kept) < len(some)
    assert kept == inductive(some, finite)


def inductive(formulas: list[Expr], finite: Finite) -> list[Expr]:
    """The greatest inductive set, over all states of relations."""
    interp = Interpreter(finite)
    tables = [
        list(product((0, 1), repeat=len(list(finite.points(symbol)))))
        for symbol in finite.staged.symbols
    ]
    moves = [(s, after) for s in product(*tables) for _, after in interp.successors(s)]
    left = list(formulas)
    while True:
        true = {s for s in product(*tables) if all(interp.value(f, s) for f in left)}
        broken = {f for s, after in moves if s in true for f in left if not interp.value(f, after)}
        if not broken:
            return left
        left = [f for f in left if f not in broken]
