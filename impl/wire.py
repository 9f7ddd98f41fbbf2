"""Messages as packets: what members send each other, cut into pieces that a transport can carry.

A message is `length of head (4 bytes) · head · body`. The head is MessagePack, an array whose first
element is the kind; the body is the application's bytes, as they are. A packet is
`version (1) · number (4) · index (4) · total (8) · piece`: the sender's how-many-eth message, which
piece of it, how many bytes the message has in all. Numbers are big-endian.

Pieces of one sender come in order and its messages one after the other (E1), and everyone who was
there when a message began gets all of it, or sees its sender leave or give it up (E2). Who comes
later gets the rest of a message whose beginning it never saw: that is no error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import accumulate

import msgspec

from impl.core import (
    Acknowledgment,
    Address,
    Announcement,
    Configuration,
    Data,
    MemberId,
    Update,
    ViewId,
)

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
    number: int
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
        case Announcement(sender, number, configuration, epoch, subgroup, bears_data):
            head = _Announcement(sender, number, configuration, epoch, subgroup, bears_data)
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


def decode(content: bytes | memoryview) -> Message:
    """The message of these bytes.

    Raises:
        WireError: they are none.
    """
    split = _split(memoryview(content))
    if split is None:
        raise WireError(f"a message of {len(content)} bytes that ends in its head")
    head, body = split
    return _message(head, bytes(body))


def _split(start: memoryview) -> tuple[_Head, memoryview] | None:
    """The head of a message and what follows; None if the head is not all there."""
    if len(start) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack_from(start)
    if size > HEAD_LIMIT:
        raise WireError(f"a head of {size} bytes")
    end = _LENGTH.size + size
    if len(start) < end:
        return None
    try:
        head: _Head = _decode(start[_LENGTH.size : end])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"a head that is none: {error}") from None
    return head, start[end:]


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
                head.sender,
                head.number,
                head.configuration,
                head.epoch,
                head.subgroup,
                head.bears_data,
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


class _Partial:
    """A message that has come in part, in one buffer."""

    def __init__(self, number: int, total: int, piece: memoryview) -> None:
        self.number, self.total = number, total
        self.pieces = 0
        self.missing = total
        split = _split(piece)
        self.head = None if split is None else split[0]
        """None if it has not come with the first piece: only an update has such a long one."""
        self._body = BytesIO()
        self._room = 0
        self.add(piece if split is None else split[1], len(piece))

    def add(self, content: memoryview, size: int) -> None:
        """Takes the content of the next piece, which has so many bytes."""
        self.pieces += 1
        self.missing -= size
        if self.missing < 0:
            raise WireError(f"more than the {self.total} bytes of a message")
        end = self._body.tell() + len(content)
        if end > self._room:
            self._make_room(end)
        self._body.write(content)

    def _make_room(self, end: int) -> None:
        """Takes memory in large steps, lest it is copied again and again as it grows.

        But only in proportion to what has come: anybody can say that a message will be long.
        """
        whole = end + self.missing
        self._room = whole if whole <= 16 * end else 8 * end
        with self._body.getbuffer() as content:
            # A buffer takes over a string that nobody else has, and the system gives memory for
            # zeros only where they are overwritten.
            larger = BytesIO(bytes(self._room))
            larger.write(content[: self._body.tell()])
        self._body = larger

    def message(self) -> Message:
        """The message, when nothing is missing."""
        body = self._body.getvalue()
        return decode(body) if self.head is None else _message(self.head, body)


class Assembler:
    """Puts packets together again.

    Args:
        limit: bytes of a message, at most.
    """

    def __init__(self, limit: int) -> None:
        self.headless = 0
        """Packets of messages whose beginning this member has not, or has forgotten."""
        self._limit = limit
        self._partial: dict[Address, _Partial] = {}

    def configure(self, configuration: Configuration) -> None:
        """The membership has changed: forgets what cannot be completed any more.

        That is whatever came in part from those who are gone. If members are new, they cannot have
        what began before, so nobody takes it: data and acknowledgments are then of an earlier
        request, and of no use. An update is of use to its sender, who has to see it to send it
        again; the others ignore it in the end (see `Session`).
        """
        stay = configuration.together
        self._partial = {
            address: partial
            for address, partial in self._partial.items()
            if address in stay
            and (not configuration.joined or isinstance(partial.head, _Update | None))
        }

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
        if index == 0:  # whatever was before it has been given up by its sender
            partial = _Partial(number, total, piece)
        elif partial is None:
            self.headless += 1
            return None
        elif (number, index, total) != (partial.number, partial.pieces, partial.total):
            raise WireError(f"piece {index} of message {number} after another one's")
        else:
            partial.add(piece, len(piece))
        if partial.missing:
            self._partial[sender] = partial
            return None
        return partial.message()
