"""A schedule says what happens in a group, one by one, and lets it go on when it is closed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from impl.service import Configuration, Packet, TransportError
from impl.transports.local import LocalTransport, Rehearsal, Schedule, Settings
from tests.local.group import (
    GROUP,
    PATIENT,
    ROOT,
    Program,
    bounded,
    closed,
    configured,
    made,
    opened,
    ordering_process,
    received,
)


def scheduled(directory: Path, settings: Settings = PATIENT) -> Schedule:
    return Schedule(GROUP, directory=directory, settings=settings)


async def joined(directory: Path, schedule: Schedule, count: int) -> list[LocalTransport]:
    """Members that are connected, in the order of their addresses."""
    members = [made(directory) for _ in range(count)]
    for member in members:
        await member.open()
    assert await schedule.arrived(count) == [member.address for member in members]
    return members


async def sent(schedule: Schedule, member: LocalTransport, *contents: bytes) -> None:
    """Sends, and waits until the schedule has it."""
    before = schedule.waiting[member.address].sent
    for content in contents:
        await member.send([content])
    await schedule.until(lambda: schedule.waiting[member.address].sent == before + len(contents))


@bounded
async def test_nothing_happens_that_the_schedule_does_not_say(directory: Path) -> None:
    async with scheduled(directory) as schedule:
        a, b = await joined(directory, schedule, 2)
        waiting = [asyncio.create_task(member.receive()) for member in (a, b)]
        await sent(schedule, a, b"early")
        await schedule.form([b.address, a.address])
        await schedule.place(a.address)
        assert not any(task.done() for task in waiting)
        state = schedule.waiting[b.address]
        assert (state.sent, state.placed, state.given, state.ahead) == (0, 0, 0, 2)

        both = (a.address, b.address)
        await schedule.give(b.address)
        assert await waiting[1] == Configuration(both, frozenset(both))
        await schedule.give(b.address)
        assert await b.receive() == Packet(a.address, b"early")
        assert not waiting[0].done()
        await schedule.give(a.address)
        assert await waiting[0] == Configuration(both, frozenset(both))
        await schedule.give(a.address)
        assert await a.receive() == Packet(a.address, b"early")
        await closed(a, b)


@bounded
async def test_who_goes_on_together_was_given_the_same_before(directory: Path) -> None:
    """And what somebody has sent who is gone can still be placed, until it is left out."""
    async with scheduled(directory) as schedule:
        a, b = await joined(directory, schedule, 2)
        program = await Program.started(directory)
        c = (await schedule.arrived(3))[2]
        await schedule.form([a.address, b.address, c])
        await schedule.give(c)
        await program.is_told_of(3)
        program.do("send", 2, 20)
        await schedule.until(lambda: schedule.waiting[c].sent == 2)
        await program.killed()
        await schedule.until(lambda: schedule.waiting[c].is_gone)
        await schedule.place(c)
        await sent(schedule, b, b"waits")
        await schedule.form([a.address, b.address])
        await schedule.place(b.address)
        for member in (a, b):
            for _ in range(4):
                await schedule.give(member.address)
        rest = Configuration((a.address, b.address), frozenset())
        for member in (a, b):
            await configured(member, 3)
            assert [sender for sender, _ in await received(member, 1)] == [c]
            assert await member.receive() == rest
            assert await received(member, 1) == [(b.address, b"waits")]
        with pytest.raises(TransportError, match=f"{c} is gone"):
            await schedule.give(c)
        await closed(a, b)


@bounded
async def test_parts_meet_as_strangers_and_who_is_left_behind_goes_on_as_before(
    directory: Path,
) -> None:
    async with scheduled(directory) as schedule:
        a, b, c = await joined(directory, schedule, 3)
        await schedule.form([a.address, b.address])
        await schedule.form([c.address])
        await schedule.form([a.address, c.address])
        for member, count in ((a, 2), (c, 2), (b, 1)):
            for _ in range(count):
                await schedule.give(member.address)
        await configured(a, 2)
        assert await a.receive() == Configuration((a.address, c.address), frozenset({c.address}))
        await configured(c, 1)
        assert await c.receive() == Configuration((a.address, c.address), frozenset({a.address}))
        await configured(b, 2)
        await sent(schedule, b, b"alone")
        await schedule.place(b.address)
        await schedule.give(b.address)
        assert await b.receive() == Packet(b.address, b"alone")
        assert schedule.waiting[a.address].ahead == 0
    # When the schedule is closed, b is told that the others are gone.
    assert await b.receive() == Configuration((b.address,), frozenset())
    await closed(a, b, c)


@bounded
async def test_when_it_is_closed_all_that_was_kept_is_passed_on(directory: Path) -> None:
    async with scheduled(directory) as schedule:
        a, b, c = await joined(directory, schedule, 3)
        await schedule.form([a.address, b.address])
        await sent(schedule, a, b"one", b"three")
        await sent(schedule, b, b"two")
        await schedule.place(a.address)
        await schedule.place(b.address)
    late = made(directory)
    for member in (a, b):
        assert len((await configured(member, 2)).members) == 2
        assert await received(member, 2) == [(a.address, b"one"), (b.address, b"two")]
        assert c.address in (await configured(member, 3)).members
        assert await received(member, 1) == [(a.address, b"three")]
    everyone = await configured(c, 3)
    assert everyone.joined == everyone.everyone
    assert await received(c, 1) == [(a.address, b"three")]
    await late.open()
    assert len((await configured(late, 4)).members) == 4
    await closed(a, b, c, late)


@bounded
async def test_who_has_gone_meanwhile_is_missing_when_it_is_closed(directory: Path) -> None:
    async with scheduled(directory) as schedule:
        a, b, c, d = await joined(directory, schedule, 4)
        await schedule.form([a.address, b.address, c.address, d.address])
        await closed(c, d)
        await schedule.until(lambda: schedule.waiting[d.address].is_gone)
        await schedule.until(lambda: schedule.waiting[c.address].is_gone)
    for member in (a, b):
        assert len((await member.receive()).members) == 4  # type: ignore[union-attr]
        assert await member.receive() == Configuration((a.address, b.address), frozenset())
    await a.send([b"after"])
    assert await received(b, 1) == [(a.address, b"after")]
    await closed(a, b)


@bounded
async def test_it_takes_over_a_group_that_is_there_and_gives_it_back(directory: Path) -> None:
    a, b = await opened(directory, 2)
    async with scheduled(directory) as schedule:
        assert set(schedule.waiting) == {a.address, b.address}
        await sent(schedule, a, b"held")
        assert schedule.waiting[b.address].ahead == 0
        await schedule.place(a.address)
        await schedule.give(b.address)
        assert await received(b, 1) == [(a.address, b"held")]
        await sent(schedule, b, b"kept")
    for content in (b"held", b"kept"):
        assert (await received(a, 1))[0][1] == content
    await closed(a, b)


@bounded
async def test_what_makes_no_sense_is_refused_and_changes_nothing(directory: Path) -> None:
    async with scheduled(directory) as schedule:
        a, b = await joined(directory, schedule, 2)
        for what, problem in (
            (schedule.form([]), "nobody"),
            (schedule.form([a.address, a.address]), "named more than once"),
            (schedule.form([a.address, "x"]), "no member of the group: x"),
            (schedule.place(a.address), "has sent nothing that is not placed"),
            (schedule.give(a.address), "there is nothing to give"),
        ):
            with pytest.raises(TransportError, match=f"stays as it is: .*{problem}"):
                await what
        await sent(schedule, a, b"early")
        with pytest.raises(TransportError, match="is in no configuration"):
            await schedule.place(a.address)
        await schedule.form([a.address, b.address])
        with pytest.raises(TransportError, match="in a configuration of just them"):
            await schedule.form([a.address, b.address])
        assert schedule.waiting[a.address].ahead == 1
        await closed(a, b)


@bounded
async def test_there_is_one_at_a_time_and_no_rehearsal_meanwhile(directory: Path) -> None:
    async with scheduled(directory):
        with pytest.raises(TransportError, match="another schedule says what happens"):
            async with scheduled(directory):
                pass
        with pytest.raises(TransportError, match="a schedule says what happens: close it first"):
            await Rehearsal(GROUP, directory=directory).heal()
    async with scheduled(directory) as schedule:
        assert schedule.waiting == {}


@bounded
async def test_a_schedule_whose_process_dies_lets_the_group_go_on(directory: Path) -> None:
    a, b = await opened(directory, 2)
    text = (
        "import asyncio, sys, pathlib\n"
        "from impl.transports.local import Schedule\n"
        "async def main():\n"
        f"    async with Schedule({GROUP!r}, directory=pathlib.Path(sys.argv[1])) as schedule:\n"
        "        await schedule.until(lambda: any(w.sent for w in schedule.waiting.values()))\n"
        "        print('held', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", text, str(directory), cwd=ROOT, stdout=pipe
    )
    assert process.stdout is not None
    sending = asyncio.create_task(_keep_sending(a))
    assert await process.stdout.readline() == b"held\n"
    sending.cancel()
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await a.send([b"last"])
    while (await received(b, 1))[0][1] != b"last":
        pass
    await closed(a, b)


async def _keep_sending(member: LocalTransport) -> None:
    """Until somebody holds it back, nobody can tell when."""
    while True:
        await member.send([b"?"])
        await member.receive()


@bounded
async def test_of_each_member_only_so_much_is_kept(directory: Path) -> None:
    async with scheduled(directory, Settings(linger_s=0.2, waiting_bytes_max=1000)) as schedule:
        (a,) = await joined(directory, schedule, 1)
        content = bytes(a.limit)
        sending = asyncio.create_task(_send_many(a, content))
        while not a.is_held_back:
            await asyncio.sleep(0)
        held = schedule.waiting[a.address].sent
        assert held < 50
        await schedule.form([a.address])
        for _ in range(held):
            await schedule.place(a.address)
        await schedule.until(lambda: schedule.waiting[a.address].sent > held)  # it is read again
        sending.cancel()
        await closed(a)


async def _send_many(member: LocalTransport, content: bytes) -> None:
    while True:
        await member.send([content])


@bounded
async def test_it_says_so_if_the_ordering_process_is_gone(directory: Path) -> None:
    async with scheduled(directory) as schedule:
        os.kill(ordering_process(directory), signal.SIGKILL)
        with pytest.raises(TransportError, match="the ordering process is gone"):
            await schedule.until(lambda: False)
        with pytest.raises(TransportError, match="the ordering process is gone"):
            await schedule.form(["x"])


@bounded
async def test_it_says_so_if_what_is_waited_for_does_not_come(directory: Path) -> None:
    (a,) = await opened(directory, 1)
    schedule = Schedule(GROUP, directory=directory, limit_s=1.0)
    with pytest.raises(TransportError, match="it is not open"):
        await schedule.until(lambda: False)
    async with schedule:
        with pytest.raises(TransportError, match="did not come to what was waited for in 1 s"):
            await schedule.arrived(2)
    with pytest.raises(TransportError, match="it was closed"):
        await schedule.form([a.address])
    await closed(a)
