"""A member of a group, as a program that tests drive and kill.

It holds words, with padding so that sending them takes a while. Commands are lines on the standard
input, answers and events are JSON Lines on the standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from impl.core import Address, Member, MemberId, Result
from impl.core.variants import VARIANTS
from impl.group import Application, Group, GroupError
from impl.service import Transport
from onevoice.member import lines
from tests.faults.places import GROUP


class Words(Application):
    """Some words. What is added to them is accepted by all; what meets is united."""

    def __init__(self, words: Sequence[str], padding: int) -> None:
        self.words = set(words)
        self._padding = padding

    def has_data(self) -> bool:
        return bool(self.words)

    def snapshot(self) -> bytes:
        return " ".join(sorted(self.words)).encode() + b"\0" * self._padding

    def merge(self, result: Result[bytes]) -> None:
        for content in result.data.values():
            self.words.update(content.rstrip(b"\0").decode().split())

    def accept(self, sender: MemberId, content: bytes) -> None:
        self.words.add(content.decode())


class Mortal:
    """A transport whose process can be killed when so many packets more have been sent."""

    def __init__(self, transport: Transport) -> None:
        self.left: int | None = None
        self.limit = transport.limit
        self._transport = transport
        self.open, self.receive, self.close = transport.open, transport.receive, transport.close

    @property
    def address(self) -> Address:
        return self._transport.address

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        await self._transport.send(parts)
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                die()


def transport_of(given: argparse.Namespace) -> Transport:
    if given.transport == "corosync":
        from impl.transports.corosync import CorosyncTransport

        return CorosyncTransport(GROUP)
    from impl.transports.local import LocalTransport

    return LocalTransport(GROUP, directory=Path(given.folder))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def run(given: argparse.Namespace) -> None:
    application = Words(given.words, given.padding)
    transport = Mortal(transport_of(given))
    armed = ""

    def on_event(event: dict[str, Any]) -> None:
        """Tells what the driver waits for, and dies where it is to."""
        if event["event"] in ("install", "complete"):
            say(event)
        if event["event"] == "transmit":
            if armed == "speaking":
                die()
            if armed.startswith("sent"):
                transport.left = int(armed.removeprefix("sent"))

    group = Group(
        application,
        transport,
        name=given.name,
        log=Path(given.log),
        on_event=on_event,
        make_member=VARIANTS[given.variant] if given.variant else Member,
    )

    async def carry_out() -> None:
        nonlocal armed
        async for line in lines():
            command, *arguments = line.split()
            if command == "add":
                await group.send(arguments[0].encode())
            if command == "arm":
                armed = arguments[0]
            say({"answer": sorted(application.words)})

    async with group:
        say({"address": group.address})
        work = asyncio.create_task(carry_out())
        try:
            await group.ended()
        finally:
            work.cancel()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("log")
    parser.add_argument("transport", choices=["local", "corosync"])
    parser.add_argument("folder", help="where members on one machine meet")
    parser.add_argument("--words", nargs="*", default=[])
    parser.add_argument("--padding", type=int, default=0)
    parser.add_argument("--variant")
    try:
        asyncio.run(run(parser.parse_args()))
    except GroupError as error:
        say({"lost": str(error)})


if __name__ == "__main__":
    main()
