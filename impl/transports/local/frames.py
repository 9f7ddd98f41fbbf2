"""Frames: how the bytes of a connection are cut into pieces of meaning. Without input or output.

A frame is a header of 16 bytes (length of the body, kind, origin; unsigned, big-endian) and a
body. The origin is the serial number of the member whose packet it is, and 0 in what is no packet.
A member writes the header of a packet as everyone is to receive it, so that the ordering process
passes the bytes on as they came, after it has checked them, and copies nothing.

The decoder takes bytes as they come and gives whole frames, after the manner of h11: `feed` it,
then call `next_frame` until there is none. It keeps no more than the frame that is not complete
and what was fed last. Which kinds may come, and how long, is said beforehand by `expect`, so an
announced length is judged before anything is kept for it.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

HEADER = struct.Struct("!IIQ")
HEADER_BYTES = HEADER.size

PACKET_BYTES_MAX = 256 * 2**10
"""What fits into a packet; larger ones are no faster, and hold up those of others for longer."""

CONTROL_BYTES_MAX = 2**20
"""What fits into any other frame: a configuration of some fifty thousand members."""

STRANGER_BYTES_MAX = 512
"""What fits into a frame of someone who has not yet proved to know the secret."""

ERROR_BYTES_MAX = 4096

# A frame that comes in more pieces than these comes in tiny ones, which are put together meanwhile:
# each costs a few hundred bytes, however short it is.
_CHUNKS_MAX = 64


class Kind(IntEnum):
    """What a frame is; from the ordering process, from whoever is connected, or both ways."""

    CHALLENGE = 1
    """Ordering process: the first frame of a connection, with a nonce."""
    HELLO = 2
    """Whoever is connected: its answer, which proves that it knows the secret."""
    WELCOME = 3
    """Ordering process: proves the same of itself, and says what the member is called."""
    CONFIGURATION = 4
    """Ordering process: the membership from here on."""
    PACKET = 5
    """Both: what a member sent to all."""
    LEAVE = 6
    """Member: it goes of its own will."""
    COMMAND = 7
    """Rehearsal: partition or merge the group, or tell of it. Schedule: what is to happen next."""
    REPLY = 8
    """Ordering process: what came of a command; to a schedule, whatever happens."""
    ERROR = 9
    """Ordering process: why it closes the connection; the last frame."""


class FrameError(Exception):
    """What came is no frame, or not one that may come here; the text says why."""


class Frame(NamedTuple):
    """A whole frame: its pieces, one after the other, are its bytes, header included."""

    kind: Kind
    origin: int
    pieces: tuple[memoryview, ...]

    def body(self) -> bytes:
        """What follows the header, copied once."""
        first = self.pieces[0][HEADER_BYTES:]  # the decoder never cuts a header into pieces
        if len(self.pieces) == 1:
            return bytes(first)
        return b"".join((first, *self.pieces[1:]))


def header(kind: Kind, length: int, origin: int = 0) -> bytes:
    """The header of a frame whose body has this many bytes."""
    return HEADER.pack(length, kind, origin)


def encode(kind: Kind, body: bytes = b"", origin: int = 0) -> bytes:
    """A whole frame."""
    return header(kind, len(body), origin) + body


class Decoder:
    """Bytes in, frames out.

    Args:
        expected: see `expect`.
    """

    def __init__(self, expected: Mapping[Kind, int]) -> None:
        self.expect(expected)
        # Invariant: none is empty, and `_available` bytes of them are not yet part of a frame: all
        # but the first `_start` of the first one.
        self._chunks: deque[memoryview] = deque()
        self._start = 0
        self._available = 0
        # Kind, origin and length (header included) of the frame that is not complete; its header
        # has been judged, and is still in `_chunks`, in one piece.
        self._begun: tuple[Kind, int, int] | None = None
        self._error: FrameError | None = None

    def expect(self, expected: Mapping[Kind, int]) -> None:
        """Says which kinds of frames may come from now on, and how long each body may be."""
        self._expected = {int(kind): (kind, bytes_max) for kind, bytes_max in expected.items()}

    def feed(self, data: bytes) -> None:
        """Takes what came next. All whole frames must have been taken before."""
        if data:
            self._chunks.append(memoryview(data))
            self._available += len(data)
            if len(self._chunks) > _CHUNKS_MAX:
                self._put_together()

    @property
    def is_between_frames(self) -> bool:
        """Whether every byte that was fed has been given out as part of a frame."""
        return not self._available

    def next_frame(self) -> Frame | None:
        """The next whole frame, None if more bytes are needed.

        Raises:
            FrameError: what came is wrong. Where a next frame would begin is then unknown, so
                every later call raises it again.
        """
        if self._begun is None:
            if self._error is not None:
                raise self._error
            if self._available < HEADER_BYTES:
                return None
            self._begun = self._judged_header()
        kind, origin, length = self._begun
        if self._available < length:
            return None
        self._begun = None
        self._available -= length
        first, end = self._chunks[0], self._start + length
        if end < len(first):  # by far the most frequent: one of many frames in a chunk
            piece = first[self._start : end]
            self._start = end
            return Frame(kind, origin, (piece,))
        return Frame(kind, origin, self._taken(length))

    def _judged_header(self) -> tuple[Kind, int, int]:
        if len(self._chunks[0]) - self._start < HEADER_BYTES:
            # It is made one piece, for those who want the body without it.
            whole = memoryview(b"".join(self._taken(HEADER_BYTES)))
            if self._start:
                self._chunks[0] = self._chunks[0][self._start :]
                self._start = 0
            self._chunks.appendleft(whole)
        length, kind, origin = HEADER.unpack_from(self._chunks[0], self._start)
        wrong, name = None, _name(kind)
        known, bytes_max = self._expected.get(kind, (None, 0))
        if known is None:
            may_come = ", ".join(kind.name for kind, _ in self._expected.values())
            wrong = f"a frame of kind {name} came, where only {may_come} may come"
        elif length > bytes_max:
            wrong = f"a frame of kind {name} has {length:,} bytes, more than {bytes_max:,}"
        elif origin and known is not Kind.PACKET:
            wrong = f"a frame of kind {name} has an origin, which only a packet has"
        if known is None or wrong is not None:
            self._error = FrameError(wrong)
            raise self._error
        return known, origin, HEADER_BYTES + length

    def _taken(self, count: int) -> tuple[memoryview, ...]:
        """Takes bytes off the chunks; the caller keeps the account in `_available`."""
        pieces = []
        while count:
            first = self._chunks[0]
            end = min(self._start + count, len(first))
            pieces.append(first[self._start : end])
            count -= end - self._start
            if end == len(first):
                self._chunks.popleft()
                self._start = 0
            else:
                self._start = end
        return tuple(pieces)

    def _put_together(self) -> None:
        whole = memoryview(b"".join(self._taken(self._available)))
        self._chunks.append(whole)


def _name(kind: int) -> str:
    try:
        return Kind(kind).name
    except ValueError:
        return str(kind)
