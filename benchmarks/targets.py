"""What was aimed at, what was measured, and whether it is met. Nothing here is a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.bench import OURS, Bench, Spread
from benchmarks.checkers import Outcome
from benchmarks.exchange.measure import Measured
from benchmarks.scopes import short

STATES_MIN = 5_000_000  # of the scope on which speed and memory are judged


@dataclass(frozen=True)
class Target:
    """One of them.

    Attributes:
        aim: as a sentence.
        measured: what was, in words.
        met: None if nothing was measured that could tell.
    """

    aim: str
    measured: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT MET", None: "not measured"}[self.met]


def targets(bench: Bench) -> Iterator[Target]:
    """All of them, in the order of the list."""
    yield _agreed(bench)
    main = bench.measured.get("main")
    large = isinstance(main, Outcome) and main.states >= STATES_MIN
    small = "" if large or main is None else f" (judged from {STATES_MIN:,} states on)"
    beside = bench.measured.get("spin by fingerprints")
    said = f"; by fingerprints {beside} times" if beside is not None else ""
    yield _ratio("SPIN's best exact, one thread: 8 times", bench, "spin", 8, large, said + small)
    yield _ratio("TLC, one thread: 200 times", bench, "TLC", 200, large, small)
    yield _seen(main, bench.measured.get("main by fingerprints"), large, small)
    yield _ratio("two threads / one, exact: 1.7 times", bench, "two", 1.7, large, small)
    yield _start(bench)
    reduced = bench.measured.get("reduced")
    yield Target(
        "with reductions, on one of the scopes: 20 times sooner",
        f"{reduced:.1f} times" if reduced is not None else "-",
        None if reduced is None or not large else reduced >= 20,
    )
    seconds = bench.measured.get("large")
    yield Target(
        "3+2 with 1 failure, both deliveries, reduced, two threads: < 60 s each",
        f"{seconds:.1f} s" if seconds is not None else "-",
        None if seconds is None else seconds < 60,
    )
    for kind in ("local", "corosync"):
        yield _exchange(kind, bench.measured.get("exchange / multicast", []))


def _exchange(kind: str, measured: list[tuple[str, Measured]]) -> Target:
    """Over a multicast whose receivers have the bytes afterwards, as members have."""
    aim = f"exchange of 1 MB and more over {kind}: at most 1.3 times the bare multicast"
    found = [each for name, each in measured if name == kind]
    if not found:
        return Target(aim, "-", None)
    worst = max(found, key=lambda each: each.over(each.kept_s))
    text = (
        f"{worst.over(worst.kept_s):.2f} times at worst ({worst.members} members, "
        f"{worst.size:,} bytes); {worst.over(worst.dropped_s):.2f} if receivers drop the bytes"
    )
    return Target(aim, text, worst.over(worst.kept_s) <= 1.3)


def _agreed(bench: Bench) -> Target:
    aim = "SPIN and Rumur count as we do: at least 6 scopes and variants"
    if "agreed" not in bench.measured:
        return Target(aim, "-", None)
    agreed, of = bench.measured["agreed"]
    met = agreed >= 6 and agreed == of and not bench.disagreements
    return Target(aim, f"{agreed} of {of}", met if of >= 6 or not met else None)


def _ratio(
    aim: str, bench: Bench, name: str, least: float, large: bool, small: str
) -> Target:  # fmt: skip
    """States a second, as a ratio."""
    found = bench.measured.get(name)
    if found is None:
        return Target(f"{aim} the states/s", "-", None)
    value = found.middle if isinstance(found, Spread) else float(found)
    text = f"{found} times" if isinstance(found, Spread) else f"{value:.1f} times"
    return Target(f"{aim} the states/s", text + small, value >= least if large else None)


def _seen(main: Outcome | None, hashed: Outcome | None, large: bool, small: str) -> Target:
    aim = "the seen set, exact: at most 16 bytes a state"
    each = _seen_bytes(main)
    if each is None:
        return Target(aim, "-", None)
    beside = _seen_bytes(hashed)
    said = f"; by fingerprints {beside:.1f}" if beside is not None else ""
    return Target(aim, f"{each:.1f} bytes{said}{small}", each <= 16 if large else None)


def _seen_bytes(outcome: Outcome | None) -> float | None:
    """A state."""
    if outcome is None or outcome.cost is None or outcome.cost.seen_bytes is None:
        return None
    return outcome.cost.seen_bytes / outcome.states


def _start(bench: Bench) -> Target:
    aim = "staging, grounding and start at the largest scope: < 0.5 s"
    done = [
        (row.outcome.states, row.cost.start_seconds, row.run)
        for row in bench.rows
        if row.checker == OURS and row.outcome and row.cost and row.cost.start_seconds is not None
    ]
    if not done:
        return Target(aim, "-", None)
    _, seconds, run = max(done, key=lambda each: each[0])
    return Target(aim, f"{seconds:.2f} s ({short(run)})", seconds < 0.5)
