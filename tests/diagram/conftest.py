"""The traces that are kept, read and drawn once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from onevoice.diagram.diagram import Diagram
from onevoice.diagram.kept import diagram_of_kept
from traces.counterexample import Counterexample, read_trace
from traces.witness import Witness

CORPUS = Path(__file__).parents[2] / "traces" / "corpus"
DOUBLE = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
Drawn = list[tuple[Counterexample | Witness, Diagram]]


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """Every trace that is kept, with its diagram."""
    kept = [read_trace(path) for path in sorted(CORPUS.rglob("*.itf.json"))]
    assert len(kept) > 50
    return [(each, diagram_of_kept(each)) for each in kept]
