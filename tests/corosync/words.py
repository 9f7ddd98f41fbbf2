"""A member of a group on Corosync, as a program that the tests drive and kill.

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

from impl.core import Member, MemberId, Result
from impl.core.variants import VARIANTS
from impl.group import Application, Group, GroupError
from impl.transports.corosync import CorosyncTransport

GROUP = "words"


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


class Mortal(CorosyncTransport):
    """A transport whose process can be killed when so many packets more have been sent."""

    left: int | None = None

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        await super().send(parts)
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def run(given: argparse.Namespace) -> None:
    application = Words(given.words, given.padding)
    transport = Mortal(GROUP)
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
    loop = asyncio.get_running_loop()
    async with group:
        say({"joined": str(group.me)})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command, *arguments = line.split()
            if command == "add":
                await group.send(arguments[0].encode())
            if command == "arm":
                armed = arguments[0]
            say({"answer": sorted(application.words)})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("log")
    parser.add_argument("--words", nargs="*", default=[])
    parser.add_argument("--padding", type=int, default=0)
    parser.add_argument("--variant")
    try:
        asyncio.run(run(parser.parse_args()))
    except GroupError as error:
        say({"lost": str(error)})


if __name__ == "__main__":
    main()
