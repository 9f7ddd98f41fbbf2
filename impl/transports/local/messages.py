"""What is said in frames that are no packets: JSON, checked against a type when it is read.

How addresses look is said here too: a serial number, counted up by the ordering process as long as
it lives and never given twice, padded so that names ascend as members joined; and the id of the
member's process, for whoever reads it.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import msgspec

from impl.service import Address
from impl.transports.local.authentication import NONCE_BYTES, PROOF_BYTES
from impl.transports.local.frames import FrameError

_SERIAL_DIGITS = 8
Message = TypeVar("Message", bound=msgspec.Struct)


class Role(Enum):
    """What a connection is for."""

    MEMBER = "member"
    REHEARSAL = "rehearsal"
    SCHEDULE = "schedule"


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who connects; with it come a nonce and a proof."""

    role: Role
    process: int


class Welcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With it comes a proof.

    Attributes:
        address: of the member; empty for others.
        process: the id of the ordering process.
    """

    address: Address
    process: int


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A configuration, as `impl.service` has it."""

    members: tuple[Address, ...]
    joined: frozenset[Address]


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Whoever is in no part goes with the first."""

    parts: tuple[tuple[Address, ...], ...]


class Heal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """All are together again."""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Nothing is to change."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rehearsal wants."""

    what: Split | Heal | Ask


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """A configuration of these members is formed."""

    members: tuple[Address, ...]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """The first packet that this member has sent is placed."""

    member: Address


class Give(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """This member is given what is first for it."""

    member: Address


class Direction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a schedule wants; its directions are numbered from 1."""

    number: int
    what: Form | Place | Give


class Waiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a schedule holds back of one member.

    Attributes:
        address: its address.
        sent: how many packets it has sent since it is held back.
        placed: how many of them are placed.
        given: how much it was given: configurations and packets.
        ahead: how much is there to be given to it.
        is_gone: it has left or failed.
    """

    address: Address
    sent: int
    placed: int
    given: int
    ahead: int
    is_gone: bool


class News(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a schedule is told, whenever something has happened.

    Attributes:
        number: of the last direction that was taken up; 0 before the first.
        error: why nothing came of it; empty if it was carried out.
        members: of the group, in the order in which they came.
    """

    number: int
    error: str
    members: tuple[Waiting, ...]


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a command.

    Attributes:
        components: who hears whom, after the command.
        error: why nothing changed; empty if the command was carried out.
    """

    components: tuple[tuple[Address, ...], ...]
    error: str = ""


def write(message: msgspec.Struct) -> bytes:
    """A message as the body of a frame."""
    return msgspec.json.encode(message)


def read(body: bytes, message: type[Message]) -> Message:
    """A message from the body of a frame.

    Raises:
        FrameError: it is no such message.
    """
    try:
        return msgspec.json.decode(body, type=message)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FrameError(f"a malformed message, {message.__name__}, came: {error}") from None


def with_proof(proof: bytes, said: bytes, nonce: bytes = b"") -> bytes:
    """The body of a frame that proves something."""
    return nonce + proof + said


def nonce_proof_said(body: bytes) -> tuple[bytes, bytes, bytes]:
    """The parts of a hello; parts that are missing are short."""
    end = NONCE_BYTES + PROOF_BYTES
    return body[:NONCE_BYTES], body[NONCE_BYTES:end], body[end:]


def proof_said(body: bytes) -> tuple[bytes, bytes]:
    """The parts of a welcome; parts that are missing are short."""
    return body[:PROOF_BYTES], body[PROOF_BYTES:]


def address_of(serial: int, process: int) -> Address:
    """How a member is called."""
    return f"{serial:0{_SERIAL_DIGITS}}-{process}"


def serial_of(address: Address) -> int:
    """The serial number of a member, which is the origin of its packets.

    Raises:
        FrameError: it is no address of this transport.
    """
    digits = address.partition("-")[0]
    if len(digits) < _SERIAL_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise FrameError(f"{address!r} is no address of this transport")
    return int(digits)
