"""Drives a program through the traces of every member, and says what it does otherwise.

A program that hangs, ends, answers what is no answer, answers too much or too little, sends what
it should not or does not send what it should: each is told as what it is, with the lines that lead
there, so that it can be seen again by giving them to the program.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from model.search.exploration import Limits
from traces.lockstep.environment import Environment
from traces.lockstep.walk import walked
from traces.program.lines import Line, answer_line, input_line, start_line
from traces.program.paths import cover
from traces.run import Run

ANSWER_BYTES_MAX = 1 << 20


@dataclass(frozen=True)
class Failure:
    """What a program does otherwise.

    Attributes:
        kind: `hangs`, `ends`, `malformed`, `extra` or `differs`.
        text: how, in a sentence.
        lines: what it was given since it was started, the last one that to which it does not
            answer as it must.
    """

    kind: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Driven:
    """What came of driving a program.

    Attributes:
        members: through whose traces.
        transitions: different ones of all members, all covered if nothing failed.
        traces, steps: how many traces, and lines in all.
        failure: the first one.
    """

    members: int
    transitions: int
    traces: int
    steps: int
    failure: Failure | None


def conform(
    run: Run,
    command: Sequence[str],
    *,
    limits: Limits | None = None,
    answer_s: float = 5.0,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Driven:
    """Drives a program through every transition of every member at a scope.

    Args:
        run: the specification's scope and switches.
        command: the program and its arguments.
        limits: what the search of the state graph may take.
        answer_s: the time that an answer may take, in seconds.
        report: told how many lines of how many have been given.

    Raises:
        OSError: the program cannot be started.
        ValueError: our own implementation differs at this scope, so there is no answer to expect.
        TimeoutError, MemoryError: the state graph is not whole within the limits.
    """
    environment = walked(run, limits)
    covers = [cover(machine) for machine in environment.machines]
    total = sum(each.steps for each in covers)
    done, failure = 0, None
    with _program(command, answer_s) as program:
        for m, each in enumerate(covers):
            for trace in each.traces:
                failure = _trace(environment, run, m, [edge[:2] for edge in trace], program)
                done += len(trace)
                report(done, total)
                if failure is not None:
                    break
            if failure is not None:
                break
    return Driven(
        len(covers),
        sum(each.transitions for each in covers),
        sum(len(each.traces) for each in covers),
        total,
        failure,
    )


def _trace(
    environment: Environment,
    run: Run,
    m: int,
    inputs: Sequence[tuple[int, int]],
    program: _Program,
) -> Failure | None:
    machine, data = environment.machines[m], run.finite.scope.names["Datum"]
    program.begin()
    first: Line = {"due": []}
    failure = program.give(start_line(environment.ids[m].name), first)
    for state, number in inputs:
        if failure is not None:
            return failure
        outcome = machine.after(state, number)
        expected = answer_line(outcome, machine.due(outcome.state), data)
        failure = program.give(input_line(machine.given(number), data), expected)
    return failure or program.end()


class _Program:
    """A process that answers lines."""

    def __init__(self, process: subprocess.Popen[bytes], answer_s: float) -> None:
        self._process = process
        self._answer_s = answer_s
        self._given: list[Line] = []
        self._rest = b""
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(process.stdout, selectors.EVENT_READ)

    def close(self) -> None:
        """Nothing more is read."""
        self._selector.close()

    def begin(self) -> None:
        """What comes is of a new trace."""
        self._given = []

    def end(self) -> Failure | None:
        """The trace is over: nothing more may come."""
        if extra := self._extra():
            return self._failed("extra", f"prints more than one line an answer: {_shown(extra)}")
        return None

    def give(self, line: Line, expected: Line) -> Failure | None:
        """Gives a line, and compares the answer."""
        if (extra := self.end()) is not None:
            return extra
        self._given.append(line)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._ended()
        answer = self._line()
        if answer is None:
            return self._ended()
        if isinstance(answer, Failure):
            return answer
        return self._compared(answer, expected)

    def _extra(self) -> bytes:
        """What it has printed without being asked."""
        assert self._process.stdout is not None
        if not self._rest and self._selector.select(0):
            self._rest = self._process.stdout.read(1 << 16) or b""
        return self._rest

    def _line(self) -> bytes | Failure | None:
        """The next line that it prints; None if it has ended."""
        assert self._process.stdout is not None
        end = time.monotonic() + self._answer_s
        while b"\n" not in self._rest:
            if len(self._rest) > ANSWER_BYTES_MAX:
                text = f"prints a line of over {ANSWER_BYTES_MAX:,} bytes"
                return self._failed("malformed", text)
            left = end - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                return self._failed("hangs", f"does not answer within {self._answer_s:g} s")
            chunk = self._process.stdout.read(1 << 16)
            if not chunk:
                return None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _compared(self, answer: bytes, expected: Line) -> Failure | None:
        try:
            said: Any = json.loads(answer)
        except (ValueError, RecursionError):
            return self._failed("malformed", f"answers what is no JSON: {_shown(answer)}")
        if not isinstance(said, dict):
            return self._failed("malformed", f"answers what is no object: {_shown(answer)}")
        if "error" in said:
            return self._failed("differs", f"refuses what it must take: {_shown(answer)}")
        due = said.get("due")
        if not isinstance(due, list) or not all(isinstance(step, str) for step in due):
            return self._failed("malformed", f"does not say what is due: {_shown(answer)}")
        if {**said, "due": sorted(due)} != expected:
            return self._failed("differs", f"answers {_shown(answer)}, not {json.dumps(expected)}")
        return None

    def _ended(self) -> Failure:
        try:
            code = self._process.wait(self._answer_s)
        except subprocess.TimeoutExpired:
            return self._failed("hangs", "has closed its output, and does not end")
        how = f"is killed by signal {-code}" if code < 0 else f"ends with exit code {code}"
        return self._failed("ends", how)

    def _failed(self, kind: str, text: str) -> Failure:
        return Failure(kind, text, tuple(self._given))


@contextmanager
def _program(command: Sequence[str], answer_s: float) -> Iterator[_Program]:
    """The program while it is driven; it is killed afterwards if it does not end by itself."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    program = _Program(process, answer_s)
    try:
        yield program
    finally:
        program.close()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _shown(answer: bytes) -> str:
    text = answer.decode(errors="backslashreplace").strip()
    return text if len(text) <= 200 else text[:197] + "..."
