"""Memberships that change faster than members can tell each other, or do not change at all."""

from __future__ import annotations

import asyncio

import pytest

from impl.transports.simulated.transport import SimulatedService
from tests.group.applications import Together, run, together


def test_healing_a_group_that_is_whole_changes_nothing() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            view = members.groups["a"].view
            members.service.heal()
            await members.groups["a"].send(b"word")
            assert members.groups["a"].view == view

    run(scene())


@pytest.mark.parametrize("seed", range(20))
def test_members_that_part_and_meet_faster_than_they_can_tell_settle_at_last(seed: int) -> None:
    async def scene() -> None:
        async with together("a", "b", "c", seed=seed) as members:
            for turn in range(6):
                members.split("ab", "c")
                for _ in range((seed + turn) % 5):
                    await asyncio.sleep(0)
                members.service.heal()
                for _ in range((seed * turn) % 7):
                    await asyncio.sleep(0)
            await members.settled("abc", in_view_of=3)
            await asyncio.gather(*(group.send(b"word") for group in members.groups.values()))

    run(scene())


def test_members_are_together_only_in_their_own_service() -> None:
    async def scene() -> None:
        one, other = Together(SimulatedService()), Together(SimulatedService())
        async with one.stack, other.stack:
            await one.join("a", "x")
            await other.join("a", "y")
            await one.groups["a"].send(b"z")
            assert other.words["a"].words == {"y"}

    run(scene())
