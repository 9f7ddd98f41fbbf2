"""Memberships that come and go faster than messages: announcements still wait in the queues.

`World` without a seed is a service that does what a script says.
"""

from __future__ import annotations

from itertools import product

import pytest

from impl.core import Address
from impl.transports.simulated import World


def enter(world: World, *members: Address) -> None:
    for address in members:
        world.enter(address)


def form(world: World, *members: Address) -> None:
    """A configuration of which all members hear before anything else is placed."""
    world.form(members)
    deliver(world, *members)
    enter(world, *members)


def deliver(world: World, *members: Address) -> None:
    """They receive all that is there."""
    for address in members:
        process = world.lives[address].process
        while process.received < process.limit:
            world.deliver(address)


def at_rest(world: World, *members: Address) -> bool:
    """Whether the members are settled, in one view, and hold the same."""
    lives = [world.lives[address] for address in members]
    views = {life.session.member.view for life in lives}
    return (
        all(life.session.settled for life in lives)
        and len(views) == len({life.content for life in lives}) == 1
    )


def three(*, sending_view: bool = False) -> tuple[World, Address, Address, Address]:
    world = World(sending_view=sending_view)
    return world, world.start("a", ["x"]), world.start("b", ["y"]), world.start("c", ["z"])


def test_an_announcement_that_waits_counts_when_the_membership_returns() -> None:
    world, a, b, c = three()
    form(world, a, b, c)
    form(world, a, b)
    form(world, a, b, c)
    for address in (a, b, c):
        queue = world.lives[address].process.queue
        assert [str(message).count(name_of(world, a)) for message in queue].count(1) == 1
    world.run()
    assert at_rest(world, a, b, c)


def name_of(world: World, address: Address) -> str:
    """The name of the membership that the member is in."""
    configuration = world.lives[address].session.configuration
    assert configuration is not None
    return configuration.name


def test_an_announcement_that_waited_while_another_view_was_established_is_out_of_date() -> None:
    # {a,b}, then {a,b,c}, then {a,b} again, whose view the first announcements establish; those
    # to {a,b,c} still wait, and tell of an epoch of before that view.
    world, a, b, c = three()
    form(world, a, b)
    form(world, a, b, c)
    form(world, a, b)
    world.place(a)
    world.place(b)
    deliver(world, a, b)
    form(world, a, b, c)
    world.run()
    assert at_rest(world, a, b, c)


def test_an_announcement_that_comes_when_its_view_is_needed_no_more_is_no_error() -> None:
    # {a,b,c}, then {a,b}, then {a,b,c} again, whose view the first announcements establish; those
    # to {a,b} come in {a,b}, which goes on with the request of {a,b,c}.
    world, a, b, c = three()
    form(world, a, b, c)
    form(world, a, b)
    form(world, c)
    form(world, a, b, c)
    for address in (a, b, c):
        world.place(address)
    deliver(world, a, b, c)
    form(world, a, b)
    form(world, c)
    world.run()
    assert at_rest(world, a, b)
    assert at_rest(world, c)


@pytest.mark.parametrize("placed", list(product(range(3), repeat=3)))
def test_memberships_may_flap_while_any_number_of_messages_gets_out(
    placed: tuple[int, int, int],
) -> None:
    world, a, b, c = three()
    form(world, a, b)
    world.run()
    for messages in placed:
        for members in ((a, b, c), (a, b)):
            form(world, *members)
            for address in members:
                for _ in range(min(messages, len(world.lives[address].process.queue))):
                    world.place(address)
            deliver(world, *members)
    form(world, a, b, c)
    world.run()
    assert at_rest(world, a, b, c)


@pytest.mark.parametrize("placed", range(4))
def test_two_parts_that_meet_and_separate_again_and_again_settle_each(placed: int) -> None:
    world, a, b, c = three()
    form(world, a, b)
    form(world, c)
    for _ in range(4):
        form(world, a, b, c)
        for address in (a, b, c)[:placed]:
            world.place(address)
        form(world, a, b)
        form(world, c)
    world.run()
    assert at_rest(world, a, b)
    assert at_rest(world, c)
    assert not at_rest(world, a, b, c)


def test_under_sending_view_delivery_no_message_is_delivered_late() -> None:
    # The view is established while its configuration closes: what its members then send would be
    # delivered in the next one.
    world, a, b, c = three(sending_view=True)
    form(world, a, b)
    world.form([a, b, c])
    deliver(world, a, b)
    assert not world.lives[a].process.queue
    assert not world.lives[b].process.queue
    enter(world, a, b, c)
    world.run()
    assert at_rest(world, a, b, c)
    assert sum(life.session.member.stale for life in world.lives.values()) == 0


def test_messages_of_an_interrupted_exchange_come_in_the_next_one_and_are_stale() -> None:
    world, a, b, c = three()
    form(world, a, b)
    for address in (a, b):
        world.place(address)
    deliver(world, a, b)  # established: data and acknowledgments wait in the queues
    form(world, a, b, c)
    world.run()
    assert at_rest(world, a, b, c)
    assert {life.session.member.stale for life in world.lives.values()} >= {4}
    assert sum(life.session.member.duplicates for life in world.lives.values()) == 0


def test_a_member_that_hears_of_several_memberships_at_once_takes_them_in_order() -> None:
    world, a, b, c = three()
    form(world, a, b)
    world.run()
    for members in ((a, b, c), (a, b), (a, b, c), (a, b), (a, b, c)):
        world.form(members)
    world.run()
    assert at_rest(world, a, b, c)
    views = [event["view"] for event in world.lives[a].history if event["event"] == "install"]
    assert len(views) == len(set(views))
    assert [int(view.split(".")[0]) for view in views] == sorted(
        int(view.split(".")[0]) for view in views
    )
