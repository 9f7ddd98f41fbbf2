"""Whoever is killed is told to the others; nobody hangs, and errors say what to do."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from impl.service import Configuration, TransportError
from impl.transports.local import LocalTransport, Rehearsal
from tests.local.group import (
    GROUP,
    Program,
    bounded,
    closed,
    configured,
    everything,
    made,
    opened,
    ordering_process,
    received,
)


@bounded
async def test_a_member_that_is_killed_is_told_to_the_others(directory: Path) -> None:
    """R6: as a configuration without it."""
    members = await opened(directory, 2)
    program = await Program.started(directory)
    address = await program.says("address")
    for member in members:
        assert address in (await configured(member, 3)).members
    program.do("send", 5, 100)
    for member in members:
        assert [sender for sender, _ in await received(member, 5)] == [address] * 5
    await program.killed()
    both = tuple(member.address for member in members)
    for member in members:
        assert await member.receive() == Configuration(both, frozenset())
    await closed(*members)


@bounded
async def test_survivors_have_received_the_same_of_a_member_that_is_killed_while_it_sends(
    directory: Path,
) -> None:
    members = await opened(directory, 3)
    program = await Program.started(directory)
    for member in members:
        await configured(member, 4)
    program.do("send", 1_000_000, 50_000)

    async def until_it_is_gone(member: LocalTransport, kill_after: int) -> list[object]:
        came: list[object] = []
        while not came or not isinstance(came[-1], Configuration):
            came.append(await member.receive())
            if len(came) == kill_after:
                await program.killed()
        return came

    one, *others = await asyncio.gather(
        *(until_it_is_gone(member, 100 * (member is members[0])) for member in members)
    )
    assert len(one) > 100
    assert others == [one, one]
    await closed(*members)


@bounded
async def test_when_the_ordering_process_is_killed_every_call_says_so(directory: Path) -> None:
    members = await opened(directory, 2)
    await members[0].send([b"before"])
    await received(members[0], 1)
    await Rehearsal(GROUP, directory=directory).members()  # the other has been sent it by now
    waiting = asyncio.create_task(members[0].receive())
    await asyncio.sleep(0)
    process = ordering_process(directory)
    os.kill(process, signal.SIGKILL)
    says = rf"ordering process of group 'g' \(process {process}\) is gone: open a new transport"
    with pytest.raises(TransportError, match=says):
        await waiting
    assert [content for _, content in await received(members[1], 1)] == [b"before"]
    for member in members:
        for _ in range(2):
            with pytest.raises(TransportError, match=says):
                await member.receive()
            with pytest.raises(TransportError, match=says):
                await member.send([b"after"])
    await closed(*members)
    again = await opened(directory, 2)
    await again[0].send([b"again"])
    assert [content for _, content in await received(again[1], 1)] == [b"again"]
    assert ordering_process(directory) != process
    await closed(*again)


@bounded
async def test_whoever_waits_to_send_is_told_that_the_ordering_process_was_killed(
    directory: Path,
) -> None:
    (member,) = await opened(directory, 1)

    async def send() -> None:
        while True:
            await member.send([bytes(member.limit)])

    sending = asyncio.create_task(send())
    while not member.is_held_back:
        await asyncio.sleep(0)
    os.kill(ordering_process(directory), signal.SIGKILL)
    with pytest.raises(TransportError, match="is gone"):
        await sending
    with pytest.raises(TransportError, match="is gone"):
        await everything(member)
    await closed(member)


@bounded
async def test_closing_may_be_repeated_and_ends_calls_that_wait(directory: Path) -> None:
    (member,) = await opened(directory, 1)
    waiting = asyncio.create_task(member.receive())
    await asyncio.sleep(0)
    await closed(member, member)
    await member.close()
    with pytest.raises(TransportError, match="it was closed"):
        await waiting
    with pytest.raises(TransportError, match="it was closed"):
        await member.receive()
    with pytest.raises(TransportError, match="it was closed"):
        await member.send([b""])
    with pytest.raises(TransportError, match="opened once"):
        await member.open()


@bounded
async def test_a_member_that_has_much_to_receive_leaves_all_the_same(directory: Path) -> None:
    members = await opened(directory, 2)

    async def send() -> None:
        while True:
            await members[0].send([bytes(members[0].limit)])

    sending = asyncio.create_task(send())
    while not members[0].is_held_back:
        await asyncio.sleep(0)
    sending.cancel()
    await closed(*members)


@bounded
async def test_what_was_never_opened_says_so_and_can_be_closed(directory: Path) -> None:
    member = made(directory)
    with pytest.raises(TransportError, match="open"):
        await member.receive()
    with pytest.raises(TransportError, match="open"):
        await member.send([b""])
    await member.close()
    with pytest.raises(TransportError, match="opened once"):
        await member.open()
    assert not list(directory.iterdir())
