"""Where the members of a group find each other: a folder that only their user may enter.

In it lie
- `socket`: the ordering process listens there;
- `lock`: whoever holds it (flock) is the ordering process or is about to start it, so there is one
  at most. A member that starts it hands its lock on to it, and the system takes the lock away
  from whoever dies. The file is never removed, which would make two of one lock; it holds the id of
  the ordering process, for people to read;
- `secret`: 32 random bytes, made by the first ordering process; whoever can read them is trusted;
- `log`: what ordering processes had to say before they died of it.

Nothing in it is worth keeping while no member is there.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from impl.service import TransportError
from impl.transports.local.authentication import SECRET_BYTES

SOCKET_PATH_BYTES_MAX = 107  # sun_path of unix(7), without its final null
_LOG_BYTES_MAX = 2**20


def default_directory() -> Path:
    """Where the folders of groups are, unless the application says otherwise."""
    given = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if given.is_absolute():  # the XDG base directory specification: ignore it otherwise
        return given / "onevoice"
    return Path("/tmp") / f"onevoice-{os.geteuid()}"


@dataclass(frozen=True)
class Rendezvous:
    """The folder of one group."""

    folder: Path

    @classmethod
    def of_group(cls, group: str, directory: Path | None = None) -> Rendezvous:
        """The folder of a group, whatever its name: what is no plain letter is written as %xx.

        Raises:
            TransportError: the group has no name, or one that is too long.
        """
        if not group:
            raise TransportError("the group has no name: give it one")
        name = quote(group, safe="", errors="surrogatepass")
        if name.startswith("."):  # neither this folder, the one above, nor hidden
            name = "%2E" + name[1:]
        found = cls((directory or default_directory()).absolute() / name)
        length = len(os.fsencode(found.socket))
        if length > SOCKET_PATH_BYTES_MAX:
            raise TransportError(
                f"{found.socket} has {length} bytes, and the path of a Unix socket has "
                f"{SOCKET_PATH_BYTES_MAX} at most: give the group a shorter name, or a shorter "
                "directory"
            )
        return found

    @property
    def group(self) -> str:
        """The name of the group, as it is written here."""
        return self.folder.name

    @property
    def socket(self) -> Path:
        """Where the ordering process listens."""
        return self.folder / "socket"

    @property
    def log(self) -> Path:
        """What went wrong in ordering processes."""
        return self.folder / "log"

    def prepare(self) -> None:
        """Makes the folder, if there is none.

        Raises:
            TransportError: it cannot be made, or it is not only this user's.
        """
        for folder in (self.folder.parent, self.folder):
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                status = folder.lstat()
            except OSError as error:
                raise TransportError(
                    f"{folder} cannot be made ({error.strerror}): give another directory"
                ) from None
            if not stat.S_ISDIR(status.st_mode):
                raise TransportError(f"{folder} is no folder: remove it, or give another directory")
            _check_private(folder, status)

    def read_secret(self) -> bytes:
        """The secret of the group.

        Raises:
            TransportError: there is none, or others could have read it.
        """
        path = self.folder / "secret"
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
                _check_private(path, os.fstat(file.fileno()))
                secret = file.read(SECRET_BYTES + 1)
        except OSError as error:
            raise TransportError(
                f"{path} cannot be read ({error.strerror}): close all members, remove the folder"
            ) from None
        if len(secret) != SECRET_BYTES:
            raise TransportError(f"{path} is damaged: close all members and remove it")
        return secret

    def make_secret(self) -> bytes:
        """The secret of the group, made if there is none; only for whoever holds the lock.

        Raises:
            TransportError: there is one that is not good, or none can be made.
        """
        path = self.folder / "secret"
        if not os.path.lexists(path):
            new = self.folder / "secret.new"  # so that it is there whole or not at all
            try:
                new.unlink(missing_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
                with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(SECRET_BYTES))
                new.rename(path)
            except OSError as error:
                raise TransportError(f"{path} cannot be written ({error.strerror})") from None
        return self.read_secret()

    def try_lock(self) -> int | None:
        """Takes the lock: an open file, or None if somebody else has it.

        Raises:
            TransportError: there can be no lock.
        """
        path = self.folder / "lock"
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = -1
        try:
            descriptor = os.open(path, flags, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            raise TransportError(f"{path} cannot be locked ({error.strerror})") from None
        return descriptor

    def open_log(self) -> int:
        """An open file to append to; what is old is dropped when it has become long.

        Raises:
            TransportError: it cannot be written.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            descriptor = os.open(self.log, flags, 0o600)
            if os.fstat(descriptor).st_size > _LOG_BYTES_MAX:
                os.ftruncate(descriptor, 0)
        except OSError as error:
            raise TransportError(f"{self.log} cannot be written ({error.strerror})") from None
        return descriptor


def note_process(lock: int, process: int) -> None:
    """Writes into the lock file who holds it."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, b"%d\n" % process, 0)


def _check_private(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise TransportError(
            f"{path} belongs to another user (number {status.st_uid}): give another directory"
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        raise TransportError(
            f"{path} is open to others (mode {mode:03o}): if nobody else has been there, "
            f"`chmod go= {path}`, or give another directory"
        )
