"""How fast are logs held against the specification?

The published rates are those of TLA+'s trace validation (anchors in the section's note): CCF's logs
of 360 events took 23 s with TLC, etcd's of 3,000 events minutes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.bench import Bench
from impl.transports.simulated import World
from traces.validate import Validator

NAME, TITLE = "validation", "Logs held against the specification"
COLUMNS = ("log", "events", "members", "seconds", "events/s", "steps of the specification")
MEMBERS = 5
PUBLISHED = 360 / 23  # events a second: CCF, in Cirstea, Kuppe, Loillier, Merz, SEFM 2024

Logs = Mapping[str, Sequence[Mapping[str, Any]]]


def run(bench: Bench) -> None:
    """Whole logs, and logs with half their fields and without deliveries."""
    validator = Validator()
    rates = []
    for title, events, thin in (
        ("whole", 10_000, False),
        ("half the fields, no deliveries", 2_000, True),
    ):
        bench.say(title)
        logs: Logs = history(events * 3 if thin else events)
        if thin:
            logs = thinned(logs)
        begun = time.perf_counter()
        verdict = validator.validate(logs, ("deliver",) if thin else ())
        taken = time.perf_counter() - begun
        if not verdict.accepted:
            raise AssertionError(f"{title}: {verdict.rejected} {verdict.undetermined}")
        count = sum(map(len, logs.values()))
        rates.append(count / taken)
        bench.cells.setdefault(NAME, []).append(
            {
                "log": title,
                "events": f"{count:,}",
                "members": str(len(logs)),
                "seconds": f"{taken:.2f}",
                "events/s": f"{count / taken:,.0f}",
                "steps of the specification": f"{verdict.steps:,}",
            }
        )
    bench.note(
        NAME,
        f"TLC on CCF's logs (published, another machine and specification): {PUBLISHED:.0f} "
        f"events/s; ours {rates[0] / PUBLISHED:,.0f} times as many on whole logs. The log is of "
        f"{MEMBERS} members, of which one joins and one dies in turn.",
    )


def history(events: int) -> dict[str, list[dict[str, Any]]]:
    """The log of a group in which one joins and one dies in turn, as long as that at least."""
    world, number = World(total_order=False), MEMBERS
    there = [world.start(f"m{n:05}", [f"w{n}"]) for n in range(MEMBERS)]
    world.form(there)
    world.run()
    while sum(map(len, world.histories.values())) < events:
        there.append(world.start(f"m{number:05}", [f"w{number}"] if number % 2 else []))
        number += 1
        world.form(there)
        world.run()
        world.crash(there.pop(0))
        world.form(there)
        world.run()
    return world.histories


def thinned(logs: Logs) -> dict[str, list[dict[str, Any]]]:
    """The same, without deliveries and without every second field."""
    turn = 0
    thin: dict[str, list[dict[str, Any]]] = {}
    for life, history in logs.items():
        thin[life] = []
        for event in history:
            if event["event"] != "deliver":
                fields = [name for name in event if name not in ("seq", "member", "event")]
                gone = {"seq", *fields[turn % 2 :: 2]}
                thin[life].append({k: v for k, v in event.items() if k not in gone})
                turn += 1
    return thin
