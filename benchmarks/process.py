"""Runs programs within limits, measures what they take, and ends them when they must end.

What is measured is the kernel's account of the program and of the children that it waited for:
the time on the clock, the time on processors, and the most memory that was resident at once. The
end is looked for every 20 ms at least, or every 2 % of the time that has passed.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

GRACE_S = 3.0  # for a program to tidy up: SPIN on many cores leaves shared memory behind
_POLL_S_MAX = 0.02
_KIB = 1 if os.uname().sysname == "Darwin" else 1024  # the unit in which the kernel says memory


class CheckerError(Exception):
    """A checker failed, ran into a limit, or said something that is not understood."""


class LimitReached(CheckerError):
    """A checker was ended because it took too long."""


@dataclass(frozen=True)
class Limits:
    """What a program may take.

    Attributes:
        seconds: of wall time.
        memory_bytes: of address space; None for no limit, for programs that reserve it at will.
    """

    seconds: float = 300
    memory_bytes: int | None = 6 << 30


@dataclass(frozen=True)
class Ended:
    """A program that ended by itself, whatever its exit status.

    Attributes:
        output: both its outputs, in the order in which they were written.
        seconds: wall time.
        cpu_seconds: of itself and of the children that it waited for.
        peak_bytes: the most memory resident at once, of the largest of these processes.
    """

    output: str
    status: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str], folder: Path, limits: Limits | None = None) -> Ended:
    """Runs a command to its end.

    It has a session of its own, so that an interruption reaches it only from here, and with it
    all that it started.

    Raises:
        LimitReached: it took longer than allowed.
        CheckerError: a signal ended it.
    """
    allowed = Limits() if limits is None else limits

    def limit() -> None:
        if allowed.memory_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (allowed.memory_bytes,) * 2)

    with TemporaryFile() as output:
        started = time.monotonic()
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=limit, start_new_session=True,
        )  # fmt: skip
        try:
            status, usage = _wait(child, started + allowed.seconds)
        except TimeoutError as error:
            raise LimitReached(f"{command[0]} took more than {allowed.seconds:g} s") from error
        seconds = time.monotonic() - started
        output.seek(0)
        text = output.read().decode(errors="replace")
    if status < 0:
        raise CheckerError(f"{command[0]} was ended by signal {-status}: {text[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Ended(text, status, seconds, cpu, usage.ru_maxrss * _KIB)


def _wait(
    child: subprocess.Popen[bytes], until: float
) -> tuple[int, resource.struct_rusage]:  # fmt: skip
    """The exit status and what the kernel counted; ends the child if that comes not in time."""
    started = time.monotonic()
    try:
        while True:
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
            if ended:
                child.returncode = os.waitstatus_to_exitcode(status)
                return child.returncode, usage
            now = time.monotonic()
            if now > until:
                raise TimeoutError
            time.sleep(min(_POLL_S_MAX, max(0.001, (now - started) / 50)))
    finally:
        if child.returncode is None:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Interrupts a child with all that it started, and kills what does not end by that."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)
            break
    with suppress(ProcessLookupError):  # of its children, those that outlived it
        os.killpg(child.pid, signal.SIGKILL)


def build(command: Sequence[str], folder: Path, product: str, seconds: float = 300) -> float:
    """Runs a command that makes a file.

    Returns:
        The seconds that it took.
    """
    ended = run(command, folder, Limits(seconds))
    if not (folder / product).is_file():
        raise CheckerError(f"{' '.join(command)} made no {product}: {ended.output[:2000]}")
    return ended.seconds
