"""Rougher than storms: any live members, wherever they are, may be the next configuration.

In a storm parts separate first and meet others later. A service may tell of both at once, and again
before anything of it is through. Here a configuration is formed of any members that can move, so
that parts of several rooms come to a new one in one step, and leave it in the middle of what it
started. All chance comes from the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.adequacy.told import Told
from impl.core import Address

CUTS = (0.0, 0.5, 1.0)
SPEEDS = (1.0, 1.0, 0.3, 0.1)
MOVES_MAX = 200
MEMBERS_MAX = 6


class Tempest:
    """One run of a world, from its start to its rest.

    Args:
        seed: all chance comes from it.

    Attributes:
        world: what it is of.
    """

    def __init__(self, seed: int) -> None:
        self._random = random = Random(seed)
        ordered = random.random() < 0.8  # there are no updates without
        self.world = Told(sending_view=random.random() < 0.4, total_order=ordered)
        self._words = 0
        choose = random.choice
        self._moves: list[tuple[Callable[[], None], float]] = [
            (self._place, 4 * choose(SPEEDS)),
            (self._deliver, 12 * choose(SPEEDS)),
            (self._enter, 2 * choose(SPEEDS)),
            (self._form, 0.4 * choose(SPEEDS)),
            (self._separate, 0.2 * choose(SPEEDS)),
            (self._crash, 0.1 * choose(SPEEDS)),
            (self._start, 0.3 * choose(SPEEDS)),
            (self._update, choose(SPEEDS) if ordered else 0.0),
        ]

    def run(self) -> Told:
        """Runs to the end.

        Returns:
            The world at rest.
        """
        for _ in range(self._random.randint(1, 3)):
            self._start()
        self._form_of(self._up)
        if self._random.random() < 0.5:
            self.world.run()
        moves, weights = zip(*self._moves, strict=True)
        for _ in range(self._random.randint(10, MOVES_MAX)):
            self._random.choices(moves, weights)[0]()
        self.world.run()
        for room, members in self.world.rooms.items():
            if len(members) < len(room.members):
                self.world.form(members)
        self.world.run()
        if self._random.random() < 0.7:
            self._form_of(self._up)
            self.world.run()
        return self.world

    # -- who there is -------------------------------------------------------------------------

    @property
    def _up(self) -> list[Address]:
        return [a for a, life in self.world.lives.items() if life.process.alive]

    def _form_of(self, members: list[Address]) -> None:
        """Forms a configuration, if they can move, and it is another one than theirs."""
        network = self.world.network
        rooms = {network.processes[address].open_room for address in members}
        room = next(iter(rooms), None)
        same = len(rooms) == 1 and room is not None and set(room.members) == set(members)
        if members and not same and all(map(network.may_move, members)):
            self.world.form(members, cut=self._random.choice(CUTS))

    # -- moves --------------------------------------------------------------------------------

    def _start(self) -> None:
        """A member that holds something of its own, or what others hold, or nothing."""
        random, world = self._random, self.world
        if len(world.lives) >= MEMBERS_MAX:
            return
        name = random.choice("abcd")
        match random.randrange(6):
            case 0:
                world.start(name)
            case 1:
                world.start(name, subgroup="x")
            case 2:
                self._words += 1
                world.start(name, [f"w{self._words}"])
            case _:
                subgroup = random.choice("xy")
                world.start(name, [subgroup], subgroup=subgroup)

    def _form(self) -> None:
        members = [address for address in self._up if self._random.random() < 0.6]
        self._form_of(members)

    def _separate(self) -> None:
        """Two parts of a configuration go on without each other, each with somebody new."""
        rooms = [members for members in self.world.rooms.values() if len(members) > 1]
        if not rooms:
            return
        members = self._random.choice(rooms)
        parts: tuple[list[Address], ...] = ([], [])
        for address in members:
            self._random.choice(parts).append(address)
        others = [address for address in self._up if address not in members]
        for part in parts:
            if part:
                self._form_of([*part, *self._random.sample(others, min(len(others), 1))])

    def _crash(self) -> None:
        if len(self._up) > 1:
            self.world.crash(self._random.choice(self._up))

    def _place(self) -> None:
        network = self.world.network
        able = [a for a, process in network.processes.items() if network.may_place(process)]
        if able:
            self.world.place(self._random.choice(able))

    def _deliver(self) -> None:
        network = self.world.network
        able = [a for a in self._up if network.choices(network.processes[a])]
        if able:
            address = self._random.choice(able)
            choices = network.choices(network.processes[address])
            self.world.deliver(address, self._random.choice(choices))

    def _enter(self) -> None:
        network = self.world.network
        able = [a for a in self._up if network.may_enter(network.processes[a])]
        if able:
            self.world.enter(self._random.choice(able))

    def _update(self) -> None:
        able = [a for a in self._up if self.world.lives[a].session.may_update]
        if able:
            address = self._random.choice(able)
            self._words += 1
            self.world.update(address, f"u{self._words}")
