"""Where members are measured: they are started, separated into two parts, and brought together."""

from __future__ import annotations

import asyncio
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Protocol

from benchmarks.exchange.contender import GROUP
from impl.transports.local import Rehearsal
from tests.corosync.cluster import Cluster

LIMIT_S = 60.0


class Contender:
    """A member's process, and what it prints."""

    def __init__(self, process: subprocess.Popen[Any]) -> None:
        self.process = process
        self.address = ""
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def line(self) -> dict[str, Any]:
        """The next line."""
        line = self._lines.get(timeout=LIMIT_S)
        if line is None:
            raise RuntimeError(f"member {self.address} has ended")
        return line

    def clear(self) -> None:
        """Forgets what it has printed."""
        while not self._lines.empty():
            self._lines.get_nowait()

    def end(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self._lines.put(json.loads(text))
        self._lines.put(None)


class Arena(Protocol):
    """A place with a network that can be parted."""

    kind: str
    folder: Path
    """Where members on one machine meet; made by them, for nobody else may open it."""

    def start(self, number: int, words: list[str]) -> Contender:
        """Starts a member."""

    def part(self, members: list[Contender]) -> None:
        """Separates the first from the second half, and returns when all have been told."""

    def join(self) -> None:
        """Brings them together."""


def command(way: str, number: int, members: int, size: int, kind: str, folder: Path) -> list[str]:
    """How to start a contender."""
    return [
        *(sys.executable, "-m", "benchmarks.exchange.contender", way, f"m{number}"),
        *(str(members), str(size), kind, str(folder)),
    ]


class OneMachine:
    """Processes on this machine, over the local transport."""

    kind = "local"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rehearsal = Rehearsal(GROUP, directory=folder)

    def start(self, number: int, words: list[str]) -> Contender:
        return Contender(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))

    def part(self, members: list[Contender]) -> None:
        half = (len(members) + 1) // 2
        parts = [[m.address for m in members[:half]], [m.address for m in members[half:]]]
        asyncio.run(self._rehearsal.split(parts))

    def join(self) -> None:
        asyncio.run(self._rehearsal.heal())


class Nodes:
    """A process on each node of a Corosync cluster."""

    kind = "corosync"
    folder = Path()

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def start(self, number: int, words: list[str]) -> Contender:
        return Contender(self._cluster.run(number, words, text=True))

    def part(self, members: list[Contender]) -> None:
        half = (len(members) + 1) // 2
        self._cluster.partition([range(half), range(half, len(members))])
        self._cluster.wait_for_rings()

    def join(self) -> None:
        self._cluster.heal()
