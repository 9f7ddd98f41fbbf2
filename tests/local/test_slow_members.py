"""Whoever does not receive holds back whoever sends, and is excluded if it has stalled."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from impl.service import Configuration, TransportError
from impl.transports.local import LocalTransport, Settings
from tests.local.group import (
    QUICK,
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

SMALL = Settings(linger_s=0.2, waiting_bytes_max=2**16)
"""Little may wait, so that members are slow soon; but none has stalled before the test is over."""


@asynccontextmanager
async def sending(sender: LocalTransport) -> AsyncIterator[list[int]]:
    """Sends as long as it is let; gives the numbers of the packets that it has sent."""
    sent: list[int] = []

    async def send() -> None:
        while True:
            await sender.send([b"%012d" % len(sent), bytes(50_000)])
            sent.append(len(sent))

    task = asyncio.create_task(send())
    yield sent
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until_a_configuration(member: LocalTransport) -> Configuration:
    while not isinstance(came := await member.receive(), Configuration):
        pass
    return came


@bounded
async def test_a_member_that_does_not_receive_holds_back_the_sender_and_loses_nothing(
    directory: Path,
) -> None:
    sender, slow = await opened(directory, 2, SMALL)
    numbers: list[int] = []
    async with asyncio.TaskGroup() as tasks, sending(sender) as sent:
        own = tasks.create_task(received(sender, 500))
        while len(numbers) < 400:
            while not sender.is_held_back:  # it has every chance to get far ahead
                await asyncio.sleep(0)
            ((_, content),) = await received(slow, 1)
            numbers.append(int(content[:12]))
            assert (len(sent) - len(numbers)) * 50_000 < 20 * 2**20
        own.cancel()
    assert numbers == list(range(400))
    memory = Path(f"/proc/{ordering_process(directory)}/status").read_text()
    (most,) = [line for line in memory.splitlines() if line.startswith("VmHWM")]
    assert int(most.split()[1]) < 100 * 2**10
    await closed(sender, slow)


@bounded
async def test_a_member_that_has_stalled_is_excluded_and_told_so(directory: Path) -> None:
    members = await opened(directory, 2, QUICK)
    program = await Program.started(directory, QUICK)
    stopped = await program.says("address")
    for member in members:
        await configured(member, 3)
    program.process.send_signal(signal.SIGSTOP)

    async with sending(members[0]):
        told = await asyncio.gather(*(until_a_configuration(member) for member in members))
    for configuration in told:
        assert configuration.members == tuple(member.address for member in members)
        assert not configuration.joined
    program.process.send_signal(signal.SIGCONT)
    assert len(await program.is_told_of(3)) == 3
    _, number, length = await program.says("packet")  # what was kept for it
    assert (number, length) == (0, 50_012)
    lost = await program.says("lost")
    assert "excluded" in lost
    assert "for 0.3 s: open a new transport" in lost
    assert stopped not in told[0].members
    await program.finished()
    await closed(*members)


@bounded
async def test_a_member_that_holds_back_nobody_is_not_excluded(directory: Path) -> None:
    patient, idle = await opened(directory, 2, QUICK)
    for _ in range(20):  # less than makes anybody slow
        await patient.send([bytes(1000)])
    await received(patient, 20)
    guest = made(directory)  # comes and goes later than the limit
    (loop, limit_s) = asyncio.get_running_loop(), QUICK.stall_limit_s
    passed = asyncio.Event()
    loop.call_later(2 * limit_s, passed.set)
    await passed.wait()
    await guest.open()
    assert len((await configured(guest, 3)).members) == 3
    await received(idle, 20)
    await closed(guest, patient, idle)


@bounded
async def test_a_member_that_dies_while_all_are_held_back_is_told_to_the_others(
    directory: Path,
) -> None:
    sender, slow = await opened(directory, 2, SMALL)
    program = await Program.started(directory, SMALL)
    for member in (sender, slow):
        await configured(member, 3)
    async with sending(sender):
        await received(sender, 50)
        await program.killed()
        assert len((await until_a_configuration(sender)).members) == 2
    await closed(sender, slow)


@bounded
async def test_an_excluded_member_is_told_so_when_it_receives_at_last(directory: Path) -> None:
    sender, slow = await opened(directory, 2, QUICK)
    async with sending(sender):
        assert (await until_a_configuration(sender)).members == (sender.address,)
    with pytest.raises(TransportError, match="excluded, since others had to wait"):
        await everything(slow)
    with pytest.raises(TransportError, match="excluded"):
        await slow.send([b"late"])
    await closed(sender, slow)
