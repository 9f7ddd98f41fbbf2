"""TLC finds the same states, transitions and verdicts, leads-to included, in our TLA+.

TLC is no package that CI could install: the tests run where TLA2TOOLS_JAR names tla2tools.jar.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from benchmarks import checkers
from model.export import export
from model.interp import Interpreter
from model.scope import Finite
from tests.export.agreement import must_agree
from tests.export.cases import CLASSICS, EXCHANGES, Case, parameters

JAR = os.environ.get("TLA2TOOLS_JAR")


@pytest.mark.skipif(JAR is None, reason="TLA2TOOLS_JAR does not say where tla2tools.jar is")
@pytest.mark.parametrize("case", parameters(CLASSICS, EXCHANGES))
def test_tlc_agrees(case: Case, tmp_path: Path) -> None:
    def checker(finite: Finite) -> checkers.Outcome:
        folder = tmp_path / str(sum(1 for _ in tmp_path.iterdir()))
        folder.mkdir()
        assert JAR is not None
        return checkers.tlc(export(finite, "tla"), folder, Path(JAR))

    finite = case()
    must_agree(finite, checker, generated_at_first(finite))


def generated_at_first(finite: Finite) -> int:
    """How many initial states TLC generates, some of them perhaps several times."""
    interpreter, symbols = Interpreter(finite), finite.staged.symbols
    tables = [list(finite.interpretations(s)) if s.immutable else [()] for s in symbols]
    readings = sum(
        all(interpreter.value(axiom.expr, reading) for axiom in finite.staged.axioms)
        for reading in product(*tables)
    )
    return readings * sum(1 for _ in finite.valuations(finite.staged.init_params))
