"""A group as applications see it: joining, parting, meeting again, and telling each other."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import pairwise
from random import Random

import pytest

from impl.core import Member, highest_name
from impl.group import Group, GroupError
from impl.transports.simulated.transport import SimulatedService
from tests.group.applications import Together, Words, run, together, until


def test_a_member_that_has_joined_holds_what_the_group_holds() -> None:
    async def scene() -> None:
        async with together("a", "b", "c") as members:
            everything = {"of-a", "of-b", "of-c"}
            assert all(words.words == everything for words in members.words.values())
            joiner = await members.join("d")
            assert members.words["d"].words == everything
            assert joiner.view is not None
            assert {member.name for member in joiner.view.members} == set("abcd")

    run(scene())


def test_a_joiner_without_data_transmits_nothing_and_is_asked_for_nothing() -> None:
    """R9: nothing of a joiner; of the members once, by one of them."""

    async def scene() -> None:
        async with together("a", "b") as members:
            before = members.words["a"].snapshots + members.words["b"].snapshots
            joiner = await members.join("c")
            assert joiner.metrics["transmissions"] == 0
            assert members.words["c"].snapshots == 0
            assert members.words["a"].snapshots + members.words["b"].snapshots == before + 1

    run(scene())


def test_members_without_data_are_a_group_too() -> None:
    async def scene() -> None:
        async with together("a", "b", holds=False) as members:
            assert all(not result.data for result in members.words["b"].results)
            await members.groups["a"].send(b"first")
            await members.join("c")
            assert members.words["c"].words == {"first"}

    run(scene())


@pytest.mark.parametrize("seed", range(8))
def test_parts_that_meet_again_have_everything_and_merge_once(seed: int) -> None:
    """R10: each part has what the others hold."""

    async def scene() -> None:
        async with together("a", "b", "c", "d", seed=seed) as members:
            members.split("ad", "bc")
            await members.settled("abcd", in_view_of=2)
            await asyncio.gather(
                members.groups["a"].send(b"left"), members.groups["b"].send(b"right")
            )
            before = {name: len(words.results) for name, words in members.words.items()}
            members.service.heal()
            await members.settled("abcd", in_view_of=4)
            results = {name: words.results[before[name] :] for name, words in members.words.items()}
            assert {len(of_one) for of_one in results.values()} == {1}
            (first, *others) = (of_one[0] for of_one in results.values())
            assert all(result == first for result in others)
            assert all(list(result.data) == list(first.data) for result in others)
            assert [str(group) for group in first.data] == ["a+d", "b+c"]
            assert first.lost == ()
            for words in members.words.values():
                assert {"left", "right"} <= words.words

    run(scene())


def test_view_changed_comes_before_the_merge_of_its_request() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            assert members.words["b"].calls == ["view_changed", "merge"]
            members.split("a", "b")
            await members.settled("ab", in_view_of=1)
            assert members.words["b"].calls == ["view_changed", "merge", "view_changed"]
            assert members.words["b"].views[-1] == members.groups["b"].view

    run(scene())


def test_a_member_that_leaves_is_gone_for_the_others() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            async with Group(Words(), members.service.transport(), name="c"):
                await members.settled("ab", in_view_of=3)
            await members.settled("ab", in_view_of=2)
            await members.groups["a"].send(b"still")
            await until(lambda: members.words["b"].accepted == ["still"])

    run(scene())


def test_a_leader_of_another_policy_speaks() -> None:
    async def scene() -> None:
        service = SimulatedService()
        members = Together(service)
        highest = partial(Member, policy=highest_name)
        async with members.stack:
            for name in "abc":
                await members.join(name, f"of-{name}", make_member=highest)
            before = [words.snapshots for words in members.words.values()]
            await members.join("d", make_member=highest)
            after = [words.snapshots for words in members.words.values()]
            assert after == [before[0], before[1], before[2] + 1, 0]

    run(scene())


def test_members_that_say_that_they_hold_the_same_are_one_subgroup() -> None:
    async def scene() -> None:
        members = Together(SimulatedService())
        async with members.stack:
            first = asyncio.create_task(members.join("a", "x", subgroup="same"))
            second = asyncio.create_task(members.join("b", "x", subgroup="same"))
            await asyncio.gather(first, second)
            result = members.words["a"].results[0]
            assert [str(group) for group in result.data] == ["a+b"]

    run(scene())


# -- sends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_what_members_send_is_accepted_by_all_in_one_order(seed: int) -> None:
    async def scene() -> None:
        async with together("a", "b", "c", seed=seed) as members:
            sends = [
                group.send(f"{name}{number}".encode())
                for number in range(20)
                for name, group in members.groups.items()
            ]
            await asyncio.gather(*sends)
            await until(lambda: all(len(w.accepted) == 60 for w in members.words.values()))
            first, *others = (words.accepted for words in members.words.values())
            assert all(accepted == first for accepted in others)
            for name in "abc":
                assert [w for w in first if w[0] == name] == [f"{name}{n}" for n in range(20)]

    run(scene())


def test_send_returns_when_the_member_itself_has_accepted() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            await members.groups["b"].send(b"word")
            assert members.words["b"].accepted == ["word"]

    run(scene())


async def chaos(members: Together, random: Random) -> str:
    """Splits, heals and crashes while members send; gives the names of those who live."""
    parts = [sorted(members.groups)]
    for _ in range(8):
        for _ in range(random.randrange(40)):
            await asyncio.sleep(0)
        up = [name for part in parts for name in part]
        if random.randrange(3) == 0 and len(up) > 2:
            crashed = random.choice(up)
            members.service.crash(members.groups[crashed].address)
            parts = [left for part in parts if (left := [name for name in part if name != crashed])]
        elif len(parts) > 1:
            members.service.heal()
            parts = [up]
        else:
            random.shuffle(up)
            at = random.randrange(1, len(up))
            parts = [up[:at], up[at:]]
            members.split(*map("".join, parts))
    if len(parts) > 1:
        members.service.heal()
    return "".join(sorted(name for part in parts for name in part))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_accepted_twice_or_lost_whatever_happens_meanwhile(seed: int) -> None:
    async def scene() -> None:
        members = Together(SimulatedService(seed))
        events: dict[str, list[tuple[str, str]]] = {}

        def listen(name: str, event) -> None:
            if event["event"] == "update":
                events.setdefault(name, []).append((event["view"], event["digest"]))

        async def sends(name: str) -> None:
            for number in range(10):
                await members.groups[name].send(f"{name}{number}".encode())

        async with members.stack:
            for name in "abcd":
                await members.join(name, on_event=partial(listen, name))
            sending = {name: asyncio.create_task(sends(name)) for name in "abcd"}
            up = await chaos(members, Random(seed))
            ended = await asyncio.gather(*sending.values(), return_exceptions=True)
            await members.settled(up, in_view_of=len(up))
            for name, outcome in zip(sending, ended, strict=True):
                assert outcome is None or (name not in up and isinstance(outcome, GroupError))
                if name not in up:
                    with pytest.raises(GroupError, match="crashed"):
                        await members.groups[name].ended()
                if name in up:
                    sent = {f"{name}{number}" for number in range(10)}
                    for other in up:
                        await until(lambda: sent <= members.words[other].words)  # noqa: B023
            for words in members.words.values():
                assert len(words.accepted) == len(set(words.accepted))
                for name in "abcd":
                    numbers = [int(word[1:]) for word in words.accepted if word[0] == name]
                    assert numbers == sorted(numbers)
            assert_one_order(list(events.values()))

    run(scene())


def assert_one_order(of_members: list[list[tuple[str, str]]]) -> None:
    """Of what two members accepted in one view, one is how the other begins."""
    for view in {view for accepted in of_members for view, _ in accepted}:
        logs = sorted(([d for v, d in accepted if v == view] for accepted in of_members), key=len)
        for shorter, longer in pairwise(logs):
            assert longer[: len(shorter)] == shorter


def test_a_send_that_is_cancelled_before_it_went_out_is_applied_by_nobody() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            first = asyncio.create_task(members.groups["a"].send(b"first"))
            second = asyncio.create_task(members.groups["a"].send(b"second"))
            await asyncio.sleep(0)  # the first is on its way, the second waits for it
            second.cancel()
            await first
            await members.groups["a"].send(b"third")
            await members.groups["b"].send(b"fourth")
            assert members.words["a"].accepted == ["first", "third", "fourth"]
            with pytest.raises(asyncio.CancelledError):
                await second

    run(scene())


def test_a_send_that_is_cancelled_on_its_way_is_applied_by_all_and_harms_no_other() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            first = asyncio.create_task(members.groups["a"].send(b"first"))
            await asyncio.sleep(0)
            first.cancel()
            await members.groups["a"].send(b"second")
            await members.groups["b"].send(b"third")
            assert members.words["a"].accepted == ["first", "second", "third"]
            assert members.words["b"].accepted == ["first", "second", "third"]

    run(scene())


def test_a_member_that_is_cancelled_while_it_joins_is_gone_for_the_others() -> None:
    async def scene(moves: int) -> None:
        async with together("a", "b") as members:
            joining = asyncio.create_task(members.join("c", "of-c"))
            for _ in range(moves):
                await asyncio.sleep(0)
            joining.cancel()
            with pytest.raises(asyncio.CancelledError):
                await joining
            await members.groups["a"].send(b"word")
            await members.settled("ab", in_view_of=2)

    for moves in range(0, 12, 3):
        run(scene(moves))
