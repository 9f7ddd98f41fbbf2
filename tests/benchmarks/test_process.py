"""A program is measured, and ended with all that it started if it must be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.process import LimitReached, Limits, run

CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}])"
FOREVER = "import os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: pass"


def test_time_on_processors_and_memory_are_measured(tmp_path: Path) -> None:
    work = "data = bytearray(200 << 20)\nfor i in range(0, len(data), 4096): data[i] = 1"
    ended = run((sys.executable, "-c", work), tmp_path)
    assert ended.peak_bytes > 200 << 20
    assert ended.cpu_seconds > 0
    assert ended.seconds > 0


def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    command = (sys.executable, "-c", CHILD.format(FOREVER))
    with pytest.raises(LimitReached):
        run(command, tmp_path, Limits(2.0))
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_both_outputs_are_read(tmp_path: Path) -> None:
    says = "import sys; print('out', flush=True); print('error', file=sys.stderr)"
    assert run((sys.executable, "-c", says), tmp_path).output == "out\nerror\n"
