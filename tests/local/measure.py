"""Measures the local transport with members that are processes of their own.

    python -m tests.local.measure [MEGABYTES]

For each number of members and size of a packet: one member sends so many megabytes to all, itself
among them; bytes received by all per second of the slowest. Then the time from sending a packet of
100 bytes until the sender has received it, while the others receive it too.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from impl.service import Configuration, Packet
from impl.transports.local import LocalTransport

_SIZES = (100, 1000, 4 * 2**10, 16 * 2**10, 64 * 2**10, 256 * 2**10, 512 * 2**10, 2**20)
_PACKETS_MAX = 100_000
_LATENCY_PACKETS = 2000
_ROOT = Path(__file__).parents[2]


async def take_part(directory: str, members: int, is_sender: bool, size: int, count: int) -> None:
    """One member: prints when it began and ended (monotonic seconds), and latencies."""
    transport = LocalTransport("measure", directory=Path(directory))
    await transport.open()
    while True:
        came = await transport.receive()
        if isinstance(came, Configuration) and len(came.members) == members:
            break

    async def send() -> None:
        content = bytes(size)
        for _ in range(count):
            await transport.send([content])

    begun = time.monotonic()
    sending = asyncio.create_task(send()) if is_sender else None
    for _ in range(count):
        came = await transport.receive()
        assert isinstance(came, Packet)
        assert len(came.content) == size
    ended = time.monotonic()
    if sending is not None:
        await sending
    latencies = []
    for _ in range(_LATENCY_PACKETS):
        sent = time.perf_counter()
        if is_sender:
            await transport.send([bytes(100)])
        await transport.receive()
        latencies.append(time.perf_counter() - sent)
    print(json.dumps({"begun": begun, "ended": ended, "latencies": sorted(latencies)}), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # all have received all before the first leaves
    await transport.close()


def measured(members: int, size: int, total: int) -> tuple[float, float, list[float]]:
    """Bytes a second at all receivers together, packets a second, and ascending latencies in s."""
    count = min(max(total // size, 1), _PACKETS_MAX)
    with tempfile.TemporaryDirectory(prefix="ov-", dir="/tmp") as directory:
        command = [sys.executable, "-m", "tests.local.measure", directory, str(members)]
        started = [
            subprocess.Popen(
                [*command, str(int(not index)), str(size), str(count)],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for index in range(members)
        ]
        lines = [process.stdout.readline() for process in started if process.stdout]
        for process in started:
            process.communicate()
    results = [json.loads(line) for line in lines]
    took = max(result["ended"] for result in results) - results[0]["begun"]
    return count * size * members / took, count / took, results[0]["latencies"]


def main() -> None:
    """Prints the table."""
    total = int(sys.argv[1]) * 2**20 if len(sys.argv) > 1 else 256 * 2**20
    for members in (3, 5):
        for size in _SIZES:
            if size > LocalTransport.limit:
                continue
            rate, packets, latencies = measured(members, size, total)
            median, most = (latencies[len(latencies) * percent // 100] for percent in (50, 99))
            print(
                f"{members} members, packets of {size:>9,} bytes: {rate / 1e6:7,.0f} MB/s, "
                f"{packets:9,.0f} packets/s; a small packet {median * 1e6:.0f} µs (median), "
                f"{most * 1e6:.0f} µs (99 %)",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _, folder, *numbers = sys.argv
        n, first, packet_size, packet_count = map(int, numbers)
        asyncio.run(take_part(folder, n, bool(first), packet_size, packet_count))
    else:
        main()
