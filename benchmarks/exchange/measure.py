"""Exchanges and bare multicasts of the same bytes, in turn."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.exchange.arenas import Arena, Contender, command


@dataclass(frozen=True)
class Measured:
    """Two parts with so many bytes each, brought together in several ways.

    Attributes:
        members: in both parts.
        size: bytes of each part's data.
        exchange_s: of each repetition, until the last member had completed it.
        kept_s: the same for the bare multicast whose receivers keep what they receive.
        dropped_s: the same if they drop it at once.
        metrics: what the members of the last exchange counted, since their starts.
    """

    members: int
    size: int
    exchange_s: list[float]
    kept_s: list[float]
    dropped_s: list[float]
    metrics: list[dict[str, Any]]

    def over(self, other_s: list[float]) -> float:
        """The exchange's time as a multiple of another one: of the medians."""
        return median(self.exchange_s) / median(other_s)


def measure(arena: Arena, members: int, size: int, turns: int, repeats: int) -> Measured:
    """Measures all ways, in turn.

    Args:
        arena: where.
        members: how many.
        size: bytes of each part's data.
        turns: how often each way has its turn, with processes of their own.
        repeats: how often parts meet in a turn; the first does not count.
    """
    seconds: dict[str, list[float]] = {"exchange": [], "kept": [], "dropped": []}
    metrics: list[dict[str, Any]] = []
    for _ in range(turns):
        for way, taken in seconds.items():
            contenders = _start(arena, way, members, size)
            try:
                for repeat in range(repeats + 1):
                    lines = _meet(arena, contenders, members)
                    if repeat:
                        taken.append(max(line["seconds"] for line in lines))
                    metrics = lines if way == "exchange" else metrics
            finally:
                for contender in contenders:
                    contender.end()
    return Measured(
        members, size, seconds["exchange"], seconds["kept"], seconds["dropped"], metrics
    )


def _start(arena: Arena, way: str, members: int, size: int) -> list[Contender]:
    contenders = []
    for number in range(members):
        words = command(way, number, members, size, arena.kind, arena.folder)
        contender = arena.start(number, words)
        contenders.append(contender)
        line = contender.line()
        contender.address = line["address"]
    return contenders


def _meet(arena: Arena, contenders: list[Contender], members: int) -> list[dict[str, Any]]:
    """Parts the members and brings them together."""
    arena.part(contenders)
    for contender in contenders:
        contender.clear()
    arena.join()
    lines = []
    for contender in contenders:
        line = contender.line()
        while line.get("members") != members:
            line = contender.line()
        lines.append(line)
    return lines
