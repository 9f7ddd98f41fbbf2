"""Runs SPIN, Rumur and TLC on exported texts, within limits, and reads what they say.

Nothing is taken for a pass that is not one: an exit, a limit or an output that is not understood
raises `CheckerError`, and numbers are believed only if the checker says its search was complete.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process import CheckerError, Ended, Limits, build, run

QUICKLY_BUILT = ("cc", "-w", "-O0")  # compiling takes longer than small searches
OPTIMISED = ("cc", "-w", "-O3", "-march=native")
_MIB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """What a search took.

    Attributes:
        build_seconds: until there was a program to start: translation and compilers.
        start_seconds: from its start to its first states, as far as that is known apart.
        seconds: wall time of the search; where `start_seconds` is None, the start included.
        cpu_seconds: of the same, all threads.
        peak_bytes: the most memory that the process had resident.
        seen_bytes: of them, what its states and their index take (ours: the set of states seen,
            without the log along which behaviours are found); None if it does not say.
    """

    build_seconds: float
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    seen_bytes: int | None = None
    start_seconds: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What a checker says of a text.

    Attributes:
        states: distinct states, as the checker counts them.
        transitions: steps taken, as the checker counts them.
        violated: the names of the properties that it found violated.
        errors: how often.
    """

    states: int
    transitions: int
    violated: frozenset[str]
    errors: int
    cost: Cost | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Built:
    """A search that is ready to be run, as often as it is wanted.

    Attributes:
        command: what runs it.
        folder: where.
        build_seconds: what it took to get ready.
        read: makes an outcome of what it says, given `build_seconds`.
        limits: within which it is run; None for the usual ones.
    """

    command: tuple[str, ...]
    folder: Path
    build_seconds: float
    read: Callable[[Ended, float], Outcome]
    limits: Limits | None = None

    def search(self) -> Outcome:
        """Runs it to its end.

        Raises:
            CheckerError: it failed, hit a limit, or said what is not understood.
        """
        return self.read(run(self.command, self.folder, self.limits), self.build_seconds)


@dataclass(frozen=True)
class SpinOptions:
    """How SPIN's verifier is built and run.

    Attributes:
        flags: compile-time directives besides `-DSAFETY -DNOREDUCE`.
        table_bits: slots of the hash table, as a power of two (`-w`).
        depth: of the search at most (`-m`).
        cores: for `-DBFS_PAR`.
    """

    compiler: tuple[str, ...] = QUICKLY_BUILT
    flags: tuple[str, ...] = ()
    table_bits: int = 20
    depth: int = 2_000_000
    memory_mib: int = 4096
    cores: int = 1
    limits: Limits | None = None


def build_spin(text: str, folder: Path, options: SpinOptions | None = None) -> Built:
    """A search of a Promela text to the end, past every error."""
    how = SpinOptions() if options is None else options
    if "-DBFS_PAR" in how.flags:
        # Breadth-first SPIN refuses hidden variables. Those that name what is asserted never
        # change, so they may be part of the state; others are counted wrong, which is noticed.
        text = re.sub(r"^hidden byte", "byte", text, flags=re.MULTILINE)
    (folder / "model.pml").write_text(text)
    seconds = build(("spin", "-a", "model.pml"), folder, "pan.c")
    flags = ("-DSAFETY", "-DNOREDUCE", f"-DMEMLIM={how.memory_mib}", *how.flags)
    seconds += build((*how.compiler, *flags, "-o", "pan", "pan.c"), folder, "pan")
    cores = (f"-u{how.cores}",) if how.cores > 1 else ()
    command = ("./pan", "-c0", "-n", f"-w{how.table_bits}", f"-m{how.depth}", *cores)
    return Built(command, folder, seconds, _read_spin, how.limits)


def spin(text: str, folder: Path) -> Outcome:
    """Searches a Promela text of few states."""
    return build_spin(text, folder).search()


def counted_by_spin(
    states: int, transitions: int, initial: int, errors: int
) -> tuple[int, int]:  # fmt: skip
    """What SPIN must count for a spec of so many states: see `model.export.promela`."""
    choices = initial if initial > 1 else 0
    return states + (1 if choices else 0), transitions + 1 + choices + errors


def _read_spin(ended: Ended, build_seconds: float) -> Outcome:
    output = ended.output
    for bad in ("Search not completed", "too small", "out of memory", "reached -DMEMLIM"):
        if bad in output:
            raise CheckerError(f"pan: {bad}: {output[-2000:]}")
    names = re.findall(r"^pan:\d+: assertion violated (\w+) \(at depth", output, re.MULTILINE)
    others = re.findall(r"^pan:\d+: (?!assertion violated \w+ \().*", output, re.MULTILINE)
    if others:
        raise CheckerError(f"pan reports what is not understood: {others[0]}")
    memory = re.findall(
        r"^\s*([\d.]+)\s+(?:actual memory usage for states|(?:shared )?memory used for hash table)",
        output,
        re.MULTILINE,
    )
    return Outcome(
        _number(r"^\s*(\d+) states, stored$", output),
        _number(r"^\s*(\d+) transitions \(= stored\+matched\)$", output),
        frozenset(names),
        _number(r"State-vector \d+ byte, depth reached \d+, errors: (\d+)$", output),
        Cost(
            build_seconds, ended.seconds, ended.cpu_seconds, ended.peak_bytes,
            round(sum(map(float, memory)) * _MIB) if memory else None,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class RumurOptions:
    """How Rumur's verifier is built and run."""

    compiler: tuple[str, ...] = QUICKLY_BUILT
    threads: int = 1
    limits: Limits | None = None


def build_rumur(text: str, folder: Path, options: RumurOptions | None = None) -> Built:
    """A search of a Murphi text to the end, or to the first error."""
    how = RumurOptions() if options is None else options
    (folder / "model.m").write_text(text)
    flags = ("--deadlock-detection", "off", "--counterexample-trace", "off", "--quiet")
    form = ("--output-format", "machine-readable", "--threads", str(how.threads))
    seconds = build(("rumur", *flags, *form, "-o", "model.c", "model.m"), folder, "model.c")
    # Rumur compares and swaps 16 bytes at once, for which x86-64 needs leave.
    wide = ("-mcx16",) if os.uname().machine == "x86_64" else ()
    link = ("-o", "model", "model.c", "-lpthread")
    seconds += build((*how.compiler, *wide, *link), folder, "model")
    return Built(("./model",), folder, seconds, _read_rumur, how.limits)


def rumur(text: str, folder: Path) -> Outcome:
    """Searches a Murphi text of few states."""
    return build_rumur(text, folder).search()


def _read_rumur(ended: Ended, build_seconds: float) -> Outcome:
    output = ended.output
    summary = re.search(
        r'^<summary states="(\d+)" rules_fired="(\d+)" errors="(\d+)" duration_seconds="\d+"/>$',
        output,
        re.MULTILINE,
    )
    if summary is None or "</rumur_run>" not in output:
        raise CheckerError(f"rumur's verifier did not end well: {output[-2000:]}")
    states, fired, errors = map(int, summary.groups())
    messages = re.findall(r"<message>(.*?)</message>", output)
    names = [
        found
        for message in messages
        for found in re.findall(r"^invariant &quot;(\w+)&quot; failed$", message)
        + re.findall(r"^Assertion failed: [^ ]+ (\w+)$", message)
    ]
    if len(messages) != errors or len(names) != errors:
        raise CheckerError(f"rumur reports what is not understood: {messages}")
    cost = Cost(build_seconds, ended.seconds, ended.cpu_seconds, ended.peak_bytes)
    return Outcome(states, fired, frozenset(names), errors, cost)


@dataclass(frozen=True)
class TlcOptions:
    """How TLC is run.

    Attributes:
        jar: tla2tools.jar.
        heap: what Java may take for objects, as `-Xmx` has it.
    """

    jar: Path
    workers: int = 1
    heap: str = "2g"
    collector: str = "-XX:+UseSerialGC"
    seconds: float = 600


def build_tlc(files: dict[str, str], folder: Path, options: TlcOptions) -> Built:
    """A search of a TLA+ module to the end, or to the first error."""
    for name, text in files.items():
        (folder / name).write_text(text)
    module = next(name for name in files if name.endswith(".tla")).removesuffix(".tla")
    java = ("java", options.collector, f"-Xmx{options.heap}", "-cp", str(options.jar.resolve()))
    how = ("-workers", str(options.workers), "-noGenerateSpecTE", "-metadir", "states")
    limits = Limits(options.seconds, memory_bytes=None)  # Java reserves what it will never use
    return Built((*java, "tlc2.TLC", *how, module), folder, 0.0, _read_tlc, limits)


def tlc(files: dict[str, str], folder: Path, jar: Path) -> Outcome:
    """Searches a TLA+ module of few states."""
    return build_tlc(files, folder, TlcOptions(jar)).search()


def _read_tlc(ended: Ended, build_seconds: float) -> Outcome:
    output = ended.output
    names = [
        *re.findall(r"^Error: Invariant (\w+) is violated", output, re.MULTILINE),
        *re.findall(r"^Error: The invariant of (\w+) is equal to FALSE", output, re.MULTILINE),
        *re.findall(r"^Error: Action property (\w+) is violated", output, re.MULTILINE),
        *("NoDeadlock" for _ in re.findall(r"^Error: Deadlock reached", output, re.MULTILINE)),
        *re.findall(r"^Error: Temporal propert(?:y|ies) (?:(\w+) )?w", output, re.MULTILINE),
    ]
    names = ["deadlock" if name == "NoDeadlock" else name for name in names]
    complete = "Model checking completed. No error has been found." in output
    if complete == bool(names):
        raise CheckerError(f"TLC did not end well: {output[-3000:]}")
    if complete and "0 states left on queue" not in output:
        raise CheckerError(f"TLC left states: {output[-2000:]}")
    found = re.search(r"^(\d+) states generated, (\d+) distinct states found", output, re.MULTILINE)
    if complete and found is None:
        raise CheckerError(f"TLC says no numbers: {output[-2000:]}")
    generated, distinct = map(int, found.groups()) if found is not None else (0, 0)
    cost = Cost(build_seconds, ended.seconds, ended.cpu_seconds, ended.peak_bytes)
    return Outcome(distinct, generated, frozenset(names), len(names), cost)


def _number(pattern: str, output: str) -> int:
    found = re.findall(pattern, output, re.MULTILINE)
    if len(found) != 1:
        raise CheckerError(f"{pattern!r} is {len(found)} times in: {output[-2000:]}")
    return int(found[0])
