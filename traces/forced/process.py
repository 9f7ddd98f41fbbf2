"""A member as a process, which a trace is forced upon: a group of its own kind, over *local*.

    python -m traces.forced.process OPTIONS

It holds some words, and unites what meets. Each event goes to its log at once (`impl.log`), so that
nothing is lost if it is killed. On its standard output it says, as JSON Lines, how many
configurations and packets it has dealt with (`taken`): when it says so, all that came of them is in
the log. It leaves when its standard input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from impl.core import Address, Result
from impl.group import Application, Group
from impl.log import EventLog
from impl.service import Configuration, Packet, Transport
from impl.transports.local import LocalTransport
from traces.forced.events import SEPARATOR, encoded
from traces.forced.members import SHIPPED, maker


class Words(Application):
    """Some words."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = set(words)

    def has_data(self) -> bool:
        return bool(self.words)

    def snapshot(self) -> bytes:
        return encoded(self.words)

    def merge(self, result: Result[bytes]) -> None:
        for content in result.data.values():
            self.words.update(word.decode() for word in content.split(SEPARATOR))


class Counted:
    """A transport that tells when what was received has been dealt with."""

    def __init__(self, transport: Transport, tell: Callable[[int], None]) -> None:
        self.limit = transport.limit
        self._transport, self._tell = transport, tell
        self._count = 0
        self.open, self.send, self.close = transport.open, transport.send, transport.close

    @property
    def address(self) -> Address:
        return self._transport.address

    async def receive(self) -> Configuration | Packet:
        """Whoever asks for the next has done with the ones before."""
        self._tell(self._count)
        received = await self._transport.receive()
        self._count += 1
        return received


def say(**line: object) -> None:
    """A line of the standard output."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def end_of_input() -> None:
    """Waits until the standard input ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1 << 16):
        pass


async def run(given: argparse.Namespace) -> None:
    """Is a member until the input ends."""
    log = EventLog(given.log)

    def note(event: dict[str, Any]) -> None:
        log.write(event)
        log.flush()

    group = Group(
        Words(given.words),
        Counted(
            LocalTransport(given.group, directory=given.directory),
            lambda count: say(taken=count),
        ),
        name=given.name,
        subgroup=given.subgroup,
        on_event=note,
        make_member=maker(given.members),
    )

    async def live() -> None:
        async with group:
            await group.ended()

    life, end = asyncio.create_task(live()), asyncio.create_task(end_of_input())
    await asyncio.wait((life, end), return_when=asyncio.FIRST_COMPLETED)
    for task in (life, end):
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    log.close()
    if not life.cancelled():
        life.result()


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(description="A member that a trace is forced upon.")
    parser.add_argument("--group", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--subgroup", help="what it holds is called; by default nobody else has it")
    parser.add_argument("--members", default=SHIPPED, help="its rules")
    parser.add_argument("--words", nargs="*", default=[], help="what it holds")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
