"""A simulated service for applications: members of `Group` in one process and one event loop.

Everything moves by itself, in an order that a seed chooses; crashes, partitions and merges are the
caller's. It promises what `impl.service` says, E5 included, and no more: a message may come in a
later configuration than it was sent in, and what a crashed member had in its queue may be lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from random import Random

from impl.core import Address, Configuration
from impl.service import Packet, TransportError
from impl.transports.simulated.network import Network, Room

LIMIT = 1 << 16


class SimulatedService:
    """One group's service.

    Args:
        seed: chooses the order of moves.
        limit: bytes of a packet.
    """

    def __init__(self, seed: int = 0, *, limit: int = LIMIT) -> None:
        self.limit = limit
        self._network = Network()
        self._random = Random(seed)
        self._members: dict[Address, SimulatedTransport] = {}
        self._moving = False

    def transport(self) -> SimulatedTransport:
        """Another member's access."""
        return SimulatedTransport(self)

    def crash(self, address: Address) -> None:
        """Stops a member, as if its process were killed; the others are told."""
        self._leave(address, "the member was crashed")

    def split(self, parts: Sequence[Collection[Address]]) -> None:
        """Separates members: a configuration for each part."""
        for part in parts:
            self._form(list(part))

    def heal(self) -> None:
        """Brings all parts together."""
        self._form(list(self._members))

    # -- for its transports -------------------------------------------------------------------

    def join(self, transport: SimulatedTransport) -> Address:
        """A member comes to those that are in the first member's part."""
        address = f"{len(self._network.processes) + 1:04d}"
        first = next(iter(self._members), None)
        room = None if first is None else self._network.processes[first].open_room
        self._network.add(address)
        others = [] if room is None else self._present(room)
        self._members[address] = transport
        self._form([*others, address])
        return address

    def send(self, address: Address, packet: bytes) -> None:
        """A member sends."""
        self._network.send(address, packet)
        self._start()

    def leave(self, address: Address) -> None:
        """A member goes."""
        self._leave(address, "the member has left")

    # -- moves --------------------------------------------------------------------------------

    def _present(self, room: Room) -> list[Address]:
        processes = self._network.processes
        return [a for a in room.members if processes[a].alive and processes[a].open_room is room]

    def _leave(self, address: Address, reason: str) -> None:
        transport = self._members.pop(address, None)
        if transport is None:
            return
        self._network.crash(address)
        transport.end(TransportError(f"{reason}: open another transport to come back"))
        room = self._network.processes[address].open_room
        others = [] if room is None else self._present(room)
        if others:
            self._form(others)

    def _form(self, members: list[Address]) -> None:
        """A new configuration, unless it is what its members are in anyway."""
        rooms = {self._network.processes[address].open_room for address in members}
        room = rooms.pop()
        if rooms or room is None or set(room.members) != set(members):
            self._network.form(members)
            self._start()

    def _start(self) -> None:
        if not self._moving:
            self._moving = True
            asyncio.get_running_loop().call_soon(self._move)

    def _move(self) -> None:
        """Makes one move; the members' tasks run between moves."""
        network = self._network
        placing = [a for a, p in network.processes.items() if network.may_place(p)]
        delivering = [a for a in self._members if network.choices(network.processes[a])]
        entering = [a for a in self._members if network.may_enter(network.processes[a])]
        choices = len(placing) + len(delivering) + len(entering)
        if not choices:
            self._moving = False
            return
        choice = self._random.randrange(choices)
        if choice < len(placing):
            network.place(placing[choice])
        elif choice < len(placing) + len(delivering):
            address = delivering[choice - len(placing)]
            sender, content = network.deliver(address)
            assert isinstance(content, bytes)
            self._members[address].put(Packet(sender, content))
        else:
            address = entering[choice - len(placing) - len(delivering)]
            self._members[address].put(network.enter(address))
        asyncio.get_running_loop().call_soon(self._move)


class SimulatedTransport:
    """A member's access to a simulated service; made by `SimulatedService.transport`."""

    def __init__(self, service: SimulatedService) -> None:
        self.limit = service.limit
        self._service = service
        self._address: Address | None = None
        self._received: deque[Configuration | Packet] = deque()
        self._changed = asyncio.Event()
        self._error: TransportError | None = None

    @property
    def address(self) -> Address:
        if self._address is None:
            raise TransportError("the transport is not open")
        return self._address

    async def open(self) -> None:
        self._address = self._service.join(self)

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        packet = b"".join(parts)
        if len(packet) > self.limit:
            raise ValueError(f"a packet of {len(packet)} bytes, over the limit of {self.limit}")
        if self._error is not None:
            raise self._error
        self._service.send(self.address, packet)
        await asyncio.sleep(0)

    async def receive(self) -> Configuration | Packet:
        while not self._received:
            if self._error is not None:
                raise self._error
            self._changed.clear()
            await self._changed.wait()
        return self._received.popleft()

    async def close(self) -> None:
        if self._address is not None:
            self._service.leave(self._address)

    # -- for its service ----------------------------------------------------------------------

    def put(self, received: Configuration | Packet) -> None:
        """Something has come."""
        self._received.append(received)
        self._changed.set()

    def end(self, error: TransportError) -> None:
        """Nothing comes any more, and what has come is gone."""
        self._error = error
        self._received.clear()
        self._changed.set()
