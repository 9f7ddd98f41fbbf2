"""Messages and packets, chosen by Hypothesis or made by hand."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from hypothesis import settings
from hypothesis import strategies as st

from impl.core import Acknowledgment, Announcement, Data, MemberId, Update, ViewId
from impl.wire import Cutter, Message, encode

always_the_same = settings(derandomize=True, database=None, deadline=None)

names = st.text(st.characters(codec="utf-8"), max_size=20)
epochs = st.integers(0, (1 << 64) - 1)
contents = st.binary(max_size=60)
members = st.builds(MemberId, names, names)
views = st.builds(ViewId, epochs, names)

messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Announcement, members, epochs, names, epochs, names, st.booleans()),
    st.builds(Data, members, views, views, contents),
    st.builds(Acknowledgment, members, views, views),
    st.builds(Update, members, st.lists(contents, max_size=5).map(tuple)),
)
limits = st.integers(18, 300)
"""Bytes of a packet; 18 leave room for one byte of the message."""

A, V = MemberId("a", "1"), ViewId(1, "v")
SOME: tuple[Message, ...] = (
    Announcement(A, 7, "somewhere", 3, "@a#1", True),
    Data(A, V, V, bytes(range(200))),
    Acknowledgment(A, V, V),
    Update(A, (b"", b"one", b"two" * 30)),
)


def packets(cutter: Cutter, *given: Message) -> list[bytes]:
    """What goes over the network for these messages."""
    return [b"".join(parts) for message in given for parts in cutter.cut(encode(message))]


def packet(piece: bytes, number: int = 0, index: int = 0, total: int | None = None) -> bytes:
    """A packet, as its format says."""
    return struct.pack(">BIIQ", 1, number, index, len(piece) if total is None else total) + piece


def message(head: bytes, body: bytes = b"") -> bytes:
    """A message's bytes, as their format says."""
    return struct.pack(">I", len(head)) + head + body


def joined(pieces: Iterable[bytes | memoryview]) -> bytes:
    return b"".join(pieces)
