"""Bytes that no right member sends are a `WireError` or a message, and cost no more than they are.

Whoever reads packets catches `WireError` and nothing else.
"""

from __future__ import annotations

import struct
import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.wire import HEAD_LIMIT, Assembler, Cutter, Message, WireError, decode
from tests.wire.made import (
    SOME,
    always_the_same,
    limits,
    message,
    messages,
    packet,
    packets,
)

LIMIT = 4096
A1 = b"\x92\xa1a\xa11"  # MessagePack: ["a", "1"]
V1 = b"\x92\x01\xa1v"  # [1, "v"]


def read(*given: bytes, limit: int = LIMIT) -> list[Message | str | None]:
    """What comes of packets; an error as the word."""
    assembler = Assembler(limit)
    outcomes: list[Message | str | None] = []
    for one in given:
        try:
            outcomes.append(assembler.add("x", one))
        except WireError:
            outcomes.append("error")
    return outcomes


@given(st.lists(st.binary(max_size=80), max_size=5))
@always_the_same
def test_random_bytes_do_no_harm(given: list[bytes]) -> None:
    read(*given)


@given(st.lists(st.binary(max_size=80), max_size=4), st.booleans())
@always_the_same
def test_random_heads_do_no_harm(heads: list[bytes], cut: bool) -> None:
    for head in heads:
        for total in (None, len(head)):
            read(packet(message(head), total=total))
        if cut and head:
            read(packet(message(head)[:3], total=len(head) + 4), packet(message(head)[3:], 0, 1))


@given(st.lists(messages, min_size=1, max_size=3), limits, st.randoms(use_true_random=False))
@always_the_same
def test_mutated_packets_do_no_harm(sent: list[Message], limit: int, random: Random) -> None:
    given = [bytearray(one) for one in packets(Cutter(limit), *sent)]
    for _ in range(random.randint(1, 4)):
        one = random.choice(given)
        one[random.randrange(len(one))] ^= 1 << random.randrange(8)
    read(*map(bytes, given))


@given(st.lists(messages, min_size=1, max_size=3), limits, st.randoms(use_true_random=False))
@always_the_same
def test_truncated_repeated_lost_and_reordered_packets_do_no_harm(
    sent: list[Message], limit: int, random: Random
) -> None:
    given = packets(Cutter(limit), *sent)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(given))
        match random.randrange(4):
            case 0:
                given[at] = given[at][: random.randrange(len(given[at]) + 1)]
            case 1:
                given.insert(random.randrange(len(given) + 1), given[at])
            case 2 if len(given) > 1:
                del given[at]
            case _:
                random.shuffle(given)
    read(*given)


@given(messages, messages, limits)
@always_the_same
def test_packets_of_two_messages_of_one_sender_in_between_each_other_do_no_harm(
    one: Message, other: Message, limit: int
) -> None:
    cutter = Cutter(limit)
    first, second = packets(cutter, one), packets(cutter, other)
    mixed = [p for pair in zip(first, second, strict=False) for p in pair]
    outcomes = read(*mixed, *first[len(second) :], *second[len(first) :])
    assert all(outcome in (None, "error", one, other) for outcome in outcomes)


@given(messages, st.randoms(use_true_random=False))
@always_the_same
def test_after_nonsense_the_next_whole_message_is_understood(sent: Message, random: Random) -> None:
    nonsense = [random.randbytes(random.randrange(60)) for _ in range(random.randrange(4))]
    cutter = Cutter(64)
    half = packets(cutter, SOME[1])[:2]
    outcomes = read(*half, *nonsense, b"", *packets(cutter, sent))
    assert outcomes[-1] == sent


HEADS = {
    "no array": b"\xa1a",
    "an empty array": b"\x90",
    "an unknown kind": b"\x93\x09" + A1 + V1,
    "a kind that is text": b"\x93\xa1a" + A1 + V1,
    "a negative kind": b"\x91\xff",
    "a huge kind": b"\x91\xcf" + b"\xff" * 8,
    "too few fields": b"\x93\x02" + A1 + V1,
    "too many fields": b"\x95\x02" + A1 + V1 + V1 + V1,
    "a sender that is a number": b"\x94\x02\x01" + V1 + V1,
    "a sender of one part": b"\x94\x02\x91\xa1a" + V1 + V1,
    "an epoch that is text": b"\x94\x02" + A1 + b"\x92\xa1a\xa1v" + V1,
    "an epoch with a fraction": b"\x94\x02" + A1 + b"\x92\xcb" + b"\x3f" * 8 + b"\xa1v" + V1,
    "sizes that are no list": b"\x93\x03" + A1 + b"\x01",
    "a negative size": b"\x93\x03" + A1 + b"\x92\xff\x01",
    "huge sizes": b"\x93\x03" + A1 + b"\x91\xcf" + b"\xff" * 8,
    "sizes whose sum is none": b"\x93\x03" + A1 + b"\x92\x01\x01",
    "a list of four billion sizes": b"\x93\x03" + A1 + b"\xdd" + b"\xff" * 4,
    "a text of four billion bytes": b"\x94\x02\x92\xdb" + b"\xff" * 4,
    "a map of four billion keys": b"\xdf" + b"\xff" * 4,
    "text that is none": b"\x94\x02\x92\xa1\xff\xa11" + V1 + V1,
    "deep nesting": b"\x93\x03" + A1 + b"\x91" * 100_000,
    "deep nesting instead of all": b"\x91" * 100_000,
    "something behind it": b"\x94\x02" + A1 + V1 + V1 + b"\x01",
    "an extension": b"\xc7\x01\x05\x00",
}


@pytest.mark.parametrize("name", HEADS)
def test_a_hostile_head_is_an_error(name: str) -> None:
    assert read(packet(message(HEADS[name])), limit=1 << 20) == ["error"]


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\x01",
        packet(b""),
        packet(b"\0\0\0"),
        packet(b"\0\0\0\0"),
        packet(struct.pack(">I", 0xFFFFFFFF) + b"x" * 20),
        packet(struct.pack(">I", HEAD_LIMIT + 1) + b"x" * 20),
        packet(message(b"\x94\x02" + A1 + V1 + V1, b"a body")),
        packet(b"x", total=0),
        packet(b"x", total=LIMIT + 1),
        packet(b"x", total=(1 << 64) - 1),
        b"\x02" + packet(message(b"\x94\x02" + A1 + V1 + V1))[1:],
    ],
)
def test_a_hostile_packet_is_an_error(given: bytes) -> None:
    assert read(given) == ["error"]


def test_a_head_longer_than_the_limit_is_not_looked_at() -> None:
    sizes = b"\xdd" + struct.pack(">I", HEAD_LIMIT) + b"\0" * HEAD_LIMIT
    with pytest.raises(WireError, match="a head of"):
        decode(memoryview(message(b"\x93\x03" + A1 + sizes)))


def test_a_hostile_head_takes_no_more_memory_than_it_has_bytes_and_some() -> None:
    tracemalloc.start()
    try:
        for head in HEADS.values():
            read(packet(message(head)), limit=1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


def test_pieces_that_announce_more_than_they_bring_hold_no_more_than_they_bring() -> None:
    assembler = Assembler(1 << 40)
    tracemalloc.start()
    try:
        for number in range(1000):
            assert assembler.add(f"sender {number}", packet(b"x", total=1 << 39)) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_a_message_longer_than_it_said_is_an_error_and_forgotten() -> None:
    assembler = Assembler(LIMIT)
    assert assembler.add("x", packet(b"abc", total=5)) is None
    with pytest.raises(WireError, match="more than the 5 bytes"):
        assembler.add("x", packet(b"def", 0, 1, 5))
    assert assembler.add("x", packet(b"g", 0, 2, 5)) is None
    assert assembler.headless == 1


def test_another_total_or_number_in_the_middle_is_an_error() -> None:
    for second in (packet(b"b", 0, 1, 4), packet(b"b", 1, 1, 3), packet(b"b", 0, 2, 3)):
        assert read(packet(b"a", 0, 0, 3), second) == [None, "error"]
