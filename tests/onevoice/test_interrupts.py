"""A search can be interrupted, or its reader can go, and the program ends at once and cleanly."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable

Start = Callable[..., "subprocess.Popen[str]"]


def test_ctrl_c_ends_a_long_search_with_one_line(program: Start) -> None:
    running = program("check", "--groups", "3+3", "--failures", "3", "--max-memory", "1G")
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("Engine"):
            break
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err.startswith("onevoice: Interrupted")
    assert err.count("\n") == 1


def test_a_reader_that_goes_away_ends_the_program_without_a_word(program: Start) -> None:
    running = program("check", "--groups", "2")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.wait() == 141
    assert running.stderr.read() == ""
    running.stderr.close()
