"""SPIN finds the same states, transitions and verdicts in the Promela that we export."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.export import promela
from model.scope import Finite
from tests.export import checkers
from tests.export.agreement import of_safety, ours
from tests.export.cases import CLASSICS, EXCHANGES, LARGER, Case, parameters


def must_agree(finite: Finite, folder: Path) -> None:
    result, violated = ours(of_safety(finite))
    found = checkers.spin(promela(finite), folder)
    choices = result.initial if result.initial > 1 else 0
    assert found.violated == violated
    assert found.states == result.states + (1 if choices else 0)
    # The module's docstring says why: the initial state, the choices of it, and the errors.
    assert found.transitions == result.transitions + 1 + choices + found.errors


@pytest.mark.needs_spin
@pytest.mark.parametrize("case", parameters(CLASSICS, EXCHANGES, LARGER))
def test_spin_agrees(case: Case, tmp_path: Path) -> None:
    must_agree(case(), tmp_path)
