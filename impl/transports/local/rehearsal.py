"""Rehearsing partitions and merges on one machine: parts of a group that do not hear each other.

    rehearsal = Rehearsal("editors")
    (everyone,) = await rehearsal.members()
    await rehearsal.split([everyone[:2], everyone[2:]])
    await rehearsal.heal()

When a command has returned, every member has been told, before anything that is sent later. Members
that join while the group is split come into its first part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from impl.service import Address, TransportError
from impl.transports.local.connecting import connect
from impl.transports.local.frames import CONTROL_BYTES_MAX, FrameError, Kind
from impl.transports.local.messages import Ask, Command, Heal, Reply, Role, Split, read, write
from impl.transports.local.rendezvous import Rendezvous

Parts = tuple[tuple[Address, ...], ...]


class Rehearsal:
    """Whoever can be a member of a group can part and merge it.

    Args:
        group: its name.
        directory: as for its members.
        limit_s: the time that a command may take.
    """

    def __init__(self, group: str, *, directory: Path | None = None, limit_s: float = 10.0) -> None:
        self.group = group
        self._directory, self._limit_s = directory, limit_s

    async def members(self) -> Parts:
        """The parts of the group, each in ascending order; one, if nothing has split it.

        Raises:
            TransportError: nobody is in the group, or its ordering process refuses.
        """
        return await self._carry_out(Ask())

    async def split(self, parts: Iterable[Iterable[Address]]) -> Parts:
        """Members of different parts hear each other no more, whatever the parts were before.

        Args:
            parts: of which none is empty; members that are in none go with the first.

        Returns:
            The parts as they are now.

        Raises:
            TransportError: as for `members`; somebody is no member (any more), or in two parts.
        """
        return await self._carry_out(Split(tuple(tuple(part) for part in parts)))

    async def heal(self) -> Parts:
        """All are together again.

        Raises:
            TransportError: as for `members`.
        """
        return await self._carry_out(Heal())

    async def _carry_out(self, what: Split | Heal | Ask) -> Parts:
        body = write(Command(what))
        if len(body) > CONTROL_BYTES_MAX:
            raise TransportError(f"the command has {len(body):,} bytes, more than are understood")
        rendezvous = Rendezvous.of_group(self.group, self._directory)
        connection = await connect(rendezvous, Role.REHEARSAL, None, self._limit_s)
        try:
            async with asyncio.timeout(self._limit_s):
                reply = read((await connection.ask(Kind.COMMAND, body)).body(), Reply)
        except TimeoutError:
            raise TransportError(
                f"the ordering process (process {connection.process}) has not answered for "
                f"{self._limit_s:g} s"
            ) from None
        except FrameError as error:
            raise TransportError(f"the answer cannot be understood: {error}") from None
        finally:
            connection.sock.close()
        if reply.error:
            raise TransportError(f"group {self.group!r} stays as it is: {reply.error}")
        return reply.components
