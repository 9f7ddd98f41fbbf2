"""What is sent reaches everyone, whole, once, in one order; and a caller may stop waiting."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from impl.service import Configuration, Packet, Transport
from impl.transports.local import LocalTransport
from tests.local.group import Program, bounded, closed, configured, made, opened, received


def test_it_is_a_transport() -> None:
    transport: Transport = LocalTransport("g")
    assert transport.limit > 0


@bounded
async def test_the_first_configuration_has_everyone_as_joined(directory: Path) -> None:
    (first,) = await opened(directory, 1)
    second = made(directory)
    await second.open()
    both = (first.address, second.address)
    assert await second.receive() == Configuration(both, frozenset(both))
    assert await first.receive() == Configuration(both, frozenset({second.address}))
    assert first.address < second.address
    await closed(first, second)


@bounded
async def test_a_sender_receives_its_own_packets_and_parts_come_in_one_piece(
    directory: Path,
) -> None:
    members = await opened(directory, 2)
    numbers = memoryview(bytes(range(8)))
    await members[0].send([b"ab", b"", numbers[2:4], numbers[::2], numbers.cast("I"), b"z"])
    await members[0].send([])
    content = b"ab" + bytes([2, 3, 0, 2, 4, 6]) + bytes(range(8)) + b"z"
    for member in members:
        assert await received(member, 2) == [
            (members[0].address, content),
            (members[0].address, b""),
        ]
    await closed(*members)


@bounded
async def test_everyone_receives_all_packets_in_the_same_order(directory: Path) -> None:
    members = await opened(directory, 4)

    async def send(member: LocalTransport) -> None:
        for number in range(200):
            await member.send([b"%d" % number, bytes(number * 50)])

    async with asyncio.TaskGroup() as tasks:
        for member in members:
            tasks.create_task(send(member))
        orders = await asyncio.gather(*(received(member, 800) for member in members))
    assert all(order == orders[0] for order in orders)
    for member in members:
        own = [content for sender, content in orders[0] if sender == member.address]
        assert own == [b"%d" % number + bytes(number * 50) for number in range(200)]
    await closed(*members)


@bounded
async def test_processes_receive_all_packets_in_the_same_order(directory: Path) -> None:
    programs = await asyncio.gather(*(Program.started(directory) for _ in range(3)))
    for program in programs:
        await program.is_told_of(3)
    for program in programs:
        program.do("send", 300, 20_000)
    orders = [[await program.says("packet") for _ in range(900)] for program in programs]
    assert all(order == orders[0] for order in orders)
    for _, own in itertools.groupby(sorted(orders[0]), key=lambda packet: packet[0]):
        assert [number for _, number, _ in own] == list(range(300))
    await asyncio.gather(*(program.finished() for program in programs))


@bounded
async def test_a_packet_may_have_as_many_bytes_as_the_limit_and_no_more(directory: Path) -> None:
    members = await opened(directory, 2)
    content = bytes(range(256)) * (members[0].limit // 256)
    with pytest.raises(ValueError, match=r"262,144 bytes at most, not 262,145"):
        await members[0].send([content, b"x"])
    await members[0].send([content])
    for member in members:
        assert await received(member, 1) == [(members[0].address, content)]
    await closed(*members)


@bounded
async def test_what_was_sent_may_be_overwritten(directory: Path) -> None:
    members = await opened(directory, 2)
    buffer = bytearray(members[0].limit)
    order = asyncio.create_task(received(members[1], 40))
    mine = asyncio.create_task(received(members[0], 40))
    for number in range(40):
        buffer[:] = bytes([number]) * len(buffer)
        await members[0].send([memoryview(buffer)])
    for task in (order, mine):
        assert [content == bytes([number]) * len(buffer) for number, (_, content) in
                enumerate(await task)] == [True] * 40  # fmt: skip
    await closed(*members)


@bounded
async def test_whoever_stops_waiting_to_receive_loses_nothing(directory: Path) -> None:
    members = await opened(directory, 2)
    for number in range(50):
        waiting = asyncio.create_task(members[1].receive())
        await asyncio.sleep(0)
        if number % 2:
            waiting.cancel()
        await members[0].send([b"%d" % number])
        if not number % 2:
            waiting.cancel()
        (came,) = await asyncio.gather(waiting, return_exceptions=True)
        if isinstance(came, asyncio.CancelledError):
            came = await members[1].receive()
        assert came == Packet(members[0].address, b"%d" % number)
    await closed(*members)


@bounded
async def test_whoever_stops_waiting_to_send_has_sent_all_or_nothing(directory: Path) -> None:
    members = await opened(directory, 2)
    content = bytes(members[0].limit - 4)
    counted = itertools.count()
    sent = []

    async def send() -> None:
        for number in counted:
            await members[0].send([number.to_bytes(4, "big"), content])
            sent.append(number)

    sending = asyncio.create_task(send())
    # Nobody receives, so it waits sooner or later; what was sent by then, all receive.
    while not members[0].is_held_back:
        await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert sent
    rest = [asyncio.create_task(received(member, len(sent) + 1)) for member in members]
    await members[0].send([b"last"])
    for task in rest:
        numbers = [int.from_bytes(content[:4], "big") for _, content in (await task)[:-1]]
        assert numbers == sent
        assert (await task)[-1] == (members[0].address, b"last")
    await closed(*members)


@bounded
async def test_a_member_that_leaves_is_told_to_the_others(directory: Path) -> None:
    members = await opened(directory, 3)
    await members[1].send([b"before"])
    await members[1].close()
    for member in (members[0], members[2]):
        assert await received(member, 1) == [(members[1].address, b"before")]
        rest = (members[0].address, members[2].address)
        assert await member.receive() == Configuration(rest, frozenset())
    await closed(*members)


@bounded
async def test_members_that_come_and_go_leave_the_order_of_the_others_alone(
    directory: Path,
) -> None:
    members = await opened(directory, 2)

    async def send() -> None:
        for number in range(300):
            await members[0].send([b"%d" % number])
            if number % 30 == 0:
                guest = made(directory)
                await guest.open()
                await guest.close()

    async def all_of(member: LocalTransport) -> list[Configuration | Packet]:
        came: list[Configuration | Packet] = []
        packets = gone = 0
        while packets < 300 or gone < 10:
            item = await member.receive()
            came.append(item)
            packets += isinstance(item, Packet)
            gone += isinstance(item, Configuration) and not item.joined
        return came

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(send())
        first, second = await asyncio.gather(*(all_of(member) for member in members))
    assert first == second
    numbers = [item.content for item in first if isinstance(item, Packet)]
    assert numbers == [b"%d" % number for number in range(300)]
    await closed(*members)


@bounded
async def test_groups_do_not_hear_each_other(directory: Path) -> None:
    (one,) = await opened(directory, 1)
    other = made(directory, group="../g")
    await other.open()
    await configured(other, 1)
    await one.send([b"one"])
    await other.send([b"other"])
    assert await received(one, 1) == [(one.address, b"one")]
    assert await received(other, 1) == [(other.address, b"other")]
    await closed(one, other)
    assert {path.name for path in directory.iterdir()} == {"g", "%2E.%2Fg"}
