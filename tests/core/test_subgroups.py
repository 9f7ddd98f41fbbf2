"""Who is of one subgroup with whom, after exchanges that were completed, split or interrupted, and
what becomes of updates meanwhile.
"""

from __future__ import annotations

from impl.core import Address, Subgroup
from impl.transports.simulated import World
from tests.core.test_flapping import at_rest, deliver, enter, form


def groups_of(world: World, address: Address) -> set[str]:
    """The subgroups of the member's request, each as the names of its members."""
    view = world.lives[address].session.member.view
    assert view is not None
    return {str(group) for group in view.request.subgroups}


def group_of(world: World, address: Address) -> Subgroup:
    member = world.lives[address].session.member
    assert member.view is not None
    return member.view.request.subgroup_of[member.me]


def settled(*names: str) -> tuple[World, list[Address]]:
    """Members with a word each that have completed an exchange."""
    world = World()
    addresses = [world.start(name, [f"of-{name}"]) for name in names]
    form(world, *addresses)
    world.run()
    assert at_rest(world, *addresses)
    return world, addresses


def words(world: World, address: Address) -> set[str]:
    return {word.decode() for word in world.lives[address].words}


def transmissions(world: World) -> int:
    events = (event["event"] for life in world.lives.values() for event in life.history)
    return sum(event == "transmit" for event in events)


def test_strangers_are_subgroups_of_their_own_and_those_that_say_so_are_one() -> None:
    world = World()
    members = [world.start(name, ["x"], subgroup="x") for name in "ab"]
    members += [world.start("c", ["y"]), world.start("d")]
    form(world, *members)
    world.run()
    assert groups_of(world, members[0]) == {"a+b", "c", "d"}
    assert [group_of(world, member).bears_data for member in members] == [True, True, True, False]
    assert transmissions(world) == 2


def test_who_completed_together_is_one_subgroup() -> None:
    world, members = settled("a", "b", "c")
    joiner = world.start("d")
    form(world, *members, joiner)
    world.run()
    assert groups_of(world, joiner) == {"a+b+c", "d"}
    assert transmissions(world) == 3 + 1


def test_who_did_not_complete_is_still_in_the_subgroup_of_before() -> None:
    world, [a, b] = settled("a", "b")
    c = world.start("c", ["of-c"])
    form(world, a, b, c)
    for address in (a, b, c):
        world.place(address)
    deliver(world, a, b, c)  # established, not completed
    d = world.start("d")
    form(world, a, b, c, d)
    world.run()
    assert groups_of(world, d) == {"a+b", "c", "d"}
    assert at_rest(world, a, b, c, d)


def test_parts_that_were_separated_are_subgroups_when_they_meet() -> None:
    world, [a, b, c, d] = settled("a", "b", "c", "d")
    form(world, a, c)
    form(world, b, d)
    world.run()
    form(world, a, b, c, d)
    world.run()
    assert groups_of(world, a) == {"a+c", "b+d"}


def test_parts_that_meet_without_having_been_told_that_they_separated_are_subgroups_too() -> None:
    world, [a, b, c] = settled("a", "b", "c")
    d = world.start("d")
    form(world, a, b, d)  # c is left behind, and is told of nothing
    world.run()
    form(world, a, b, c, d)
    world.run()
    assert groups_of(world, c) == {"a+b+d", "c"}


def test_who_left_without_a_message_is_not_one_subgroup_with_those_who_got_it() -> None:
    world, [a, b, c] = settled("a", "b", "c")
    world.update(c, "u")
    world.place(c)
    world.form([a, b], cut=0.0)  # they miss what c said
    world.form([c])
    world.run()
    assert words(world, c) - words(world, a) == {"u"}
    form(world, a, b, c)
    world.run()
    assert groups_of(world, a) == {"a+b", "c"}
    assert "u" in words(world, a)


def test_who_joins_from_a_room_with_others_left_behind_tells_by_whom_it_came() -> None:
    # Both parts of {a,b,c} come to new members at once: nobody heard that they had separated.
    world, [a, b, c] = settled("a", "b", "c")
    d, e = world.start("d"), world.start("e")
    world.update(a, "u")
    world.place(a)
    world.form([c, e], cut=0.0)
    world.form([a, b, d])
    deliver(world, a, b, c)
    enter(world, a, b, c, d, e)
    form(world, a, b, c, d, e)
    world.run()
    assert groups_of(world, a) == {"a+b", "c", "d", "e"}
    assert at_rest(world, a, b, c, d, e)
    assert "u" in words(world, c)


def test_the_name_of_data_stays_while_memberships_come_and_go() -> None:
    world, [a, b] = settled("a", "b")
    names = set()
    for name in "cde":
        form(world, a, b, world.start(name))
        names.add(world.lives[a].session.subgroup)
        names.add(world.lives[b].session.subgroup)
    assert len(names) == 1


def test_the_name_of_data_is_new_after_every_exchange() -> None:
    world, [a, b] = settled("a", "b")
    names = [world.lives[a].session.subgroup]
    members = [a, b]
    for name in "cde":
        members.append(world.start(name))
        form(world, *members)
        names.append(world.lives[a].session.subgroup)
        world.run()
    assert len(set(names)) == len(names)


def test_a_member_that_comes_back_is_a_subgroup_of_its_own() -> None:
    world, [a, b] = settled("a", "b")
    world.crash(b)
    again = world.start("b", ["of-b"])
    form(world, a, again)
    world.run()
    assert groups_of(world, a) == {"a", "b"}
    assert at_rest(world, a, again)


def test_joiners_without_data_that_meet_hold_nothing_together() -> None:
    world = World()
    a, b = world.start("a"), world.start("b")
    form(world, a, b)
    world.run()
    c = world.start("c")
    form(world, a, b, c)
    world.run()
    assert not any(group_of(world, address).bears_data for address in (a, b, c))
    assert transmissions(world) == 0
    assert at_rest(world, a, b, c)


def test_a_group_without_data_has_some_after_an_update() -> None:
    world = World()
    a, b = world.start("a"), world.start("b")
    form(world, a, b)
    world.run()
    world.update(b, "u")
    world.run()
    c = world.start("c")
    form(world, a, b, c)
    world.run()
    assert group_of(world, a).bears_data
    assert words(world, c) == {"u"}


def test_an_update_in_flight_during_a_split_is_accepted_once_where_its_sender_is() -> None:
    for placed in (False, True):
        world, [a, b, c] = settled("a", "b", "c")
        world.update(b, "u")
        if placed:
            world.place(b)
        world.form([a], cut=0.0)
        world.form([b, c])
        world.run()
        accepted = {
            address: [event["event"] for event in world.lives[address].history].count("update")
            for address in (a, b, c)
        }
        assert accepted == {a: 0, b: 1, c: 1}
        assert world.lives[b].session.may_update
        form(world, a, b, c)
        world.run()
        assert "u" in words(world, a)


def test_updates_are_accepted_in_the_order_given_whatever_the_membership_does() -> None:
    world, [a, b] = settled("a", "b")
    for number in range(6):
        world.update(b, f"u{number}")
        joiner = world.start(f"j{number}")
        members = [address for room in world.rooms.values() for address in room]
        form(world, *members, joiner)  # the update waits in the queue: it comes too late
        world.run()
        assert world.lives[b].session.may_update
    accepted = [event["digest"] for event in world.lives[a].history if event["event"] == "update"]
    assert accepted == [e["digest"] for e in world.lives[b].history if e["event"] == "update"]
    assert len(accepted) == len(set(accepted)) == 6
