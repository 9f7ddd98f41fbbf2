"""A member's access to a group on this machine: `impl.service.Transport` over the ordering process.

What has come waits here until it is received, and no more is read when much is waiting; so a member
that does not receive is slow for the ordering process too, and holds back whoever sends.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from impl.service import Address, Configuration, Packet, TransportError
from impl.transports.local.connecting import Connection, connect
from impl.transports.local.frames import (
    PACKET_BYTES_MAX,
    Decoder,
    Frame,
    FrameError,
    Kind,
    encode,
    header,
)
from impl.transports.local.launch import Launch
from impl.transports.local.link import Link
from impl.transports.local.messages import Membership, Role, read, serial_of
from impl.transports.local.rendezvous import Rendezvous
from impl.transports.local.settings import DEFAULTS, Settings

_UNRECEIVED_BYTES_MAX = 4 * 2**20
_UNSENT_BYTES_MAX = 2**20
_ITEM_BYTES = 256  # what a packet costs beside its content
_TURN_BYTES = 256 * 2**10
_LEAVE_LIMIT_S = 1.0


class LocalTransport:
    """One member of a group of processes of one user on one machine; see `impl.service.Transport`.

    Args:
        group: its name.
        directory: where the folders of groups are; made if there is none. By default
            `$XDG_RUNTIME_DIR/onevoice`, or `/tmp/onevoice-<uid>`. All members must name the same.
        settings: of the ordering process, if this member is the one that starts it.
        open_limit_s: the time that `open` may take.
    """

    limit: int = PACKET_BYTES_MAX

    def __init__(
        self,
        group: str,
        *,
        directory: Path | None = None,
        settings: Settings = DEFAULTS,
        open_limit_s: float = 20.0,
    ) -> None:
        self.group = group
        self._directory, self._settings, self._open_limit_s = directory, settings, open_limit_s
        self._address: Address = ""
        self._link: Link | None = None
        self._decoder = Decoder({})
        self._serial = 0
        # Everyone of the last configuration that has come, by the origin of its packets.
        self._names: dict[int, Address] = {}
        self._unreceived: deque[Configuration | Packet] = deque()
        self._unreceived_bytes = 0
        # Why nothing more will come; whoever receives is told after all that has come.
        self._lost = "it is not open: `open` it first"
        self._gone = ""  # the same, if the connection ends
        self._is_opened = self._is_closed = False
        self._came = asyncio.Event()
        self._has_room = asyncio.Event()
        self._ended = asyncio.Event()
        self._turn_bytes = 0

    @property
    def address(self) -> Address:
        """See `Transport`."""
        return self._address

    @property
    def is_held_back(self) -> bool:
        """Whether `send` waits at present."""
        return self._link is not None and self._link.congested

    async def open(self) -> None:
        """See `Transport`."""
        if self._is_opened or self._is_closed:
            raise TransportError("a transport is opened once: make a new one to join again")
        self._is_opened = True
        rendezvous = Rendezvous.of_group(self.group, self._directory)
        launch = Launch(self._settings)
        connection = await connect(rendezvous, Role.MEMBER, launch, self._open_limit_s)
        self._begin(connection)

    def _begin(self, connection: Connection) -> None:
        if self._is_closed:  # by another task, meanwhile
            connection.sock.close()
            raise TransportError(self._lost)
        self._address, self._decoder = connection.address, connection.decoder
        self._serial = connection.serial
        self._gone = (
            f"the ordering process of group {self.group!r} (process {connection.process}) is gone: "
            "open a new transport, which starts a new one if need be"
        )
        self._lost = ""
        self._link = Link(connection.sock, self, _UNSENT_BYTES_MAX)
        self._link.read(True)
        self.on_bytes(b"")  # what came together with the welcome

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        """See `Transport`."""
        views = [_flat(part) for part in parts]
        length = sum(map(len, views))
        if length > self.limit:
            raise ValueError(f"a packet has {self.limit:,} bytes at most, not {length:,}")
        link = self._usable()
        if self._turn_bytes > _TURN_BYTES:
            # Others of this process have their turn, above all who receives.
            self._turn_bytes = 0
            await asyncio.sleep(0)
            self._usable()
        while link.congested:
            self._has_room.clear()
            await self._has_room.wait()
            self._usable()
        self._turn_bytes += length
        link.write([header(Kind.PACKET, length, self._serial), *views])

    def _usable(self) -> Link:
        if self._link is None or self._lost:
            raise TransportError(self._lost)
        if self._link.is_deaf:
            raise TransportError(self._gone)
        return self._link

    async def receive(self) -> Configuration | Packet:
        """See `Transport`."""
        while not self._unreceived:
            if self._lost:
                raise TransportError(self._lost)
            self._came.clear()
            await self._came.wait()
        item = self._unreceived.popleft()
        self._unreceived_bytes -= _cost(item)
        if self._link is not None and self._unreceived_bytes <= _UNRECEIVED_BYTES_MAX // 2:
            self._link.read(True)
        return item

    async def close(self) -> None:
        """See `Transport`. Waits, a second at most, until the ordering process has let it go."""
        is_first, self._is_closed = not self._is_closed, True
        link, was_lost = self._link, self._lost
        self._lost = "it was closed: make a new one to join again"
        self._unreceived.clear()
        self._wake()
        if link is None or not is_first:
            return
        try:
            if not was_lost:
                link.read(True)  # or what is on its way here would stand in the way
                link.write([encode(Kind.LEAVE)])
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LEAVE_LIMIT_S):
                        await self._ended.wait()
        finally:
            link.close()

    def on_bytes(self, data: bytes) -> None:
        """See `LinkOwner`."""
        if self._is_closed:
            return
        self._decoder.feed(data)
        try:
            while not self._lost and (frame := self._decoder.next_frame()) is not None:
                self._take(frame)
        except FrameError as error:
            self._lose(
                f"the ordering process of group {self.group!r} cannot be understood: {error}"
            )
        if self._unreceived:
            self._came.set()
        if self._unreceived_bytes > _UNRECEIVED_BYTES_MAX and self._link is not None:
            self._link.read(False)

    def on_room(self) -> None:
        """See `LinkOwner`."""
        self._has_room.set()

    def on_end(self) -> None:
        """See `LinkOwner`."""
        self._ended.set()
        if not self._lost:
            self._lose(self._gone)

    def _take(self, frame: Frame) -> None:
        item: Configuration | Packet
        if frame.kind is Kind.PACKET:
            sender = self._names.get(frame.origin)
            if sender is None:
                raise FrameError(f"a packet of {frame.origin} came, which is no member")
            item = Packet(sender, frame.body())
        elif frame.kind is Kind.CONFIGURATION:
            said = read(frame.body(), Membership)
            self._names = {serial_of(member): member for member in said.members}
            item = Configuration(said.members, said.joined)
        else:
            self._lose(frame.body().decode(errors="replace"))
            return
        self._unreceived.append(item)
        self._unreceived_bytes += _cost(item)

    def _lose(self, why: str) -> None:
        self._lost = why
        if self._link is not None:
            self._link.close()
        self._wake()

    def _wake(self) -> None:
        self._came.set()
        self._has_room.set()


def _flat(part: bytes | memoryview) -> bytes | memoryview:
    """A part whose length is its number of bytes."""
    if isinstance(part, bytes) or (part.format == "B" and part.ndim == 1 and part.c_contiguous):
        return part
    return part.cast("B") if part.c_contiguous else part.tobytes()


def _cost(item: Configuration | Packet) -> int:
    return _ITEM_BYTES + (len(item.content) if isinstance(item, Packet) else 0)
