"""What a schedule holds back: what members have sent, and what they are to be given.

Without input or output. While a schedule is there (`schedule`), each member has two queues: of the
packets that it has sent, and of what it is to be given, configurations and packets. Nothing moves
but by a command of the schedule:

- `form` makes a configuration, which goes to the end of what each of its members is to be given;
- `place` takes the first packet of a sender to the end of what all members of its configuration are
  to be given, itself among them;
- `give` gives a member what is first in its queue.

So a configuration comes after the same packets for all who come to it from the same one (E2), all
in one order (E5). Whoever is gone is missing from the next configuration that is formed, and from
none before; what it has sent may still be placed.

When the schedule ends, `released` is what there is to be done to go on without one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field

from impl.service import Address, Configuration
from impl.transports.local.messages import Waiting
from impl.transports.local.order import Announcement, Order

Item = Configuration | bytes
"""What a member is given; a packet is a whole frame."""


class ScheduleError(Exception):
    """A command that cannot be carried out; the text says why. Nothing has changed."""


@dataclass(eq=False)
class _Room:
    """A configuration that was formed."""

    members: tuple[Address, ...]


@dataclass
class _Held:
    """A member.

    Attributes:
        room: the configuration formed last with it; None before the first.
        sent: packets that are not placed, each with the number of its arrival.
        ahead: what it is to be given.
        counts: of what has happened to it.
        bytes_sent: in `sent`.
    """

    room: _Room | None = None
    sent: deque[tuple[int, bytes]] = field(default_factory=deque)
    ahead: deque[Item] = field(default_factory=deque)
    counts: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0
    is_gone: bool = False


class Holding:
    """All members of a group that is held back.

    Args:
        order: who hears whom when it begins; not to be used while it lasts.
    """

    def __init__(self, order: Order) -> None:
        self._members: dict[Address, _Held] = {}
        self._arrivals = 0
        for component in order.components:
            room = _Room(component)
            self._members |= {address: _Held(room) for address in component}

    # -- what members do ----------------------------------------------------------------------

    def arrive(self, address: Address) -> None:
        """A member is there; it hears of nobody before a configuration is formed with it."""
        self._members[address] = _Held()

    def leave(self, address: Address) -> None:
        """A member has left or failed."""
        self._members[address].is_gone = True

    def hold(self, address: Address, frame: bytes) -> None:
        """A member has sent a packet."""
        member = self._members[address]
        self._arrivals += 1
        member.sent.append((self._arrivals, frame))
        member.counts["sent"] += 1
        member.bytes_sent += len(frame)

    def held_bytes(self, address: Address) -> int:
        """How much of a member is held back."""
        return self._members[address].bytes_sent

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What is held of each member, in the order in which they came."""
        return tuple(
            Waiting(
                address,
                member.counts["sent"],
                member.counts["placed"],
                member.counts["given"],
                len(member.ahead),
                member.is_gone,
            )
            for address, member in self._members.items()
        )

    # -- commands -----------------------------------------------------------------------------

    def form(self, members: Collection[Address]) -> None:
        """Forms a configuration.

        Raises:
            ScheduleError: somebody is not there, or twice, or all are in just this one.
        """
        twice = sorted(m for m, count in Counter(members).items() if count > 1)
        if not members or twice:
            raise ScheduleError(f"named more than once: {', '.join(twice)}" if twice else "nobody")
        everyone = {address: self._alive(address) for address in members}
        rooms = {member.room for member in everyone.values()}
        only = next(iter(rooms))
        if len(rooms) == 1 and only is not None and set(only.members) == set(everyone):
            raise ScheduleError("these members are in a configuration of just them")
        room = _Room(tuple(sorted(everyone)))
        before = {address: member.room for address, member in everyone.items()}
        for address, member in everyone.items():
            mine = before[address]
            joined = {other for other in everyone if mine is None or before[other] is not mine}
            member.ahead.append(Configuration(room.members, frozenset(joined)))
            member.room = room

    def place(self, address: Address) -> None:
        """Places the first packet that a member has sent, which may be gone.

        Raises:
            ScheduleError: there is none, or the member is in no configuration.
        """
        sender = self._member(address)
        if not sender.sent:
            raise ScheduleError(f"{address} has sent nothing that is not placed")
        if sender.room is None:
            raise ScheduleError(f"{address} is in no configuration")
        _, frame = sender.sent.popleft()
        sender.counts["placed"] += 1
        sender.bytes_sent -= len(frame)
        for member in self._members.values():
            if member.room is sender.room and not member.is_gone:
                member.ahead.append(frame)

    def give(self, address: Address) -> Item:
        """What is first for a member, which is taken from its queue.

        Raises:
            ScheduleError: there is nothing, or the member is gone.
        """
        member = self._alive(address)
        if not member.ahead:
            raise ScheduleError(f"there is nothing to give to {address}")
        member.counts["given"] += 1
        return member.ahead.popleft()

    def _member(self, address: Address) -> _Held:
        if address not in self._members:
            raise ScheduleError(f"no member of the group: {address}")
        return self._members[address]

    def _alive(self, address: Address) -> _Held:
        member = self._member(address)
        if member.is_gone:
            raise ScheduleError(f"{address} is gone")
        return member

    # -- the end ------------------------------------------------------------------------------

    def released(self) -> Released:
        """What is to be done to go on without a schedule, in this order."""
        alive = {address: m for address, m in self._members.items() if not m.is_gone}
        told = {address: m.room.members for address, m in alive.items() if m.room is not None}
        components: dict[_Room, list[Address]] = {}
        for address, member in alive.items():
            if member.room is not None:
                components.setdefault(member.room, []).append(address)
        order, announcements = Order.resumed(told, components.values())
        for address in (address for address, member in alive.items() if member.room is None):
            announcements += order.join(address)
        packets = sorted(
            (number, address, frame)
            for address, member in alive.items()
            for number, frame in member.sent
        )
        return Released(
            order,
            {address: tuple(member.ahead) for address, member in alive.items()},
            [(address, frame) for _, address, frame in packets],
            announcements,
        )


@dataclass(frozen=True)
class Released:
    """What a schedule has left.

    Attributes:
        order: who hears whom from now on.
        ahead: what each member is to be given first.
        packets: that were not placed, with their senders, in the order in which they came. They are
            passed on after the announcements.
        announcements: of who is gone, has been left behind, or has come.
    """

    order: Order
    ahead: dict[Address, tuple[Item, ...]]
    packets: list[tuple[Address, bytes]]
    announcements: list[Announcement]
