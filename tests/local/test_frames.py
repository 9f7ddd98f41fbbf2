"""The decoder gives the frames that were encoded, or an error that says what is wrong: whatever
comes, however it is cut.
"""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.transports.local import frames, messages
from impl.transports.local.frames import Decoder, Frame, FrameError, Kind, encode

LIMITS = {Kind.PACKET: 300, Kind.CONFIGURATION: 40, Kind.LEAVE: 0}


@st.composite
def good_frames(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(sorted(LIMITS)))
    body = draw(st.binary(max_size=LIMITS[kind]))
    origin = draw(st.integers(0, 2**64 - 1)) if kind is Kind.PACKET else 0
    return encode(kind, body, origin)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(place % (len(data) + 1) for place in places)
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


def decoded(decoder: Decoder, chunks: list[bytes]) -> list[Frame]:
    """All frames in these chunks. Raises FrameError."""
    found = []
    for chunk in chunks:
        decoder.feed(chunk)
        while (frame := decoder.next_frame()) is not None:
            found.append(frame)
    return found


def until_an_error(decoder: Decoder, chunks: list[bytes]) -> list[Frame]:
    """All frames before what is wrong, if anything is; it stays so."""
    found = []
    try:
        for chunk in chunks:
            decoder.feed(chunk)
            while (frame := decoder.next_frame()) is not None:
                found.append(frame)
    except FrameError as error:
        with pytest.raises(FrameError, match=re.escape(str(error))):
            decoder.next_frame()
    return found


def is_good(frame: Frame) -> bool:
    whole = b"".join(frame.pieces)
    return whole == encode(frame.kind, frame.body(), frame.origin) and (
        len(frame.body()) <= LIMITS[frame.kind]
    )


@given(st.lists(good_frames()), st.lists(st.integers(0, 10_000), max_size=100))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    sent: list[bytes], places: list[int]
) -> None:
    decoder = Decoder(LIMITS)
    found = decoded(decoder, cut(b"".join(sent), places))
    assert [b"".join(frame.pieces) for frame in found] == sent
    assert all(is_good(frame) for frame in found)
    assert decoder.is_between_frames


@given(st.lists(st.binary(max_size=100), max_size=20))
def test_random_bytes_are_frames_or_an_error(chunks: list[bytes]) -> None:
    assert all(is_good(frame) for frame in until_an_error(Decoder(LIMITS), chunks))


@given(
    st.lists(good_frames(), min_size=1),
    st.lists(st.integers(0, 10_000), max_size=10),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4),
    st.lists(st.integers(0, 10_000), max_size=2),
)
def test_damaged_frames_are_frames_or_an_error(
    sent: list[bytes],
    places: list[int],
    changes: list[tuple[int, int]],
    lost: list[int],
) -> None:
    changed = bytearray(b"".join(sent))
    for place, value in changes:
        changed[place % len(changed)] = value
    for place in lost:
        start = place % (len(changed) + 1)
        del changed[start : start + 1]
    data = bytes(changed)
    assert all(is_good(frame) for frame in until_an_error(Decoder(LIMITS), cut(data, places)))


def test_a_frame_that_comes_byte_by_byte_is_whole_and_does_not_pile_up() -> None:
    decoder = Decoder(LIMITS)
    whole = encode(Kind.PACKET, bytes(range(250)), 7)
    for byte in whole[:-1]:
        decoder.feed(bytes([byte]))
        assert decoder.next_frame() is None
    decoder.feed(whole[-1:])
    frame = decoder.next_frame()
    assert frame is not None
    assert frame.body() == bytes(range(250))
    assert len(frame.pieces) < 100


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (frames.header(Kind.PACKET, 301), "PACKET has 301 bytes, more than 300"),
        (frames.header(Kind.PACKET, 2**32 - 1), "more than 300"),
        (frames.header(Kind.LEAVE, 1), "LEAVE has 1 bytes, more than 0"),
        (frames.header(Kind.HELLO, 0), "kind HELLO came, where only PACKET, CONFIGURATION, LEAVE"),
        (frames.HEADER.pack(0, 77, 0), "kind 77 came"),
        (frames.header(Kind.LEAVE, 0, origin=1), "LEAVE has an origin"),
    ],
)
def test_a_header_is_refused_before_anything_else_comes(head: bytes, says: str) -> None:
    decoder = Decoder(LIMITS)
    decoder.feed(head)
    with pytest.raises(FrameError, match=says):
        decoder.next_frame()


@given(
    st.one_of(
        st.binary(),
        st.sampled_from([b'{"members":["a"],"joined":[1]}', b'{"what":{"type":"Split"}}', b"[]"]),
        st.text().map(lambda text: f'{{"what":{{"type":"Split","parts":[["{text}"]]}}}}'.encode()),
        st.integers(1, 20_000).map(lambda depth: b"[" * depth),
    )
)
def test_a_message_is_right_or_an_error(body: bytes) -> None:
    for kind in (messages.Membership, messages.Command, messages.Hello, messages.Reply):
        with suppress(FrameError):
            assert isinstance(messages.read(body, kind), kind)


@given(st.integers(1, 10**10), st.integers(1, 2**22))
def test_an_address_tells_the_serial_number(serial: int, process: int) -> None:
    assert messages.serial_of(messages.address_of(serial, process)) == serial


@given(st.text())
def test_what_is_no_address_is_no_other_error(text: str) -> None:
    with suppress(FrameError):
        assert messages.serial_of(text) == int(text.partition("-")[0])
