"""When the explorer is stopped, whatever it has started ends with it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from onevoice.explorer import asking, validating
from tests.explorer.logged import LOGS, lines

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # times a twentieth of a second
SLOW: dict[str, dict[str, Any]] = {
    "ask": {"groups": "3+3", "text": "∀ m: Member; v: View. completed(m, v) → in_view(v, m)"},
    "logs": {"files": [{"name": "x.jsonl", "text": lines(LOGS)}]},
}


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a process has started and that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(") ")[2].split()
            if int(parent) == process.pid and state != "Z":
                found.append(int(stat.parent.name))
    return found


def runs(pid: int) -> bool:
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        return state != "Z"
    return False


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("what", SLOW)
def test_what_was_asked_ends_with_the_explorer(
    what: str, ending: signal.Signals, tmp_path: Path
) -> None:
    explorer = subprocess.Popen(
        [sys.executable, "-m", "onevoice", "explore", "--no-open", "--groups", "1+1", "--plain"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert explorer.stdout is not None
    try:
        said = re.match(r"Explorer: ((http://[^/]+)/[\w-]+/)", explorer.stdout.readline())
        assert said is not None
        request = urllib.request.Request(
            f"{said[1]}api/{what}", json.dumps(SLOW[what]).encode(), {"Origin": said[2]}
        )
        asked = threading.Thread(target=_answered, args=(request,))
        asked.start()
        started = _started(explorer)
        assert started, f"nothing was started for `{what}`"
        explorer.send_signal(ending)
        assert explorer.wait(20) == 130
        asked.join()
        assert not any(map(runs, started))
        assert not list(tmp_path.iterdir()), "a folder is left"
        assert explorer.communicate()[1] == "onevoice: Interrupted.\n"
    finally:
        explorer.kill()
        explorer.communicate()


def _answered(request: urllib.request.Request) -> None:
    with suppress(OSError):
        urllib.request.urlopen(request, timeout=60).close()


def _started(explorer: subprocess.Popen[str]) -> list[int]:
    for _ in range(PATIENCE):
        if found := children(explorer):
            return found
        with suppress(subprocess.TimeoutExpired):
            explorer.wait(0.05)
    return []


def test_both_have_limits_of_their_own() -> None:
    assert asking.LIMIT_S < asking.KILLED_AFTER_S <= 30
    assert validating.KILLED_AFTER_S <= 30
    assert validating.MEMORY_BYTES_MAX <= 2 << 30
