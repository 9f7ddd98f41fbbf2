"""How long does an exchange take, beside the bare multicast of the same bytes?"""

from __future__ import annotations

from statistics import median

from benchmarks.bench import Bench
from benchmarks.exchange.arenas import Arena, Nodes, OneMachine
from benchmarks.exchange.measure import Measured, measure
from tests.corosync.cluster import Cluster
from tests.corosync.holder import ClusterError

NAME, TITLE = "exchange", "Exchange: two parts meet, each with so much data"
COLUMNS = (
    "transport", "members", "data", "exchange ms", "kept ms", "dropped ms", "/ kept", "/ dropped",
    "sent", "if all sent",
)  # fmt: skip
SIZES = (1_000, 1 << 20, 16 << 20)
LARGE = 1 << 20  # bytes from which on the ratio is a target
RATIO = "exchange / multicast"


def run(bench: Bench) -> None:
    """On this machine, and on a cluster of namespaces, if there can be one."""
    for members in (3,) if bench.quick else (3, 4, 5):
        _measure(bench, OneMachine(bench.new_folder() / "members"), members)
        try:
            with Cluster(members) as cluster:
                _measure(bench, Nodes(cluster), members)
        except ClusterError as error:
            bench.note(NAME, f"corosync with {members} members is left out: {error}")
    bench.note(
        NAME,
        "From the moment when a member is told that the parts meet until the last one has the data "
        "of both: medians. Multicast: a member of each part sends the same bytes in packets, and "
        "all keep them, or drop them at once; keeping costs what new memory costs.",
    )


def _measure(bench: Bench, arena: Arena, members: int) -> None:
    for size in SIZES[:2] if bench.quick else SIZES:
        bench.say(f"{arena.kind}, {members} members, {size:,} bytes")
        found = measure(arena, members, size, turns=bench.rounds, repeats=4)
        bench.cells.setdefault(NAME, []).append(_cells(arena.kind, found))
        if size >= LARGE:
            bench.measured.setdefault(RATIO, []).append((arena.kind, found))


def _cells(kind: str, found: Measured) -> dict[str, str]:
    transmissions = sum(metrics["transmissions"] for metrics in found.metrics)
    exchanges = max(metrics["completed"] for metrics in found.metrics)
    return {
        "transport": kind,
        "members": str(found.members),
        "data": f"{found.size:,}",
        "exchange ms": f"{median(found.exchange_s) * 1e3:.1f}",
        "kept ms": f"{median(found.kept_s) * 1e3:.1f}",
        "dropped ms": f"{median(found.dropped_s) * 1e3:.1f}",
        "/ kept": f"{found.over(found.kept_s):.2f}",
        "/ dropped": f"{found.over(found.dropped_s):.2f}",
        "sent": f"{transmissions * found.size:,} B in {exchanges} exchanges",
        "if all sent": f"{found.members * exchanges * found.size:,} B",
    }
