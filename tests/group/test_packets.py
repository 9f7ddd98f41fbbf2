"""Packets of a group: nonsense in them, small ones, and data that is too long for them."""

from __future__ import annotations

import asyncio
import struct
from random import Random

import pytest

import impl.wire
from impl.group import Group, GroupError
from impl.transports.simulated.transport import SimulatedService
from tests.group.applications import Together, Words, run, together, until

NONSENSE = (
    b"\0",
    b"nonsense that is longer than the head of a packet",
    struct.pack(">BIIQ", 1, 0, 0, 1 << 62) + b"x",
    struct.pack(">BIIQ", 1, 0, 0, 5) + b"\0\0\0\1\x90",
    struct.pack(">BIIQ", 9, 0, 0, 1) + b"x",
)


def test_malformed_packets_are_left_out_by_all_and_counted_by_all() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            transport = members.groups["a"]._transport
            for packet in NONSENSE:
                await transport.send([packet])
            await members.groups["a"].send(b"word")
            await members.groups["b"].send(b"another")
            assert members.words["b"].accepted == ["word", "another"]
            counts = [group.metrics["malformed"] for group in members.groups.values()]
            assert counts == [len(NONSENSE)] * 2
            await members.join("c")

    run(scene())


@pytest.mark.parametrize("limit", [256, 1000])
def test_data_and_updates_of_many_packets_arrive_whole(limit: int) -> None:
    async def scene() -> None:
        async with together("a", "b", limit=limit) as members:
            long = "x" * 20_000
            await members.groups["b"].send(long.encode())
            await members.join("c")
            assert members.words["c"].words == {"of-a", "of-b", long}
            members.split("a", "bc")
            await members.settled("bc", in_view_of=2)
            members.service.heal()
            await members.settled("abc", in_view_of=3)

    run(scene())


@pytest.mark.parametrize("seed", range(10))
def test_members_that_come_and_go_in_the_middle_of_long_messages_do_no_harm(seed: int) -> None:
    async def scene() -> None:
        random = Random(seed)
        async with together("a", "b", seed=seed, limit=256) as members:
            group = members.groups["a"]
            sending = [
                asyncio.create_task(group.send(f"{n}{'x' * 3000}".encode())) for n in range(6)
            ]
            for name in "cde":
                for _ in range(random.randrange(30)):
                    await asyncio.sleep(0)
                await members.join(name)
            await asyncio.gather(*sending)
            await until(lambda: all(len(words.words) == 8 for words in members.words.values()))
            assert all(len(set(w.accepted)) == len(w.accepted) for w in members.words.values())
            assert all(group.metrics["malformed"] == 0 for group in members.groups.values())

    run(scene())


def test_packets_too_small_for_an_announcement_are_refused_or_do_no_harm() -> None:
    # The announcement to {a,b,c} may be cut by memberships in between: c, which was elsewhere
    # meanwhile, gets the end of it only, while a and b have it whole.
    async def scene(seed: int) -> None:
        random = Random(seed)
        members = Together(SimulatedService(seed, limit=40))
        async with members.stack:
            try:
                for name in "abc":
                    await members.join(name, f"of-{name}")
            except GroupError:
                return
            for _ in range(5):
                members.split("ab", "c")
                for _ in range(random.randrange(30)):
                    await asyncio.sleep(0)
                members.service.heal()
                for _ in range(random.randrange(30)):
                    await asyncio.sleep(0)
            await members.settled("abc", in_view_of=3)

    for seed in range(40):
        run(scene(seed))


# -- limits -------------------------------------------------------------------------------------


def test_what_is_sent_may_be_as_long_as_the_limit_and_no_longer() -> None:
    async def scene() -> None:
        words = Words()
        async with Group(words, SimulatedService().transport(), limit=5000) as group:
            await group.send(b"x" * 5000)
            assert words.accepted == ["x" * 5000]
            with pytest.raises(ValueError, match="limit"):
                await group.send(b"x" * 5001)
            await group.send(b"short")

    run(scene())


def test_data_that_is_too_long_is_not_left_out_in_silence() -> None:
    # All would take it for malformed, complete without it, and take its subgroup for lost.
    async def scene() -> None:
        members = Together(SimulatedService())
        async with members.stack:
            with pytest.raises(GroupError):
                await members.join("a", "x" * (3 << 20), limit=1024)
            await members.join("b", "y", limit=1024)
            assert all(result.lost == () for result in members.words["b"].results)

    run(scene())


def test_any_number_of_sends_without_content_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    # A head has an element for each content: a million of them at once were too many.
    monkeypatch.setattr(impl.wire, "HEAD_LIMIT", 1 << 14)

    async def scene() -> None:
        words = Words()
        async with Group(words, SimulatedService().transport()) as group:
            await asyncio.gather(*(group.send(b"") for _ in range(1 << 15)))
            assert len(words.accepted) == 1 << 15

    run(scene())
