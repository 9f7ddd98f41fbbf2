"""Property-directed reachability by itself, without candidates from small scopes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.lang import Spec, stage
from proofs.inference.cubes import Cube, clause, simplified
from proofs.inference.outcome import Clock, LimitReached, Limits
from proofs.inference.queries import FOREVER, Queries
from proofs.inference.recheck import not_shown
from proofs.inference.small import Small
from proofs.inference.templates import causes
from proofs.inference.updr import NotUniversal, Updr
from tests.classics import lock_server, semaphore, toy_consensus, two_phase_commit
from tests.inference.specs import Crowd

LIMITS = Limits(seconds=60)


def updr(spec: Spec, name: str, reached: Callable[[Cube], bool]) -> tuple[Updr, Queries]:
    staged = stage(spec)
    clock = Clock(LIMITS)
    queries = Queries(staged, clock)
    goal = [c.expr for i in staged.invariants if i.name == name for c in i.clauses]
    return Updr(queries, goal, reached, clock), queries


def nothing(cube: Cube) -> bool:
    return False


def open_obligations(spec: Spec, name: str, cubes: list[Cube]) -> list[str]:
    staged = stage(spec)
    invariant = next(i for i in staged.invariants if i.name == name)
    formulas = [clause(simplified(cube)) for cube in cubes]
    goal = [c.expr for c in invariant.clauses]
    return list(not_shown(staged, invariant, [*formulas, *goal]))


@pytest.mark.parametrize(
    ("spec", "name", "helped"),
    [
        (lock_server.lock_server(), "exclusive", False),
        (semaphore.semaphore(), "exclusive", False),
        (semaphore.semaphore(), "exclusive", True),
        (two_phase_commit.TwoPhase(), "consistent", True),
    ],
    ids=["lock server", "semaphore", "semaphore, helped", "two-phase commit, helped"],
)
def test_frames_converge_to_an_inductive_invariant(spec: Spec, name: str, helped: bool) -> None:
    """Alone, or helped by what small scopes reach."""
    reached = Small(stage(spec), name, LIMITS).reached if helped else nothing
    cubes = updr(spec, name, reached)[0].run()
    assert open_obligations(spec, name, cubes) == []
    assert not any(Small(stage(spec), name, LIMITS).reached(cube) for cube in cubes)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (two_phase_commit.TwoPhase(hasty=True), "consistent"),
        (lock_server.lock_server(repeated=True), "exclusive"),
        (Crowd(), "room_for_four"),
    ],
    ids=["hasty", "repeated", "crowd"],
)
def test_what_is_violated_has_no_invariant(spec: Spec, name: str) -> None:
    with pytest.raises(NotUniversal):
        updr(spec, name, nothing)[0].run()


def test_consensus_has_no_universal_invariant_but_with_the_cause_of_decisions_it_has() -> None:
    spec, name = toy_consensus.ToyConsensus(), "agreement"
    with pytest.raises(NotUniversal, match="no universally quantified clauses"):
        updr(spec, name, nothing)[0].run()
    (cause,) = causes(stage(spec), Small(stage(spec), name, LIMITS))
    inference, queries = updr(spec, name, nothing)
    queries.learn(cause, FOREVER)
    assert inference.run()


def test_who_says_that_everything_is_reached_is_believed_that_nothing_can_be_excluded() -> None:
    with pytest.raises(NotUniversal):
        updr(lock_server.lock_server(), "exclusive", lambda cube: True)[0].run()


def test_the_limit_of_time_stops_it() -> None:
    staged = stage(lock_server.lock_server())
    clock = Clock(Limits(seconds=0.0))
    goal = [c.expr for c in staged.invariants[0].clauses]
    with pytest.raises(LimitReached):
        Updr(Queries(staged, clock), goal, nothing, clock).run()
