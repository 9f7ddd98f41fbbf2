"""The witnesses in the corpus reach their situations at their end, not before, and are shortest.

Run with UPDATE_GOLDEN=1 to write them again; a person reviews the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model.interp import Interpreter
from model.search import Limits
from tests.generate.situations import SITUATIONS, Situation
from traces.counterexample import read_trace, to_text
from traces.generate import reach
from traces.replay import reaches
from traces.run import Run
from traces.witness import Reach, Witness, predicate

FOLDER = Path(__file__).parents[2] / "traces" / "corpus" / "witnesses"
EACH = [(situation, run) for situation in SITUATIONS for run in situation.runs]


def path_of(situation: Situation, run: Run) -> Path:
    return FOLDER / f"{situation.name}_{run.name}.itf.json"


def found(situation: Situation, run: Run) -> Witness:
    """A shortest trace to a situation, as a search finds it."""
    wanted = predicate(run, situation.predicate)
    traces = reach(run.finite, wanted, 1, Limits()).traces
    return Witness(
        run, Reach(situation.predicate), traces[0], situation.description,
        f"onevoice generate --reach '{situation.predicate}' {run.options}",
    )  # fmt: skip


def ids(value: object) -> str:
    return value.name if isinstance(value, (Situation, Run)) else str(value)


@pytest.mark.parametrize(("situation", "run"), EACH, ids=ids)
def test_a_kept_witness_is_the_shortest_that_a_search_finds(situation: Situation, run: Run) -> None:
    path = path_of(situation, run)
    text = to_text(found(situation, run), path.name)
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("situation", "run"), EACH, ids=ids)
def test_a_kept_witness_reaches_its_situation_at_its_end_and_not_before(
    situation: Situation, run: Run
) -> None:
    kept = read_trace(path_of(situation, run))
    assert isinstance(kept, Witness)
    assert (kept.run, kept.description) == (run, situation.description)
    assert kept.purpose == Reach(situation.predicate)
    assert reaches(kept) is None
    interpreter, wanted = Interpreter(run.finite), predicate(run, situation.predicate)
    states = kept.trace.states
    said = [interpreter.value(wanted.expr, state, wanted.valuation) for state in states]
    assert said == [0] * len(kept.trace) + [1]


def test_no_other_witness_is_kept() -> None:
    assert sorted(FOLDER.iterdir()) == sorted(path_of(*each) for each in EACH)
