"""One ordering process for each group, started on demand, and gone when nobody needs it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from pathlib import Path

import pytest

from impl.service import TransportError
from impl.transports.local import LocalTransport, Settings
from impl.transports.local.rendezvous import Rendezvous, default_directory
from tests.local.group import (
    GROUP,
    Program,
    bounded,
    closed,
    configured,
    ended,
    is_there,
    made,
    opened,
    ordering_process,
    received,
)


@bounded
async def test_members_that_start_at_once_start_one_ordering_process(directory: Path) -> None:
    members = [made(directory) for _ in range(20)]
    programs, _ = await asyncio.gather(
        asyncio.gather(*(Program.started(directory) for _ in range(4))),
        asyncio.gather(*(member.open() for member in members)),
    )
    for member in members:
        assert len((await configured(member, 24)).members) == 24
    for program in programs:
        await program.is_told_of(24)
    await members[7].send([b"hello"])
    for member in members:
        assert await received(member, 1) == [(members[7].address, b"hello")]
    await asyncio.gather(closed(*members), *(program.finished() for program in programs))


@bounded
async def test_the_ordering_process_ends_after_the_last_member_and_starts_again(
    directory: Path,
) -> None:
    first = await opened(directory, 2)
    process = ordering_process(directory)
    await closed(*first)
    await ended(directory)
    assert not (directory / GROUP / "socket").exists()
    assert (directory / GROUP / "log").read_text() == ""
    second = await opened(directory, 2)
    assert ordering_process(directory) != process
    await closed(*second)


@bounded
async def test_members_that_come_while_it_ends_are_let_in_or_start_the_next(
    directory: Path,
) -> None:
    fleeting = Settings(linger_s=0.001)
    for _ in range(15):
        members = await opened(directory, 2, fleeting)
        await closed(*members)
    await ended(directory)
    assert (directory / GROUP / "log").read_text() == ""


@bounded
async def test_the_socket_of_an_ordering_process_that_was_killed_is_replaced(
    directory: Path,
) -> None:
    (first,) = await opened(directory, 1)
    os.kill(ordering_process(directory), signal.SIGKILL)
    await ended(directory)
    assert (directory / GROUP / "socket").exists()
    await closed(first)
    again = await opened(directory, 2)
    await closed(*again)


@bounded
async def test_the_ordering_process_outlives_the_member_that_started_it(directory: Path) -> None:
    program = await Program.started(directory)
    await program.says("address")
    (member,) = [made(directory)]
    await member.open()
    await configured(member, 2)
    await program.killed()
    await configured(member, 1)
    await member.send([b"on"])
    assert await received(member, 1) == [(member.address, b"on")]
    await member.close()


@bounded
async def test_nothing_is_left_open_or_unreaped_by_whoever_starts_it(directory: Path) -> None:
    def open_files() -> set[str]:
        return {str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()}

    (member,) = await opened(directory, 1)
    inside = {path for path in open_files() if path.startswith(str(directory))}
    assert not inside
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert str(ordering_process(directory)) not in children
    await member.close()


@bounded
async def test_a_member_with_another_secret_is_refused(directory: Path) -> None:
    (member,) = await opened(directory, 1)
    secret = directory / GROUP / "secret"
    secret.write_bytes(bytes(32))
    with pytest.raises(TransportError, match="its secret is not the one"):
        await made(directory).open()
    await member.send([b"undisturbed"])
    assert await received(member, 1) == [(member.address, b"undisturbed")]
    await member.close()


@bounded
async def test_an_impostor_that_listens_is_found_out(directory: Path) -> None:
    (member,) = await opened(directory, 1)
    real = directory / GROUP / "socket"
    real.rename(directory / GROUP / "real")

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes on what the real one says, but for the last bit of its proof."""
        theirs = await asyncio.open_unix_connection(directory / GROUP / "real")
        writer.write(await theirs[0].readexactly(16 + 48))  # the challenge
        theirs[1].write(await reader.read(2**16))
        welcome = bytearray(await theirs[0].read(2**16))
        welcome[16] ^= 1
        writer.write(welcome)
        theirs[1].close()
        writer.close()

    server = await asyncio.start_unix_server(pass_on, real)
    with pytest.raises(TransportError, match="does not know the secret"):
        await made(directory).open()
    server.close()
    await member.close()


@bounded
async def test_a_secret_that_others_can_read_or_that_is_damaged_is_refused(
    directory: Path,
) -> None:
    (member,) = await opened(directory, 1)
    secret = directory / GROUP / "secret"
    secret.chmod(0o640)
    with pytest.raises(TransportError, match=r"secret is open to others \(mode 640\)"):
        await made(directory).open()
    secret.chmod(0o600)
    secret.write_bytes(b"short")
    with pytest.raises(TransportError, match="secret is damaged"):
        await made(directory).open()
    await member.close()
    await ended(directory)
    with pytest.raises(TransportError, match=r"could not start: .*secret is damaged"):
        await made(directory).open()


@bounded
async def test_a_folder_that_others_may_enter_is_refused(directory: Path) -> None:
    directory.chmod(0o750)
    with pytest.raises(TransportError, match=re.escape(f"`chmod go= {directory}`")):
        await made(directory).open()
    directory.chmod(0o700)
    (directory / GROUP).mkdir(mode=0o755)
    with pytest.raises(TransportError, match=r"open to others \(mode 755\)"):
        await made(directory).open()


@bounded
async def test_a_folder_that_is_none_or_elsewhere_is_refused(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = directory / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (directory / GROUP).symlink_to(elsewhere)
    with pytest.raises(TransportError, match="is no folder"):
        await made(directory).open()
    (directory / "file").touch()
    with pytest.raises(TransportError, match="File exists"):
        await made(directory, group="file").open()
    with pytest.raises(TransportError, match="No such file"):
        await made(directory / "a" / "b").open()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(TransportError, match="belongs to another user"):
        await made(directory, group="other").open()


@bounded
async def test_an_ordering_process_that_cannot_start_says_why(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (directory / GROUP).mkdir(mode=0o700)
    (directory / GROUP / "socket").mkdir()
    with pytest.raises(TransportError, match=r"cannot be reached|did not start"):
        await made(directory).open()
    monkeypatch.setattr(sys, "executable", str(directory / "none"))
    with pytest.raises(TransportError, match="cannot be started"):
        await made(directory, group="other").open()
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(TransportError, match="does not know its own program"):
        await made(directory, group="other").open()
    assert not is_there(directory, "other")


@bounded
async def test_an_ordering_process_that_does_not_answer_is_not_waited_for_forever(
    directory: Path,
) -> None:
    (directory / GROUP).mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(directory / GROUP / "socket"))
        silent.listen()
        member = LocalTransport(GROUP, directory=directory, open_limit_s=0.1)
        with pytest.raises(TransportError, match="no ordering process has answered"):
            await member.open()
        await member.close()


@bounded
async def test_whoever_stops_waiting_for_it_to_start_leaves_nothing(directory: Path) -> None:
    opening = asyncio.create_task(made(directory).open())
    while not (directory / GROUP / "lock").exists():
        await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await ended(directory)
    await closed(*await opened(directory, 2))


def test_no_name_of_a_group_leads_out_of_the_directory(directory: Path) -> None:
    names = ["a", ".", "..", "../a", "a/b", "/", ".hidden", "Größe", "a\0b", "%2E", "\udcff", " "]
    folders = [Rendezvous.of_group(name, directory).folder for name in names]
    assert len(set(folders)) == len(names)
    for folder in folders:
        assert folder.parent == directory
        assert re.fullmatch(r"[A-Za-z0-9_~%-][A-Za-z0-9_.~%-]*", folder.name)


def test_a_name_that_is_empty_or_too_long_is_an_error(directory: Path) -> None:
    with pytest.raises(TransportError, match="has no name"):
        Rendezvous.of_group("", directory)
    room = 107 - len(str(directory)) - len("//socket")
    Rendezvous.of_group("a" * room, directory)
    with pytest.raises(TransportError, match=r"has 108 bytes.*107 at most: give the group a short"):
        Rendezvous.of_group("a" * (room + 1), directory)


def test_the_folder_is_where_the_system_has_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert default_directory() == Path("/run/user/1/onevoice")
    for ignored in ("", "relative"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", ignored)
        assert default_directory() == Path(f"/tmp/onevoice-{os.geteuid()}")


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_an_error(wrong: float) -> None:
    with pytest.raises(ValueError, match="stall_limit_s must be positive"):
        Settings(stall_limit_s=wrong)
