"""Members as processes of this program: started, spoken to and listened to by another process."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from onevoice.exits import Exit, Stop

Hear = Callable[[str, dict[str, Any]], None]
"""Told a member's name and what it does: an event of `impl.log`, or `dying` and when."""


class News:
    """Wakes whoever waits for something to become true when something has happened."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], bool], asyncio.Event]] = []

    def spread(self) -> None:
        """Something has happened."""
        for condition, woken in self._waiting:
            if condition():
                woken.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something is true."""
        if not condition():
            waiting = (condition, asyncio.Event())
            self._waiting.append(waiting)
            try:
                await waiting[1].wait()
            finally:
                self._waiting.remove(waiting)


class Actor:
    """A member that is run by a process.

    Attributes:
        name: its name.
        address: what the service calls it, once it has joined.
        alive: whether its process runs.
        view: the view that it has installed last; completed: whether that one's request is.
    """

    def __init__(
        self, name: str, process: asyncio.subprocess.Process, hear: Hear, news: News
    ) -> None:
        self.name = name
        self.address = ""
        self.alive = True
        self.view: str | None = None
        self.members: frozenset[str] = frozenset()
        self.completed = False
        self._process = process
        self._hear = hear
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._news = news
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, command: str) -> Any:
        """Gives a command, and waits for its answer.

        Raises:
            Stop: the process has ended, or does not know the command.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())
        answer = await self._answers.get()
        if not isinstance(answer, dict) or "answer" not in answer:
            raise Stop(Exit.UNAVAILABLE, f"{self.name} does not answer {command!r}: {answer}")
        return answer["value"]

    async def joined(self) -> None:
        """Waits until it has completed its first exchange.

        Raises:
            Stop: its process ends instead.
        """
        await self._news.until(lambda: bool(self.address) or not self.alive)
        if not self.address:
            raise Stop(Exit.UNAVAILABLE, f"{self.name} could not join: its process has ended")

    async def killed(self) -> None:
        """Waits until its process has ended."""
        await self._news.until(lambda: not self.alive)

    async def end(self) -> None:
        """Has it leave; kills it if it does not."""
        if self.alive and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except TimeoutError:
                self._process.kill()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(json.loads(line))
            self._news.spread()
        await self._process.wait()
        self.alive = False
        self._answers.put_nowait("its process has ended")
        self._news.spread()

    def _take(self, line: dict[str, Any]) -> None:
        if "event" in line:
            if line["event"] == "install":
                self.view, self.members = line["view"], frozenset(line["members"])
            self.completed = line["state"]["completed"]
            self._hear(self.name, line)
        elif "dying" in line:
            self._hear(self.name, line)
        elif "joined" in line:
            self.address = line["address"]
        else:
            self._answers.put_nowait(line)


class Cast:
    """All members of a play, on this machine.

    Args:
        group: its name.
        folder: where they meet.
        hear: told everything that they do.
    """

    def __init__(self, group: str, folder: Path, hear: Hear) -> None:
        self.group, self.folder = group, folder
        self._hear = hear
        self._news = News()
        self._actors: list[Actor] = []

    async def __aenter__(self) -> Cast:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Everybody leaves."""
        await asyncio.gather(*(actor.end() for actor in self._actors))

    @property
    def alive(self) -> list[Actor]:
        """Whose processes run, in the order in which they came."""
        return [actor for actor in self._actors if actor.alive]

    async def enter(self, name: str) -> Actor:
        """Starts a member, and waits until it has joined.

        Raises:
            Stop: it cannot.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "onevoice", "run", "--json", "--name", name),
            *("--group", self.group, "--directory", str(self.folder)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        actor = Actor(name, process, self._hear, self._news)
        self._actors.append(actor)
        await actor.joined()
        return actor

    async def settled(self, actors: Sequence[Actor]) -> None:
        """Waits until these, and nobody else, have completed an exchange together."""

        def together() -> bool:
            return (
                len({actor.view for actor in actors}) == 1
                and len(actors[0].members) == len(actors)
                and all(actor.completed for actor in actors)
            )

        await self._news.until(together)
