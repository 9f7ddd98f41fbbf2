"""Random moves and faults, from a seed: the same seed, the same storm.

Every process and every kind of move has a speed of its own, drawn anew for each storm, since
interesting things happen where one is far behind. Faults come at random, but not without end: when
all have come, failures are reported, separated parts meet again (or not, by the seed), and the
world runs to rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from impl.core import Address, Member, MemberId
from impl.transports.simulated.network import Room
from impl.transports.simulated.world import World

Rooms = dict[Room, list[Address]]


@dataclass(frozen=True)
class Weather:
    """What a storm may be like.

    Attributes:
        members: at the start, at most.
        faults: crashes, restarts, joins, partitions and merges, at most.
        updates: by applications, at most; only with total order.
        sending_view: the strong form of E4; None for either, by the seed.
        total_order: E5; None for either, by the seed.
    """

    members: int = 5
    faults: int = 8
    updates: int = 4
    sending_view: bool | None = None
    total_order: bool | None = None


class Storm:
    """One run of a world from its start to its rest.

    Args:
        seed: all chance comes from it.
        weather: how bad it may be.
        make_member: the member's rules.
    """

    def __init__(
        self,
        seed: int,
        weather: Weather = Weather(),
        make_member: Callable[[MemberId], Member[bytes]] = Member,
    ) -> None:
        self._random = random = Random(seed)
        strong, ordered = weather.sending_view, weather.total_order
        self.world = World(
            sending_view=random.random() < 0.5 if strong is None else strong,
            total_order=random.random() < 0.5 if ordered is None else ordered,
            make_member=make_member,
        )
        self._faults = random.randint(0, weather.faults)
        self._updates = random.randint(0, weather.updates)
        self._calm = 1.0 / random.choice((4, 10, 25, 60))
        """Chance of a fault in a move."""
        self._speed: dict[Address, tuple[float, float, float]] = {}
        self._words = 0
        self._begin(random.randint(1, weather.members))

    def run(self) -> World:
        """Runs to the end.

        Returns:
            The world at rest.
        """
        while self._faults:
            if self._random.random() < self._calm or not self._move():
                self._faults -= 1
                self._fault()
            elif self._updates and self._random.random() < 0.05:
                self._update()
        while self._move():
            pass
        self._clear_up()
        return self.world

    # -- the start ----------------------------------------------------------------------------

    def _begin(self, members: int) -> None:
        """Some hold the same, some hold something of their own, some hold nothing."""
        addresses = []
        for number in range(members):
            kind = self._random.randrange(4)
            if kind < 2:
                subgroup = "xy"[kind]
                addresses.append(self.world.start(f"m{number}", [subgroup], subgroup=subgroup))
            else:
                addresses.append(self._start(f"m{number}", holds=kind == 2))
            self._set_speed(addresses[-1])
        self.world.form(addresses)

    def _start(self, name: str, *, holds: bool) -> Address:
        self._words += holds
        return self.world.start(name, [f"w{self._words}"] if holds else [])

    def _set_speed(self, address: Address) -> None:
        choose = self._random.choice
        self._speed[address] = (choose((1, 1, 0.1)), choose((1, 1, 0.05)), choose((1, 1, 0.1)))

    # -- moves --------------------------------------------------------------------------------

    def _move(self) -> bool:
        """Makes one of the moves that are possible; says whether there was one."""
        network = self.world.network
        moves: list[tuple[Callable[..., None], tuple[Address] | tuple[Address, int]]] = []
        weights: list[float] = []
        for address, process in network.processes.items():
            placing, delivering, entering = self._speed[address]
            if network.may_place(process):
                moves.append((self.world.place, (address,)))
                weights.append(placing)
            if process.alive:
                for position in network.choices(process):
                    moves.append((self.world.deliver, (address, position)))
                    weights.append(delivering)
                if network.may_enter(process):
                    moves.append((self.world.enter, (address,)))
                    weights.append(entering)
        if not moves:
            return False
        move, arguments = self._random.choices(moves, weights)[0]
        move(*arguments)
        return True

    def _update(self) -> None:
        if not self.world.network.total_order:
            return
        up = [a for a, life in self.world.lives.items() if life.process.alive]
        address = self._random.choice(up) if up else None
        if address is not None and self.world.lives[address].session.may_update:
            self._updates -= 1
            self._words += 1
            self.world.update(address, f"u{self._words}")

    # -- faults -------------------------------------------------------------------------------

    def _fault(self) -> None:
        """Something happens to somebody: one of the things that can."""
        rooms = self.world.rooms
        faults = [self._crash, self._crash_speaker, self._report, self._split, self._merge]
        faults += [self._join]
        self._random.shuffle(faults)
        any(fault(rooms) for fault in faults)

    def _crash(self, rooms: Rooms) -> bool:
        up = [address for members in rooms.values() for address in members]
        if len(up) < 2:
            return False
        self.world.crash(self._random.choice(up))
        return True

    def _crash_speaker(self, rooms: Rooms) -> bool:
        """One that has spoken for its subgroup dies in the middle of the exchange."""
        up = [address for members in rooms.values() for address in members]
        members = {address: self.world.lives[address].session.member for address in up}
        speakers = [a for a, m in members.items() if m.transmitted and not m.completed]
        if len(up) < 2 or not speakers:
            return False
        self.world.crash(self._random.choice(speakers))
        return True

    def _report(self, rooms: Rooms) -> bool:
        """Those of a room that some have left, or crashed in, hear of it."""
        left = [members for room, members in rooms.items() if len(members) < len(room.members)]
        return bool(left) and self._form(self._random.choice(left))

    def _split(self, rooms: Rooms) -> bool:
        members = self._random.choice(list(rooms.values()))
        part = [address for address in members if self._random.random() < 0.5]
        return 0 < len(part) < len(members) and self._form(part)

    def _merge(self, rooms: Rooms) -> bool:
        if len(rooms) < 2:
            return False
        several = self._random.sample(list(rooms.values()), self._random.randint(2, len(rooms)))
        return self._form([address for members in several for address in members])

    def _join(self, rooms: Rooms) -> bool:
        """A new member, or a new life of one, comes to a room or makes one of its own."""
        gone = [
            life.session.member.me.name
            for life in self.world.lives.values()
            if not life.process.alive
        ]
        fresh = f"m{len(self.world.lives)}"
        name = self._random.choice(gone) if gone and self._random.random() < 0.5 else fresh
        address = self._start(name, holds=self._random.random() < 0.5)
        self._set_speed(address)
        others = self._random.choice(list(rooms.values()))
        if self._random.random() < 0.2 or not self._form([*others, address]):
            self.world.form([address])
        return True

    def _form(self, members: list[Address]) -> bool:
        """Forms a configuration, unless some are being flushed for another one."""
        if not all(map(self.world.network.may_move, members)):
            return False
        self.world.form(members, cut=self._random.choice((0.0, 0.5, 1.0)))
        return True

    def _clear_up(self) -> None:
        """Every failure is reported, parts meet again (mostly), and all come to rest."""
        if self._random.random() < 0.8:
            everyone = [address for members in self.world.rooms.values() for address in members]
            if len(self.world.rooms) > 1:
                self.world.form(everyone)
                while self._move():
                    pass
        for room, members in self.world.rooms.items():
            if len(members) < len(room.members):
                self.world.form(members)
        while self._move():
            pass
