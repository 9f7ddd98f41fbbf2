"""What an application uses: a member of a group whose data is the same everywhere.

    class Inventory(Application):
        ...                                    # what it holds, and how two of it become one

    async with Group(Inventory(), LocalTransport("inventory"), name="a1") as group:
        await group.send(b"...")               # applied by all, in the same order

When the block is entered, the member has completed its first exchange: it holds what the group
holds. From then on, whenever members join or separated parts meet, each part's data is sent once,
and every member's `merge` is called once with the data of all. In between, what members `send` is
applied in one order by all that hold the same.

Callbacks are called by one task, one after the other; what they return is awaited, and nothing else
comes in the meantime, so that a slow member holds back the group instead of piling up work. Data
changes in `merge` and `accept` only: between a snapshot and the end of its exchange neither is
called.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from impl.core import (
    Accepted,
    Acknowledgment,
    Address,
    Completed,
    Configuration,
    Data,
    Effect,
    Installed,
    Member,
    MemberId,
    ProtocolError,
    Result,
    Send,
    Session,
    Update,
    View,
)
from impl.log import EventLog, Subject, record
from impl.metrics import Metrics
from impl.service import Packet, Transport, TransportError
from impl.wire import Assembler, Cutter, Message, WireError, encode

logger = logging.getLogger(__name__)

BATCH = 1 << 16
"""Bytes of what waits to be sent that go together, if no single piece is longer."""


class GroupError(Exception):
    """The group is lost to this member, or it is not used as it must be; the text says which."""


class Application(ABC):
    """What a member holds, and what becomes of it."""

    @abstractmethod
    def has_data(self) -> bool:
        """Whether it holds anything: a fresh joiner does not (R9), and is not asked for more."""

    @abstractmethod
    def snapshot(self) -> bytes:
        """What it holds, to be sent on behalf of all that hold the same."""

    @abstractmethod
    def merge(self, result: Result[bytes]) -> Awaitable[None] | None:
        """An exchange is complete: takes the data of all subgroups, its own among them.

        Called once for a request, at all members with the same result; the order of `result.data`
        is the same, too. Subgroups whose last member died before it spoke are `result.lost`.
        """

    def accept(self, sender: MemberId, content: bytes) -> Awaitable[None] | None:
        """Somebody's `Group.send`: applies it. By default it is ignored."""
        return None

    def view_changed(self, view: View) -> None:
        """The membership has changed; if the view starts a request, `merge` will follow."""
        return


class Group:
    """One life of one member of a group, as an asynchronous context manager (R13).

    Args:
        application: what it holds.
        transport: how it reaches the group; not opened yet.
        name: the lowest one leads (R8); by default a random one.
        subgroup: names what the application holds at the start, if other members hold the same:
            who gives the same name must hold the same. By default nobody else does.
        log: a file to which the member's events are added (`impl.log`).
        on_event: hears of each event, as an object of the log.
        limit: bytes of data that one subgroup may have, at most; the same for all members.
        make_member: the rules; `functools.partial(Member, policy=highest_name)` has another leader.
    """

    def __init__(
        self,
        application: Application,
        transport: Transport,
        *,
        name: str | None = None,
        subgroup: str | None = None,
        log: Path | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
        limit: int = 1 << 30,
        make_member: Callable[[MemberId], Member[bytes]] = Member,
    ) -> None:
        self.me = MemberId(name or f"member-{secrets.token_hex(4)}", secrets.token_hex(4))
        self._application = application
        self._transport = transport
        self._subgroup = subgroup
        self._limit = limit
        self._member = make_member(self.me)
        self._log = None if log is None else EventLog(log)
        self._on_event = on_event
        self._metrics = Metrics()
        self._outbox: deque[Message] = deque()
        self._filled = asyncio.Event()
        self._is_given_up = False
        """Whether new members have come since the message was begun that is being sent."""
        self._waiting: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        """What applications want to send, in order."""
        self._proposed: list[asyncio.Future[None]] = []
        """Who waits for the update that is on its way."""
        self._ready = asyncio.Event()
        self._over = asyncio.Event()
        self._failure: Exception | None = None
        self._told = False
        """Whether the application has been told of the failure."""
        self._tasks: list[asyncio.Task[None]] = []

    # -- for the application ------------------------------------------------------------------

    @property
    def view(self) -> View | None:
        """The membership that the member has been told of; None before the first."""
        return self._member.view

    @property
    def address(self) -> Address:
        """What the service calls this member, from when it has joined."""
        return self._transport.address

    @property
    def metrics(self) -> dict[str, float]:
        """Counts and times since the start: see `Metrics`."""
        return self._metrics.of(self._member, self._session.stale + self._assembler.headless)

    async def send(self, content: bytes) -> None:
        """Has all members apply something; returns when this one has.

        If it is cancelled, the content is applied by all or by nobody. While an exchange is
        running, it waits.

        Args:
            content: up to `limit` bytes.

        Raises:
            GroupError: the group is lost, or this is awaited by a callback, which would never end.
            ValueError: it is too long.
        """
        if asyncio.current_task() in self._tasks:
            raise GroupError("a callback cannot wait for `send`: let a task of its own do it")
        if len(content) > self._limit - (1 << 10):
            raise ValueError(f"{len(content)} bytes, over the limit of {self._limit}")
        self._raise_if_over()
        accepted = asyncio.get_running_loop().create_future()
        self._waiting.append((bytes(content), accepted))
        self._propose()
        await accepted

    async def ended(self) -> None:
        """Waits until the group is lost, and says why.

        Raises:
            GroupError: when it is.
        """
        await self._over.wait()
        self._raise_if_over()

    # -- life ---------------------------------------------------------------------------------

    async def __aenter__(self) -> Group:
        """Joins, and completes the first exchange.

        Raises:
            GroupError: the group cannot be joined.
        """
        try:
            await self._transport.open()
        except TransportError as error:
            await self._leave()
            raise GroupError(str(error)) from error
        except BaseException:
            await self._leave()
            raise
        self._cutter = Cutter(self._transport.limit)
        self._assembler = Assembler(self._limit + (1 << 20))
        self._session = Session(
            self._member,
            self._transport.address,
            bears_data=self._application.has_data,
            snapshot=self._application.snapshot,
            subgroup=self._subgroup,
            observe=self._observe,
        )
        self._tasks = [
            asyncio.create_task(self._guarded(self._keep_receiving()), name=f"{self.me} receives"),
            asyncio.create_task(self._guarded(self._keep_sending()), name=f"{self.me} sends"),
        ]
        try:
            await self._ready.wait()
        except BaseException:
            await self._leave()
            raise
        if self._failure is not None:
            await self._leave()
            self._raise_if_over()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leaves the group. Others see a member that is gone.

        Raises:
            GroupError: the group had been lost, and the block has not heard of it.
        """
        await self._leave()
        if error is None and self._failure is not None and not self._told:
            self._raise_if_over()

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()
        self._end(None)
        if self._log is not None:
            if self._failure is None:
                self._log.write(self._member, "close")
            self._log.close()
            self._log = None

    def _end(self, failure: Exception | None) -> None:
        if not self._over.is_set():
            self._failure = failure
        self._over.set()
        self._ready.set()
        for accepted in [*self._proposed, *(waiting for _, waiting in self._waiting)]:
            if not accepted.done():
                self._told = True
                accepted.set_exception(self._error())
                accepted.exception()  # read, so that nobody complains if nobody waits any more
        self._proposed = []
        self._waiting.clear()

    def _error(self) -> GroupError:
        return GroupError(
            "the member has left the group" if self._failure is None else str(self._failure)
        )

    def _raise_if_over(self) -> None:
        if self._over.is_set():
            self._told = True
            raise self._error() from self._failure

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Does a task's work; what ends it ends the member."""
        try:
            await work
        except (TransportError, ProtocolError) as error:
            logger.error("%s: %s", self.me, error)
            self._end(error)
        except Exception as error:
            logger.exception("%s: a callback failed", self.me)
            self._end(error)

    # -- what comes and goes ------------------------------------------------------------------

    async def _keep_receiving(self) -> None:
        while True:
            received = await self._transport.receive()
            match received:
                case Configuration():
                    self._metrics.configured(received)
                    self._assembler.configure(received)
                    self._give_up(received)
                    effects = self._session.configure(received)
                case Packet():
                    message = self._assemble(received)
                    effects = (
                        [] if message is None else self._session.receive(received.sender, message)
                    )
            for effect in effects:
                await self._carry_out(effect)
            if effects:
                self._propose()
                self._flush()

    def _give_up(self, configuration: Configuration) -> None:
        """If members are new, what waits to be sent is of an earlier request, and of no use.

        Announcements and updates are: the session counts on them to come back.
        """
        if configuration.joined:
            kept = [m for m in self._outbox if not isinstance(m, Data | Acknowledgment)]
            self._outbox = deque(kept)
            self._is_given_up = True

    def _assemble(self, packet: Packet) -> Message | None:
        """The message that is complete with a packet. Nonsense is left out: all leave it out."""
        self._metrics.received(packet)
        try:
            return self._assembler.add(packet.sender, packet.content)
        except WireError as error:
            self._metrics.malformed += 1
            logger.warning("%s: %s sent %s", self.me, packet.sender, error)
            return None

    async def _keep_sending(self) -> None:
        while True:
            while self._outbox:
                self._flush()  # a step is in the log before anybody else can know of it
                message = self._outbox.popleft()
                self._is_given_up = False
                for packet in self._cutter.cut(encode(message)):
                    if self._is_given_up and isinstance(message, Data):
                        break
                    self._metrics.sent(packet)
                    await self._transport.send(packet)
            self._filled.clear()
            await self._filled.wait()

    async def _carry_out(self, effect: Effect[bytes]) -> None:
        done: Awaitable[None] | None = None
        match effect:
            case Send(message):
                self._outbox.append(message)
                self._filled.set()
            case Installed(view):
                self._application.view_changed(view)
            case Completed(result):
                done = self._application.merge(result)
                if done is not None:
                    await done
                self._ready.set()
            case Accepted(update):
                await self._accept(update)

    async def _accept(self, update: Update) -> None:
        self._observe("update", update)
        for content in update.contents:
            done = self._application.accept(update.sender, content)
            if done is not None:
                await done
        if update.sender == self.me:
            proposed, self._proposed = self._proposed, []
            for accepted in proposed:
                if not accepted.done():
                    accepted.set_result(None)

    def _propose(self) -> None:
        """Gives the session what waits, as much as goes together, if nothing is on its way."""
        if self._over.is_set() or not self._session.may_update:
            return
        contents: list[bytes] = []
        size = 0
        while self._waiting and (not contents or size + len(self._waiting[0][0]) <= BATCH):
            content, accepted = self._waiting.popleft()
            if not accepted.cancelled():
                contents.append(content)
                size += len(content)
                self._proposed.append(accepted)
        if contents:
            for effect in self._session.update(tuple(contents)):
                if isinstance(effect, Send):
                    self._outbox.append(effect.message)
                    self._filled.set()

    # -- what is noted ------------------------------------------------------------------------

    def _observe(self, event: str, subject: Subject) -> None:
        self._metrics.observe(event, subject)
        if self._log is not None:
            self._log.write(self._member, event, subject)
        if self._on_event is not None:
            self._on_event(record(self._member, event, subject))
        if event in ("install", "complete"):
            logger.info(
                "%s: %s %s", self.me, event, subject.id if isinstance(subject, View) else ""
            )

    def _flush(self) -> None:
        if self._log is not None:
            self._log.flush()
