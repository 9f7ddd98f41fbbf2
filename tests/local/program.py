"""A member as a program: commands come on standard input, what happens is said on standard output.

    python -m tests.local.program DIRECTORY GROUP SETTINGS RECEIVES

Commands: `send COUNT SIZE`, `receive` (if it does not from the start), `close`. Each line that it
says is an object with one field of `address`, `members`, `packet` (sender, number, bytes), `sent`,
`lost`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import msgspec

from impl.service import Configuration, TransportError
from impl.transports.local import LocalTransport, Settings


def say(**event: object) -> None:
    print(json.dumps(event), flush=True)


async def receive(transport: LocalTransport) -> None:
    try:
        while True:
            came = await transport.receive()
            if isinstance(came, Configuration):
                say(members=came.members)
            else:
                number = int(came.content[:12] or b"0")
                say(packet=[came.sender, number, len(came.content)])
    except TransportError as error:
        say(lost=str(error))


async def send(transport: LocalTransport, count: int, size: int) -> None:
    try:
        for number in range(count):
            await transport.send([b"%012d" % number, bytes(size - 12)])
        say(sent=count)
    except TransportError as error:
        say(lost=str(error))


async def main(directory: str, group: str, settings: str, receives: str) -> None:
    decoded = msgspec.json.decode(settings, type=Settings)
    transport = LocalTransport(group, directory=Path(directory), settings=decoded)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    await transport.open()
    say(address=transport.address)
    tasks = [asyncio.create_task(receive(transport))] if int(receives) else []
    while line := await commands.readline():
        match line.decode().split():
            case ["send", count, size]:
                tasks.append(asyncio.create_task(send(transport, int(count), int(size))))
            case ["receive"]:
                tasks.append(asyncio.create_task(receive(transport)))
            case _:
                break
    await transport.close()
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
