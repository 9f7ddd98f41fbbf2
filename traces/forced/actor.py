"""A member's process, as whoever forces a trace upon it sees it: what it was given, what it did."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from impl.service import Address, TransportError
from impl.transports.local import Schedule

_ROOT = Path(__file__).parents[2]
_END_S = 5.0


class Actor:
    """One process of `traces.forced.process`.

    Attributes:
        name: the member's.
        address: what the service calls it, from when it is connected.
        given: how many configurations and packets it was given.
        sent: how many messages it has sent by the trace.
        placed: how many of them are placed.
    """

    def __init__(self, name: str, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.name = name
        self.address: Address = ""
        self.given = self.sent = self.placed = 0
        self._process, self._folder = process, folder
        self._taken = 0
        self._read = 0
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def started(cls, name: str, folder: Path, options: Sequence[str]) -> Actor:
        """Starts the process of a member.

        Args:
            name: of the member.
            folder: for its log.
            options: of its program, beside these.
        """
        with (folder / f"{name}.err").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "traces.forced.process", "--name", name),
                *("--log", str(folder / f"{name}.jsonl"), *options),
                cwd=_ROOT,
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
            )
        return cls(name, process, folder)

    async def connected(self, schedule: Schedule, limit_s: float) -> str:
        """Waits until it is connected; from then on it has an address.

        Returns:
            Why it is not, "" if it is.

        Raises:
            TransportError: the ordering process is gone.
        """

        def is_there() -> bool:
            # An address ends with the number of the process.
            found = (a for a in schedule.waiting if a.endswith(f"-{self._process.pid}"))
            self.address = next(found, "")
            return bool(self.address)

        listening = asyncio.ensure_future(schedule.until(lambda: is_there() or self._is_over))
        ending = asyncio.ensure_future(asyncio.wait_for(self._over.wait(), limit_s))
        await asyncio.wait((listening, ending), return_when=asyncio.FIRST_COMPLETED)
        for task in (listening, ending):
            task.cancel()
        heard, _ = await asyncio.gather(listening, ending, return_exceptions=True)
        if isinstance(heard, TransportError):
            raise heard
        return "" if self.address else self._missing(limit_s)

    async def dealt_with(self, limit_s: float) -> str:
        """Waits until it has dealt with all that it was given.

        Returns:
            Why it has not, "" if it has.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while self._taken < self.given and not self._is_over:
                    self._changed.clear()
                    await self._changed.wait()
        return "" if self._taken >= self.given else self._missing(limit_s)

    def _missing(self, limit_s: float) -> str:
        return f"its process has ended{self._why()}" if self._is_over else f"not in {limit_s:g} s"

    def new_events(self) -> list[dict[str, Any]]:
        """What has come to its log since the last time, in order."""
        path = self._folder / f"{self.name}.jsonl"
        if not path.exists():
            return []
        content = path.read_bytes()[self._read :]
        whole, _, _ = content.rpartition(b"\n")
        self._read += len(whole) + 1 if whole else 0
        return [json.loads(line) for line in whole.splitlines()]

    @property
    def _is_over(self) -> bool:
        return self._over.is_set()

    async def end(self) -> str:
        """Waits until its process has ended, and says what it has said about it."""
        await self._listening
        return f"its process has ended{self._why()}"

    async def killed(self) -> None:
        """Kills it, by the signal that nothing can catch."""
        self._process.kill()
        await self._listening

    async def ended(self, limit_s: float = _END_S) -> None:
        """Has it leave; kills it if it does not."""
        if not self._is_over:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                async with asyncio.timeout(limit_s):
                    await asyncio.shield(self._listening)
            except TimeoutError:
                self._process.kill()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._taken = json.loads(line)["taken"]
            self._changed.set()
        await self._process.wait()
        self._over.set()
        self._changed.set()

    def _why(self) -> str:
        """The last line of what it has said about its end."""
        with suppress(OSError):
            lines = (self._folder / f"{self.name}.err").read_text(errors="replace").split("\n")
            said = [line for line in lines if line.strip()]
            return f" ({said[-1].strip()[:200]})" if said else ""
        return ""
