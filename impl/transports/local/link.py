"""A link: one connected socket on the event loop, the same at both ends.

It reads and writes the socket itself instead of through an asyncio transport, for three reasons:
packets go out with `sendmsg` from the buffers in which they came in, to however many members, and
nothing is copied (asyncio joins buffers before Python 3.12); a packet is handed over whole or not
at all, so that a sender can be cancelled; and it is known when the other side last took something,
which is how a member that has stalled is told from one that is slow.

How much may wait is up to whoever writes: beyond `waiting_bytes_max` the link is `congested`, until
a quarter of that is left.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol

READ_BYTES = 64 * 2**10  # measured: larger is no faster
_SOCKET_BUFFER_BYTES = 2**20  # the system grants what it likes
_BUFFER_BYTES = 256  # what a buffer that waits costs beside its content
_BUFFERS_MAX = 512  # in one system call; Linux takes 1024


class LinkOwner(Protocol):
    """Whom a link tells what happens on it. Whatever it does with the link then is allowed."""

    def on_bytes(self, data: bytes) -> None:
        """Some bytes have come, at least one."""

    def on_room(self) -> None:
        """The link is congested no more, or nothing can be written any more."""

    def on_end(self) -> None:
        """The other side is gone and all that it had sent is read, or `finish` is done."""


class Link:
    """One end of a connection. It does not read before it is told to.

    Attributes:
        waiting_bytes: of the memory of what was written and has not been taken by the system yet.
        congested: whether whoever writes should wait.
        stalled_since: while congested, when the other side last took something, or when it became
            congested, if that was later; in seconds of the event loop's clock.
        is_deaf: nothing can be written any more. What the other side had sent may still be read.
        is_closed: it is over; the owner may not have been told.
        read_bytes_max: how much is read at once.
    """

    def __init__(self, sock: socket.socket, owner: LinkOwner, waiting_bytes_max: int) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BUFFER_BYTES)
        self._loop = asyncio.get_running_loop()
        self._socket, self._descriptor, self._owner = sock, sock.fileno(), owner
        self._waiting: deque[memoryview] = deque()  # Invariant: while not empty, there is a writer
        self._waiting_bytes_max = waiting_bytes_max
        self._is_reading = self._is_finishing = False
        self.waiting_bytes = 0
        self.stalled_since = 0.0
        self.congested = self.is_deaf = self.is_closed = False
        self.read_bytes_max = READ_BYTES

    def fileno(self) -> int:
        """The descriptor of the socket, which `select` and its like ask for."""
        return self._descriptor

    def read(self, on: bool) -> None:
        """Whether what comes is to be read."""
        if on == self._is_reading or self.is_closed or self._is_finishing:
            return
        self._is_reading = on
        if on:
            self._loop.add_reader(self._descriptor, self._on_readable)
        else:
            self._loop.remove_reader(self._descriptor)

    def write(self, buffers: Iterable[bytes | memoryview]) -> None:
        """Sends whole frames, at once or as soon as there is room; if it is deaf, they are lost.

        What has to wait is copied only if it could change meanwhile.
        """
        if self.is_deaf or self.is_closed:
            return
        views: Sequence[memoryview] = [memoryview(buffer) for buffer in buffers if len(buffer)]
        if not self._waiting:
            rest = self._written(views)
            if not rest:
                return
            views = rest
            self._loop.add_writer(self._descriptor, self._on_writable)
        for view in views:
            kept = view if isinstance(view.obj, bytes) else memoryview(bytes(view))
            self._waiting.append(kept)
            self.waiting_bytes += _BUFFER_BYTES + len(kept)
        if self.waiting_bytes > self._waiting_bytes_max and not self.congested:
            self.congested = True
            self.stalled_since = self._loop.time()

    def finish(self) -> None:
        """Reads no more, and closes when all that waits is written, or at once if it is deaf."""
        self.read(False)
        self._is_finishing = True
        if not self._waiting:
            self._loop.call_soon(self._end)

    def close(self) -> None:
        """Closes at once, whatever waits; the owner is not told."""
        if self.is_closed:
            return
        self.read(False)
        self._forget_waiting()
        self.is_closed = True
        with suppress(OSError):
            self._socket.close()

    def _end(self) -> None:
        if not self.is_closed:
            self.close()
            self._owner.on_end()

    def _on_readable(self) -> None:
        try:
            data = self._socket.recv(self.read_bytes_max)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # the other side went away with something unread; all else has been read
            data = b""
        if data:
            self._owner.on_bytes(data)
        else:
            self._end()

    def _on_writable(self) -> None:
        before = self.waiting_bytes
        rest = self._written(list(islice(self._waiting, _BUFFERS_MAX)))
        if rest is None:
            return
        for _ in range(min(_BUFFERS_MAX, len(self._waiting))):
            self.waiting_bytes -= _BUFFER_BYTES + len(self._waiting.popleft())
        for view in reversed(rest):
            self._waiting.appendleft(view)
            self.waiting_bytes += _BUFFER_BYTES + len(view)
        if self.waiting_bytes < before:
            self.stalled_since = self._loop.time()
        if not self._waiting:
            self._loop.remove_writer(self._descriptor)
            if self._is_finishing:
                self._end()
                return
        if self.congested and self.waiting_bytes <= self._waiting_bytes_max // 4:
            self.congested = False
            self._owner.on_room()

    def _written(self, views: Sequence[memoryview]) -> Sequence[memoryview] | None:
        """Hands the system what it takes at once; gives back the rest, None if it is deaf."""
        try:
            count = self._socket.sendmsg(views[:_BUFFERS_MAX])
        except (BlockingIOError, InterruptedError):
            return views
        except OSError:
            self._on_deaf()
            return None
        for index, view in enumerate(views):
            if count < len(view):
                return [view[count:], *views[index + 1 :]]
            count -= len(view)
        return ()

    def _on_deaf(self) -> None:
        self._forget_waiting()
        self.is_deaf, self.congested = True, False
        # Not from within `write`: who writes may be in the middle of something.
        self._loop.call_soon(self._end if self._is_finishing else self._tell_room)

    def _tell_room(self) -> None:
        if not self.is_closed:
            self._owner.on_room()

    def _forget_waiting(self) -> None:
        if self._waiting:
            self._loop.remove_writer(self._descriptor)
            self._waiting.clear()
            self.waiting_bytes = 0
