"""Members come in the middle of messages, and go in the middle of them."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.core import Configuration, Data
from impl.wire import Assembler, Cutter, Message
from tests.wire.made import SOME, A, V, always_the_same, limits, messages, packets

PLENTY = 1 << 20


@given(messages, messages, limits, st.data())
@always_the_same
def test_who_comes_in_the_middle_of_a_message_gets_the_next_one(
    missed: Message, sent: Message, limit: int, data: st.DataObject
) -> None:
    cutter = Cutter(limit)
    first = packets(cutter, missed)
    begins = data.draw(st.integers(1, len(first)))
    late = Assembler(PLENTY)
    assert [late.add("a", packet) for packet in first[begins:]] == [None] * len(first[begins:])
    assert late.headless == len(first) - begins
    assert [late.add("a", packet) for packet in packets(cutter, sent)][-1] == sent


def told(*members: str, new: str = "") -> Configuration:
    """A membership, some of whose members are new."""
    return Configuration(members, frozenset(new))


@pytest.mark.parametrize("sent", SOME)
def test_who_stays_gets_the_message_though_others_go(sent: Message) -> None:
    assembler = Assembler(PLENTY)
    arrived = []
    for piece in packets(Cutter(40), sent):
        arrived.append(assembler.add("a", piece))
        assembler.configure(told("a", "b"))
        assembler.configure(told("a"))
    assert arrived[-1] == sent


def test_nobody_takes_data_of_which_those_who_are_new_miss_the_beginning() -> None:
    old, new = Assembler(PLENTY), Assembler(PLENTY)
    first, *rest = packets(Cutter(40), SOME[1])
    old.add("a", first)
    old.configure(told("a", "b", "c", new="c"))
    for assembler in (old, new):
        assert all(assembler.add("a", packet) is None for packet in rest)
        assert assembler.headless == len(rest)


def test_an_update_reaches_those_who_have_its_beginning_so_that_its_sender_sees_it() -> None:
    assembler = Assembler(PLENTY)
    first, *rest = packets(Cutter(40), SOME[3])
    assembler.add("a", first)
    assembler.configure(told("a", "b", "c", new="c"))
    assert [assembler.add("a", packet) for packet in rest][-1] == SOME[3]


def test_a_message_that_its_sender_has_given_up_makes_room_for_the_next() -> None:
    assembler, cutter = Assembler(PLENTY), Cutter(40)
    given_up, whole = packets(cutter, SOME[1]), packets(cutter, SOME[0])
    assembler.add("a", given_up[0])
    assert [assembler.add("a", packet) for packet in whole][-1] == SOME[0]


@pytest.mark.parametrize("gone", [told("b", "c"), told("a", "b", new="a")])
def test_what_came_in_part_from_a_member_that_left_is_forgotten(gone: Configuration) -> None:
    assembler = Assembler(PLENTY)
    first, *rest = packets(Cutter(40), SOME[3])
    assembler.add("a", first)
    assembler.configure(gone)
    assert all(assembler.add("a", packet) is None for packet in rest)
    assert assembler.headless == len(rest)


def test_the_memory_of_messages_in_part_is_freed_when_their_senders_leave() -> None:
    assembler = Assembler(1 << 30)
    first, *_ = packets(Cutter(1 << 20), Data(A, V, V, bytes(3 << 20)))
    tracemalloc.start()
    try:
        for sender in "abc":
            assembler.add(sender, first)
        held, _ = tracemalloc.get_traced_memory()
        assembler.configure(told("b"))
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held > 3 << 20
    assert left < held / 2


def test_who_leaves_and_comes_back_begins_with_a_whole_message() -> None:
    assembler, cutter = Assembler(PLENTY), Cutter(40)
    cut, whole = packets(cutter, SOME[1]), packets(cutter, SOME[0])
    assembler.add("a", cut[0])
    assembler.configure(told("b", "c"))
    outcomes = [assembler.add("a", packet) for packet in (*cut[1:], *whole)]
    assert outcomes == [None] * (len(outcomes) - 1) + [SOME[0]]
