"""Mutual challenge and response: both sides prove that they know the group's secret.

The ordering process sends a nonce, the member answers with a nonce of its own and a proof, the
ordering process with a proof. A proof is an HMAC-SHA256 (RFC 2104) over a label of the role that
proves, the group, both nonces and what is said with it, each with its length before it. So no
proof fits another connection, another group, another message or the other direction: neither side
can be replayed or used as a mirror (Bird et al., "Systematic Design of a Family of Attack-Resistant
Authentication Protocols", IEEE JSAC 11(5), 1993). Whoever does not know the secret receives a
random nonce and nothing else.

What follows on the connection is not signed: only the two ends of a Unix socket can write to it.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from enum import Enum

from impl.transports.local.frames import FrameError

SECRET_BYTES = 32
NONCE_BYTES = 32
PROOF_BYTES = 32

# The version of all that is said on a connection: whoever changes a frame counts it up.
_MAGIC = b"onevoice local 1"
CHALLENGE_BYTES = len(_MAGIC) + NONCE_BYTES


class Prover(Enum):
    """Whose proof it is."""

    MEMBER = b"member or rehearsal"
    ORDERING_PROCESS = b"ordering process"


def new_nonce() -> bytes:
    """A number that is used once."""
    return secrets.token_bytes(NONCE_BYTES)


def challenge(nonce: bytes) -> bytes:
    """The body of the first frame of the ordering process."""
    return _MAGIC + nonce


def nonce_of(body: bytes) -> bytes:
    """The nonce in a challenge.

    Raises:
        FrameError: it is none, or one of another version.
    """
    if len(body) != CHALLENGE_BYTES or not body.startswith(_MAGIC):
        raise FrameError("it is no ordering process, or one of another version of this library")
    return body[len(_MAGIC) :]


def prove(
    prover: Prover, secret: bytes, group: str, nonces: tuple[bytes, bytes], said: bytes
) -> bytes:
    """The proof that goes with a message.

    Args:
        prover: who proves.
        secret: what both know.
        group: the name of the group's folder.
        nonces: of the ordering process, of the member.
        said: the message.
    """
    code = hmac.new(secret, digestmod="sha256")
    for part in (_MAGIC, prover.value, group.encode(), *nonces, said):
        code.update(struct.pack("!Q", len(part)))
        code.update(part)
    return code.digest()


def is_proof(proof: bytes, expected: bytes) -> bool:
    """Compares in a time that tells nothing of where they differ."""
    return hmac.compare_digest(proof, expected)
