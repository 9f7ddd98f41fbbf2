"""How members, rehearsals and schedules come to a connection on which both sides know each other.

Whoever finds nobody listening starts the ordering process, if it may, and tries again; so does
whoever is cut off before it was challenged, since the ordering process has just ended then.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from contextlib import suppress
from dataclasses import dataclass

from impl.service import Address, TransportError
from impl.transports.local import authentication
from impl.transports.local.authentication import CHALLENGE_BYTES, Prover
from impl.transports.local.frames import (
    CONTROL_BYTES_MAX,
    ERROR_BYTES_MAX,
    PACKET_BYTES_MAX,
    STRANGER_BYTES_MAX,
    Decoder,
    Frame,
    FrameError,
    Kind,
    encode,
)
from impl.transports.local.launch import Launch
from impl.transports.local.messages import (
    Hello,
    Role,
    Welcome,
    proof_said,
    read,
    serial_of,
    with_proof,
    write,
)
from impl.transports.local.rendezvous import Rendezvous

_RETRY_S = 0.01
_READ_BYTES = 2**16
_EXPECTED = {
    Role.MEMBER: {
        Kind.PACKET: PACKET_BYTES_MAX,
        Kind.CONFIGURATION: CONTROL_BYTES_MAX,
        Kind.ERROR: ERROR_BYTES_MAX,
    },
    Role.REHEARSAL: {Kind.REPLY: CONTROL_BYTES_MAX, Kind.ERROR: ERROR_BYTES_MAX},
    Role.SCHEDULE: {Kind.REPLY: CONTROL_BYTES_MAX, Kind.ERROR: ERROR_BYTES_MAX},
}


class _CutOffError(Exception):
    """The connection ended before the other side had said anything."""


@dataclass(frozen=True)
class Connection:
    """A connection on which both sides have proved that they know the secret.

    Attributes:
        sock: not blocking.
        decoder: may hold what came after the welcome.
        address: of this member; empty for others.
        serial: its number, which is the origin of its packets; 0 for others.
        process: the id of the ordering process.
    """

    sock: socket.socket
    decoder: Decoder
    address: Address
    serial: int
    process: int

    async def ask(self, kind: Kind, body: bytes) -> Frame:
        """Sends a frame, and waits for the next of whatever kind the decoder expects.

        Raises:
            TransportError: an error came, or nothing that is right.
        """
        try:
            await asyncio.get_running_loop().sock_sendall(self.sock, encode(kind, body))
            return await _next_frame(self.sock, self.decoder)
        except FrameError as error:
            raise TransportError(f"the ordering process cannot be understood: {error}") from None
        except (OSError, _CutOffError):
            raise TransportError("the ordering process is gone") from None


async def connect(
    rendezvous: Rendezvous, role: Role, launch: Launch | None, limit_s: float
) -> Connection:
    """Connects to the ordering process of a group.

    Args:
        rendezvous: of the group.
        role: of this connection.
        launch: how to start an ordering process; None if none is to be started.
        limit_s: the time that all of it may take.

    Raises:
        TransportError: there is none, or it refuses this member or is not what it says it is.
    """
    rendezvous.prepare()
    try:
        async with asyncio.timeout(limit_s):
            while True:
                with suppress(_CutOffError):
                    if (sock := _reached(rendezvous)) is not None:
                        return await _introduced(sock, rendezvous, role)
                    if launch is None:
                        raise TransportError(
                            f"nobody is in the group: {rendezvous.folder} has no ordering process; "
                            "open a member first"
                        )
                    await launch.start(rendezvous)
                await asyncio.sleep(_RETRY_S)
    except TimeoutError:
        raise TransportError(
            f"no ordering process has answered at {rendezvous.socket} for {limit_s:g} s, although "
            f"one is there or was started: {rendezvous.folder / 'lock'} has its process id, "
            f"{rendezvous.log} what it said; end it, and try again"
        ) from None


def _reached(rendezvous: Rendezvous) -> socket.socket | None:
    """A connection, None if nobody listens."""
    sock = None
    try:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect(os.fspath(rendezvous.socket))
    except OSError as error:
        if sock is not None:
            sock.close()
        if error.errno in {errno.ENOENT, errno.ECONNREFUSED}:  # refused: whoever listened is dead
            return None
        if error.errno == errno.EAGAIN:  # too many are at the door
            raise _CutOffError from None
        raise TransportError(f"{rendezvous.socket} cannot be reached ({error.strerror})") from None
    return sock


async def _introduced(sock: socket.socket, rendezvous: Rendezvous, role: Role) -> Connection:
    """Proves, and has the other side prove, that the secret is known. Closes if it is not."""
    try:
        decoder = Decoder({Kind.CHALLENGE: CHALLENGE_BYTES, Kind.ERROR: ERROR_BYTES_MAX})
        theirs = authentication.nonce_of((await _next_frame(sock, decoder)).body())
        return await _answered(sock, decoder, theirs, rendezvous, role)
    except ConnectionError:
        sock.close()
        raise _CutOffError from None
    except FrameError as error:
        sock.close()
        raise TransportError(f"what listens at {rendezvous.socket} is wrong: {error}") from None
    except BaseException:
        sock.close()
        raise


async def _answered(
    sock: socket.socket, decoder: Decoder, theirs: bytes, rendezvous: Rendezvous, role: Role
) -> Connection:
    secret, mine = rendezvous.read_secret(), authentication.new_nonce()
    nonces = theirs, mine
    said = write(Hello(role, os.getpid()))
    proof = authentication.prove(Prover.MEMBER, secret, rendezvous.group, nonces, said)
    decoder.expect({Kind.WELCOME: STRANGER_BYTES_MAX, Kind.ERROR: ERROR_BYTES_MAX})
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, encode(Kind.HELLO, with_proof(proof, said, mine)))
    theirs_proof, answer = proof_said((await _next_frame(sock, decoder)).body())
    expected = authentication.prove(
        Prover.ORDERING_PROCESS, secret, rendezvous.group, nonces, answer
    )
    if not authentication.is_proof(theirs_proof, expected):
        raise TransportError(
            f"what listens at {rendezvous.socket} does not know the secret of the group: find out "
            "what it is before you trust it"
        )
    welcome = read(answer, Welcome)
    decoder.expect(_EXPECTED[role])
    serial = serial_of(welcome.address) if role is Role.MEMBER else 0
    return Connection(sock, decoder, welcome.address, serial, welcome.process)


async def _next_frame(sock: socket.socket, decoder: Decoder) -> Frame:
    loop = asyncio.get_running_loop()
    while (frame := decoder.next_frame()) is None:
        data = await loop.sock_recv(sock, _READ_BYTES)
        if not data:
            raise _CutOffError
        decoder.feed(data)
    if frame.kind is Kind.ERROR:
        raise TransportError(frame.body().decode(errors="replace"))
    return frame
