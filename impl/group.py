"""What an application uses: a member of a group whose data is the same everywhere.

    class Inventory(Application):
        ...                                    # what it holds, and how two of it become one

    async with Group(Inventory(), LocalTransport("inventory"), name="a1") as group:
        await group.send(b"...")               # applied by all, in the same order

When the block is entered, the member has completed its first exchange: it holds what the group
holds. From then on, whenever members join or separated parts meet, each part's data is sent once,
and every member's `merge` is called once with the data of all. In between, what members `send` is
applied in one order by all that hold the same.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from impl.application import Application
from impl.core import (
    Accepted,
    Address,
    Completed,
    Configuration,
    Effect,
    Installed,
    Member,
    MemberId,
    Send,
    Session,
    Update,
    View,
)
from impl.log import EventLog, Subject, record
from impl.metrics import Metrics
from impl.outbox import Outbox
from impl.service import Packet, Transport, TransportError
from impl.wire import Assembler, Message, WireError

__all__ = ["Application", "Group", "GroupError"]

logger = logging.getLogger(__name__)

BATCH_BYTES, BATCH_CONTENTS = 1 << 16, 1000
"""What waits to be sent goes together up to so much, if no single content is longer."""

NAME_BYTES_MAX = 64
PACKET_BYTES_MIN = 256
"""An announcement is one packet: in parts, some could have it and others not (`Assembler`)."""


class GroupError(Exception):
    """The group is lost to this member, or it is not used as it must be; the text says which."""


class Group:
    """One life of one member of a group, as an asynchronous context manager (R13).

    Args:
        application: what it holds.
        transport: how it reaches the group; not opened yet.
        name: the lowest one leads (R8); by default a random one. Up to 64 bytes in UTF-8.
        subgroup: names what the application holds at the start, if other members hold the same:
            who gives the same name must hold the same. By default nobody else does. As long.
        log: a file to which the member's events are added (`impl.log`).
        on_event: hears of each event, as an object of the log.
        limit: bytes of data that one subgroup may have, at most; the same for all members.
        make_member: the rules; `functools.partial(Member, policy=highest_name)` has another leader.

    Raises:
        ValueError: a name is too long.
        OSError: the log cannot be written.
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
        for given in (name, subgroup):
            if given is not None and len(given.encode()) > NAME_BYTES_MAX:
                raise ValueError(f"a name of over {NAME_BYTES_MAX} bytes: {given[:40]!r}...")
        self.me = MemberId(name or f"member-{secrets.token_hex(4)}", secrets.token_hex(4))
        self._application = application
        self._transport = transport
        self._subgroup = subgroup
        self._limit = limit
        self._member = make_member(self.me)
        self._log = None if log is None else EventLog(log)
        self._on_event = on_event
        self._metrics = Metrics()
        self._assembler = Assembler(limit + (1 << 20))
        self._outbox = Outbox(self._flush, self._metrics.sent)
        self._session: Session[bytes] | None = None
        """From when the transport is open."""
        self._waiting: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        """What the application wants to send, in order."""
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
        dropped = self._assembler.headless + (0 if self._session is None else self._session.stale)
        return self._metrics.of(self._member, dropped)

    async def send(self, content: bytes) -> None:
        """Has all members apply something; returns when this one has.

        If it is cancelled, the content is applied by all or by nobody. While an exchange is
        running, it waits.

        Args:
            content: up to `limit` bytes.

        Raises:
            GroupError: the member is not in the group (any more), or this is awaited by a callback,
                which would never end.
            ValueError: it is too long.
        """
        if asyncio.current_task() in self._tasks:
            raise GroupError("a callback cannot wait for `send`: let a task of its own do it")
        if len(content) > self._limit:
            raise ValueError(f"{len(content)} bytes, over the limit of {self._limit}")
        if self._session is None:
            raise GroupError("not in the group yet: send in the block of `async with`")
        self._raise_if_over()
        accepted = asyncio.get_running_loop().create_future()
        self._waiting.append((bytes(content), accepted))
        self._propose(self._session)
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
            if self._transport.limit < PACKET_BYTES_MIN:
                raise TransportError(f"its packets have less than {PACKET_BYTES_MIN} bytes")
            session = self._session = Session(
                self._member,
                self._transport.address,
                bears_data=self._application.has_data,
                snapshot=self._snapshot,
                subgroup=self._subgroup,
                observe=self._observe,
            )
            work = (self._keep_receiving(session), self._outbox.send_all(self._transport))
            self._tasks = [asyncio.create_task(self._guarded(each)) for each in work]
            await self._ready.wait()
        except TransportError as error:
            await self._leave()
            raise GroupError(str(error)) from error
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
        """Whatever callbacks do when they are cancelled, the others are told first."""
        self._end(None)
        for task in self._tasks:
            task.cancel()
        try:
            await self._transport.close()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            if self._failure is None and self._member.view is not None:
                self._observe("close", None)
            if self._log is not None:
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
        left = "the member has left the group: make another one to come back"
        return GroupError(left if self._failure is None else str(self._failure))

    def _raise_if_over(self) -> None:
        if self._over.is_set():
            self._told = True
            raise self._error() from self._failure

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Does a task's work; what ends it ends the member."""
        try:
            await work
        except asyncio.CancelledError:
            if not self._over.is_set():
                self._end(GroupError("a callback was cancelled, so it is not known what it did"))
            raise
        except TransportError as error:
            logger.error("%s: %s", self.me, error)
            self._end(error)
        except Exception as error:
            logger.exception("%s has to leave the group", self.me)
            self._end(error)

    # -- what comes and goes ------------------------------------------------------------------

    def _snapshot(self) -> bytes:
        content = self._application.snapshot()
        if len(content) > self._limit:
            raise GroupError(
                f"the application has {len(content)} bytes of data, over the limit of "
                f"{self._limit}: give all members a higher one"
            )
        return content

    async def _keep_receiving(self, session: Session[bytes]) -> None:
        while True:
            received = await self._transport.receive()
            match received:
                case Configuration():
                    self._metrics.configured(received)
                    self._assembler.configure(received)
                    if received.joined:
                        self._outbox.give_up()
                    effects = session.configure(received)
                case Packet(sender, _):
                    message = self._assemble(received)
                    effects = [] if message is None else session.receive(sender, message)
            for effect in effects:
                await self._carry_out(effect)
            if effects:
                self._propose(session)
                self._flush()

    def _assemble(self, packet: Packet) -> Message | None:
        """The message that is complete with a packet. Nonsense is left out: all leave it out."""
        self._metrics.received(packet)
        try:
            return self._assembler.add(packet.sender, packet.content)
        except WireError as error:
            self._metrics.malformed += 1
            logger.warning("%s: %s sent %s", self.me, packet.sender, error)
            return None

    async def _carry_out(self, effect: Effect[bytes]) -> None:
        match effect:
            case Send(message):
                self._outbox.put(message)
            case Installed(view):
                self._application.view_changed(view)
            case Completed(result):
                merged = self._application.merge(result)
                if merged is not None:
                    await merged
                self._ready.set()
            case Accepted(update):
                await self._accept(update)

    async def _accept(self, update: Update) -> None:
        self._observe("update", update)
        for content in update.contents:
            applied = self._application.accept(update.sender, content)
            if applied is not None:
                await applied
        if update.sender == self.me:
            proposed, self._proposed = self._proposed, []
            for accepted in proposed:
                if not accepted.done():
                    accepted.set_result(None)

    def _propose(self, session: Session[bytes]) -> None:
        """Gives the session what waits, as much as goes together, if nothing is on its way."""
        if self._over.is_set() or not session.may_update:
            return
        contents: list[bytes] = []
        size = 0
        while self._waiting and len(contents) < BATCH_CONTENTS:
            content, accepted = self._waiting[0]
            if contents and size + len(content) > BATCH_BYTES:
                break
            self._waiting.popleft()
            if not accepted.cancelled():
                contents.append(content)
                size += len(content)
                self._proposed.append(accepted)
        if contents:
            for sent in session.update(tuple(contents)):
                self._outbox.put(sent.message)

    # -- what is noted ------------------------------------------------------------------------

    def _observe(self, event: str, subject: Subject) -> None:
        self._metrics.observe(event, subject)
        if self._log is not None or self._on_event is not None:
            line = record(self._member, event, subject)
            if self._log is not None:
                self._log.write(line)
            if self._on_event is not None:
                self._on_event(line)
        if isinstance(subject, View):
            logger.info("%s is in view %s of %d", self.me, subject.id, len(subject.members))

    def _flush(self) -> None:
        """A step is in the log before anybody else can know of it."""
        if self._log is not None:
            self._log.flush()
