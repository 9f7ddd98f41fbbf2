"""SPIN finds the same states, transitions and verdicts in the Promela that we export."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import checkers
from benchmarks.parts import of_safety
from model.export import promela
from model.scope import Finite
from tests.export.agreement import ours
from tests.export.cases import CLASSICS, EXCHANGES, LARGER, Case, parameters


def must_agree(finite: Finite, folder: Path) -> None:
    result, violated = ours(of_safety(finite))
    found = checkers.spin(promela(finite), folder)
    assert found.violated == violated
    expected = checkers.counted_by_spin(
        result.states, result.transitions, result.initial, found.errors
    )
    assert (found.states, found.transitions) == expected


@pytest.mark.needs_spin
@pytest.mark.parametrize("case", parameters(CLASSICS, EXCHANGES, LARGER))
def test_spin_agrees(case: Case, tmp_path: Path) -> None:
    must_agree(case(), tmp_path)
