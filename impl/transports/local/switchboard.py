"""The ordering process at work: what comes from its peers, and what goes to them.

All packets and configurations go through here one after the other, and are put into the queue of
each recipient at once, so that everybody receives them in one order (`order.py`).

A member is slow if more waits for it than `waiting_bytes_max`. Nobody of its component is then read
from, until a quarter of that is left; so what is kept is bounded, and whoever sends is held back.
If it has not taken anything meanwhile for `stall_limit_s`, it is excluded: it receives what was
kept for it, and then why it was excluded, if it ever comes back. The limit does not run for a
member that holds back nobody.

A broken connection is how a failure is noticed. It is noticed as well while the component is held
back: whoever has hung up is read to its end, which is not much.

While a schedule is connected, nothing of this happens by itself (`holding`): what comes is kept,
and what goes is the schedule's choice. Of each member so much is kept as may wait for one; then it
is not read from, and a failure of it not noticed.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable, Iterable
from typing import assert_never

from impl.service import Address, Configuration
from impl.transports.local.frames import Frame, FrameError, Kind, encode
from impl.transports.local.holding import Holding, Item, ScheduleError
from impl.transports.local.messages import (
    Ask,
    Command,
    Direction,
    Form,
    Give,
    Heal,
    Hello,
    Membership,
    News,
    Place,
    Reply,
    Role,
    Split,
    address_of,
    read,
    write,
)
from impl.transports.local.order import Announcement, Order, RehearsalError
from impl.transports.local.peer import Peer
from impl.transports.local.settings import Settings

_WATCH_S = 0.1
_GRACE_S = 1.0  # for the last words to somebody who is disconnected
_JOINED_BYTES_MAX = 8192  # pieces that are shorter on average cost less if they are copied together


class Switchboard:
    """Serves all connections of a group.

    Args:
        group: as it is written in the name of its folder.
        secret: what peers must know.
        settings: of the ordering process.
        on_idle: called when the last peer is gone.
    """

    def __init__(
        self, group: str, secret: bytes, settings: Settings, on_idle: Callable[[], None]
    ) -> None:
        self._group, self._secret, self._settings = group, secret, settings
        self._on_idle = on_idle
        self._loop = asyncio.get_running_loop()
        self._order = Order()
        self._serial = 0
        self._peers: set[Peer] = set()
        # Invariant: these are the members of the order, and are among the peers.
        self._members: dict[Address, Peer] = {}
        self._held: set[Address] = set()  # from whom nothing is read
        self._watch: asyncio.TimerHandle | None = None
        # Invariant: both or none. While they are there, the order is empty, and not in use.
        self._holding: Holding | None = None
        self._schedule: Peer | None = None
        self._direction, self._refused = 0, ""  # the last one, and why nothing came of it

    @property
    def is_idle(self) -> bool:
        """Whether nobody is connected; those do not count who have been disconnected."""
        return not self._peers

    def accept(self, sock: socket.socket) -> None:
        """Somebody has connected."""
        peer = Peer(sock, self, self._settings.waiting_bytes_max)
        self._peers.add(peer)
        peer.link.read(True)
        self._loop.call_later(self._settings.stranger_limit_s, self._on_stranger_limit, peer)

    def on_bytes(self, peer: Peer, data: bytes) -> None:
        """See `Host`."""
        packets: list[memoryview] = []
        wrong = ""
        try:
            peer.decoder.feed(data)
            while peer in self._peers and (frame := peer.decoder.next_frame()) is not None:
                if frame.kind is Kind.PACKET and frame.origin == peer.serial:
                    if self._holding is None:
                        packets.extend(frame.pieces)
                    else:
                        self._holding.hold(peer.address, b"".join(frame.pieces))
                elif frame.kind is Kind.PACKET:
                    raise FrameError(f"a packet of {frame.origin} came from {peer.serial}")
                else:
                    self._pass_on(peer, packets)
                    packets = []
                    self._obey(peer, frame)
        except FrameError as error:
            wrong = str(error)
        self._pass_on(peer, packets)
        self._tell_schedule()
        if wrong:
            self._disconnect(peer, f"this connection was closed: {wrong}")

    def on_room(self, peer: Peer) -> None:
        """See `Host`."""
        if peer.link.is_deaf:  # it is gone, which is read soon; or it only pretends to be
            self._loop.call_later(_GRACE_S, self._disconnect, peer)
        elif peer is self._schedule:
            self._tell_schedule()
        self._hold_back()

    def on_end(self, peer: Peer) -> None:
        """See `Host`."""
        if peer in self._peers:
            self._remove(peer)

    def _pass_on(self, sender: Peer, packets: list[memoryview]) -> None:
        if not packets:
            return
        buffers: list[bytes | memoryview] = [*packets]
        if sum(map(len, packets)) < len(packets) * _JOINED_BYTES_MAX and len(packets) > 1:
            buffers = [b"".join(packets)]
        is_slow = False
        for address in self._order.audience(sender.address):
            link = self._members[address].link
            link.write(buffers)
            is_slow = is_slow or link.congested
        if is_slow and sender.address not in self._held:
            self._hold_back()

    def _obey(self, peer: Peer, frame: Frame) -> None:
        if frame.kind is Kind.HELLO:
            peer.admit(frame.body(), self._group, self._secret, self._name)
            if peer.role is Role.MEMBER:
                self._members[peer.address] = peer
                if self._holding is None:
                    self._announce(self._order.join(peer.address))
                else:
                    self._holding.arrive(peer.address)
            elif peer.role is Role.SCHEDULE:
                self._begin_holding(peer)
        elif frame.kind is Kind.LEAVE:
            self._disconnect(peer)
        elif peer.role is Role.SCHEDULE:
            self._direct(read(frame.body(), Direction))
        else:  # a command: nothing else is expected of anybody
            reply = self._rehearse(read(frame.body(), Command))
            peer.link.write([encode(Kind.REPLY, write(reply))])

    def _name(self, hello: Hello) -> tuple[int, Address]:
        if hello.role is not Role.MEMBER:
            return 0, ""
        self._serial += 1
        return self._serial, address_of(self._serial, hello.process)

    def _rehearse(self, command: Command) -> Reply:
        error = ""
        try:
            if self._holding is not None:
                raise RehearsalError("a schedule says what happens: close it first")
            match command.what:
                case Split(parts):
                    self._announce(self._order.split(parts))
                case Heal():
                    self._announce(self._order.heal())
                case Ask():
                    pass
                case _:
                    assert_never(command.what)
        except RehearsalError as refused:
            error = str(refused)
        return Reply(tuple(self._order.components), error)

    def _announce(self, announcements: Iterable[Announcement]) -> None:
        for announcement in announcements:
            self._give(announcement.recipient, announcement.configuration)
        self._hold_back()

    def _give(self, recipient: Address, item: Item) -> None:
        if isinstance(item, Configuration):
            item = encode(Kind.CONFIGURATION, write(Membership(item.members, item.joined)))
        self._members[recipient].link.write([item])

    def _remove(self, peer: Peer) -> None:
        self._peers.remove(peer)
        if self._members.pop(peer.address, None) is not None:
            self._held.discard(peer.address)
            if self._holding is None:
                self._announce(self._order.remove(peer.address))
            else:
                self._holding.leave(peer.address)
                self._tell_schedule()
        elif peer is self._schedule:
            self._end_holding()
        if self.is_idle:
            self._on_idle()

    def _disconnect(self, peer: Peer, why: str = "", grace_s: float = _GRACE_S) -> None:
        """What waits for the peer is written still, and why, if it takes it within the grace."""
        if peer not in self._peers:
            return
        if why:
            peer.say_why(why)
        peer.link.finish()
        if grace_s:
            self._loop.call_later(grace_s, peer.link.close)
        self._remove(peer)

    def _on_stranger_limit(self, peer: Peer) -> None:
        if peer.role is None:
            limit = f"{self._settings.stranger_limit_s:g} s"
            self._disconnect(peer, f"no proof of knowing the secret came within {limit}")

    def _hold_back(self) -> None:
        """Reads from whom it should, after somebody has become slow, is so no more, or has moved.

        Being excluded and having hung up end a hold: a dead peer has nothing more to come than what
        is in its socket.
        """
        for component in self._order.components:
            peers = [self._members[address] for address in component]
            is_held = any(peer.link.congested for peer in peers)
            for peer in peers:
                held = is_held and not (peer.link.is_deaf or peer.has_hung_up)
                (self._held.add if held else self._held.discard)(peer.address)
                peer.link.read(not held)
        if self._held and self._watch is None:
            delay_s = min(_WATCH_S, self._settings.stall_limit_s / 4)
            self._watch = self._loop.call_later(delay_s, self._on_watch)

    def _on_watch(self) -> None:
        self._watch = None
        limit_s, now = self._settings.stall_limit_s, self._loop.time()
        for peer in list(self._members.values()):
            if peer.link.congested and now - peer.link.stalled_since > limit_s:
                # No grace: it may take any time to come back, and is to know then.
                self._disconnect(
                    peer,
                    f"this member was excluded, since others had to wait and it had not received "
                    f"anything for {limit_s:g} s: open a new transport to join again",
                    grace_s=0,
                )
        hung_up = select.poll()
        for address in self._held:
            hung_up.register(self._members[address].link, 0)  # POLLHUP is reported nevertheless
        gone = {descriptor for descriptor, _ in hung_up.poll(0)}
        for address in self._held:
            peer = self._members[address]
            peer.has_hung_up = peer.link.fileno() in gone
        self._hold_back()

    # -- schedules ----------------------------------------------------------------------------

    def _begin_holding(self, peer: Peer) -> None:
        if self._holding is not None:
            raise FrameError("another schedule says what happens in this group: close it first")
        self._holding, self._order, self._schedule = Holding(self._order), Order(), peer
        self._direction, self._refused = 0, ""
        self._held.clear()  # what held them back were the packets of others
        for member in self._members.values():
            member.link.read(True)

    def _end_holding(self) -> None:
        assert self._holding is not None
        released = self._holding.released()
        self._holding, self._order, self._schedule = None, released.order, None
        for address, items in released.ahead.items():
            for item in items:
                self._give(address, item)
        self._announce(released.announcements)
        for address, frame in released.packets:
            self._pass_on(self._members[address], [memoryview(frame)])
        for peer in self._members.values():
            peer.link.read(peer.address not in self._held)

    def _direct(self, direction: Direction) -> None:
        assert self._holding is not None
        self._direction, self._refused = direction.number, ""
        try:
            match direction.what:
                case Form(members):
                    self._holding.form(members)
                case Place(member):
                    self._holding.place(member)
                case Give(member):
                    self._give(member, self._holding.give(member))
                case _:
                    assert_never(direction.what)
        except ScheduleError as refused:
            self._refused = str(refused)

    def _tell_schedule(self) -> None:
        if self._holding is None or self._schedule is None:
            return
        for address, peer in self._members.items():
            is_full = self._holding.held_bytes(address) > self._settings.waiting_bytes_max
            peer.link.read(not is_full)
        if self._schedule.link.congested:  # it is told all of it when there is room again
            return
        news = News(self._direction, self._refused, self._holding.waiting)
        self._schedule.link.write([encode(Kind.REPLY, write(news))])
