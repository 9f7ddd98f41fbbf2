"""A member that is measured: it exchanges data, or multicasts the same bytes and counts them.

    ... contender exchange|kept|dropped NAME MEMBERS BYTES local|corosync FOLDER

Whenever separated parts meet, so that all MEMBERS are there, it prints how long it took, from the
moment when it was told until it had everything: the data of both parts, of so many bytes each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from impl.core import Result
from impl.group import Application, Group
from impl.service import Packet, Transport

GROUP = "measured"


def say(line: dict[str, Any]) -> None:
    """Prints a line for whoever measures."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def transport(kind: str, folder: str) -> Transport:
    """A transport of this kind; members on this machine meet in the folder."""
    if kind == "corosync":
        from impl.transports.corosync import CorosyncTransport

        return CorosyncTransport(GROUP)
    from impl.transports.local import LocalTransport

    return LocalTransport(GROUP, directory=Path(folder))


class Ballast(Application):
    """So many bytes, whatever is merged."""

    def __init__(self, size: int) -> None:
        self._content = bytes(size)
        self.group: Group | None = None
        self.members = 0

    def has_data(self) -> bool:
        return True

    def snapshot(self) -> bytes:
        return self._content

    def merge(self, result: Result[bytes]) -> None:
        if self.group is not None and len(result.data) == 2:
            asyncio.get_running_loop().call_soon(self._say, len(result.request.subgroup_of))

    def _say(self, members: int) -> None:
        assert self.group is not None
        metrics = self.group.metrics
        say({"members": members, "seconds": metrics["complete_s_last"], **metrics})


async def exchange(name: str, size: int, through: Transport) -> None:
    """Takes part in exchanges."""
    application = Ballast(size)
    async with Group(application, through, name=name) as group:
        application.group = group
        say({"address": through.address})
        await group.ended()


async def raw(size: int, members: int, through: Transport, *, keep: bool) -> None:
    """Multicasts and counts; keeps what it receives, or drops it at once."""
    await through.open()
    say({"address": through.address})
    content = memoryview(bytes(size))
    sending: asyncio.Task[None] | None = None
    begun, missing, is_first = 0.0, 0, True
    held: list[bytes] = []

    async def send() -> None:
        for start in range(0, size, through.limit):
            await through.send([content[start : start + through.limit]])

    while True:
        received = await through.receive()
        if isinstance(received, Packet):
            if missing:
                missing -= len(received.content)
                if keep:
                    held.append(received.content)
                if missing == 0:
                    say({"members": members, "seconds": time.monotonic() - begun})
                    if sending is not None:
                        await sending
                        sending = None
        elif len(received.members) == members and is_first:  # everybody has started
            is_first = False
        elif len(received.members) == members:
            begun, missing, held = time.monotonic(), 2 * size, []
            if min(received.together) == through.address:
                sending = asyncio.create_task(send())


def main() -> None:
    """The command line."""
    way, name, members, size, kind, folder = sys.argv[1:]
    through = transport(kind, folder)
    if way == "exchange":
        asyncio.run(exchange(name, int(size), through))
    else:
        asyncio.run(raw(int(size), int(members), through, keep=way == "kept"))


if __name__ == "__main__":
    main()
