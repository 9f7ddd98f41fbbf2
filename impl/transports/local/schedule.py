"""What happens in a group on this machine, step by step: for tests of whoever uses it.

    async with Schedule("editors") as schedule:
        ...                                              # two members open their transports
        a, b = await schedule.arrived(2)
        await schedule.form([a, b])                      # a configuration of them is formed
        await schedule.give(a)                           # a hears of it, and sends something
        await schedule.until(lambda: schedule.waiting[a].sent == 1)
        await schedule.place(a)                          # that is ordered
        await schedule.give(a)                           # a receives it; b has heard of nothing yet

While a schedule is there, its group's ordering process does nothing by itself. What members send is
kept until it is placed, what they are to be given until it is given, and whoever comes or goes is
in the configurations that the schedule forms, or not. The promises of `impl.service` are kept,
whatever the schedule chooses: all of a configuration are given the same packets in the same order,
and those who go on together have been given the same before. When the schedule is closed, or its
process dies, all that was kept is passed on, and the group goes on by itself.

A schedule can be there before the first member: it starts the ordering process. There is one at a
time. It is for tests: what is kept is in the memory of the ordering process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

from impl.service import Address, TransportError
from impl.transports.local.connecting import connect
from impl.transports.local.frames import Decoder, FrameError, Kind, encode
from impl.transports.local.launch import Launch
from impl.transports.local.link import Link
from impl.transports.local.messages import (
    Direction,
    Form,
    Give,
    News,
    Place,
    Role,
    Waiting,
    read,
    write,
)
from impl.transports.local.rendezvous import Rendezvous
from impl.transports.local.settings import DEFAULTS, Settings

_UNSENT_BYTES_MAX = 2**20


class Schedule:
    """Whoever can be a member of a group can say what happens in it.

    Args:
        group: its name.
        directory: as for its members.
        settings: of the ordering process, if this starts it.
        limit_s: the time that a command, or something that is waited for, may take.
    """

    def __init__(
        self,
        group: str,
        *,
        directory: Path | None = None,
        settings: Settings = DEFAULTS,
        limit_s: float = 10.0,
    ) -> None:
        self.group = group
        self._directory, self._settings, self._limit_s = directory, settings, limit_s
        self._link: Link | None = None
        self._decoder = Decoder({})
        self._waiting: dict[Address, Waiting] = {}
        self._lost = "it is not open: use it as an asynchronous context manager"
        self._number = self._answered = 0
        self._refused = ""
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Schedule:
        """Holds the group back.

        Raises:
            TransportError: the ordering process cannot be reached, or another schedule is there.
        """
        rendezvous = Rendezvous.of_group(self.group, self._directory)
        launch = Launch(self._settings)
        connection = await connect(rendezvous, Role.SCHEDULE, launch, self._limit_s)
        self._decoder = connection.decoder
        self._link = Link(connection.sock, self, _UNSENT_BYTES_MAX)
        self._lost = ""
        self._answered = -1  # until the first news
        self._link.read(True)
        self.on_bytes(b"")  # what came together with the welcome
        try:
            await self.until(lambda: self._answered >= 0)
        except BaseException:
            self._link.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Lets the group go on by itself."""
        assert self._link is not None
        self._lost = self._lost or "it was closed"
        self._link.close()

    @property
    def waiting(self) -> Mapping[Address, Waiting]:
        """What is held back of each member, in the order in which they came; also of those that
        are gone."""
        return self._waiting

    async def arrived(self, count: int) -> list[Address]:
        """Waits until so many members have come, and names all, in the order in which they came.

        Raises:
            TransportError: they do not come in time.
        """
        await self.until(lambda: len(self._waiting) >= count)
        return list(self._waiting)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something is true of what is waiting.

        Raises:
            TransportError: it does not become true in time, or the ordering process is gone.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                while not condition():
                    if self._lost:
                        raise TransportError(self._lost)
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TransportError(
                f"group {self.group!r} did not come to what was waited for in {self._limit_s:g} s"
            ) from None

    async def form(self, members: Iterable[Address]) -> None:
        """Forms a configuration of members wherever they are. Each is given it after what it is
        still to be given.

        Raises:
            TransportError: somebody is not there, or is named twice; or it is the configuration
                that all of them are in.
        """
        await self._direct(Form(tuple(members)))

    async def place(self, member: Address) -> None:
        """Places the first packet that a member has sent, in the configuration formed last with it.

        Raises:
            TransportError: there is none, or the member is in no configuration.
        """
        await self._direct(Place(member))

    async def give(self, member: Address) -> None:
        """Gives a member what is first for it: a configuration, or a packet.

        Raises:
            TransportError: there is nothing, or the member is gone.
        """
        await self._direct(Give(member))

    async def _direct(self, what: Form | Place | Give) -> None:
        async with self._one_at_a_time:
            if self._link is None or self._lost:
                raise TransportError(self._lost)
            self._number += 1
            self._link.write([encode(Kind.COMMAND, write(Direction(self._number, what)))])
            await self.until(lambda: self._answered == self._number)
            if self._refused:
                raise TransportError(f"group {self.group!r} stays as it is: {self._refused}")

    # -- what comes from the ordering process -------------------------------------------------

    def on_bytes(self, data: bytes) -> None:
        """See `LinkOwner`."""
        self._decoder.feed(data)
        try:
            while (frame := self._decoder.next_frame()) is not None:
                if frame.kind is Kind.ERROR:
                    self._lose(frame.body().decode(errors="replace"))
                    return
                news = read(frame.body(), News)
                self._answered, self._refused = news.number, news.error
                self._waiting = {waiting.address: waiting for waiting in news.members}
        except FrameError as error:
            self._lose(f"the ordering process cannot be understood: {error}")
        self._changed.set()

    def on_room(self) -> None:
        """See `LinkOwner`. Commands are short, and one waits for the other."""

    def on_end(self) -> None:
        """See `LinkOwner`."""
        self._lose("the ordering process is gone, or has refused the schedule")

    def _lose(self, why: str) -> None:
        self._lost = self._lost or why
        if self._link is not None:
            self._link.close()
        self._changed.set()
