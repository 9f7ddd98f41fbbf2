"""A process that is a member of a group and does what it is told, one JSON object a line.

    python member.py GROUP [PATIENCE_S]

It joins, and writes what happens:

    {"event": "opened", "address": …}                 or {"event": "failed", "at": "open", …}
    {"event": "configuration", "members": […], "joined": […]}
    {"event": "packet", "sender": …, "text": …}       the first 40 characters
    {"event": "packet", …, "bytes": …, "digest": …}   these of all packets

It reads what to do, and writes {"event": "done", "did": …} when that is done, or {"event":
"failed", "at": …, "error": the exception's name, "text": …}:

    {"do": "send", "parts": [text, …]}                one packet
    {"do": "burst", "text": t, "count": n, "bytes": b}  n packets: "t 0", "t 1" …, then dots
    {"do": "views", "text": t}                        one packet, its parts being memory views
    {"do": "close"}                                   leaves
    {"do": "hold"}, {"do": "go on"}                   stops to receive, and starts again

The last two are done at once, the others one after the other. What it is about to receive when it
is told to hold, it still receives. The end of its input ends it, without leaving.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from impl.service import Configuration, TransportError
from impl.transports.corosync import CorosyncTransport


def tell(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def tell_failure(at: str, error: Exception) -> None:
    tell("failed", at=at, error=type(error).__name__, text=str(error))


class Member:
    """What is told, done."""

    def __init__(self, transport: CorosyncTransport) -> None:
        self.transport = transport
        self.may_receive = asyncio.Event()
        self.may_receive.set()
        self.orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive(self) -> None:
        """Tells what is received, until the service is lost."""
        while True:
            await self.may_receive.wait()
            try:
                came = await self.transport.receive()
            except TransportError as error:
                tell_failure("receive", error)
                return
            if isinstance(came, Configuration):
                tell("configuration", members=came.members, joined=sorted(came.joined))
            else:
                tell(
                    "packet",
                    sender=came.sender,
                    text=came.content[:40].decode(),
                    bytes=len(came.content),
                    digest=hashlib.sha256(came.content).hexdigest(),
                )

    async def work(self) -> None:
        """Does what it is told, for ever."""
        while True:
            order = await self.orders.get()
            if await attempt(order["do"], lambda order=order: self.do(order)):  # type: ignore[misc]
                tell("done", did=order["do"])

    async def do(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "send":
                await self.transport.send([part.encode() for part in order["parts"]])
            case "burst":
                for number in range(order["count"]):
                    text = f"{order['text']} {number}"
                    await self.transport.send([text.encode().ljust(order["bytes"], b".")])
            case "views":
                whole = memoryview(order["text"].encode())
                middle = len(whole) // 2
                writable = memoryview(bytearray(whole[middle:]))
                await self.transport.send([whole[:middle], writable])
            case "close":
                await self.transport.close()
            case other:
                raise ValueError(f"cannot {other}")


async def lines_of_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


async def attempt(at: str, action: Callable[[], Awaitable[None]]) -> bool:
    """Whether it succeeds; tells how it fails."""
    try:
        await action()
    except (TransportError, ValueError) as error:
        tell_failure(at, error)
        return False
    return True


async def main(group: str, patience_s: float) -> None:
    transport = CorosyncTransport(group, patience_s)
    if not await attempt("open", transport.open):
        return
    tell("opened", address=transport.address)
    member = Member(transport)
    tasks = [asyncio.create_task(member.receive()), asyncio.create_task(member.work())]
    lines = await lines_of_input()
    while line := await lines.readline():
        match json.loads(line):
            case {"do": "hold"}:
                member.may_receive.clear()
                tell("done", did="hold")
            case {"do": "go on"}:
                member.may_receive.set()
                tell("done", did="go on")
            case order:
                member.orders.put_nowait(order)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 10.0))
