"""A connection at the ordering process: a stranger, until it has proved to know the secret.

What a peer may send depends on what it is, and the decoder is told so: a stranger a hello, a member
packets and that it leaves, a rehearsal or a schedule commands. Anything else is malformed.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Protocol

from impl.service import Address
from impl.transports.local import authentication
from impl.transports.local.authentication import Prover
from impl.transports.local.frames import (
    CONTROL_BYTES_MAX,
    ERROR_BYTES_MAX,
    PACKET_BYTES_MAX,
    STRANGER_BYTES_MAX,
    Decoder,
    FrameError,
    Kind,
    encode,
)
from impl.transports.local.link import READ_BYTES, Link
from impl.transports.local.messages import (
    Hello,
    Role,
    Welcome,
    nonce_proof_said,
    read,
    with_proof,
    write,
)

EXPECTED = {
    None: {Kind.HELLO: STRANGER_BYTES_MAX},
    Role.MEMBER: {Kind.PACKET: PACKET_BYTES_MAX, Kind.LEAVE: 0},
    Role.REHEARSAL: {Kind.COMMAND: CONTROL_BYTES_MAX},
    Role.SCHEDULE: {Kind.COMMAND: CONTROL_BYTES_MAX},
}


class Host(Protocol):
    """Who serves the peers."""

    def on_bytes(self, peer: Peer, data: bytes) -> None:
        """Some bytes have come from a peer."""

    def on_room(self, peer: Peer) -> None:
        """What is sent to a peer needs to be held back no more."""

    def on_end(self, peer: Peer) -> None:
        """A peer is gone, or the last has been written to one that was to go."""


class Peer:
    """One connection.

    Attributes:
        link: over which it is reached.
        decoder: what it sends.
        role: what it is, None for a stranger.
        serial: of a member, the origin of its packets; 0 for others.
        address: of a member; empty for others.
        has_hung_up: it is gone, although not all that it had sent is read.
    """

    def __init__(self, sock: socket.socket, host: Host, waiting_bytes_max: int) -> None:
        self.link = Link(sock, self, waiting_bytes_max)
        self.link.read_bytes_max = STRANGER_BYTES_MAX
        self.decoder = Decoder(EXPECTED[None])
        self.role: Role | None = None
        self.serial = 0
        self.address: Address = ""
        self.has_hung_up = False
        self._host = host
        self._nonce = authentication.new_nonce()
        self.link.write([encode(Kind.CHALLENGE, authentication.challenge(self._nonce))])

    def admit(
        self, body: bytes, group: str, secret: bytes, name: Callable[[Hello], tuple[int, Address]]
    ) -> None:
        """Answers a hello.

        Args:
            body: of the frame.
            group: as it is written in the name of its folder.
            secret: of the group.
            name: gives the serial number and the address; asked only if the proof is good.

        Raises:
            FrameError: it does not know the secret, or the hello is malformed.
        """
        nonce, proof, said = nonce_proof_said(body)
        nonces = self._nonce, nonce
        if not authentication.is_proof(
            proof, authentication.prove(Prover.MEMBER, secret, group, nonces, said)
        ):
            raise FrameError(
                "its secret is not the one that this ordering process was started with: close all "
                "members, wait until the ordering process has ended, and open them again"
            )
        hello = read(said, Hello)
        self.serial, self.address = name(hello)
        self.role = hello.role
        self.decoder.expect(EXPECTED[hello.role])
        self.link.read_bytes_max = READ_BYTES
        answer = write(Welcome(self.address, process=os.getpid()))
        proof = authentication.prove(Prover.ORDERING_PROCESS, secret, group, nonces, answer)
        self.link.write([encode(Kind.WELCOME, with_proof(proof, answer))])

    def say_why(self, text: str) -> None:
        """Writes the last frame."""
        self.link.write([encode(Kind.ERROR, text.encode(errors="replace")[:ERROR_BYTES_MAX])])

    def on_bytes(self, data: bytes) -> None:
        """See `LinkOwner`."""
        self._host.on_bytes(self, data)

    def on_room(self) -> None:
        """See `LinkOwner`."""
        self._host.on_room(self)

    def on_end(self) -> None:
        """See `LinkOwner`."""
        self._host.on_end(self)
