"""A member of a group that shares a dictionary, as a process: lines in, lines out."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impl.dictionary import Dictionary
from impl.group import Group, GroupError
from impl.service import Transport
from onevoice.exits import Exit, Stop
from onevoice.report.member import Plain, Reporter, Structured

COMMANDS = {
    "put KEY VALUE": "write a key, in the whole group",
    "delete KEY": "delete it",
    "get KEY": "what it has",
    "show": "all keys and values",
    "members": "who is in the group",
    "metrics": "what this member has counted",
    "die [speaking|spoken]": "be killed: at once, when next about to speak for its subgroup, or "
    "when it has heard itself speak (to see what the others do)",
    "quit": "leave",
    "help": "this list",
}


@dataclass(frozen=True)
class Ask:
    """What `onevoice run` was asked for: see its options."""

    group: str
    name: str | None
    transport: str
    log: Path | None
    directory: Path | None
    as_json: bool
    stay: bool


def run_member(ask: Ask) -> int:
    """Runs a member until its input ends or the group is lost.

    Raises:
        Stop: the group could not be joined, or was lost.
    """
    reporter: Reporter = Structured() if ask.as_json else Plain()
    try:
        asyncio.run(_run(ask, reporter))
    except GroupError as error:
        raise Stop(Exit.UNAVAILABLE, str(error)) from None
    return Exit.HOLDS


def transport_for(ask: Ask) -> Transport:
    """The transport that is asked for, not opened.

    Raises:
        Stop: the group cannot be named so there.
    """
    try:
        if ask.transport == "corosync":
            from impl.transports.corosync import CorosyncTransport

            return CorosyncTransport(ask.group)
        from impl.transports.local import LocalTransport

        return LocalTransport(ask.group, directory=ask.directory)
    except ValueError as error:
        raise Stop(Exit.USAGE, str(error)) from None


async def _run(ask: Ask, reporter: Reporter) -> None:
    death = Death(reporter)
    dictionary = Dictionary()

    def on_event(event: dict[str, Any]) -> None:
        reporter.event(event)
        death.at(event)

    try:
        group = Group(
            dictionary,
            transport_for(ask),
            name=ask.name,
            log=ask.log,
            on_event=on_event,
        )
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot write {ask.log}: {error.strerror}") from None
    async with group:
        reporter.joined(str(group.me), group.address)
        terminated = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
        shell = Shell(group, dictionary, reporter, death)
        works = (group.ended(), shell.read(ask.stay), terminated.wait())
        tasks = [asyncio.ensure_future(work) for work in works]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for task in done:
            task.result()


class Death:
    """A member that is to be killed at a certain step, by the signal that nothing can catch."""

    def __init__(self, reporter: Reporter) -> None:
        self._when: str | None = None
        self._reporter = reporter

    def arm(self, when: str) -> None:
        """`speaking`: when it is about to send its subgroup's data; `spoken`: when it gets it."""
        self._when = when

    def at(self, event: dict[str, Any]) -> None:
        """Dies if this is the step."""
        speaking = event["event"] == "transmit"
        own = event["event"] == "deliver" and event["sender"] == event["member"]
        spoken = own and event["kind"] == "data"
        if (self._when == "speaking" and speaking) or (self._when == "spoken" and spoken):
            self.now("before its data is out" if speaking else "after its data is out")

    def now(self, when: str) -> None:
        """Dies."""
        self._reporter.dying(when)
        os.kill(os.getpid(), signal.SIGKILL)


class Shell:
    """Carries out what lines say."""

    def __init__(
        self, group: Group, dictionary: Dictionary, reporter: Reporter, death: Death
    ) -> None:
        self._group = group
        self._dictionary = dictionary
        self._reporter = reporter
        self._death = death

    async def read(self, stay: bool) -> None:
        """Reads until `quit`, or the end of the input unless it is to stay."""
        async for line in lines():
            words = line.split()
            if words[:1] == ["quit"]:
                return
            if words:
                await self._carry_out(words[0], line.strip().split(None, 2)[1:])
        if stay:
            await asyncio.Event().wait()

    async def _carry_out(self, word: str, arguments: list[str]) -> None:
        say, dictionary = self._reporter.answer, self._dictionary
        match word, arguments:
            case "put", [key, value]:
                await self._group.send(dictionary.write(key, value))
                say(word, {key: value})
            case "delete", [key]:
                await self._group.send(dictionary.write(key, None))
                say(word, {key: None})
            case "get", [key]:
                say(word, {key: dictionary.values.get(key)})
            case "show", []:
                say(word, dictionary.values)
            case "members", []:
                view = self._group.view
                assert view is not None
                say(word, [member.name for member in sorted(view.members)])
            case "metrics", []:
                say(word, self._group.metrics)
            case "die", []:
                self._death.now("at once")
            case "die", [("speaking" | "spoken") as when]:
                self._death.arm(when)
                say(word, when)
            case "help", []:
                say(word, COMMANDS)
            case _:
                self._reporter.problem(
                    f"no command {' '.join([word, *arguments])!r}: there are "
                    + ", ".join(f"`{command}`" for command in COMMANDS)
                )


async def lines() -> AsyncIterator[str]:
    """Lines of the standard input, which may be a terminal, a pipe or a file."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, line)

    def read(descriptor: int) -> None:
        rest = b""
        with suppress(OSError):  # what cannot be read has ended
            while chunk := os.read(descriptor, 1 << 16):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    put(line.decode(errors="replace"))
        if rest:
            put(rest.decode(errors="replace"))
        put(None)

    if sys.stdin is None:  # closed by whoever started the program
        return

    # A daemon, since a read from a terminal cannot be interrupted and need not be waited for. It
    # reads the descriptor: the interpreter could not end while the buffer above it is locked.
    threading.Thread(target=read, args=(sys.stdin.fileno(),), daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line
