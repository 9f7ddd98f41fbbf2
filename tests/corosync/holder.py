"""A process that keeps namespaces alive, so that other processes can enter them.

Namespaces live as long as a process is in them. A holder is that process: it does nothing but wait
for the end of its standard input. So whatever happens to us — an exception, Ctrl-C, SIGKILL — the
holder goes, and with it go all processes of its PID namespace, its mounts and its network. There
are no names to clash with those of another run, and nothing to clean up by hand.

Sources: unshare(1), nsenter(1), pid_namespaces(7).
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

WAIT_S = 10.0  # for anything that takes milliseconds on an idle machine

NETWORK = ("-n",)
HOST = ("-n", "-m", "-u", "-i", "-p")  # network, mount, UTS, IPC and PID namespaces

_KEEP = ("--preserve-credentials",)

_HOLD = "echo ready && exec cat >/dev/null"


class ClusterError(Exception):
    """Namespaces or daemons are not as they should be; the text says which and why."""


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Polls until a condition is true.

    Raises:
        ClusterError: it was not in time; `what` says what was waited for.
    """
    until = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > until:
            raise ClusterError(f"waited {timeout_s:g} s for {what}")
        time.sleep(0.002)


def run(command: Sequence[str], text: str = "") -> None:
    """Runs a command to its end, which must be success.

    Raises:
        ClusterError: it fails, or takes too long.
    """
    try:
        subprocess.run(
            command, input=text, check=True, capture_output=True, text=True, timeout=WAIT_S
        )
    except subprocess.CalledProcessError as error:
        raise ClusterError(f"{' '.join(command)}: {error.stderr.strip()}\n{text}") from error
    except subprocess.TimeoutExpired as error:
        raise ClusterError(f"{' '.join(command)} took more than {WAIT_S:g} s") from error


def child_of(process: subprocess.Popen[Any]) -> int | None:
    """The PID, as we see it, of the one child of `unshare` or `nsenter`; None while it has none."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


class Entered(subprocess.Popen[bytes]):
    """A process in the namespaces of a holder: signals go to it, and its exit status is known.

    Its parent, which `Popen` knows, is an `nsenter` outside. To kill that one would orphan the
    process, and until the machine's own init has reaped it, its PID namespace cannot end.
    """

    def send_signal(self, sig: int) -> None:
        """Sends a signal to the process in the namespaces, unless it has ended."""
        wait_until(
            lambda: self.poll() is not None or child_of(self) is not None, "a process to begin"
        )
        pid = child_of(self)
        if pid is None:
            return
        with suppress(ProcessLookupError):
            inside = os.pidfd_open(pid)
            try:
                if child_of(self) == pid:  # so the descriptor is not of another one with its PID
                    signal.pidfd_send_signal(inside, sig)
            finally:
                os.close(inside)
        if sig in (signal.SIGKILL, signal.SIGCONT):
            self.wake()

    def kill(self) -> None:
        """Kills the process in the namespaces, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def wake(self) -> None:
        """Lets `nsenter` go on, which stops itself whenever the process is stopped."""
        super().send_signal(signal.SIGCONT)

    def reap(self) -> None:
        """Kills the process, waits for its end and closes our ends of its pipes."""
        self.kill()
        try:
            self.wait(WAIT_S)
        finally:
            for stream in (self.stdin, self.stdout, self.stderr):
                if stream is not None:
                    with suppress(BrokenPipeError):  # what was still to be written
                        stream.close()


class Holder:
    """Namespaces of their own, until `kill`.

    Args:
        kinds: the namespaces to make, as `unshare` and `nsenter` name them.
        setup: shell commands that furnish them.
        within: the holder of the user namespace in which these are made. Without one, whoever is
            not root gets a user namespace in which he is.
    """

    def __init__(self, kinds: Sequence[str], setup: str = "", within: Holder | None = None) -> None:
        is_root = os.geteuid() == 0
        self._enter = ["nsenter", *kinds] if is_root else ["nsenter", "-U", *_KEEP, *kinds]
        outer = ["nsenter", "-U", *_KEEP, "-t", str(within.pid)] if within and not is_root else []
        options = [] if within or is_root else ["-U", "-r"]
        options += ["--mount-proc", "--propagation", "private"] if "-m" in kinds else []
        self._unshare = subprocess.Popen(
            [*outer, "unshare", *kinds, *options, "-f", "--kill-child",
             "sh", "-c", f"set -e; {setup} {_HOLD}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        self._inside: int | None = None  # a descriptor of the process that holds
        self._pid = 0

    def wait(self) -> None:
        """Waits until the namespaces are there.

        Raises:
            ClusterError: they cannot be made, with what the tools said.
        """
        output: IO[bytes] = self._unshare.stdout  # type: ignore[assignment]
        readable, _, _ = select.select([output], [], [], WAIT_S)
        pid = child_of(self._unshare) if readable and output.readline() == b"ready\n" else None
        if pid is None:
            self.kill()
            said: IO[bytes] = self._unshare.stderr  # type: ignore[assignment]
            raise ClusterError(f"no namespaces: {said.read().decode(errors='replace').strip()}")
        self._pid = pid
        self._inside = os.pidfd_open(pid)

    @property
    def pid(self) -> int:
        """The process that holds, as we see it."""
        return self._pid

    @property
    def enter(self) -> list[str]:
        """The start of a command that runs its rest in these namespaces."""
        return [*self._enter, "-t", str(self._pid)]

    def kill(self) -> None:
        """Ends the namespaces with all processes in them, at once. May be repeated."""
        if self._inside is not None:
            with suppress(ProcessLookupError):
                # A descriptor cannot mean another process with the same PID.
                signal.pidfd_send_signal(self._inside, signal.SIGKILL)
            os.close(self._inside)
            self._inside = None
        else:
            self._unshare.kill()
        try:
            self._unshare.wait(WAIT_S)
        finally:
            for stream in (self._unshare.stdin, self._unshare.stdout):
                if stream is not None:
                    stream.close()
