"""Runs pytest with the plugin, in this process and in an empty folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from model.search import Limits
from onevoice.api.results import for_progress
from onevoice.gate.gate import Way, run_gate
from onevoice.gate.kept import Kept
from onevoice.gate.plan import read_plan
from onevoice.pytest_plugin import gate_file, trace_file
from tests.gate.small import SHARED_KEY

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "traces" / "corpus"
PLUGIN = ("-p", "onevoice.pytest_plugin")
"""By its name, however onevoice is installed: plugins that are installed are not loaded."""

LOADED = (gate_file, trace_file)
"""So that no run of pytest in a test imports them anew, and forgets them again."""

RIGHT = """
[[search]]
groups = "2"

[[search]]
groups = "1,1j"
failures = 0

[[storms]]
last = 2

[[storms]]
first = 3
last = 4
tier = "full"
"""
WRONG = f"""
{SHARED_KEY}
breaks = ["AtMostOnce", "ExactCost", "transmissions"]
{SHARED_KEY.replace("search", "lockstep")}
"""

Pytest = Callable[..., pytest.RunResult]


@pytest.fixture(scope="session")
def found_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which it is kept what the checks of RIGHT have found."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "gate.toml").write_text(RIGHT, encoding="utf-8")
    gated = run_gate(
        read_plan(folder / "gate.toml"), "full", Way(Limits(), kept=Kept(folder / "kept")), Silent()
    )
    assert [each.wrong for each in gated.done] == [()] * 4
    return folder / "kept"


class Silent:
    """Listens to a gate, and says nothing."""

    def progress(self, check):
        return for_progress(False).progress(check.name)

    def done(self, done) -> None:
        pass

    def complain(self, text: str) -> None:
        raise AssertionError(text)


@pytest.fixture
def run(pytester: pytest.Pytester, found_before: Path, monkeypatch: pytest.MonkeyPatch) -> Pytest:
    """Runs pytest; what is kept is a copy of what was found before."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    shutil.copytree(found_before, pytester.path / "kept")

    def with_words(*words: str, subprocess: bool = False, inner: str = "") -> pytest.RunResult:
        monkeypatch.chdir(pytester.path / inner)
        kept = ("--onevoice-cache", str(pytester.path / "kept"))
        words = (*PLUGIN, *(() if "--onevoice-no-cache" in words else kept), *words)
        if subprocess:
            return pytester.runpytest_subprocess(*words)
        return pytester.runpytest_inprocess(*words, no_reraise_ctrlc=True)

    return with_words


@pytest.fixture
def gate_toml(pytester: pytest.Pytester) -> Callable[[str], Path]:
    """Writes a file of a gate."""

    def write(text: str) -> Path:
        path = pytester.path / "gate.toml"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (0, 0))
        return path

    return write
