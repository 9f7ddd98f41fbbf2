"""What inference says where there is nothing easy to say."""

from __future__ import annotations

import pytest

from model.lang import Spec, SpecError, stage
from model.scope import Finite
from proofs.inference import Counterexample, Inferred, Limits, Progress, Unknown, infer
from tests.classics import replay, token_ring, toy_consensus, two_phase_commit
from tests.inference.specs import Climb, Crowd, Nowhere


def test_a_violation_that_no_small_scope_has_is_found_where_diagrams_lead_to_it() -> None:
    answer = infer(Crowd(), "room_for_four")
    assert isinstance(answer, Counterexample), answer
    assert answer.scope.sizes == {"Guest": 5}
    assert answer.finding.trace is not None
    assert len(answer.finding.trace) == 5
    assert replay.is_behaviour(Finite(stage(Crowd()), answer.scope), answer.finding.trace)


def test_orders_and_constants_are_no_obstacle() -> None:
    assert isinstance(infer(Climb(), "never_seen"), Inferred)


def test_what_is_outside_of_the_decidable_fragment_is_unknown_with_the_cycle() -> None:
    answer = infer(
        token_ring.token_ring("at first"), "somebody_privileged", Limits(query_seconds=0.3)
    )
    assert isinstance(answer, Unknown), answer
    assert "Machine → Machine" in answer.why


def test_nothing_is_inferred_from_axioms_that_contradict_each_other() -> None:
    answer = infer(Nowhere(), "never_seen")
    assert isinstance(answer, Unknown), answer
    assert "no small scope has an initial state" in answer.why


def test_a_limit_of_time_is_kept_and_said() -> None:
    answer = infer(toy_consensus.ToyConsensus(), "agreement", Limits(seconds=0.0))
    assert isinstance(answer, Unknown), answer
    assert answer.why == "no answer within 0 s"


@pytest.mark.parametrize("name", ["votes_stand", "nothing"])
def test_a_property_that_is_not_about_states_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(SpecError, match="only: agreement"):
        infer(toy_consensus.ToyConsensus(), name)


def test_progress_is_reported_from_stage_to_stage() -> None:
    heard: list[Progress] = []
    infer(Climb(), "never_seen", report=heard.append)
    stages = list(dict.fromkeys(each.stage for each in heard))
    assert stages[:2] == ["small scopes", "candidates"]
    assert stages[-1] == "checking"
    assert [p.seconds for p in heard] == sorted(p.seconds for p in heard)


@pytest.mark.parametrize(
    ("spec", "name"),
    [(Climb(), "never_seen"), (two_phase_commit.TwoPhase(), "consistent")],
    ids=["climb", "two-phase commit"],
)
def test_the_same_seed_infers_the_same(spec: Spec, name: str) -> None:
    first, second = infer(spec, name), infer(spec, name)
    assert isinstance(first, Inferred)
    assert isinstance(second, Inferred)
    assert first.invariant == second.invariant
