"""Each engine judges the classics as is known: what holds, what fails, and how soon.

Every counterexample is replayed by the interpreter; a lasso must also be fair and break its
promise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.lang import Spec, stage
from model.scope import Finite, Scope
from model.search import check
from model.search.result import Finding, Status
from tests.classics import (
    ENGINES,
    alternating_bit,
    die_hard,
    lock_server,
    paxos,
    peterson,
    philosophers,
    replay,
    ring_leader,
    semaphore,
    ticket,
    token_ring,
    toy_consensus,
    two_phase_commit,
)

Judge = Callable[[Spec, Scope, str], Finding]


@pytest.fixture(params=ENGINES)
def judge(request: pytest.FixtureRequest) -> Judge:
    """Finds the verdict on a property, and replays its counterexample."""

    def find(spec: Spec, scope: Scope, name: str) -> Finding:
        finite = Finite(stage(spec), scope)
        finding = check(finite, engine=request.param).findings[name]
        assert (finding.trace is not None) == (finding.status is Status.VIOLATED)
        if finding.trace is not None:
            assert replay.is_behaviour(finite, finding.trace)
        for promise in finite.staged.leads_to:
            if promise.name == name and finding.trace is not None:
                assert replay.is_fair(finite, finding.trace)
                assert replay.breaks_promise(finite, finding.trace, promise)
        return finding

    return find


def holds(finding: Finding) -> bool:
    return finding.status is Status.HOLDS


def fails(finding: Finding, steps: int | None = None) -> bool:
    """Whether it is violated, at the earliest after this many steps."""
    if finding.status is not Status.VIOLATED or finding.trace is None:
        return False
    return steps is None or len(finding.trace) == steps


# -- safety -----------------------------------------------------------------------------------


def test_two_phase_commit_is_consistent(judge: Judge) -> None:
    assert holds(judge(two_phase_commit.TwoPhase(), two_phase_commit.scope(3), "consistent"))


def test_a_two_phase_decision_is_never_revised(judge: Judge) -> None:
    assert holds(judge(two_phase_commit.TwoPhase(), two_phase_commit.scope(3), "decides_once"))


def test_a_hasty_manager_is_inconsistent_after_three_steps(judge: Judge) -> None:
    hasty = two_phase_commit.TwoPhase(hasty=True)
    assert fails(judge(hasty, two_phase_commit.scope(2), "consistent"), steps=3)


def test_four_gallons_are_measured_in_six_steps(judge: Judge) -> None:
    assert fails(judge(die_hard.DieHard(), die_hard.scope(), "unsolved"), steps=6)


def test_no_water_is_spilt(judge: Judge) -> None:
    assert holds(judge(die_hard.DieHard(), die_hard.scope(), "nothing_spilt"))


def test_four_gallons_are_not_measured_with_jugs_of_three_and_six(judge: Judge) -> None:
    assert holds(judge(die_hard.DieHard(), die_hard.scope(3, 6, 4), "unsolved"))


def test_pouring_changes_both_jugs(judge: Judge) -> None:
    assert fails(judge(die_hard.DieHard(), die_hard.scope(), "one_jug_at_a_time"), steps=2)


def test_peterson_excludes(judge: Judge) -> None:
    assert holds(judge(peterson.peterson(), peterson.scope(), "exclusive"))


def test_peterson_fails_if_the_turn_is_yielded_before_the_flag_is_raised(judge: Judge) -> None:
    assert fails(judge(peterson.peterson(polite=False), peterson.scope(), "exclusive"), steps=8)


def test_a_semaphore_excludes(judge: Judge) -> None:
    assert holds(judge(semaphore.semaphore(), semaphore.scope(3), "exclusive"))


def test_never_two_are_inside_a_semaphore_at_once(judge: Judge) -> None:
    assert holds(judge(semaphore.semaphore(), semaphore.scope(3), "inside_at_once"))


def test_the_lock_server_excludes(judge: Judge) -> None:
    assert holds(judge(lock_server.lock_server(), lock_server.scope(3), "exclusive"))


def test_an_unlock_delivered_twice_lets_two_hold_the_lock(judge: Judge) -> None:
    repeated = lock_server.lock_server(repeated=True)
    assert fails(judge(repeated, lock_server.scope(2), "exclusive"), steps=12)


def test_the_bound_on_holders_fails_with_the_lock(judge: Judge) -> None:
    repeated = lock_server.lock_server(repeated=True)
    assert holds(judge(lock_server.lock_server(), lock_server.scope(2), "holders"))
    assert fails(judge(repeated, lock_server.scope(2), "holders"), steps=12)


def test_the_ticket_lock_excludes(judge: Judge) -> None:
    assert holds(judge(ticket.ticket(), ticket.scope(3, 4), "exclusive"))


@pytest.mark.parametrize("name", ["one_leader", "rightful_leader"])
def test_the_ring_elects_one_leader(judge: Judge, name: str) -> None:
    assert holds(judge(ring_leader.ring_leader(), ring_leader.scope(3), name))


def test_nodes_of_one_identity_both_win(judge: Judge) -> None:
    twins = ring_leader.ring_leader(unique=False)
    assert fails(judge(twins, ring_leader.scope(2, (0, 0)), "one_leader"), steps=4)


def test_majorities_agree(judge: Judge) -> None:
    assert holds(judge(toy_consensus.ToyConsensus(), toy_consensus.scope(3, 2), "agreement"))


def test_quorums_that_do_not_meet_disagree(judge: Judge) -> None:
    apart = toy_consensus.ToyConsensus(intersecting=False)
    scope = toy_consensus.scope(2, 2, quorums=((0,), (1,)))
    assert fails(judge(apart, scope, "agreement"), steps=4)


@pytest.mark.parametrize("name", ["agreement", "one_proposal"])
def test_paxos_agrees(judge: Judge, name: str) -> None:
    assert holds(judge(paxos.Paxos(), paxos.scope(2, 2, 2), name))


def test_paxos_disagrees_if_quorums_do_not_meet(judge: Judge) -> None:
    scope = paxos.scope(2, 2, 2, quorums=((0,), (1,)))
    assert fails(judge(paxos.Paxos(intersecting=False), scope, "agreement"), steps=8)


def test_what_alternates_is_received_as_it_was_sent(judge: Judge) -> None:
    spec, scope = alternating_bit.alternating_bit(), alternating_bit.scope(2, 2)
    assert holds(judge(spec, scope, "received_as_sent"))
    assert holds(judge(spec, scope, "in_order"))


# -- deadlock ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", [2, 3, 4])
def test_philosophers_deadlock_when_each_has_one_fork(judge: Judge, seats: int) -> None:
    scope = philosophers.scope(seats)
    assert fails(judge(philosophers.Philosophers(), scope, "deadlock"), steps=seats)


def test_philosophers_do_not_deadlock_if_one_takes_both_forks_at_once(judge: Judge) -> None:
    courteous = philosophers.Philosophers(courteous=True)
    assert holds(judge(courteous, philosophers.scope(4), "deadlock"))


@pytest.mark.parametrize(
    ("spec", "scope"),
    [
        (toy_consensus.ToyConsensus(), toy_consensus.scope(3, 2)),
        (ring_leader.ring_leader(), ring_leader.scope(3)),
        (ticket.ticket(), ticket.scope(2, 3)),
    ],
    ids=["toy consensus", "ring leader", "ticket lock"],
)
def test_resting_where_all_is_done_is_no_deadlock(judge: Judge, spec: Any, scope: Any) -> None:
    assert holds(judge(spec, scope, "deadlock"))


# -- liveness ---------------------------------------------------------------------------------


def test_peterson_starves_nobody_under_weak_fairness(judge: Judge) -> None:
    assert holds(judge(peterson.peterson(fair="weak"), peterson.scope(), "served"))


def test_peterson_may_rest_without_fairness(judge: Judge) -> None:
    assert fails(judge(peterson.peterson(fair="none"), peterson.scope(), "served"))


def test_a_promise_whose_premise_never_holds_is_vacuous(judge: Judge) -> None:
    finding = judge(peterson.peterson(), peterson.scope(), "parted")
    assert finding.status is Status.VACUOUS


@pytest.mark.parametrize("processes", [2, 3])
def test_a_semaphore_starves_nobody_under_strong_fairness(judge: Judge, processes: int) -> None:
    scope = semaphore.scope(processes)
    assert holds(judge(semaphore.semaphore(fair="strong"), scope, "served"))


@pytest.mark.parametrize("processes", [2, 3])
def test_a_semaphore_starves_somebody_under_weak_fairness(judge: Judge, processes: int) -> None:
    finding = judge(semaphore.semaphore(fair="weak"), semaphore.scope(processes), "served")
    assert fails(finding)
    assert finding.trace is not None
    assert finding.trace.closing is not None, "the others go round for ever, nobody rests"


def test_a_semaphore_becomes_free_however_unfair_entering_is(judge: Judge) -> None:
    assert holds(judge(semaphore.semaphore(fair="none"), semaphore.scope(2), "freed"))


@pytest.mark.parametrize("name", ["arrives", "acknowledged"])
def test_every_message_arrives_if_receiving_is_strongly_fair(judge: Judge, name: str) -> None:
    spec = alternating_bit.alternating_bit(receiving="strong")
    assert holds(judge(spec, alternating_bit.scope(2, 2), name))


@pytest.mark.parametrize("name", ["arrives", "acknowledged"])
@pytest.mark.parametrize("sending", ["weak", "strong"])
def test_a_lossy_channel_may_lose_every_message_if_receiving_is_weakly_fair(
    judge: Judge, name: str, sending: Any
) -> None:
    spec = alternating_bit.alternating_bit(receiving="weak", sending=sending)
    assert fails(judge(spec, alternating_bit.scope(2, 2), name))


def test_a_message_lost_is_lost_if_nobody_must_send_it_again(judge: Judge) -> None:
    spec = alternating_bit.alternating_bit(receiving="strong", sending="none")
    assert fails(judge(spec, alternating_bit.scope(2, 2), "arrives"))


@pytest.mark.parametrize(("machines", "counts"), [(3, 2), (3, 3), (4, 3)])
def test_the_token_ring_stabilises_when_faults_end(
    judge: Judge, machines: int, counts: int
) -> None:
    spec = token_ring.token_ring("at first")
    assert holds(judge(spec, token_ring.scope(machines, counts), "stabilises"))


def test_the_token_ring_does_not_stabilise_with_too_few_counts(judge: Judge) -> None:
    spec = token_ring.token_ring("at first")
    assert fails(judge(spec, token_ring.scope(4, 2), "stabilises"))


def test_the_token_ring_does_not_stabilise_among_faults_that_do_not_end(judge: Judge) -> None:
    spec = token_ring.token_ring("for ever")
    assert fails(judge(spec, token_ring.scope(4, 3), "stabilises"))


def test_the_token_ring_stays_orderly(judge: Judge) -> None:
    spec, scope = token_ring.token_ring("at first"), token_ring.scope(3, 3)
    assert holds(judge(spec, scope, "stays_orderly"))
    assert holds(judge(spec, scope, "somebody_privileged"))


def test_every_machine_of_the_token_ring_is_privileged_again_and_again(judge: Judge) -> None:
    scope = token_ring.scope(3, 3)
    assert holds(judge(token_ring.token_ring("at first", fair="weak"), scope, "served"))
    assert fails(judge(token_ring.token_ring("at first", fair="none"), scope, "served"))


def test_the_ring_elects_somebody_under_weak_fairness(judge: Judge) -> None:
    assert holds(judge(ring_leader.ring_leader(fair="weak"), ring_leader.scope(3), "elected"))


def test_the_ring_may_elect_nobody_without_fairness(judge: Judge) -> None:
    assert fails(judge(ring_leader.ring_leader(fair="none"), ring_leader.scope(3), "elected"), 0)


def test_the_lock_server_may_always_grant_to_others_under_weak_fairness(judge: Judge) -> None:
    assert fails(judge(lock_server.lock_server(fair="weak"), lock_server.scope(2), "served"))


def test_the_lock_server_serves_a_lonely_client_under_weak_fairness(judge: Judge) -> None:
    assert holds(judge(lock_server.lock_server(fair="weak"), lock_server.scope(1), "served"))


def test_the_lock_server_serves_everybody_under_strong_fairness(judge: Judge) -> None:
    assert holds(judge(lock_server.lock_server(fair="strong"), lock_server.scope(2), "served"))


def test_the_ticket_lock_serves_everybody_under_weak_fairness(judge: Judge) -> None:
    assert holds(judge(ticket.ticket(fair="weak"), ticket.scope(2, 4), "served"))


def test_the_ticket_lock_may_rest_without_fairness(judge: Judge) -> None:
    assert fails(judge(ticket.ticket(fair="none"), ticket.scope(2, 4), "served"), steps=1)
