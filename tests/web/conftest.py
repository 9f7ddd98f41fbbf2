"""A report as the command writes it, of a gate with few and small checks, and few kept traces."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from onevoice import cli
from onevoice.gate.check import Tier
from onevoice.gate.gate import Way, run_gate
from onevoice.gate.plan import read_plan
from onevoice.gate.result import Gated
from tests.web.listening import SMALL_LIMITS, Quiet
from tests.web.outline import Outline

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "traces" / "corpus"
KEPT = (
    "indicator-on-receipt-only/AtMostOnce_*",
    "indicator-on-receipt-only/transmissions_*",
    "no-view-synchrony/Termination_*",
    "no-view-synchrony/deadlock_*",
    "shared-key/OneLeader_*",
    "witnesses/successor-of-a-successor-speaks_3_f2_same-view*",
)
PLAN = """
[[search]]
groups = "1+1"
requests = 2
reduce = "all"
delivery = "sending-view"

[[search]]
groups = "1+1j"
variant = "indicator-on-receipt-only"
breaks = {breaks}

[[search]]
groups = "1+1"
failures = 0
variant = "highest-name"

[[agreement]]
groups = "2"
failures = 0

[[corpus]]
folder = "{folder}"

[[lockstep]]
groups = "2"
failures = 0

[[wrong-members]]
groups = "1+1"
failures = 0
members = "never-speaks"

[[storms]]
first = 1
last = 2

[[storms]]
first = 3
last = 4
tier = "full"
"""
BREAKS = '["AtMostOnce", "transmissions"]'


def plan_file(folder: Path, corpus: Path, breaks: str = BREAKS) -> Path:
    """Writes a file of the gate with small checks.

    Args:
        folder: where to.
        corpus: the folder of kept traces that is checked.
        breaks: what a variant must break, as TOML.
    """
    path = folder / "gate.toml"
    path.write_text(PLAN.format(breaks=breaks, folder=corpus), encoding="utf-8")
    return path


def gate(plan: Path, tier: Tier = "quick") -> Gated:
    """What comes of a file of the gate."""
    return run_gate(read_plan(plan), tier, Way(SMALL_LIMITS), Quiet())


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few of the kept traces."""
    folder = tmp_path_factory.mktemp("corpus")
    for pattern in KEPT:
        (path,) = CORPUS.glob(pattern)
        shutil.copy2(path, folder)
    return folder


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """The file of a report in which all is as it must be."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        words = ["report", "--config", str(plan_file(folder, corpus)), "-o", str(path)]
        assert cli.run([*words, "--cache", str(folder / "cache")]) == 0
    return path


@pytest.fixture(scope="session")
def text(written: Path) -> str:
    return written.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def outline(text: str) -> Outline:
    return Outline.of(text)
