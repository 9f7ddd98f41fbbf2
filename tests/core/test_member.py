"""A member's rules, one by one; the rows are those of the protocol's requirements."""

from __future__ import annotations

import pytest

from impl.core import Acknowledgment, Data, Member, MemberId, ProtocolError, Step, highest_name
from tests.core.made import (
    A,
    B,
    C,
    D,
    acknowledge,
    acknowledgment,
    data,
    group,
    install,
    member,
    request_view,
    result_of,
    steps_of,
    without,
)

TRANSMIT, ACKNOWLEDGE, COMPLETE = Step.TRANSMIT, Step.ACKNOWLEDGE, Step.COMPLETE


# -- R1, R7, R8: who leads, and what it does ----------------------------------------------------


def test_the_lowest_of_each_subgroup_leads_without_having_heard_anything() -> None:
    view = request_view(1, group(A, C), group(B, D))
    assert [m for m in (A, B, C, D) if member(m, view).leads] == [A, B]


def test_a_leader_transmits_before_it_acknowledges() -> None:
    assert steps_of(member(A, request_view(1, group(A, B)))) == [TRANSMIT, ACKNOWLEDGE]


def test_a_member_that_does_not_lead_acknowledges_without_transmitting() -> None:
    assert steps_of(member(B, request_view(1, group(A, B)))) == [ACKNOWLEDGE]


def test_what_a_leader_transmits_is_what_it_holds_and_belongs_to_the_request_and_view() -> None:
    view = request_view(3, group(A, B))
    leader = member(A, view, "treasure")
    assert leader.take(TRANSMIT) == Data(A, view.request.id, view.id, "treasure")
    assert leader.take(ACKNOWLEDGE) == Acknowledgment(A, view.request.id, view.id)


def test_what_is_held_is_asked_for_once_and_only_from_who_speaks() -> None:
    view = request_view(1, group(A, B))
    asked = {A: iter("xyz"), B: iter("xyz")}
    for me, held in asked.items():
        speaker: Member[str] = Member(me)
        speaker.install(view, held.__next__)
        steps_of(speaker)
    assert [next(held) for held in asked.values()] == ["y", "x"]


def test_the_policy_alone_says_who_leads() -> None:
    view = request_view(1, group(A, B, C))
    assert member(C, view, policy=highest_name).leads
    assert not member(A, view, policy=highest_name).leads
    assert member(B, view, policy=lambda members: sorted(members)[1]).leads


def test_two_lives_of_one_name_are_two_members_of_which_one_leads() -> None:
    lives = [MemberId("a", incarnation) for incarnation in "123"]
    view = request_view(1, group(*lives))
    assert [life for life in lives if member(life, view).leads] == [lives[0]]


# -- R2, R3: the indicator ----------------------------------------------------------------------


def test_data_of_the_own_subgroup_sets_the_indicator_and_that_of_another_does_not() -> None:
    view = request_view(1, group(A, B), group(C))
    listener = member(B, view)
    listener.deliver(data(C, view))
    assert not listener.indicator
    listener.deliver(data(A, view))
    assert listener.indicator


def test_a_request_clears_the_indicator_and_a_round_of_the_same_request_does_not() -> None:
    first = request_view(1, group(A, B, C))
    listener = member(B, first)
    listener.deliver(data(A, first))
    indicators = []
    for view in (without(first, A), request_view(7, group(B, C), group(D))):
        install(listener, view)
        indicators.append(listener.indicator)
    assert indicators == [True, False]
    assert listener.received == {}


def test_sending_sets_the_indicator_since_the_message_is_lost_only_with_its_sender() -> None:
    first = request_view(1, group(A, B, C))
    speaker = member(A, first)
    speaker.take(TRANSMIT)
    assert speaker.indicator
    install(speaker, without(first, B))  # its message still waits in its queue
    assert speaker.leads
    assert steps_of(speaker) == [ACKNOWLEDGE]


def test_a_message_that_waited_in_the_queue_counts_in_the_round_in_which_it_comes() -> None:
    first = request_view(1, group(A), group(B), group(C))
    listener = member(B, first)
    second = without(first, C)
    install(listener, second)
    listener.deliver(data(A, first, "late"))
    assert list(listener.received.values()) == ["late"]
    assert listener.stale == 0


# -- R4: acknowledgments ------------------------------------------------------------------------


def test_a_member_completes_with_the_last_acknowledgment_and_not_before() -> None:
    view = request_view(1, group(A, B), group(C))
    waiting = member(B, view)
    waiting.deliver(data(A, view))
    waiting.deliver(data(C, view))
    steps_of(waiting)
    for sender in (C, B):
        waiting.deliver(acknowledgment(sender, view))
        assert waiting.due() == ()
    waiting.deliver(acknowledgment(A, view))
    assert waiting.due() == (COMPLETE,)
    assert list(result_of(waiting).data.values()) == ["data of a", "data of c"]
    assert waiting.due() == ()


def test_data_is_in_the_order_of_the_request_in_whatever_order_it_came() -> None:
    view = request_view(1, group(A), group(B), group(C))
    listener = member(B, view)
    steps_of(listener)
    for sender in (C, B, A):
        listener.deliver(data(sender, view))
    acknowledge(listener, view, (C, A, B))
    assert list(result_of(listener).data) == list(view.request.subgroups)


# -- R5, R12: failures and rounds ---------------------------------------------------------------


def test_a_new_leader_transmits_if_the_old_one_has_not_been_heard() -> None:
    first = request_view(1, group(A, B, C))
    successor = member(B, first)
    assert steps_of(successor) == [ACKNOWLEDGE]
    install(successor, without(first, A))
    assert successor.leads
    assert steps_of(successor) == [TRANSMIT, ACKNOWLEDGE]


def test_a_new_leader_does_not_transmit_if_the_old_one_has_been_heard() -> None:
    first = request_view(1, group(A, B, C))
    successor = member(B, first)
    successor.deliver(data(A, first))
    install(successor, without(first, A))
    assert successor.leads
    assert steps_of(successor) == [ACKNOWLEDGE]


def test_the_leader_is_worked_out_anew_from_those_who_are_left() -> None:
    view = request_view(1, group(A, B, C, D))
    survivor = member(D, view)
    for gone in (B, A, C):
        assert not survivor.leads
        view = without(view, gone)
        install(survivor, view)
    assert survivor.leads


def test_every_round_is_acknowledged_and_counts_only_its_own_acknowledgments() -> None:
    first = request_view(1, group(A), group(B), group(C))
    steady = member(B, first)
    steps_of(steady)
    acknowledge(steady, first, (A, B))
    second = without(first, C)
    install(steady, second)
    assert steps_of(steady) == [ACKNOWLEDGE]
    acknowledge(steady, second, (A,))
    assert steady.due() == ()
    acknowledge(steady, second, (B,))
    assert steady.due() == (COMPLETE,)


def test_a_member_that_has_completed_needs_no_round_when_somebody_leaves() -> None:
    first = request_view(1, group(A, B))
    done = member(A, first)
    steps_of(done)
    done.deliver(data(A, first))
    acknowledge(done, first, (A, B))
    result_of(done)
    install(done, without(first, B))
    assert done.due() == ()
    assert done.completed


def test_a_subgroup_whose_members_all_died_before_they_spoke_is_lost() -> None:
    first = request_view(1, group(A), group(B, C), group(D, bears_data=False))
    survivor = member(A, first)
    steps_of(survivor)
    survivor.deliver(data(A, first))
    second = without(first, B, C)
    install(survivor, second)
    steps_of(survivor)
    acknowledge(survivor, second, (A, D))
    result = result_of(survivor)
    assert result.lost == (first.request.subgroups[1],)
    assert result.view == second.id


def test_data_of_a_subgroup_that_died_after_it_spoke_is_not_lost() -> None:
    first = request_view(1, group(A), group(B))
    survivor = member(A, first)
    survivor.deliver(data(B, first))
    second = without(first, B)
    install(survivor, second)
    steps_of(survivor)
    survivor.deliver(data(A, first))
    acknowledge(survivor, second, (A,))
    assert result_of(survivor).lost == ()


# -- R9–R11: who has data -----------------------------------------------------------------------


def test_a_joiner_without_data_leads_its_subgroup_and_transmits_nothing() -> None:
    joiner = member(B, request_view(1, group(A), group(B, bears_data=False)), None)
    assert joiner.leads
    assert steps_of(joiner) == [ACKNOWLEDGE]


def test_members_without_any_data_complete_with_none_and_lose_none() -> None:
    view = request_view(1, group(A, bears_data=False), group(B, bears_data=False))
    joiner = member(A, view, None)
    steps_of(joiner)
    acknowledge(joiner, view, (A, B))
    result = result_of(joiner)
    assert (result.data, result.lost) == ({}, ())


def test_of_every_subgroup_whatever_their_number_one_member_speaks() -> None:
    everyone = [MemberId(f"m{number:02d}", "1") for number in range(30)]
    view = request_view(1, *(group(*everyone[start::7]) for start in range(7)))
    speakers = [me for me in everyone if TRANSMIT in steps_of(member(me, view))]
    assert speakers == everyone[:7]


# -- a request in the middle of another, and the own queue --------------------------------------


def test_a_request_during_an_exchange_begins_anew_and_leaves_the_old_messages_out() -> None:
    first = request_view(1, group(A, B), group(C))
    restarted = member(A, first)
    steps_of(restarted)
    restarted.deliver(data(C, first))
    second = request_view(2, group(A, B), group(C), group(D, bears_data=False))
    install(restarted, second)
    assert steps_of(restarted) == [TRANSMIT, ACKNOWLEDGE]
    for late in (data(A, first), acknowledgment(A, first), acknowledgment(C, first)):
        restarted.deliver(late)
    assert (restarted.stale, restarted.received) == (3, {})
    assert not restarted.acknowledged_by


def test_an_acknowledgment_of_an_earlier_round_is_dropped_and_counted() -> None:
    first = request_view(1, group(A), group(B), group(C))
    waiting = member(A, first)
    install(waiting, without(first, C))
    waiting.deliver(acknowledgment(B, first))
    assert (waiting.stale, waiting.acknowledged_by) == (1, set())


def test_data_that_comes_twice_is_taken_once_and_counted() -> None:
    view = request_view(1, group(A, B))
    listener = member(B, view)
    listener.deliver(data(A, view, "first"))
    listener.deliver(data(B, view, "second"))
    assert list(listener.received.values()) == ["first"]
    assert listener.duplicates == 1


def test_nothing_is_sent_between_the_closing_of_a_view_and_the_next_one() -> None:
    first = request_view(1, group(A, B))
    flushed = member(A, first)
    flushed.block()
    assert flushed.due() == ()
    install(flushed, without(first, B))
    assert steps_of(flushed) == [TRANSMIT, ACKNOWLEDGE]


def test_a_member_that_acknowledged_may_complete_while_its_view_closes() -> None:
    view = request_view(1, group(A, B))
    flushed = member(B, view)
    steps_of(flushed)
    flushed.block()
    flushed.deliver(data(A, view))
    acknowledge(flushed, view, (A, B))
    assert flushed.due() == (COMPLETE,)


def test_nothing_is_due_before_the_first_view() -> None:
    assert Member[str](A).due() == ()


@pytest.mark.parametrize("step", [TRANSMIT, COMPLETE])
def test_a_step_that_is_not_due_is_refused(step: Step) -> None:
    with pytest.raises(ProtocolError, match=f"{step.value} is not due"):
        member(B, request_view(1, group(A, B))).take(step)
