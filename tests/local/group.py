"""What the tests of the local transport share: members here, members that are programs, limits."""

from __future__ import annotations

import asyncio
import fcntl
import functools
import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from impl.service import Address, Configuration, Packet
from impl.transports.local import LocalTransport, Settings
from impl.transports.local.rendezvous import Rendezvous

ROOT = Path(__file__).parents[2]
GROUP = "g"
LIMIT_S = 15.0
QUICK = Settings(linger_s=0.2, stall_limit_s=0.3, stranger_limit_s=0.3, waiting_bytes_max=2**18)
"""For tests that wait until a limit is over; nobody lingers for long after a test."""

PATIENT = Settings(linger_s=0.2)
"""For all others: nothing is over before what is tested has happened."""


def bounded(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """An asynchronous test, which fails if it does not end."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        async def limited() -> None:
            async with asyncio.timeout(LIMIT_S):
                await test(*args, **kwargs)

        asyncio.run(limited())

    return run


def made(directory: Path, settings: Settings = PATIENT, group: str = GROUP) -> LocalTransport:
    return LocalTransport(group, directory=directory, settings=settings)


async def opened(directory: Path, count: int, settings: Settings = PATIENT) -> list[LocalTransport]:
    """Members that know each other and have nothing else to receive."""
    members = []
    for _ in range(count):
        members.append(made(directory, settings))
        await members[-1].open()
    for member in members:
        await configured(member, count)
    return members


async def closed(*members: LocalTransport) -> None:
    await asyncio.gather(*(member.close() for member in members))


async def configured(member: LocalTransport, count: int) -> Configuration:
    """The first configuration of so many; what comes before it is dropped."""
    while True:
        came = await member.receive()
        if isinstance(came, Configuration) and len(came.members) == count:
            return came


async def received(member: LocalTransport, count: int) -> list[tuple[Address, bytes]]:
    """So many packets, between which the membership does not change."""
    came = [await member.receive() for _ in range(count)]
    assert all(isinstance(item, Packet) for item in came), came
    return [(item.sender, item.content) for item in came if isinstance(item, Packet)]


async def everything(member: LocalTransport) -> None:
    """Receives until it is told that nothing more comes. Raises TransportError."""
    while True:
        await member.receive()


def ordering_process(directory: Path, group: str = GROUP) -> int:
    """The id of the ordering process, which somebody is connected to."""
    return int((directory / group / "lock").read_text())


async def ended(directory: Path, group: str = GROUP) -> None:
    """Waits until there is no ordering process."""
    with (directory / group / "lock").open("rb") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)


def is_there(directory: Path, group: str = GROUP) -> bool:
    """Whether there is an ordering process."""
    descriptor = Rendezvous(directory / group).try_lock()
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


class Program:
    """A member that is a process of its own (`program.py`)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def started(
        cls, directory: Path, settings: Settings = PATIENT, *, receives: bool = True
    ) -> Program:
        text = msgspec.json.encode(settings).decode()
        command = [sys.executable, "-m", "tests.local.program", str(directory), GROUP, text]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, str(int(receives)), cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**20
        )
        return cls(process)

    async def says(self, what: str) -> Any:
        """The next thing of this kind that it says; others are dropped."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            event = json.loads(line)
            if what in event:
                return event[what]
        raise AssertionError(f"the program has ended and has not said {what!r}")

    async def is_told_of(self, count: int) -> list[Address]:
        """The members of its next configuration of so many."""
        while True:
            members: list[Address] = await self.says("members")
            if len(members) == count:
                return members

    def do(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{' '.join(map(str, words))}\n".encode())

    async def killed(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def finished(self) -> None:
        self.do("close")
        await self.process.wait()
