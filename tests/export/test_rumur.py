"""Rumur finds the same states, rules fired and verdicts in the Murphi that we export."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import checkers
from benchmarks.parts import of_safety
from model.export import murphi
from model.scope import Finite
from tests.export.agreement import must_agree
from tests.export.cases import CLASSICS, EXCHANGES, Case, parameters


def must_agree_with_rumur(finite: Finite, folder: Path) -> None:
    def checker(part: Finite) -> checkers.Outcome:
        inside = folder / str(sum(1 for _ in folder.iterdir()))
        inside.mkdir()
        return checkers.rumur(murphi(part), inside)

    must_agree(of_safety(finite), checker)


@pytest.mark.needs_rumur
@pytest.mark.parametrize("case", parameters(CLASSICS, EXCHANGES))
def test_rumur_agrees(case: Case, tmp_path: Path) -> None:
    must_agree_with_rumur(case(), tmp_path)
