"""Corosync's closed process groups (CPG) as its C library has them, and nothing more.

Rules of this binding:

- The library is loaded when the first connection is opened, so that importing this module works
  where it is not installed.
- C calls back only from within `dispatch`. No exception may leave a callback, because it would be
  printed and forgotten there: it is kept, and `dispatch` raises it. What a callback is given lies
  in memory of the library and is copied at once.
- The functions that C calls live as long as the connection that refers to them.
- No call here waits for other nodes. But those that the daemon must answer (`open`, `join`,
  `leave`, `close`) wait up to a second for a daemon that has been stopped.

Sources: cpg_overview(3) and the pages that it names; corosync 3.1.7, `include/corosync/cpg.h`,
`include/corosync/corotypes.h`, `lib/cpg.c`.
"""

from __future__ import annotations

import ctypes
import enum
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

LIBRARY = "libcpg.so.4"

NAME_BYTES_MAX = 127
"""Of a group's name. The protocol has room for 128, but when a node fails the daemon puts a zero
behind the name, which must not be beyond the room (`downlist_inform_clients` in `exec/cpg.c`)."""

PARTS_MAX = 63
"""Of a message: the library copies the list of parts, and its own header, into room for 64 without
looking (`cpg_mcast_joined` in `lib/cpg.c`)."""


class Answer(enum.IntEnum):
    """What the library says to a call."""

    OK = 1
    LIBRARY = 2
    TIMEOUT = 5
    TRY_AGAIN = 6
    INVALID_PARAM = 7
    NO_MEMORY = 8
    BAD_HANDLE = 9
    ACCESS = 11
    NOT_EXIST = 12
    NAME_TOO_LONG = 13
    EXIST = 14
    NO_RESOURCES = 18
    BAD_OPERATION = 20
    TOO_BIG = 26
    SECURITY = 100
    OTHER = -1

    @classmethod
    def _missing_(cls, value: object) -> Answer:
        return cls.OTHER

    @property
    def explained(self) -> str:
        """Its name, and what to do about it."""
        return f"{self.name}: {_ADVICE.get(self, 'see the log of corosync')}"


_ADVICE = {
    Answer.LIBRARY: "corosync does not run here, or has ended: start it (systemctl start corosync)",
    Answer.TIMEOUT: "corosync does not answer: see its log",
    Answer.TRY_AGAIN: "corosync is starting, or is about to form a ring: see its log",
    Answer.NO_MEMORY: "there is no room for a connection: see /dev/shm",
    Answer.ACCESS: "this user may not use corosync: allow it with `uidgid` in corosync.conf",
    Answer.EXIST: "this process is in the group already, by another connection",
    Answer.NO_RESOURCES: "there is no room for a connection: see /dev/shm and the limit on files",
    Answer.SECURITY: "this user may not use corosync: allow it with `uidgid` in corosync.conf",
}


class LibraryMissing(Exception):
    """The library cannot be loaded; the text says what to install."""


class CallFailed(Exception):
    """A call was refused. Attribute `answer` says how."""

    def __init__(self, call: str, answer: Answer) -> None:
        super().__init__(f"{call} answers {answer.explained}")
        self.answer = answer


class Process(NamedTuple):
    """A member of a group, as the library names it; ordered by node, then PID."""

    node: int
    pid: int


class Ring(NamedTuple):
    """The nodes' membership, of which every one that is formed has another id."""

    node: int
    sequence: int


class _Name(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint32), ("value", ctypes.c_char * 128))


class _Address(ctypes.Structure):
    _fields_ = (("node", ctypes.c_uint32), ("pid", ctypes.c_uint32), ("reason", ctypes.c_uint32))


class _Part(ctypes.Structure):
    """`struct iovec`. Whoever uses it keeps alive the bytes that it points to."""

    _fields_ = (("base", ctypes.c_char_p), ("length", ctypes.c_size_t))


_Addresses = ctypes.POINTER(_Address)

_Deliver = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, ctypes.POINTER(_Name), ctypes.c_uint32, ctypes.c_uint32,
    ctypes.c_void_p, ctypes.c_size_t,
)  # fmt: skip
_Change = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, ctypes.POINTER(_Name), _Addresses, ctypes.c_size_t,
    _Addresses, ctypes.c_size_t, _Addresses, ctypes.c_size_t,
)  # fmt: skip


class _RingId(ctypes.Structure):
    _fields_ = (("node", ctypes.c_uint32), ("sequence", ctypes.c_uint64))


_RingChange = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, _RingId, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)
)


class _Model(ctypes.Structure):
    _fields_ = (
        ("model", ctypes.c_int),
        ("deliver", _Deliver),
        ("change", _Change),
        ("ring_change", _RingChange),
        ("flags", ctypes.c_uint),
    )


_MODEL_V1 = 1
_DELIVER_INITIAL_RING = 1
_DISPATCH_ONE_NONBLOCKING = 4
_TYPE_AGREED = 2

_Handle = ctypes.c_uint64
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "cpg_model_initialize": (
        ctypes.POINTER(_Handle),
        ctypes.c_int,
        ctypes.POINTER(_Model),
        ctypes.c_void_p,
    ),
    "cpg_finalize": (_Handle,),
    "cpg_fd_get": (_Handle, ctypes.POINTER(ctypes.c_int)),
    "cpg_local_get": (_Handle, ctypes.POINTER(ctypes.c_uint)),
    "cpg_join": (_Handle, ctypes.POINTER(_Name)),
    "cpg_leave": (_Handle, ctypes.POINTER(_Name)),
    "cpg_dispatch": (_Handle, ctypes.c_int),
    "cpg_mcast_joined": (_Handle, ctypes.c_int, ctypes.POINTER(_Part), ctypes.c_uint),
}


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise LibraryMissing(
            f"{error}: install Corosync and its library (Debian: apt-get install corosync libcpg4)"
        ) from error
    for name, arguments in _ARGUMENTS.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = ctypes.c_int
    return library


OnPacket = Callable[[Process, bytes], None]
OnChange = Callable[[list[Process], list[Process], list[Process]], None]
"""Takes the members, those that left, and those that joined."""
OnRing = Callable[[Ring], None]


class Connection:
    """A connection to the daemon of this machine.

    Args:
        on_packet: is called back for each message.
        on_change: is called back for each change of the group.
        on_ring: is called back with the ring, after a member's first change, and after the changes
            that a new ring has brought. Nothing comes between these and the ring.

    Raises:
        LibraryMissing: the library is not installed.
        CallFailed: the daemon is not there, or refuses.
    """

    def __init__(self, on_packet: OnPacket, on_change: OnChange, on_ring: OnRing) -> None:
        self._cpg = _library()
        self._on_packet = on_packet
        self._on_change = on_change
        self._on_ring = on_ring
        self._failure: BaseException | None = None
        self._model = _Model(
            _MODEL_V1, _Deliver(self._deliver), _Change(self._change),
            _RingChange(self._ring_change), _DELIVER_INITIAL_RING,
        )  # fmt: skip
        self._handle = _Handle()
        self._must(
            "cpg_model_initialize",
            ctypes.byref(self._handle), _MODEL_V1, ctypes.byref(self._model), None,
        )  # fmt: skip

    @property
    def descriptor(self) -> int:
        """A file descriptor that is readable while there is something to dispatch."""
        descriptor = ctypes.c_int()
        self._must("cpg_fd_get", self._handle, ctypes.byref(descriptor))
        return descriptor.value

    @property
    def node(self) -> int:
        """The id of the node that we are on."""
        node = ctypes.c_uint()
        self._must("cpg_local_get", self._handle, ctypes.byref(node))
        return node.value

    def join(self, group: bytes) -> None:
        """Asks to join a group; a change tells when it has happened."""
        self._must("cpg_join", self._handle, ctypes.byref(_Name(len(group), group)))

    def leave(self, group: bytes) -> None:
        """Leaves a group, after all that was sent to it.

        It must have been joined, as told by a change: until then the library waits for that.
        """
        self._must("cpg_leave", self._handle, ctypes.byref(_Name(len(group), group)))

    def send(self, parts: Sequence[bytes]) -> Answer:
        """Hands a message to the daemon, for the group that was joined. Never waits.

        Args:
            parts: what the message is made of, `PARTS_MAX` at most.
        """
        vector = (_Part * len(parts))(*(_Part(part, len(part)) for part in parts))
        return Answer(self._cpg.cpg_mcast_joined(self._handle, _TYPE_AGREED, vector, len(parts)))

    def dispatch(self) -> Answer:
        """Calls back for one thing that has arrived, if there is one.

        Raises:
            BaseException: what the function called back has raised.
        """
        answer = Answer(self._cpg.cpg_dispatch(self._handle, _DISPATCH_ONE_NONBLOCKING))
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return answer

    def close(self) -> Answer:
        """Ends the connection, and membership with it. To be called once, the last thing."""
        return Answer(self._cpg.cpg_finalize(self._handle))

    def _must(self, call: str, *arguments: object) -> None:
        answer = Answer(getattr(self._cpg, call)(*arguments))
        if answer is not Answer.OK:
            raise CallFailed(call, answer)

    def _deliver(
        self, handle: int, group: object, node: int, pid: int, message: int | None, length: int
    ) -> None:
        try:
            self._on_packet(Process(node, pid), ctypes.string_at(message or 0, length))
        except BaseException as error:
            self._failure = error

    def _change(
        self, handle: int, group: object, members: Any, members_count: int,
        left: Any, left_count: int, joined: Any, joined_count: int,
    ) -> None:  # fmt: skip
        try:
            self._on_change(
                _processes(members, members_count),
                _processes(left, left_count),
                _processes(joined, joined_count),
            )
        except BaseException as error:
            self._failure = error

    def _ring_change(self, handle: int, ring: Any, count: int, nodes: object) -> None:
        try:
            self._on_ring(Ring(ring.node, ring.sequence))
        except BaseException as error:
            self._failure = error


def _processes(addresses: Any, count: int) -> list[Process]:
    return [Process(addresses[index].node, addresses[index].pid) for index in range(count)]
