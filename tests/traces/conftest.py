"""Counterexamples to write, read and replay: one of each kind, from searches of a second in all."""

from __future__ import annotations

import pytest

from model.search import check
from tests.traces.of_each_kind import OF_EACH_KIND
from traces.counterexample import Counterexample, to_text


@pytest.fixture(scope="session")
def found() -> dict[str, Counterexample]:
    """The shortest counterexample to each of those properties."""
    made = {}
    for name, kind, run in OF_EACH_KIND:
        finding = check(run.finite).findings[name]
        assert finding.trace is not None
        made[name] = Counterexample(run, name, kind, finding.trace)
    return made


@pytest.fixture(scope="session")
def text(found: dict[str, Counterexample]) -> str:
    """The text of a trace file."""
    return to_text(found["transmissions"], "transmissions.itf.json")
