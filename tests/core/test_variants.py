"""Each wrong member differs from the right one in exactly its rule, in the scene that shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from impl.core import Member, MemberId, Step
from impl.core.variants import VARIANTS
from tests.core.made import (
    A,
    B,
    C,
    acknowledge,
    acknowledgment,
    data,
    group,
    request_view,
    without,
)

Make = Callable[[MemberId], Member[str]]
Scene = Callable[[Make], object]


def told(make: Make, me: MemberId, held: str | None = "x") -> Member[str]:
    made = make(me)
    made.install(FIRST, None if held is None else lambda: held)
    return made


FIRST = request_view(1, group(A, B), group(C))
TRANSMIT, ACKNOWLEDGE = Step.TRANSMIT, Step.ACKNOWLEDGE


def successor_that_has_heard(make: Make) -> object:
    """A leader dies after it was heard."""
    successor = told(make, B)
    successor.deliver(data(A, FIRST))
    successor.install(without(FIRST, A))
    return successor.due()


def sender_in_the_next_round(make: Make) -> object:
    """A leader's data waits in its queue when the next round begins."""
    speaker = told(make, A)
    for step in (TRANSMIT, ACKNOWLEDGE):
        if step in speaker.due():
            speaker.take(step)
    speaker.install(without(FIRST, C))
    return speaker.due()


def next_request(make: Make) -> object:
    """Another request after one in which data was heard."""
    member = told(make, A)
    member.deliver(data(B, FIRST))
    member.install(request_view(2, group(A, B), group(C)), lambda: "x")
    return member.due()


def first_of_all_requests(make: Make) -> object:
    return told(make, A).due()


def late_acknowledgment(make: Make) -> object:
    """An acknowledgment of the round before."""
    member = told(make, B)
    member.install(without(FIRST, C))
    member.deliver(acknowledgment(A, FIRST))
    return member.acknowledged_by


def not_everyone_has_acknowledged(make: Make) -> object:
    member = told(make, B)
    member.take(ACKNOWLEDGE if ACKNOWLEDGE in member.due() else TRANSMIT)
    acknowledge(member, FIRST, (B, C))
    return member.due()


def leader_in_a_later_view(make: Make) -> object:
    """The leader of the request is gone."""
    member = told(make, B)
    member.install(without(FIRST, A))
    return member.leads


def leaders_at_the_request(make: Make) -> object:
    return [told(make, me).leads for me in (A, B, C)]


def those_that_are_gone(make: Make) -> object:
    """The acknowledgments of all that are left."""
    member = told(make, B)
    member.install(without(FIRST, A))
    for step in member.due():
        member.take(step)
    return member.due(), member.leads


def completes_beside_a_joiner(make: Make) -> object:
    """Everyone has acknowledged, and who has data has spoken."""
    view = request_view(1, group(A, B), group(C, bears_data=False))
    member = make(B)
    member.install(view, lambda: "x")
    member.take(ACKNOWLEDGE if ACKNOWLEDGE in member.due() else TRANSMIT)
    member.deliver(data(A, view))
    acknowledge(member, view, (A, B, C))
    return member.due()


def what_is_received(make: Make) -> object:
    """Data of both subgroups."""
    member = told(make, B)
    member.deliver(data(A, FIRST))
    member.deliver(data(C, FIRST))
    return sorted(map(str, member.received))


def hears_the_others(make: Make) -> object:
    """Data of another subgroup."""
    member = told(make, A)
    member.deliver(data(C, FIRST))
    return member.due(), member.indicator


SCENES: dict[str, Scene] = {
    "ignores-indicator": successor_that_has_heard,
    "indicator-never-cleared": next_request,
    "indicator-on-sending-only": successor_that_has_heard,
    "indicator-on-receipt-only": sender_in_the_next_round,
    "acks-without-round": late_acknowledgment,
    "ack-before-transmit": first_of_all_requests,
    "no-waiting": not_everyone_has_acknowledged,
    "leader-of-request": leader_in_a_later_view,
    "highest-name": leaders_at_the_request,
    "shared-key": leaders_at_the_request,
    "never-speaks": first_of_all_requests,
    "goes-on-alone": those_that_are_gone,
    "waits-for-joiners": completes_beside_a_joiner,
    "keeps-to-its-own": what_is_received,
    "hears-anyone": hears_the_others,
}
ALIKE: dict[str, tuple[Scene, ...]] = {
    "ignores-indicator": (first_of_all_requests, late_acknowledgment, leader_in_a_later_view),
    "indicator-never-cleared": (successor_that_has_heard, late_acknowledgment),
    "indicator-on-sending-only": (sender_in_the_next_round, next_request, leaders_at_the_request),
    "indicator-on-receipt-only": (successor_that_has_heard, next_request, leaders_at_the_request),
    "acks-without-round": (successor_that_has_heard, not_everyone_has_acknowledged, next_request),
    "ack-before-transmit": (successor_that_has_heard, late_acknowledgment, leaders_at_the_request),
    "no-waiting": (leaders_at_the_request,),
    "leader-of-request": (first_of_all_requests, leaders_at_the_request, late_acknowledgment),
    "highest-name": (late_acknowledgment,),
    "shared-key": (late_acknowledgment, successor_that_has_heard),
    "never-speaks": (late_acknowledgment, leaders_at_the_request, what_is_received),
    "goes-on-alone": (next_request, first_of_all_requests, what_is_received),
    "waits-for-joiners": (first_of_all_requests, late_acknowledgment, what_is_received),
    "keeps-to-its-own": (first_of_all_requests, next_request, leaders_at_the_request),
    "hears-anyone": (first_of_all_requests, leaders_at_the_request, what_is_received),
}


def test_every_variant_has_its_scene() -> None:
    assert set(SCENES) == set(ALIKE) == set(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_differs_where_its_rule_is_asked(name: str) -> None:
    assert SCENES[name](VARIANTS[name]) != SCENES[name](Member)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_does_what_is_right_where_its_rule_is_not_asked(name: str) -> None:
    for scene in ALIKE[name]:
        assert scene(VARIANTS[name]) == scene(Member), scene.__name__


def test_a_member_that_acknowledges_too_soon_still_transmits() -> None:
    member = told(VARIANTS["ack-before-transmit"], A)
    member.take(ACKNOWLEDGE)
    assert member.due() == (TRANSMIT,)
    member.take(TRANSMIT)
    assert member.due() == ()


def test_who_brings_data_begins_with_a_set_indicator_if_nothing_clears_it() -> None:
    assert told(VARIANTS["indicator-never-cleared"], A).indicator
    assert not told(VARIANTS["indicator-never-cleared"], C, None).indicator
