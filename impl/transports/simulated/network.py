"""A group communication service in one process, whose every move is somebody's choice.

It does what the specification's environment does (`model/protocol/service.py`), move by move:

- `send` puts a message into its sender's queue; `place` takes the first of a queue into the
  configuration that is open to its sender (E1, E4). What a crashed process has in its queue may
  still get out, until it is excluded.
- `deliver` gives a process the next message of the configuration it is in; without total order
  (E5), the next one of any sender (E1).
- `form` makes a new configuration. Who comes along from the same one has to receive the same
  messages in it first (E2), then it can `enter` the new one.
- `crash` stops a process. That is reported when somebody forms a configuration without it (E3).

Under sending-view delivery, `form` first places what its members have in their queues, and until
they enter the new configuration they must not send (the caller tells them), nor move again.

A partition is one `form` for each part, a merge one for all. Those who leave a room while others
stay may miss what the others sent in it.

Messages are any objects: they are not copied and not looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from impl.core.configuration import Address, Configuration


@dataclass(eq=False)
class Room:
    """A configuration and the messages placed in it."""

    members: tuple[Address, ...]
    placed: list[tuple[Address, object]] = field(default_factory=list)
    told: dict[Room | None, Configuration] = field(default_factory=dict)
    """What those hear that come from the same room."""


@dataclass(eq=False)
class Process:
    """A process as the service sees it.

    Attributes:
        address: what it is called.
        queue: what it has sent and is not placed, in order.
        room: the configuration it is in; None before its first.
        ahead: the rooms that it is to enter, in order, each with the number of messages of the
            room before that it has to receive first.
        received: how many messages of its room it has received, from the first without a gap.
        beyond: which ones it has received besides (only without total order).
        alive: whether it has not crashed.
    """

    address: Address
    queue: deque[object] = field(default_factory=deque)
    room: Room | None = None
    ahead: deque[tuple[int, Room]] = field(default_factory=deque)
    received: int = 0
    beyond: set[int] = field(default_factory=set)
    alive: bool = True

    @property
    def open_room(self) -> Room | None:
        """Where its messages are placed."""
        return self.ahead[-1][1] if self.ahead else self.room

    @property
    def limit(self) -> int:
        """How many messages of its room it may receive by now."""
        if self.ahead:
            return self.ahead[0][0]
        return 0 if self.room is None else len(self.room.placed)


class Network:
    """The service of one group.

    Args:
        sending_view: the strong form of E4.
        total_order: E5.
    """

    def __init__(self, *, sending_view: bool = False, total_order: bool = True) -> None:
        self.sending_view = sending_view
        self.total_order = total_order
        self.processes: dict[Address, Process] = {}

    # -- processes ----------------------------------------------------------------------------

    def add(self, address: Address) -> Process:
        """A process that is in no configuration yet."""
        if address in self.processes:
            raise ValueError(f"address {address} is taken: give every life its own")
        process = self.processes[address] = Process(address)
        return process

    def crash(self, address: Address) -> None:
        """The process stops. What it has sent may still be placed."""
        self.processes[address].alive = False

    def send(self, address: Address, message: object) -> None:
        """Puts a message into the process's queue."""
        self.processes[address].queue.append(message)

    # -- membership ---------------------------------------------------------------------------

    def form(self, members: Collection[Address], *, cut: float = 1.0) -> Room:
        """Makes a configuration of live processes, wherever they come from.

        Who stays behind in a room that others leave does not hear of it by this.

        Args:
            members: who is in it: all alive.
            cut: how much of the others' messages those receive who leave others behind in a room:
                1 for all, 0 for what one of them has received already.

        Raises:
            ValueError: a process is not `may_move`, or there are none.
        """
        room = Room(tuple(sorted(members)))
        twice = len(set(room.members)) < len(room.members)
        if twice or not room.members or not all(map(self.may_move, room.members)):
            raise ValueError("a configuration is formed of processes that are up and can move")
        comers: dict[Room | None, list[Process]] = {}
        for address in room.members:
            process = self.processes[address]
            if self.sending_view:
                self._flush(process)
            comers.setdefault(process.open_room, []).append(process)
        for before, together in comers.items():
            if before is not None and self._somebody_stays(before, together):
                before = self._branch(before, together, cut)
            for process in together:
                process.ahead.append((0 if before is None else len(before.placed), room))
            old = () if before is None else tuple(process.address for process in together)
            room.told[before] = Configuration(room.members, frozenset(room.members).difference(old))
        return room

    def may_move(self, address: Address) -> bool:
        """Whether the process can be in a new configuration: it is up, and not being flushed."""
        process = self.processes.get(address)
        return process is not None and process.alive and not (self.sending_view and process.ahead)

    def enter(self, address: Address) -> Configuration:
        """The process goes on to its next configuration.

        Raises:
            ValueError: it is not `may_enter`.
        """
        process = self.processes[address]
        if not self.may_enter(process):
            raise ValueError(f"{address} has no next configuration, or messages before it")
        before = process.room
        process.room = process.ahead.popleft()[1]
        process.received = 0
        process.beyond = set()
        return process.room.told[before]

    def may_enter(self, process: Process) -> bool:
        """Whether it has received all that comes before its next configuration."""
        return bool(process.ahead) and process.alive and process.received == process.ahead[0][0]

    # -- messages -----------------------------------------------------------------------------

    def place(self, address: Address) -> None:
        """Takes the first message of the process's queue into its open room.

        Raises:
            ValueError: it is not `may_place`.
        """
        process = self.processes[address]
        room = process.open_room
        if room is None or not process.queue:
            raise ValueError(f"{address} has nothing to place, or is in no configuration")
        room.placed.append((address, process.queue.popleft()))

    def may_place(self, process: Process) -> bool:
        """Whether a message waits, and would be placed where somebody takes it for a member's."""
        return bool(process.queue) and process.open_room is not None

    def choices(self, process: Process) -> Sequence[int]:
        """Which messages of its room the process can receive next, by position."""
        limit = process.limit
        if not process.alive or process.received >= limit:
            return ()
        if self.total_order:
            return (process.received,)
        return tuple(self._first_of_each(process, limit))

    def deliver(self, address: Address, position: int | None = None) -> tuple[Address, object]:
        """The process receives a message.

        Args:
            address: which process.
            position: one of its `choices`; by default the first.

        Returns:
            The sender and the message.

        Raises:
            ValueError: there is none to receive.
        """
        process = self.processes[address]
        if position is None and process.received not in process.beyond:
            position = process.received
            allowed = process.alive and position < process.limit
        else:
            choices = self.choices(process)
            position = choices[0] if position is None and choices else position
            allowed = position in choices
        if not allowed or position is None or process.room is None:
            raise ValueError(f"{address} cannot receive message {position}")
        if position == process.received and not process.beyond:
            process.received += 1
        else:
            process.beyond.add(position)
            while process.received in process.beyond:
                process.beyond.remove(process.received)
                process.received += 1
        return process.room.placed[position]

    # -- the rest -----------------------------------------------------------------------------

    def _flush(self, process: Process) -> None:
        while process.queue and process.open_room is not None:
            self.place(process.address)

    def _somebody_stays(self, room: Room, together: list[Process]) -> bool:
        leaving = {process.address for process in together}
        others = (self.processes[a] for a in room.members if a not in leaving)
        return any(process.alive and process.open_room is room for process in others)

    def _branch(self, room: Room, together: list[Process], cut: float) -> Room:
        """The room as those have it who leave others behind in it.

        They miss some messages of the others, the same ones, and none of their own (they have them,
        so they can tell each other).
        """
        seen = max(
            (
                max(process.beyond, default=process.received - 1) + 1
                for process in together
                if process.room is room
            ),
            default=0,
        )
        common = seen + round(cut * (len(room.placed) - seen))
        leaving = {process.address for process in together}
        own = [placed for placed in room.placed[common:] if placed[0] in leaving]
        branch = Room(room.members, room.placed[:common] + own, room.told)
        for process in together:
            if process.room is room:
                process.room = branch
            else:
                limit, _ = process.ahead.pop()
                process.ahead.append((limit, branch))
        return branch

    def _first_of_each(self, process: Process, limit: int) -> Iterator[int]:
        assert process.room is not None
        senders = set()
        for position in range(process.received, limit):
            sender = process.room.placed[position][0]
            if position not in process.beyond and sender not in senders:
                senders.add(sender)
                yield position
