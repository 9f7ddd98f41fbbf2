"""A group can be parted and merged for practice; its members are told as of a real partition."""

from __future__ import annotations

import asyncio
import itertools
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from impl.service import Configuration, Packet, TransportError
from impl.transports.local import LocalTransport, Rehearsal
from tests.local.group import GROUP, bounded, closed, made, opened, received


@bounded
async def test_parts_do_not_hear_each_other_until_they_are_healed(directory: Path) -> None:
    members = await opened(directory, 3)
    a, b, c = (member.address for member in members)
    rehearsal = Rehearsal(GROUP, directory=directory)
    assert await rehearsal.members() == ((a, b, c),)
    await members[2].send([b"before"])
    for member in members:
        assert await received(member, 1) == [(c, b"before")]

    assert await rehearsal.split([[c]]) == ((a, b, c),)  # the others go with the first part
    assert await rehearsal.split([[a, b], [c]]) == ((a, b), (c,))
    for member, part in zip(members, ((a, b), (a, b), (c,)), strict=True):
        assert await member.receive() == Configuration(part, frozenset())
        await member.send([member.address.encode()])
    for member, part in zip(members, ((a, b), (a, b), (c,)), strict=True):
        heard = await received(member, len(part))
        assert {sender for sender, _ in heard} == set(part)

    assert await rehearsal.heal() == ((a, b, c),)
    for member, joined in zip(members, ({c}, {c}, {a, b}), strict=True):
        assert await member.receive() == Configuration((a, b, c), frozenset(joined))
    await members[0].send([b"after"])
    for member in members:
        assert await received(member, 1) == [(a, b"after")]
    await closed(*members)


@bounded
async def test_whoever_joins_a_group_that_is_split_comes_into_its_first_part(
    directory: Path,
) -> None:
    members = await opened(directory, 2)
    a, b = (member.address for member in members)
    rehearsal = Rehearsal(GROUP, directory=directory)
    await rehearsal.split([[b], [a]])
    late = made(directory)
    await late.open()
    assert await late.receive() == Configuration((b, late.address), frozenset({b, late.address}))
    assert await rehearsal.members() == ((b, late.address), (a,))
    await members[1].close()
    await late.close()
    # The part that is left is the first now.
    assert await rehearsal.members() == ((a,),)
    await members[0].close()


@bounded
async def test_members_that_go_on_together_have_received_the_same(directory: Path) -> None:
    members = await opened(directory, 5)
    everyone = {member.address for member in members}
    rehearsal = Rehearsal(GROUP, directory=directory)
    pairs = list(combinations(sorted(everyone), 2))  # no part, of two or of three, comes twice

    under_way = {address: asyncio.Semaphore(5) for address in everyone}

    async def send(member: LocalTransport) -> None:
        for number in itertools.count():
            await under_way[member.address].acquire()
            await member.send([b"%d" % number])

    async def history(member: LocalTransport) -> list[tuple[Configuration, list[Packet]]]:
        """What it has received in each configuration."""
        found = [(Configuration(tuple(sorted(everyone)), frozenset()), list[Packet]())]
        while len(found) < len(pairs) + 2:
            came = await member.receive()
            if isinstance(came, Configuration):
                assert came.joined == set(came.members) - set(found[-1][0].members)
                found.append((came, []))
            else:
                assert came.sender in found[-1][0].members
                found[-1][1].append(came)
                if came.sender == member.address:
                    under_way[member.address].release()
        return found

    senders = [asyncio.create_task(send(member)) for member in members]
    waiting = [asyncio.create_task(history(member)) for member in members]
    for pair in pairs:
        await rehearsal.split([pair, everyone.difference(pair)])
    await rehearsal.heal()
    histories = await asyncio.gather(*waiting)
    for sender in senders:
        sender.cancel()
    packets_of: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Packet]] = {}
    for (one, packets), (other, _) in itertools.chain(*map(pairwise, histories)):
        assert packets_of.setdefault((one.members, other.members), packets) == packets
    assert sum(map(len, packets_of.values())) > 0
    await closed(*members)


@bounded
async def test_a_split_that_makes_no_sense_changes_nothing(directory: Path) -> None:
    members = await opened(directory, 2)
    a, b = (member.address for member in members)
    rehearsal = Rehearsal(GROUP, directory=directory)
    with pytest.raises(TransportError, match="stays as it is: no members of the group: x"):
        await rehearsal.split([[a], ["x"]])
    with pytest.raises(TransportError, match=f"named more than once: {b}"):
        await rehearsal.split([[a, b], [b]])
    with pytest.raises(TransportError, match="a part is empty"):
        await rehearsal.split([])
    with pytest.raises(TransportError, match="more than are understood"):
        await rehearsal.split([["x" * 2**20]])
    assert await rehearsal.members() == ((a, b),)
    await members[0].send([b"undisturbed"])
    for member in members:
        assert await received(member, 1) == [(a, b"undisturbed")]
    await closed(*members)
