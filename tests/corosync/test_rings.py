"""What the transport makes of changes and of rings, with a daemon that does as the test says."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence

import pytest

from impl.service import Configuration, Packet, TransportError
from impl.transports.corosync import CorosyncTransport, transport
from impl.transports.corosync.library import Answer, OnChange, OnPacket, OnRing, Process, Ring

ME = Process(1, os.getpid())
OTHER = Process(2, 7)
THIRD = Process(3, 7)


class Daemon:
    """Stands for a connection, and for the daemon behind it. It delivers nothing by itself.

    Attributes:
        sent: what it was given, in this order.
        is_busy: whether it takes nothing now.
    """

    node = ME.node

    def __init__(self, on_packet: OnPacket, on_change: OnChange, on_ring: OnRing) -> None:
        self.deliver = on_packet
        self.change = on_change
        self.ring = on_ring
        self.sent: list[bytes] = []
        self.is_busy = False
        self._sockets = socket.socketpair()  # never readable

    @property
    def descriptor(self) -> int:
        return self._sockets[0].fileno()

    def join(self, group: bytes) -> None:
        self.change([ME, OTHER], [], [ME])
        self.ring(Ring(1, 4))

    def leave(self, group: bytes) -> None:
        pass

    def send(self, parts: Sequence[bytes]) -> Answer:
        if self.is_busy:
            return Answer.TRY_AGAIN
        self.sent.append(b"".join(parts))
        return Answer.OK

    def close(self) -> Answer:
        for each in self._sockets:
            each.close()
        return Answer.OK


@pytest.fixture
def daemons(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Daemon]]:
    made: list[Daemon] = []

    def connect(on_packet: OnPacket, on_change: OnChange, on_ring: OnRing) -> Daemon:
        made.append(Daemon(on_packet, on_change, on_ring))
        return made[-1]

    monkeypatch.setattr(transport, "Connection", connect)
    yield made
    assert len(made) == 1


async def opened(daemons: list[Daemon]) -> tuple[CorosyncTransport, Daemon]:
    """A member with another one, which has received its first configuration."""
    member = CorosyncTransport("group")
    await member.open()
    everyone = tuple(map(transport.address_of, (ME, OTHER)))
    assert await member.receive() == Configuration(everyone, frozenset(everyone))
    return member, daemons[0]


def addresses(*processes: Process) -> frozenset[str]:
    return frozenset(map(transport.address_of, processes))


def test_what_was_not_seen_before_a_ring_is_sent_again_before_anything_else(
    daemons: list[Daemon],
) -> None:
    async def use() -> None:
        member, daemon = await opened(daemons)
        for text in (b"a", b"b", b"c"):
            await member.send([text])
        early = daemon.sent[:]
        daemon.deliver(ME, early[0])
        daemon.is_busy = True
        daemon.change([ME, OTHER, THIRD], [], [THIRD])
        daemon.ring(Ring(1, 8))
        late = asyncio.create_task(member.send([b"d"]))
        for text in early[1:]:
            daemon.deliver(ME, text)  # in a ring in which it was not sent
        await asyncio.sleep(0)
        assert daemon.sent == early
        daemon.is_busy = False
        await late
        assert [text[-1:] for text in daemon.sent[3:]] == [b"b", b"c", b"d"]
        for text in daemon.sent[3:]:
            daemon.deliver(ME, text)
        me = transport.address_of(ME)
        assert await member.receive() == Packet(me, b"a")
        assert (await member.receive()).joined == addresses(THIRD)  # type: ignore[union-attr]
        assert [await member.receive() for _ in range(3)] == [
            Packet(me, text) for text in (b"b", b"c", b"d")
        ]
        await member.close()

    asyncio.run(use())


def test_a_packet_of_another_that_was_sent_in_an_earlier_ring_is_dropped(
    daemons: list[Daemon],
) -> None:
    async def use() -> None:
        member, daemon = await opened(daemons)
        await member.send([b"stamped"])
        stamped = daemon.sent[0]
        daemon.deliver(OTHER, stamped)
        daemon.change([ME, OTHER, THIRD], [], [THIRD])
        daemon.ring(Ring(1, 8))
        daemon.deliver(OTHER, stamped)
        daemon.deliver(OTHER, b"")  # of a program that is none of ours
        daemon.change([ME, OTHER], [THIRD], [])
        received = [await member.receive() for _ in range(3)]
        assert [type(each) for each in received] == [Packet, Configuration, Configuration]
        await member.close()

    asyncio.run(use())


def test_a_member_that_misses_a_packet_does_not_go_on(daemons: list[Daemon]) -> None:
    async def use() -> None:
        member, daemon = await opened(daemons)
        for text in (b"0", b"1", b"2"):
            await member.send([text])
        _, second, third = daemon.sent
        daemon.deliver(OTHER, second)  # it was here before us: its first we need not know
        daemon.deliver(OTHER, third)
        daemon.change([ME, OTHER, THIRD], [], [THIRD])
        daemon.deliver(THIRD, second)
        for kind in (Packet, Packet, Configuration):
            assert type(await member.receive()) is kind
        with pytest.raises(TransportError, match=r"lost packet 0 of 0000000003:0000007"):
            await member.receive()
        await member.close()

    asyncio.run(use())


def test_who_left_and_joined_at_once_has_joined(daemons: list[Daemon]) -> None:
    async def use() -> None:
        member, daemon = await opened(daemons)
        for members, left, joined, expected in (
            ([ME, OTHER], [OTHER], [OTHER], addresses(OTHER)),
            ([OTHER, ME], [OTHER], [], addresses(OTHER)),
            ([THIRD, ME], [OTHER], [], addresses(THIRD)),  # no list tells of it
            ([ME], [THIRD], [], addresses()),
        ):
            daemon.change(members, left, joined)
            told = await member.receive()
            assert told == Configuration(tuple(sorted(addresses(*members))), expected)
        await member.close()

    asyncio.run(use())
