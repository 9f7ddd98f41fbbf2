"""Every message arrives as it was sent, through packets of every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.core import Data, MemberId, Update, ViewId
from impl.wire import HEAD_LIMIT, Assembler, Cutter, Message, decode, encode
from tests.wire.made import SOME, A, V, always_the_same, joined, limits, messages, packets

PLENTY = 1 << 20


@given(st.lists(messages, max_size=6), limits)
@always_the_same
def test_what_is_sent_arrives_in_order_and_nothing_else_does(
    sent: list[Message], limit: int
) -> None:
    assembler, arrived = Assembler(PLENTY), []
    for packet in packets(Cutter(limit), *sent):
        assert len(packet) <= limit
        arrived.append(assembler.add("x", packet))
    assert [message for message in arrived if message is not None] == sent
    assert assembler.headless == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), messages), max_size=6), limits, st.randoms())
@always_the_same
def test_packets_of_several_senders_may_come_in_between_each_other(
    sent: list[tuple[str, Message]], limit: int, random
) -> None:
    cutters = {sender: Cutter(limit) for sender in "abc"}
    queues: dict[str, list[bytes]] = {sender: [] for sender in "abc"}
    for sender, message in sent:
        queues[sender] += packets(cutters[sender], message)
    assembler, arrived = Assembler(PLENTY), list[tuple[str, Message | None]]()
    while waiting := [sender for sender in "abc" if queues[sender]]:
        sender = random.choice(waiting)
        arrived.append((sender, assembler.add(sender, queues[sender].pop(0))))
    for sender in "abc":
        assert [m for s, m in arrived if s == sender and m is not None] == [
            m for s, m in sent if s == sender
        ]


@pytest.mark.parametrize("message", SOME, ids=lambda message: type(message).__name__)
def test_every_limit_that_leaves_room_will_do(message: Message) -> None:
    for limit in range(18, 330):
        assembler, cutter = Assembler(PLENTY), Cutter(limit)
        for _ in range(2):
            arrived = [assembler.add("x", packet) for packet in packets(cutter, message)]
            assert arrived == [None] * (len(arrived) - 1) + [message]


def test_a_packet_is_as_full_as_it_can_be() -> None:
    sizes = [len(packet) for packet in packets(Cutter(64), SOME[1])]
    assert set(sizes[:-1]) == {64}
    assert 17 < sizes[-1] <= 64


@pytest.mark.parametrize("limit", [-1, 0, 16, 17])
def test_a_limit_that_leaves_no_room_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="no room for a message"):
        Cutter(limit)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_data_may_be_in_anything_that_has_bytes(kind: type) -> None:
    message = Data(A, V, V, kind(b"content"))
    assert decode(memoryview(joined(encode(message)))) == Data(A, V, V, b"content")


def test_data_is_not_copied_on_its_way_out() -> None:
    content = b"x" * 1000
    (part,) = [p for p in encode(Data(A, V, V, content)) if isinstance(p, memoryview)]
    assert part.obj is content
    cut = [piece for parts in Cutter(100).cut(encode(Data(A, V, V, content))) for piece in parts]
    assert any(isinstance(piece, memoryview) and piece.obj is content for piece in cut)


def test_many_small_contents_go_together_and_stay_apart() -> None:
    message = Update(A, tuple(bytes([n % 256]) * (n % 3) for n in range(20_000)))
    assembler = Assembler(PLENTY)
    *_, last = (assembler.add("x", packet) for packet in packets(Cutter(1000), message))
    assert last == message


def test_a_head_that_is_too_long_is_refused_by_its_sender() -> None:
    with pytest.raises(ValueError, match="too long"):
        encode(Update(A, (b"",) * (HEAD_LIMIT + 1)))


def test_numbers_of_messages_start_again_after_the_last() -> None:
    cutter, assembler = Cutter(30), Assembler(PLENTY)
    cutter._number = (1 << 32) - 1
    for _ in range(3):
        *_, last = (assembler.add("x", packet) for packet in packets(cutter, SOME[0]))
        assert last == SOME[0]


@pytest.mark.parametrize("name", ["", "a#b", "Ünïcode ✓", "\0", "x" * 5000])
def test_names_may_be_any_text(name: str) -> None:
    sender = MemberId(name, name)
    message = Data(sender, ViewId(0, name), ViewId(1, name), b"")
    assert decode(memoryview(joined(encode(message)))) == message
