"""What each method says of small specs, and how: k, depths, what is vacuous or needs no step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.lang import SpecError
from model.search import EngineDisagreement
from proofs.ground.bmc import bounded
from proofs.ground.outcome import Answer, Method
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, Limits
from proofs.ground.several import Way, check_all
from proofs.ground.targets import DEADLOCK, targets
from tests.ground_sat.small import COUNTDOWN, TOGGLE
from tests.ground_sat.verdicts import by, explicit, vacuous, verdicts

METHODS: tuple[Method, ...] = ("bmc", "k-induction", "ic3")


def test_k_induction_needs_as_many_states_as_can_hide_a_violation() -> None:
    found = by("k-induction", TOGGLE, 10)
    assert verdicts(found) == explicit(TOGGLE)
    assert found["together"].k == 1
    alone = [t for t in targets(Replay(TOGGLE).system.ground) if t.name == "silent"]
    (silent,) = check_all(Replay(TOGGLE), alone, Way("k-induction", 10))
    assert (silent.answer, silent.k) == (Answer.HOLDS, 3)


def test_a_k_that_is_too_small_proves_nothing() -> None:
    alone = [t for t in targets(Replay(TOGGLE).system.ground) if t.name == "silent"]
    (silent,) = check_all(Replay(TOGGLE), alone, Way("k-induction", 2))
    assert (silent.answer, silent.depth) == (Answer.NOT_UP_TO, 2)


@pytest.mark.parametrize("method", METHODS)
def test_what_the_circuit_shows_is_said_to_need_no_step(method: Method) -> None:
    found = by(method, TOGGLE, 0)["excluded_middle"]
    assert found.answer is Answer.HOLDS
    assert "without a solver" in found.why
    assert found.queries == 0 or method == "bmc"


@pytest.mark.parametrize("method", ["k-induction", "ic3"])
def test_a_property_whose_premise_is_never_true_is_vacuous(method: Method) -> None:
    found = by(method, TOGGLE, 10)
    assert {n for n, o in found.items() if o.answer is Answer.VACUOUS} == vacuous(TOGGLE)
    assert found["never_asked"].answer is Answer.VACUOUS
    assert len(found["never_asked"].never) == 1


def test_bmc_does_not_say_that_a_property_holds_of_what_goes_on_for_ever() -> None:
    found = by("bmc", TOGGLE, 7)["silent"]
    assert (found.answer, found.depth) == (Answer.NOT_UP_TO, 7)


@pytest.mark.parametrize("method", METHODS)
def test_where_every_behaviour_ends_all_methods_decide(method: Method) -> None:
    assert verdicts(by(method, COUNTDOWN, 10)) == explicit(COUNTDOWN)


@pytest.mark.parametrize("depth", range(5))
def test_bmc_finds_a_violation_at_its_depth_and_not_before(depth: int) -> None:
    found = by("bmc", COUNTDOWN, depth)
    for name in ("never_all", "keeps_the_third_off", DEADLOCK):
        if depth < 3:
            assert (found[name].answer, found[name].depth) == (Answer.NOT_UP_TO, depth)
        else:
            assert (found[name].answer, found[name].depth) == (Answer.VIOLATED, 3)


def test_a_violation_that_does_not_replay_is_raised() -> None:
    replay = Replay(COUNTDOWN)
    (target,) = targets(replay.system.ground, ("in_turn",))
    always = replace(target, bad=1)  # as if the encoding were wrong
    with pytest.raises(EngineDisagreement, match="in_turn is true"):
        bounded(replay, [always], 3)


def test_a_behaviour_that_skips_a_step_does_not_replay() -> None:
    replay = Replay(COUNTDOWN)
    (target,) = targets(replay.system.ground, ("never_all",))
    with pytest.raises(EngineDisagreement, match="no step"):
        replay.finding(target, [(0, 0, 0), (1, 1, 1)])
    with pytest.raises(EngineDisagreement, match="initial"):
        replay.finding(target, [(1, 1, 1)])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits(conflicts=0), Limits(queries=0)])
def test_a_limit_leaves_open_what_it_keeps_from_being_decided(
    method: Method, limits: Limits
) -> None:
    replay = Replay(TOGGLE)
    found = check_all(replay, targets(replay.system.ground), Way(method, 10, limits))
    silent = next(o for o in found if o.target.name == "silent")
    assert silent.answer in (Answer.UNDECIDED, Answer.NOT_UP_TO)
    assert "limit" in silent.why
    assert silent.depth in (None, 0)


def test_a_budget_counts_what_its_parts_use() -> None:
    budget = Budget(Limits(queries=5))
    part = budget.part(3)
    part.queries = 3
    budget.take(part)
    assert budget.queries == 3
    assert budget.part(9).limits.queries == 5


def test_a_property_about_the_future_is_refused() -> None:
    with pytest.raises(SpecError, match="'Termination' is not among what can be checked"):
        targets(Replay(COUNTDOWN).system.ground, ("Termination",))
