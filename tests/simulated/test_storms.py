"""Storms: the right member comes through, every wrong one is found out, and a seed is a storm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import blake2b

import pytest

from impl.core import Member, MemberId, ProtocolError
from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather, World
from tests.simulated.judging import complaints, unrest

Make = Callable[[MemberId], Member[bytes]]
SEEDS_MAX = 400
ANY = Weather()


def wrongs(seed: int, make: Make, weather: Weather = ANY) -> list[str]:
    """What a storm shows, and the seed."""
    try:
        world = Storm(seed, weather, make).run()
    except ProtocolError as error:
        return [f"{error}: seed {seed}"]
    return [f"{problem}: seed {seed}" for problem in complaints(world.histories) + unrest(world)]


@pytest.mark.parametrize("sending_view", [False, True])
@pytest.mark.parametrize("total_order", [False, True])
def test_the_right_member_comes_through_every_storm(sending_view: bool, total_order: bool) -> None:
    weather = Weather(sending_view=sending_view, total_order=total_order)
    for seed in range(SEEDS_MAX):
        assert not wrongs(seed, Member, weather)


def test_the_right_member_comes_through_long_storms() -> None:
    for seed in range(40):
        assert not wrongs(seed, Member, Weather(members=8, faults=60, updates=20))


@pytest.mark.parametrize("name", sorted(set(VARIANTS) - {"highest-name"}))
def test_a_wrong_member_is_found_out(name: str) -> None:
    for seed in range(SEEDS_MAX):
        if wrongs(seed, VARIANTS[name]):
            return
    pytest.fail(f"{SEEDS_MAX} storms let {name} pass")


def test_a_leader_with_the_highest_name_is_as_good() -> None:
    for seed in range(SEEDS_MAX):
        assert not wrongs(seed, VARIANTS["highest-name"])


def told(world: World) -> str:
    return blake2b(json.dumps(world.histories).encode()).hexdigest()


def test_the_same_seed_is_the_same_storm_and_another_one_is_another() -> None:
    first, again, other = (told(Storm(seed).run()) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_a_storm_does_not_depend_on_the_process_that_it_is_in() -> None:
    told_by = set()
    for hash_seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS],
            env={
                **os.environ,
                "PYTHONHASHSEED": hash_seed,
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        told_by.add(ran.stdout)
    assert told_by == {"".join(told(Storm(seed).run()) + "\n" for seed in range(5))}


IN_ANOTHER_PROCESS = """
import json
from hashlib import blake2b
from impl.transports.simulated import Storm
for seed in range(5):
    print(blake2b(json.dumps(Storm(seed).run().histories).encode()).hexdigest())
"""


def test_an_update_does_not_come_without_total_order() -> None:
    for seed in range(30):
        world = Storm(seed, Weather(updates=9, total_order=False)).run()
        events = [e["event"] for history in world.histories.values() for e in history]
        assert "update" not in events


@pytest.mark.parametrize("groups", [1, 7])
def test_an_exchange_of_five_hundred_members_costs_as_much_as_it_must(groups: int) -> None:
    world = World(recording=False)
    members = [
        world.start(f"m{n:04d}", [f"w{n % groups}"], subgroup=f"g{n % groups}") for n in range(500)
    ]
    world.form(members)
    world.run()
    room = world.network.processes[members[0]].room
    assert room is not None
    assert len(room.placed) == 500 + groups + 500  # announcements, data, acknowledgments
    assert not unrest(world)
    assert len(world.lives[members[0]].words) == groups
