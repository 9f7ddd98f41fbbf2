"""Runs SPIN, Rumur and TLC on exported texts, within limits, and reads what they say.

Nothing is taken for a pass that is not one: an exit, a limit or an output that is not understood
raises `CheckerError`, and numbers are believed only if the checker says its search was complete.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEMORY_BYTES = 6 << 30
COMPILER = ("cc", "-w", "-O0")  # compiling takes longer than these searches


class CheckerError(Exception):
    """A checker failed, ran into a limit, or said something that is not understood."""


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


def run(command: Sequence[str], folder: Path, seconds: float, limited: bool = True) -> str:
    """The output of a command that ends by itself within the limits, whatever its exit status."""

    def limit() -> None:
        if limited:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False,
            preexec_fn=limit, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CheckerError(f"{command[0]} took more than {seconds} s") from error
    if done.returncode < 0:
        raise CheckerError(f"{command[0]} was ended by signal {-done.returncode}: {done.stderr}")
    return done.stdout + done.stderr


def build(command: Sequence[str], folder: Path, product: str, seconds: float = 300) -> None:
    """Runs a command that makes a file."""
    output = run(command, folder, seconds)
    if not (folder / product).is_file():
        raise CheckerError(f"{' '.join(command)} made no {product}: {output[:2000]}")


def spin(text: str, folder: Path, seconds: float = 300) -> Outcome:
    """Searches a Promela text to the end, past every error."""
    (folder / "model.pml").write_text(text)
    build(("spin", "-a", "model.pml"), folder, "pan.c")
    flags = ("-DSAFETY", "-DNOREDUCE", "-DMEMLIM=4096")
    build((*COMPILER, *flags, "-o", "pan", "pan.c"), folder, "pan")
    output = run(("./pan", "-c0", "-n", "-w20", "-m2000000"), folder, seconds)
    for bad in ("Search not completed", "too small", "out of memory", "reached -DMEMLIM"):
        if bad in output:
            raise CheckerError(f"pan: {bad}: {output[-2000:]}")
    names = re.findall(r"^pan:\d+: assertion violated (\w+) \(at depth", output, re.MULTILINE)
    others = re.findall(r"^pan:\d+: (?!assertion violated \w+ \().*", output, re.MULTILINE)
    if others:
        raise CheckerError(f"pan reports what is not understood: {others[0]}")
    return Outcome(
        _number(r"^\s*(\d+) states, stored$", output),
        _number(r"^\s*(\d+) transitions \(= stored\+matched\)$", output),
        frozenset(names),
        _number(r"State-vector \d+ byte, depth reached \d+, errors: (\d+)$", output),
    )


def rumur(text: str, folder: Path, seconds: float = 300) -> Outcome:
    """Searches a Murphi text to the end, or to the first error."""
    (folder / "model.m").write_text(text)
    options = ("--deadlock-detection", "off", "--counterexample-trace", "off", "--quiet")
    output_format = ("--output-format", "machine-readable", "--threads", "1")
    build(("rumur", *options, *output_format, "-o", "model.c", "model.m"), folder, "model.c")
    # Rumur compares and swaps 16 bytes at once, for which x86-64 needs leave.
    wide = ("-mcx16",) if os.uname().machine == "x86_64" else ()
    build((*COMPILER, *wide, "-o", "model", "model.c", "-lpthread"), folder, "model")
    output = run(("./model",), folder, seconds)
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
    return Outcome(states, fired, frozenset(names), errors)


def tlc(files: dict[str, str], folder: Path, jar: Path, seconds: float = 600) -> Outcome:
    """Searches a TLA+ module to the end, or to the first error."""
    for name, text in files.items():
        (folder / name).write_text(text)
    module = next(name for name in files if name.endswith(".tla")).removesuffix(".tla")
    java = ("java", "-XX:+UseSerialGC", "-Xmx2g", "-cp", str(jar.resolve()), "tlc2.TLC")
    options = ("-workers", "1", "-noGenerateSpecTE", "-metadir", "states", module)
    output = run((*java, *options), folder, seconds, limited=False)
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
    return Outcome(distinct, generated, frozenset(names), len(names))


def _number(pattern: str, output: str) -> int:
    found = re.findall(pattern, output, re.MULTILINE)
    if len(found) != 1:
        raise CheckerError(f"{pattern!r} is {len(found)} times in: {output[-2000:]}")
    return int(found[0])
