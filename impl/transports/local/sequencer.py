"""The ordering process: a program that a member starts and that ends by itself.

    python -m impl.transports.local.sequencer FOLDER LOCK SETTINGS

It inherits the open lock file (its number is LOCK), and so is the only one of its group; it holds
the lock until it ends, however it ends. The program listens, goes on in a process of its own, in
the background, and ends: when it has ended with 0, the socket is there. What is wrong is written
to standard error, which is the log.

It ends when nobody has been connected for `linger_s`; at first it waits a little longer, for who
started it. The socket is removed first, so whoever comes later finds none, waits for the lock and
starts the next one; whoever has connected just before is cut off before it was challenged, and does
the same.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from impl.service import TransportError
from impl.transports.local.rendezvous import Rendezvous, note_process
from impl.transports.local.settings import Settings
from impl.transports.local.switchboard import Switchboard

_BACKLOG = 512
_ACCEPTED_AT_ONCE = 64
_FIRST_S = 2.0  # for the member that started it to connect, however short the linger is
_FULL_S = 0.5  # to wait before accepting again when the system has no more files to open


def main(arguments: list[str]) -> int:
    """Listens, and returns in the program that was started; the ordering process exits here."""
    folder, lock, text = arguments
    rendezvous = Rendezvous(Path(folder))
    settings = msgspec.json.decode(text, type=Settings)
    try:
        secret = rendezvous.make_secret()
        listener = listen(rendezvous.socket)
    except (TransportError, OSError) as error:
        print(f"the ordering process of {folder} could not start: {error}", file=sys.stderr)
        return 1
    if os.fork():
        return 0
    code = 1
    try:
        note_process(int(lock), os.getpid())
        os.chdir("/")  # no file system is kept busy
        asyncio.run(serve(rendezvous, listener, secret, settings))
        code = 0
    except Exception:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)  # what follows `main` is for the program that was started


def listen(path: Path) -> socket.socket:
    """A socket at this path, in place of one that a dead ordering process has left."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.setblocking(False)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(_BACKLOG)
    return listener


async def serve(
    rendezvous: Rendezvous, listener: socket.socket, secret: bytes, settings: Settings
) -> None:
    """Serves the group until nobody has been there for long enough."""
    ended = asyncio.Event()
    door = _Door(listener, settings.linger_s, ended.set, rendezvous.socket)
    switchboard = Switchboard(rendezvous.group, secret, settings, door.on_idle)
    door.open(switchboard)
    await ended.wait()


class _Door:
    """Lets peers in, and closes after nobody has been there for a while."""

    def __init__(
        self, listener: socket.socket, linger_s: float, on_closed: Callable[[], None], path: Path
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener, self._linger_s, self._path = listener, linger_s, path
        self._on_closed = on_closed
        self._closing: asyncio.TimerHandle | None = None

    def open(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._loop.add_reader(self._listener, self._accept)
        self._closing = self._loop.call_later(max(self._linger_s, _FIRST_S), self._close)

    def on_idle(self) -> None:
        """Nobody is there any more."""
        if self._closing is not None:
            self._closing.cancel()
        self._closing = self._loop.call_later(self._linger_s, self._close)

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}:
                    raise
                print(f"nobody can be let in for now: {error}", file=sys.stderr)
                self._loop.remove_reader(self._listener)
                self._loop.call_later(_FULL_S, self._loop.add_reader, self._listener, self._accept)
                return
            self._switchboard.accept(sock)

    def _close(self) -> None:
        if self._switchboard.is_idle:
            self._accept()  # whoever is waiting at the door
        if not self._switchboard.is_idle:
            return
        self._loop.remove_reader(self._listener)
        self._path.unlink(missing_ok=True)
        self._listener.close()
        self._on_closed()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
