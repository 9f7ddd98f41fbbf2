"""A member of a group, by the Corosync daemon of its machine, on asyncio.

CPG gives agreed (total, hence FIFO) order and same-view delivery, and view synchrony but for one
case. The daemon packs messages into frames, and a message may begin in one frame and end in the
next. When the rings of two parts merge, what waits in a daemon's queue is sent in the new ring, in
whose configuration its own side receives it. The other side lacks the beginning, and throws away
all frames up to one that ends with a message: under load those are many. Therefore:

- A packet is stamped with the ring that its sender knew. Delivered in another ring, it is dropped,
  by all alike. The sender keeps a packet until it sees it itself, and when it is told of a ring, it
  sends what it has not seen again, before anything else. What is sent in a ring is sent after the
  daemons have heard each other in it, so they agree where the frames begin.
- Packets are numbered, each sender's from 0 in each ring. Whoever misses one must not go on.

There are two limits that CPG does not have:

- What has arrived and is not received yet is bounded. At the bound the descriptor is left alone
  until half of it has been received; meanwhile the daemon keeps for us what arrives, in its memory.
- What this member has sent and not seen itself is bounded. The library tells the daemon of each
  message by a byte in a socket, and if that is full (278 bytes on Linux) it tries in a loop, in
  which it stays for as long as the daemon is held up. The bound also holds back a caller that does
  not receive, for which CPG buffers without end.

Every change that CPG tells is a configuration. One synchronisation of the daemons may tell several:
who was away for a moment is told as gone and then as new, and is then in `joined`.

Sources: cpg_overview(3); corosync 3.1.7, `lib/cpg.c`, `exec/cpg.c`, `exec/totempg.c`
(`totempg_deliver_fn`); libqb 2.0.6, `lib/ipcc.c`.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections import deque
from collections.abc import Sequence

from impl.service import Address, Configuration, Packet, TransportError
from impl.transports.corosync.library import (
    NAME_BYTES_MAX,
    PARTS_MAX,
    Answer,
    CallFailed,
    Connection,
    LibraryMissing,
    Process,
    Ring,
)

_RETRY_S = 0.001  # the daemon itself looks that often whether there is room again
_KNOCK_S = 0.02  # between attempts to reach a daemon that is not up yet
_LEAVE_S_MAX = 1.0

# Own packets that have not arrived. Of each there may be two, one of them from an earlier ring, and
# all must be less than 278, see above.
_UNSEEN_MAX = 128
# Their bytes. More is not faster, but slower: with 64 KiB packets from three senders on two
# processors, 256 KiB gave 38 MB/s at 20 ms, 1 MiB 41 MB/s at 74 ms, and what the daemon takes (some
# 4 MB a sender) 14 MB/s at 670 ms.
_UNSEEN_BYTES_MAX = 256 << 10
_HELD_BYTES_MAX = 8 << 20  # arrived and not received; an event counts at least _EVENT_BYTES
_EVENT_BYTES = 512
_BATCH = 64  # dispatched before other tasks have their turn

# What each packet begins with: the id of a ring, and the packet's number in it.
_STAMP = struct.Struct("<IQ")
_NUMBER = struct.Struct("<I")
_HEADER_BYTES = _STAMP.size + _NUMBER.size

_TRANSIENT = frozenset({Answer.TRY_AGAIN, Answer.LIBRARY, Answer.TIMEOUT, Answer.NO_RESOURCES})


def address_of(process: Process) -> Address:
    """`node:pid`, with zeros in front so that addresses are ordered as the numbers are."""
    return f"{process.node:010}:{process.pid:07}"


class CorosyncTransport:
    """Access to a group of the cluster that this machine's Corosync belongs to.

    A process can be in a group once; its address is its node and its PID. A process that leaves and
    joins again has the same address.

    Args:
        group: its name, 1 to 127 bytes in UTF-8, the same for all members.
        patience_s: how long `open` waits for a daemon that is not up.

    Raises:
        ValueError: the name is too long, empty, or has a zero byte in it.
    """

    # Three nodes on two processors: 64 KiB and 128 KiB are as fast as it gets (38 to 40 MB/s by
    # three senders), 1 KB halves that. Longer packets win nothing, and keep others waiting. Above
    # 1 MB less a header the library itself would cut them up, and block.
    limit = 64 << 10

    def __init__(self, group: str, patience_s: float = 10.0) -> None:
        self._group = group.encode()
        if not 1 <= len(self._group) <= NAME_BYTES_MAX or 0 in self._group:
            raise ValueError(
                f"a group's name has 1 to {NAME_BYTES_MAX} bytes in UTF-8, none of them zero: "
                f"{group!r} has {len(self._group)}"
            )
        self._patience_s = patience_s
        self._connection: Connection | None = None  # from `open` to `close`
        self._address: Address | None = None
        self._members: frozenset[Address] = frozenset()  # of the last configuration that arrived
        self._lost: str | None = "the transport is not open"  # why nothing arrives or can be sent
        self._arrived: deque[Configuration | Packet] = deque()
        self._held_bytes = 0  # the size of all in `_arrived`
        self._stamp: bytes | None = None  # of the ring that we know
        self._number = 0  # of our next packet in it
        self._expected: dict[Address, int] = {}  # the number of each sender's next packet
        self._is_new_here = True  # in this ring, so that others may have sent in it before
        # What we sent and have not seen, oldest first. The last `_backlog` of them were not sent
        # with this stamp yet; nothing else is sent before.
        self._unseen: deque[list[bytes]] = deque()
        self._unseen_bytes = 0
        self._backlog = 0
        self._descriptor: int | None = None  # while it is watched
        self._news = asyncio.Event()  # something has arrived, or nothing will any more
        self._room = asyncio.Event()  # an own packet has arrived, or none will any more

    @property
    def address(self) -> Address:
        """This member's address, known once the transport is open."""
        if self._address is None:
            raise TransportError("the address is known once the transport is open")
        return self._address

    async def open(self) -> None:
        """Joins the group; the first thing received afterwards is a configuration.

        Raises:
            TransportError: the library is not installed, the daemon is not up in time, or it
                refuses this process.
        """
        if self._address is not None:
            raise TransportError("a transport is opened once: make another one")
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience_s
        while self._connection is None:
            try:
                self._connection = self._joined()
            except LibraryMissing as error:
                raise TransportError(str(error)) from error
            except CallFailed as error:
                if error.answer not in _TRANSIENT or loop.time() > until:
                    raise TransportError(str(error)) from error
                await asyncio.sleep(_KNOCK_S)
        self._lost = None
        self._watch(self._connection)

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        """Hands one packet, its parts one after the other, to the daemon.

        Waits while there is no room. If it is cancelled, the packet was not sent.

        Raises:
            TransportError: the daemon is gone, or the transport is not open.
            ValueError: the packet has more than `limit` bytes.
        """
        pieces = [part if isinstance(part, bytes) else bytes(part) for part in parts]
        size = sum(map(len, pieces))
        if size > self.limit:
            raise ValueError(f"a packet has at most {self.limit} bytes, not {size}")
        if len(pieces) >= PARTS_MAX:
            pieces = [b"".join(pieces)]
        while True:
            if self._lost is not None:
                raise TransportError(self._lost)
            if not self._has_room_for(size):
                self._room.clear()
                await self._room.wait()
            elif self._hand_over(pieces):
                self._unseen.append(pieces)
                self._unseen_bytes += size
                return
            elif self._lost is None:
                await asyncio.sleep(_RETRY_S)

    async def receive(self) -> Configuration | Packet:
        """Waits for what comes next. If it is cancelled, nothing is lost.

        Raises:
            TransportError: the daemon is gone, or the transport is not open. What arrived before
                the daemon was gone is received before.
        """
        while not self._arrived:
            if self._lost is not None:
                raise TransportError(self._lost)
            self._news.clear()
            await self._news.wait()
        event = self._arrived.popleft()
        self._held_bytes -= _size(event)
        is_paused = self._lost is None and self._descriptor is None
        if is_paused and self._connection and self._held_bytes <= _HELD_BYTES_MAX // 2:
            self._watch(self._connection)
        return event

    async def close(self) -> None:
        """Leaves the group. Never raises, may be repeated.

        What was sent is received by the others before, unless the ring is just being formed anew.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        may_leave = self._lost is None and self._members
        self._lose("the transport is closed")
        self._arrived.clear()
        try:
            if may_leave:
                await self._leave(connection)
        finally:
            connection.close()

    def _joined(self) -> Connection:
        """A connection by which this process has asked to join.

        Raises:
            LibraryMissing: there is no library.
            CallFailed: something was refused; nothing is left of the connection then.
        """
        connection = Connection(self._take_packet, self._take_change, self._take_ring)
        try:
            self._address = address_of(Process(connection.node, os.getpid()))
            connection.join(self._group)
        except BaseException:
            connection.close()
            self._address = None
            raise
        return connection

    async def _leave(self, connection: Connection) -> None:
        """Leaves the group, as far as the daemon lets us in time; the others are told anyway."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _LEAVE_S_MAX
        while loop.time() < until:
            try:
                connection.leave(self._group)
            except CallFailed as error:
                if error.answer is not Answer.TRY_AGAIN:
                    return
                await asyncio.sleep(_RETRY_S)
            else:
                return

    def _has_room_for(self, size: int) -> bool:
        if self._stamp is None or self._backlog or len(self._unseen) >= _UNSEEN_MAX:
            return False
        return not self._unseen or self._unseen_bytes + size <= _UNSEEN_BYTES_MAX

    def _hand_over(self, pieces: list[bytes]) -> bool:
        """Whether the daemon takes a packet; it does not while it forms a ring, or has too much."""
        assert self._connection is not None
        assert self._stamp is not None
        header = self._stamp + _NUMBER.pack(self._number)
        answer = self._connection.send([header, *pieces])
        if answer is Answer.OK:
            self._number += 1
        elif answer is not Answer.TRY_AGAIN:
            self._lose(f"Corosync is lost: cpg_mcast_joined answers {answer.explained}")
        return answer is Answer.OK

    def _send_again(self) -> None:
        """Sends the backlog, now and as soon as the daemon takes it."""
        while self._backlog and self._lost is None:
            if not self._hand_over(self._unseen[-self._backlog]):
                asyncio.get_running_loop().call_later(_RETRY_S, self._send_again)
                return
            self._backlog -= 1
        self._room.set()

    def _watch(self, connection: Connection) -> None:
        self._descriptor = connection.descriptor
        asyncio.get_running_loop().add_reader(self._descriptor, self._read, connection)

    def _unwatch(self) -> None:
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self._descriptor = None

    def _read(self, connection: Connection) -> None:
        """Takes what has arrived, as far as there is room for it.

        The descriptor stays readable for what is left.
        """
        for _ in range(_BATCH):
            if self._held_bytes >= _HELD_BYTES_MAX:
                self._unwatch()
                return
            try:
                answer = connection.dispatch()
            except BaseException as error:  # ours: what it was about is missing now
                self._lose(f"a packet or a change could not be taken: {error!r}")
                raise
            if answer is Answer.TRY_AGAIN:
                return
            if answer is not Answer.OK:
                self._lose(f"Corosync is lost: cpg_dispatch answers {answer.explained}")
            if self._lost is not None:
                return

    def _take_packet(self, sender: Process, content: bytes) -> None:
        if self._stamp is None or content[: _STAMP.size] != self._stamp:
            return  # sent in another ring; its sender sends it again
        packet = Packet(address_of(sender), content[_HEADER_BYTES:])
        (number,) = _NUMBER.unpack_from(content, _STAMP.size)
        expected = self._expected.get(packet.sender, number if self._is_new_here else 0)
        if number != expected:
            self._lose(
                f"Corosync has lost packet {expected} of {packet.sender}, so that we do not know "
                "what the others know: open a new transport"
            )
            return
        self._expected[packet.sender] = number + 1
        self._take(packet)
        if packet.sender == self._address:
            self._unseen.popleft()
            self._unseen_bytes -= len(packet.content)
            self._room.set()

    def _take_ring(self, ring: Ring) -> None:
        self._is_new_here = self._stamp is None
        self._stamp = _STAMP.pack(ring.node, ring.sequence)
        self._number = 0
        self._expected.clear()
        self._backlog = len(self._unseen)
        asyncio.get_running_loop().call_soon(self._send_again)

    def _take_change(
        self, members: list[Process], left: list[Process], joined: list[Process]
    ) -> None:
        now = frozenset(map(address_of, members))
        if self._address not in now:
            self._lose("Corosync has excluded this process from the group: open a new transport")
            return
        # The lists tell who was away in between, the difference who was not there: all that came.
        came = now - self._members | now & frozenset(map(address_of, (*left, *joined)))
        if self._members:
            self._expected.update(dict.fromkeys(came, 0))
        self._members = now
        self._take(Configuration(tuple(sorted(now)), came))

    def _take(self, event: Configuration | Packet) -> None:
        self._arrived.append(event)
        self._held_bytes += _size(event)
        self._news.set()

    def _lose(self, why: str) -> None:
        """From now on nothing arrives and nothing can be sent; whoever waits is told."""
        self._lost = why
        self._unwatch()
        self._news.set()
        self._room.set()


def _size(event: Configuration | Packet) -> int:
    """About what an event takes in memory."""
    return _EVENT_BYTES + (len(event.content) if isinstance(event, Packet) else 0)
