"""A report as the command writes it, of all kept counterexamples and of few and small runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.protocol import Variant
from onevoice import cli, expected
from onevoice.expected import SAME, SENDING, Expectation
from tests.web.outline import Outline
from traces.run import Run

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "traces" / "corpus"
SHIPPED = (Run("1+1", failures=1, requests=2, delivery=SENDING),)
BROKEN = Run("1+1j", failures=1, delivery=SAME, variant=Variant.ON_RECEIPT_ONLY)
VARIANTS = (
    Expectation(BROKEN, frozenset({"AtMostOnce", "transmissions"})),
    Expectation(Run("1+1", failures=0, variant=Variant.HIGHEST_NAME), frozenset()),
)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a report in which all is as it must be."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        few_runs(patch)
        patch.chdir(ROOT)
        assert cli.run(["report", "-o", str(path), "--reduce", "all"]) == 0
    return path


@pytest.fixture(scope="session")
def text(written: Path) -> str:
    return written.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def outline(text: str) -> Outline:
    return Outline.of(text)


def few_runs(patch: pytest.MonkeyPatch) -> None:
    """Has the command search few and small runs."""
    patch.setattr(expected, "SHIPPED", SHIPPED)
    patch.setattr(expected, "VARIANTS", VARIANTS)
    patch.setattr(expected, "WRONG_MEMBERS", ("never-speaks",))
    patch.setattr(expected, "WRONG_MEMBERS_AT", Run("1+1", failures=0, delivery=SAME))
