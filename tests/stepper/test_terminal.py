"""On a terminal of its own: what steps, what prints, and what has no colours."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onevoice.report.terminal import Terminal as Output
from tests.stepper.conftest import SPOKEN_TWICE

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-9]")
OTHER_SCREEN = "\x1b[?1049h"


class Terminal:
    """A program on a terminal."""

    def __init__(self, program: subprocess.Popen[bytes], ours: int) -> None:
        self.program, self._ours, self.seen = program, ours, ""

    def until(self, text: str) -> None:
        """Reads until this was printed."""
        while text not in self.seen:
            assert self._read(), f"it ended before {text!r}: {self.seen[-500:]}"

    def end(self) -> int:
        """Reads all, and waits for the end."""
        while self._read():
            pass
        return self.program.wait(PATIENCE_S)

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def _read(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], PATIENCE_S)
        assert ready, f"it says nothing more: {self.seen[-500:]}"
        try:
            read = os.read(self._ours, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.seen += read.decode(errors="replace")
        return bool(read)


@contextmanager
def on_a_terminal(*words: str, **environment: str) -> Iterator[Terminal]:
    """Runs a command on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    without = {name: value for name, value in os.environ.items() if name not in NOT_PASSED}
    program = subprocess.Popen(
        [sys.executable, "-m", "onevoice", *words],
        cwd=ROOT,
        env={**without, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(program, ours)
    finally:
        program.kill()
        program.wait()
        os.close(ours)


NOT_PASSED = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "CI"}
TRACE = str(SPOKEN_TWICE)


def test_show_steps_through_a_trace_and_q_leaves() -> None:
    with on_a_terminal("show", TRACE) as terminal:
        terminal.until("Before 10 steps")
        assert OTHER_SCREEN in terminal.seen
        terminal.press("j")
        terminal.until("of 10")
        terminal.press("q")
        assert terminal.end() == 0
        assert "Traceback" not in terminal.seen


def test_replay_steps_through_both_sides_and_then_says_what_came_of_it() -> None:
    words = ("replay", TRACE, "--on", "core", "--members", "shipped", "-i")
    with on_a_terminal(*words) as terminal:
        terminal.until("Specification")
        terminal.press("q")
        assert terminal.end() == 14
        assert "Difference after 2 steps" in terminal.seen


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["show", "--plain", TRACE], {}),
        (["show", TRACE], {"TERM": "dumb"}),
        (["show", "--diagram", "--plain", TRACE], {}),
        (["show", "--diagram", TRACE], {"NO_COLOR": "1"}),
        (["show", "--diagram", TRACE], {"TERM": "dumb"}),
    ],
)
def test_what_prints_has_no_colours(words: list[str], environment: dict[str, str]) -> None:
    with on_a_terminal(*words, **environment) as terminal:
        assert terminal.end() == 0
        assert "AtMostOnce" in terminal.seen
        assert OTHER_SCREEN not in terminal.seen
        assert not COLOUR.search(terminal.seen)


def test_a_diagram_on_a_terminal_has_colours() -> None:
    with on_a_terminal("show", "--diagram", TRACE) as terminal:
        assert terminal.end() == 0
        assert COLOUR.search(terminal.seen)


def test_the_stepper_has_no_colours_if_none_are_wanted() -> None:
    with on_a_terminal("show", TRACE, NO_COLOR="1") as terminal:
        terminal.until("Before 10 steps")
        terminal.press("q")
        assert terminal.end() == 0
        # Textual turns colours into shades of grey.
        shades = re.findall(r"\x1b\[[0-9;]*[34]8;2;(\d+);(\d+);(\d+)", terminal.seen)
        assert all(len(set(shade)) == 1 for shade in shades)


def test_progress_is_drawn_only_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.delenv("TTY_INTERACTIVE", raising=False)
    for term, live in (("xterm-256color", True), ("dumb", False), ("unknown", False)):
        monkeypatch.setenv("TERM", term)
        assert Output().live is live
        assert not Output(plain=True).live


@pytest.mark.parametrize("term", ["dumb", ""])
def test_who_asks_to_step_on_a_terminal_that_cannot_is_told(term: str) -> None:
    with on_a_terminal("show", "-i", TRACE, TERM=term) as terminal:
        assert terminal.end() == 2
        assert "--interactive needs a terminal, and this terminal cannot" in terminal.seen


def test_a_terminal_without_the_characters_is_printed_on() -> None:
    with on_a_terminal("show", "--diagram", TRACE, PYTHONIOENCODING="ascii") as terminal:
        assert terminal.end() == 0
        assert "deliver(a1, data, a1, v1)" in terminal.seen
        assert terminal.seen.isascii()
