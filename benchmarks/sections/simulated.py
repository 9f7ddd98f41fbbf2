"""How does an exchange grow with the group, when the network costs nothing?"""

from __future__ import annotations

import time

from benchmarks.bench import Bench
from impl.transports.simulated import World

NAME, TITLE = "simulated", "Simulated: two parts merge in one process"
COLUMNS = ("members", "recorded", "seconds", "transmissions", "if all sent", "delivered", "/s")
SIZES = (10, 100, 500, 1000, 2000)
SIZES_QUICK = (10, 100, 500)
RECORDED = "recorded / not"


def run(bench: Bench) -> None:
    """Each size once; up to 500 with and without records, to see what they cost."""
    for members in SIZES_QUICK if bench.quick else SIZES:
        times = {}
        for recording in (False, True) if members <= 500 else (False,):
            bench.say(f"{members} members")
            times[recording] = _merge(bench, members, recording=recording)
        if members == 500:
            bench.note(
                NAME,
                f"With 500 members, a record of each step, as an object of the event log, makes it "
                f"{times[True] / times[False]:.2f} times as long. Announcements are counted as "
                "delivered, and are not steps.",
            )


def _merge(bench: Bench, members: int, *, recording: bool) -> float:
    world = World(recording=recording)
    half = members // 2
    left = [world.start(f"a{n:05}", ["left"], subgroup="left") for n in range(half)]
    right = [world.start(f"b{n:05}", ["right"], subgroup="right") for n in range(members - half)]
    begun = time.perf_counter()
    room = world.form([*left, *right])
    world.run()
    taken = time.perf_counter() - begun
    if not all(life.words == {b"left", b"right"} for life in world.lives.values()):
        raise AssertionError(f"{members} members did not come to hold the same")
    delivered = members * len(room.placed)
    transmissions = sum(life.session.member.transmitted for life in world.lives.values())
    bench.cells.setdefault(NAME, []).append(
        {
            "members": f"{members:,}",
            "recorded": "yes" if recording else "no",
            "seconds": f"{taken:.2f}",
            "transmissions": str(transmissions),
            "if all sent": f"{members:,}",
            "delivered": f"{delivered:,}",
            "/s": f"{delivered / taken:,.0f}",
        }
    )
    return taken
