"""A checker that fails, or stops before its end, is never taken for one that found nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import checkers
from benchmarks.process import CheckerError, Limits, run

COUNT = "unsigned n : 4; active proctype P() { end: do :: d_step { n < 9 -> n = n + 1 } od }"


@pytest.mark.needs_spin
def test_a_text_that_spin_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckerError, match=r"made no pan\.c"):
        checkers.spin("active proctype P() { unknown = 1 }", tmp_path)


@pytest.mark.needs_spin
def test_what_spin_says_is_read(tmp_path: Path) -> None:
    assert checkers.spin(COUNT, tmp_path) == checkers.Outcome(10, 10, frozenset(), 0)


@pytest.mark.needs_spin
def test_a_deadlock_that_spin_finds_by_itself_is_not_overlooked(tmp_path: Path) -> None:
    with pytest.raises(CheckerError, match="not understood"):
        checkers.spin(COUNT.replace("end:", ""), tmp_path)


@pytest.mark.needs_rumur
def test_a_text_that_rumur_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckerError, match=r"made no model\.c"):
        checkers.rumur("var x: unknown;", tmp_path)


def test_a_search_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckerError, match="took more than"):
        run((sys.executable, "-c", "while True: pass"), tmp_path, Limits(0.1))


def test_a_search_that_is_killed_is_an_error(tmp_path: Path) -> None:
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(CheckerError, match="signal 9"):
        run((sys.executable, "-c", kill), tmp_path, Limits(30))
