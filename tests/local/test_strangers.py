"""Whoever sends what it may not is cut off and told why; nobody else notices."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impl.service import Packet, TransportError
from impl.transports.local import LocalTransport, Rehearsal
from impl.transports.local.authentication import Prover, nonce_of, prove
from impl.transports.local.connecting import Connection, connect
from impl.transports.local.frames import HEADER_BYTES, Decoder, Kind, encode, header
from impl.transports.local.messages import Hello, Role, with_proof, write
from impl.transports.local.rendezvous import Rendezvous
from tests.local.group import GROUP, QUICK, bounded, closed, configured, opened, received

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(directory: Path) -> tuple[Streams, bytes]:
    """A stranger, and the nonce that it has been sent."""
    reader, writer = await asyncio.open_unix_connection(directory / GROUP / "socket")
    body = (await reader.readexactly(HEADER_BYTES + 48))[HEADER_BYTES:]
    return (reader, writer), nonce_of(body)


async def admitted(directory: Path) -> Connection:
    """A connection that has joined, and may send whatever it likes."""
    return await connect(Rendezvous(directory / GROUP), Role.MEMBER, None, 10)


async def last_words(reader: asyncio.StreamReader) -> str:
    """The error that ends a connection; all that comes before it is dropped."""
    data = b""
    with suppress(ConnectionError):  # perhaps not all that was sent had been read
        while more := await reader.read(2**16):
            data += more
    decoder = Decoder(dict.fromkeys(Kind, 2**20))
    decoder.feed(data)
    frames = list(iter(decoder.next_frame, None))
    assert frames
    assert frames[-1] is not None
    assert frames[-1].kind is Kind.ERROR
    return frames[-1].body().decode()


async def undisturbed(*members: LocalTransport) -> None:
    """The members have received nothing, and hear each other."""
    await members[0].send([b"undisturbed"])
    for member in members:
        assert await received(member, 1) == [(members[0].address, b"undisturbed")]


@bounded
async def test_whoever_does_not_prove_anything_is_cut_off_after_a_while(directory: Path) -> None:
    members = await opened(directory, 2, QUICK)
    (reader, writer), _ = await connected(directory)
    writer.write(header(Kind.HELLO, 300))
    assert "no proof of knowing the secret came within 0.3 s" in await last_words(reader)
    writer.transport.abort()
    await undisturbed(*members)
    await closed(*members)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (encode(Kind.HELLO, bytes(200)), "its secret is not the one"),
        (encode(Kind.HELLO), "its secret is not the one"),
        (header(Kind.HELLO, 513), "HELLO has 513 bytes, more than 512"),
        (encode(Kind.PACKET, b"x"), "PACKET came, where only HELLO may come"),
        (encode(Kind.COMMAND, b"{}"), "COMMAND came, where only HELLO"),
        (b"GET / HTTP/1.1\r\n\r\n", "where only HELLO may come"),
        (bytes(10**6), "kind 0 came"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
@bounded
async def test_a_stranger_is_told_what_is_wrong_and_nothing_else(
    directory: Path, sent: bytes, says: str
) -> None:
    members = await opened(directory, 2)
    (reader, writer), _ = await connected(directory)
    writer.write(sent)
    assert says in await last_words(reader)
    writer.transport.abort()
    await undisturbed(*members)
    await closed(*members)


@bounded
async def test_a_proof_of_another_connection_group_role_or_message_is_none(
    directory: Path,
) -> None:
    members = await opened(directory, 2)
    secret, mine, said = Rendezvous(directory / GROUP).read_secret(), bytes(32), b"{}"
    hello = write(Hello(Role.MEMBER, 1))
    member, server = Prover.MEMBER, Prover.ORDERING_PROCESS
    for case in range(5):
        (reader, writer), theirs = await connected(directory)
        proof = (
            prove(member, secret, GROUP, (bytes(32), mine), hello),
            prove(member, secret, "other", (theirs, mine), hello),
            prove(server, secret, GROUP, (theirs, mine), hello),
            prove(member, secret, GROUP, (mine, theirs), hello),
            prove(member, secret, GROUP, (theirs, mine), said),
        )[case]
        writer.write(encode(Kind.HELLO, with_proof(proof, hello, mine)))
        assert "its secret is not the one" in await last_words(reader)
        writer.transport.abort()
    await undisturbed(*members)
    await closed(*members)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (header(Kind.PACKET, LocalTransport.limit + 1, 3), "PACKET has 262,145 bytes, more than"),
        (encode(Kind.PACKET, b"x", 1), "a packet of 1 came from 3"),
        (encode(Kind.PACKET, b"x"), "a packet of 0 came from 3"),
        (encode(Kind.LEAVE, b"x"), "LEAVE has 1 bytes"),
        (encode(Kind.HELLO, b"x"), "HELLO came, where only PACKET, LEAVE may come"),
        (encode(Kind.CONFIGURATION, b"{}"), "CONFIGURATION came"),
        (encode(Kind.COMMAND, b"{}"), "COMMAND came"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
@bounded
async def test_a_member_that_sends_what_it_may_not_is_excluded(
    directory: Path, sent: bytes, says: str
) -> None:
    members = await opened(directory, 2)
    connection = await admitted(directory)
    for member in members:
        await configured(member, 3)
    reader, writer = await asyncio.open_unix_connection(sock=connection.sock)
    # What was right is passed on; what comes after what was wrong is not.
    writer.write(encode(Kind.PACKET, b"right", 3) + sent + encode(Kind.PACKET, b"late", 3))
    assert says in await last_words(reader)
    writer.transport.abort()
    for member in members:
        assert await received(member, 1) == [(connection.address, b"right")]
        await configured(member, 2)
    await undisturbed(*members)
    await closed(*members)


@bounded
async def test_a_member_that_sends_but_cannot_hear_is_excluded(directory: Path) -> None:
    members = await opened(directory, 2)
    connection = await admitted(directory)
    for member in members:
        await configured(member, 3)
    connection.sock.shutdown(socket.SHUT_RD)
    await undisturbed(*members)
    for member in members:
        await configured(member, 2)
    connection.sock.close()
    await closed(*members)


@bounded
async def test_a_command_that_is_malformed_is_answered_by_an_error(directory: Path) -> None:
    (member,) = await opened(directory, 1)
    for body in (b"", b"[]", b'{"what":{"type":"Explode"}}', b'{"what":{"type":"Split"}}'):
        connection = await connect(Rendezvous(directory / GROUP), Role.REHEARSAL, None, 10)
        with pytest.raises(TransportError, match=r"malformed message, Command"):
            await connection.ask(Kind.COMMAND, body)
        connection.sock.close()
    await undisturbed(member)
    await closed(member)


def test_random_bytes_of_strangers_and_members_disturb_nobody(directory: Path) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.one_of(
                st.binary(max_size=60),
                st.builds(encode, st.sampled_from(Kind), st.binary(max_size=60), st.integers(0, 5)),
            ),
            min_size=1,
        ),
        st.booleans(),
    )
    def disturb(data: list[bytes], is_member: bool) -> None:
        bounded(attempt)(b"".join(data), is_member)

    async def attempt(data: bytes, is_member: bool) -> None:
        members = await opened(directory, 1)
        if is_member:
            streams = await asyncio.open_unix_connection(sock=(await admitted(directory)).sock)
            await configured(members[0], 2)
        else:
            streams, _ = await connected(directory)
        streams[1].write(data)
        streams[1].write_eof()
        with suppress(ConnectionError):
            await streams[0].read()
        streams[1].transport.abort()
        if is_member:
            await until_alone(members[0])
        await undisturbed(*members)
        await closed(*members)

    async def until_alone(member: LocalTransport) -> None:
        while isinstance(came := await member.receive(), Packet) or len(came.members) > 1:
            pass

    disturb()


@bounded
async def test_nobody_is_in_a_group_without_members(directory: Path) -> None:
    with pytest.raises(TransportError, match="nobody is in the group"):
        await Rehearsal(GROUP, directory=directory).members()
