"""The group communication service as the implementation sees it: what a transport promises.

A transport carries packets to all members of a group, and tells of its membership. The promises
are those that the specification assumes (`model/protocol/service.py`), here in terms of a member
that calls `receive` again and again:

- **E1 FIFO.** Packets of one sender come in the order in which it sent them.
- **E2 View synchrony.** Members that go from one configuration to the next together have received
  the same packets in the first. So a packet of a crashed sender reaches all survivors before the
  configuration without it, or none of them ever.
- **E3 Membership.** Who fails or leaves is eventually missing from a configuration of all who go
  on; configurations come in the same order to all who go through them together.
- **E4 Same-view delivery.** A packet comes in one configuration, the same for everyone, which may
  be a later one than it was sent in. It is never received in an earlier one.
- **E5 Total order** of the packets of a configuration. The exchange does not need it; what an
  application sends to the group between exchanges does.

A sender receives its own packets, like everyone. Success of `send` promises nothing: the packet may
be lost together with its sender.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from impl.core.configuration import Address, Configuration

__all__ = ["Address", "Configuration", "Packet", "Transport", "TransportError"]


class TransportError(Exception):
    """The service is not there, refuses this member, or is lost; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What a member sent to all: its bytes are those of the parts it was given, in one piece."""

    sender: Address
    content: bytes


class Transport(Protocol):
    """One member's access to one group. It is opened once and closed once.

    `send` and `receive` are called by one task each. A caller that does not receive is held back
    in sending sooner or later, and may hold back the group; it must not send from the task that
    receives.
    """

    limit: int
    """Bytes that fit into a packet."""

    @property
    def address(self) -> Address:
        """This member's address, known once the transport is open."""

    async def open(self) -> None:
        """Joins the group; the first thing received afterwards is a configuration.

        Raises:
            TransportError: the service cannot be reached or refuses this member.
        """

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        """Puts one packet, its parts one after the other, into the sender's queue.

        Waits while there is no room. If it is cancelled, the packet was sent whole or not at all.

        Raises:
            TransportError: the service is lost.
            ValueError: the packet has more than `limit` bytes.
        """

    async def receive(self) -> Configuration | Packet:
        """Waits for what comes next. If it is cancelled, nothing is lost.

        Raises:
            TransportError: the service is lost, or has excluded this member.
        """

    async def close(self) -> None:
        """Leaves the group: others see a member that is gone. Never raises, may be repeated."""
