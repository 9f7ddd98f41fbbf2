"""Runs each mutant in a process of its own, forked from one that has everything else at hand.

The child finds the mutant instead of the module, imports the implementation and judges it, within
limits of time on the processor and of memory. It is ended in any case.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.util
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType

from benchmarks.adequacy.mutants import Mutant

MEMORY_MORE_BYTES = 1 << 30
CLOCK_FACTOR = 10
"""How much longer a mutant may take by the clock than on the processor."""
GRACE_S = 5


@dataclass(frozen=True)
class Fate:
    """What became of a mutant.

    Attributes:
        by: who killed it: a judge, `crash` or `time`; "" if it lives.
        where: at which scope or in which storm.
        why: what was said.
        seconds: it took, by the clock.
    """

    by: str
    where: str = ""
    why: str = ""
    seconds: float = 0.0

    @property
    def lives(self) -> bool:
        return not self.by


LIVES = Fate("")
Judge = Callable[[str], Fate]
"""Imports the implementation and judges it, given which module was changed."""


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds another source for one module."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source
        self.found = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def get_source(self, fullname: str) -> str:
        self.found = True
        return self._source

    def is_package(self, fullname: str) -> bool:
        return False


@dataclass
class _Child:
    mutant: Mutant
    pid: int
    pipe: int
    started: float


def fates(
    mutants: Iterable[Mutant], judge: Judge, *, jobs: int, limit_s: float
) -> Iterator[tuple[Mutant, Fate]]:
    """Judges mutants, and tells of each as soon as it is known.

    Args:
        mutants: which ones.
        judge: of them. It must not have been made with anything of the implementation.
        jobs: how many at a time.
        limit_s: seconds on a processor after which a mutant hangs.

    Raises:
        RuntimeError: the implementation is imported here already.
    """
    if "impl" in sys.modules:
        raise RuntimeError("the implementation is imported: a mutant would not be used")
    gc.freeze()  # what is there already is shared with the children
    waiting, running = iter(mutants), list[_Child]()
    try:
        while True:
            while len(running) < jobs and (mutant := next(waiting, None)) is not None:
                running.append(_start(mutant, judge, limit_s))
            if not running:
                return
            ready, _, _ = select.select([child.pipe for child in running], [], [], 1.0)
            for child in list(running):
                late = time.monotonic() - child.started > CLOCK_FACTOR * limit_s
                if child.pipe in ready or late:
                    running.remove(child)
                    yield child.mutant, _end(child, late)
    finally:
        for child in running:
            _end(child, late=True)


def _start(mutant: Mutant, judge: Judge, limit_s: float) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(mutant, pid, reading, time.monotonic())
    try:
        os.close(reading)
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 a device
            for stream in (1, 2):
                os.dup2(nothing.fileno(), stream)
        _limit(limit_s)
        fate = _fate(mutant, judge)
        os.write(writing, json.dumps([fate.by, fate.where[:200], fate.why[:2000]]).encode())
    finally:
        os._exit(0)


def _limit(seconds: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    end = int(used + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + GRACE_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(open("/proc/self/statm").read().split()[0])  # noqa: PTH123, SIM115
    size = pages * resource.getpagesize() + MEMORY_MORE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _fate(mutant: Mutant, judge: Judge) -> Fate:
    finder = _Finder(f"impl.core.{mutant.name.module}", mutant.source)
    sys.meta_path.insert(0, finder)
    try:
        fate = judge(mutant.name.module)
    except Exception as error:  # a mutant may raise anything
        return Fate("crash", "", f"{type(error).__name__}: {error}")
    return fate if finder.found else Fate("", "", "the mutant was not used")


def _end(child: _Child, late: bool) -> Fate:
    """Ends a child, and reads what it has said."""
    if late:
        os.kill(child.pid, signal.SIGKILL)
    said = b""
    while part := os.read(child.pipe, 1 << 16):
        said += part
    os.close(child.pipe)
    ended = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    seconds = time.monotonic() - child.started
    if late or ended == -signal.SIGXCPU:
        return Fate("time", "", "it did not come to an end", seconds)
    if ended or not said:
        return Fate("crash", "", f"it was ended by signal {-ended}", seconds)
    by, where, why = json.loads(said)
    return Fate(by, where, why, seconds)
