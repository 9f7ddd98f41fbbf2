"""Messages as packets: what members send each other, cut into pieces that a transport can carry.

A message is `length of head (4 bytes) · head · body`. The head is MessagePack, an array whose first
element is the kind; the body is the application's bytes, as they are. A packet is
`version (1) · number (4) · index (4) · total (8) · piece`: the sender's how-many-eth message, which
piece of it, how many bytes the message has in all. Numbers are big-endian.

Pieces of one sender come in order and its messages one after the other (E1), and everyone who was
there when a message began gets all of it or sees its sender leave (E2). Who comes later gets the
rest of a message whose beginning it never saw: that is no error, such a message is from before.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from impl.core import Acknowledgment, Address, Announcement, Data, MemberId, Update, ViewId

VERSION = 1
_PACKET = struct.Struct(">BIIQ")
_LENGTH = struct.Struct(">I")
HEAD_LIMIT = 1 << 20
"""Bytes in a head. Only an update of very many contents has a long one."""

Message = Announcement | Data[bytes] | Acknowledgment | Update


class WireError(Exception):
    """Bytes that no right member sends."""


class _Announcement(msgspec.Struct, array_like=True, tag=0, forbid_unknown_fields=True):
    sender: MemberId
    configuration: str
    epoch: int
    subgroup: str
    bears_data: bool


class _Data(msgspec.Struct, array_like=True, tag=1, forbid_unknown_fields=True):
    sender: MemberId
    request: ViewId
    view: ViewId


class _Acknowledgment(msgspec.Struct, array_like=True, tag=2, forbid_unknown_fields=True):
    sender: MemberId
    request: ViewId
    view: ViewId


class _Update(msgspec.Struct, array_like=True, tag=3, forbid_unknown_fields=True):
    sender: MemberId
    sizes: list[int]


_Head = _Announcement | _Data | _Acknowledgment | _Update
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Head).decode


def encode(message: Message) -> list[bytes | memoryview]:
    """A message's bytes, in parts; an application's data is not copied."""
    body: list[bytes | memoryview] = []
    head: _Head
    match message:
        case Announcement(sender, configuration, epoch, subgroup, bears_data):
            head = _Announcement(sender, configuration, epoch, subgroup, bears_data)
        case Data(sender, request, view, content):
            head = _Data(sender, request, view)
            body = [memoryview(content)]
        case Acknowledgment(sender, request, view):
            head = _Acknowledgment(sender, request, view)
        case Update(sender=sender, contents=contents):
            head = _Update(sender, [len(content) for content in contents])
            body = list(contents)
    encoded = _encode(head)
    if len(encoded) > HEAD_LIMIT:
        raise ValueError(f"a message with {len(encoded)} bytes beside its content is too long")
    return [_LENGTH.pack(len(encoded)) + encoded, *body]


def decode(pieces: Sequence[memoryview]) -> Message:
    """The message of these bytes.

    Args:
        pieces: in order, at least one.

    Raises:
        WireError: they are none.
    """
    start = pieces[0]
    if len(start) < _LENGTH.size or _LENGTH.unpack_from(start)[0] > len(start) - _LENGTH.size:
        start = memoryview(b"".join(pieces))
        pieces = [start]
    if len(start) < _LENGTH.size:
        raise WireError(f"a message of {len(start)} bytes")
    (size,) = _LENGTH.unpack_from(start)
    if size > min(HEAD_LIMIT, len(start) - _LENGTH.size):
        raise WireError(f"a head of {size} bytes in a message of {len(start)}")
    try:
        head: _Head = _decode(start[_LENGTH.size : _LENGTH.size + size])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"a head that is none: {error}") from None
    return _message(head, b"".join([start[_LENGTH.size + size :], *pieces[1:]]))


def _message(head: _Head, body: bytes) -> Message:
    match head:
        case _Data():
            return Data(head.sender, head.request, head.view, body)
        case _Update():
            if min(head.sizes, default=0) < 0 or sum(head.sizes) != len(body):
                raise WireError(f"an update of {len(body)} bytes, not as many as it says")
            ends = accumulate(head.sizes)
            pieces = (body[end - n : end] for n, end in zip(head.sizes, ends, strict=True))
            return Update(head.sender, tuple(pieces))
        case _ if body:
            raise WireError(f"{len(body)} bytes behind a message that has no content")
        case _Announcement():
            return Announcement(
                head.sender, head.configuration, head.epoch, head.subgroup, head.bears_data
            )
        case _Acknowledgment():
            return Acknowledgment(head.sender, head.request, head.view)


class Cutter:
    """Cuts one sender's messages into packets.

    Args:
        limit: bytes of a packet, at most.
    """

    def __init__(self, limit: int) -> None:
        self._piece = limit - _PACKET.size
        if self._piece < 1:
            raise ValueError(f"a limit of {limit} bytes leaves no room for a message")
        self._number = 0

    def cut(self, parts: Sequence[bytes | memoryview]) -> Iterator[list[bytes | memoryview]]:
        """The packets of a message, each in parts."""
        total = sum(map(len, parts))
        number, self._number = self._number, (self._number + 1) % (1 << 32)
        for index, pieces in enumerate(_pieces(parts, self._piece)):
            yield [_PACKET.pack(VERSION, number, index, total), *pieces]


def _pieces(parts: Sequence[bytes | memoryview], size: int) -> Iterator[list[bytes | memoryview]]:
    """Consecutive pieces of so many bytes, the last one shorter."""
    piece: list[bytes | memoryview] = []
    room = size
    for part in parts:
        rest = memoryview(part)
        while len(rest):
            piece.append(rest[:room])
            room -= len(piece[-1])
            rest = rest[len(piece[-1]) :]
            if room == 0:
                yield piece
                piece, room = [], size
    if piece:
        yield piece


@dataclass(slots=True)
class _Partial:
    number: int
    total: int
    pieces: list[memoryview] = field(default_factory=list)
    length: int = 0


class Assembler:
    """Puts packets together again.

    Args:
        limit: bytes of a message, at most.
    """

    def __init__(self, limit: int) -> None:
        self.headless = 0
        """Packets of messages whose beginning was before this member came."""
        self._limit = limit
        self._partial: dict[Address, _Partial] = {}

    def keep(self, members: Collection[Address]) -> None:
        """Forgets what came in part from anybody else: the rest will never come."""
        self._partial = {a: partial for a, partial in self._partial.items() if a in members}

    def add(self, sender: Address, packet: bytes) -> Message | None:
        """Takes the next packet of a sender.

        Returns:
            The message that is complete with it, if one is.

        Raises:
            WireError: the packet is none, or does not follow its sender's last. What came of the
                message in part is forgotten.
        """
        partial = self._partial.pop(sender, None)
        if len(packet) <= _PACKET.size:
            raise WireError(f"a packet of {len(packet)} bytes")
        version, number, index, total = _PACKET.unpack_from(packet)
        if version != VERSION:
            raise WireError(f"version {version} of the wire format, this is {VERSION}")
        if total > self._limit:
            raise WireError(f"a message of {total} bytes, over the limit of {self._limit}")
        piece = memoryview(packet)[_PACKET.size :]
        if partial is None:
            if index > 0:
                self.headless += 1
                return None
            partial = _Partial(number, total)
        elif (number, index, total) != (partial.number, len(partial.pieces), partial.total):
            raise WireError(f"piece {index} of message {number} after another one's")
        partial.pieces.append(piece)
        partial.length += len(piece)
        if partial.length > total:
            raise WireError(f"{partial.length} bytes of a message of {total}")
        if partial.length < total:
            self._partial[sender] = partial
            return None
        return decode(partial.pieces)
