"""Plausible invariants, right and wrong: each is answered rightly, and what is shown is so."""

from __future__ import annotations

import pytest

from model.interp import Interpreter
from model.scope import Finite
from onevoice.asking import Answer
from proofs.induction.candidate import Verdict
from tests.ask.candidates import RIGHT, VACUOUS, WRONG, Candidate
from tests.ask.conftest import asked, formula, proof
from traces.replay import behaves
from traces.run import Run

RUN = Run("2+1", 1)
LIMITLESS = "a proof knows nothing of what limits a finite search"


def named(candidates: tuple[Candidate, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("candidate", candidates, ids=lambda c: c.name)


@named(RIGHT)
def test_what_is_right_is_true_at_every_size(candidate: Candidate) -> None:
    found = asked(candidate.text, RUN)
    assert found.answer is candidate.answer
    assert found.exit == 0
    assert found.result.complete
    assert found.finding.vacuous_premises == ()


@named(WRONG)
def test_what_is_wrong_is_refuted_and_the_interpreter_agrees(candidate: Candidate) -> None:
    found = asked(candidate.text, RUN)
    assert found.answer is candidate.answer
    assert found.exit == (12 if found.answer is Answer.VIOLATED else 15)
    expr = formula(candidate.text)
    if found.trace is not None:
        staged = proof(1).staged if found.ghosts else RUN.staged
        finite = Finite(staged, RUN.finite.scope)
        assert behaves(finite, found.trace) is None
        holds = [Interpreter(finite).value(expr, state) for state in found.trace.states]
        assert holds == [1] * len(found.trace) + [0]
        return
    assert found.judged is not None
    cti = found.judged.cti
    assert cti is not None
    interpreter = Interpreter(cti.finite)
    assert not interpreter.value(expr, cti.after)
    for axiom in cti.finite.staged.axioms:
        assert interpreter.value(axiom.expr, cti.before)
    if found.judged.verdict is Verdict.FALSE_AT_FIRST:
        assert cti.step is None
        return
    assert cti.step is not None
    assert not any(action.limits for action in cti.finite.staged.actions), LIMITLESS
    assert interpreter.enabled(cti.before, cti.step)
    assert interpreter.take(cti.before, cti.step) == cti.after
    assert interpreter.value(expr, cti.before)
    for lemma in proof(1).lemmas:
        assert interpreter.value(lemma.clause.expr, cti.before), lemma.name
    assert cti.excluded_by == ()


@named(tuple(candidate for candidate in WRONG if candidate.wrong_at))
def test_what_is_wrong_but_holds_at_the_scope_is_violated_at_a_larger_one(
    candidate: Candidate,
) -> None:
    found = asked(candidate.text, Run(candidate.wrong_at, 0))
    assert found.answer is Answer.VIOLATED
    assert found.trace is not None


@named(VACUOUS)
def test_what_says_nothing_is_vacuous(candidate: Candidate) -> None:
    found = asked(candidate.text, RUN)
    assert found.answer is Answer.VACUOUS
    assert found.exit == 15


def test_the_sentences_are_ten_right_and_ten_wrong_of_both_kinds() -> None:
    assert len(RIGHT) == len(WRONG) == 10
    assert {c.answer for c in WRONG} == {Answer.VIOLATED, Answer.NOT_INDUCTIVE}


def test_a_count_is_searched_but_never_said_to_be_false_where_z3_cannot_say_it() -> None:
    text = "forall(View, lambda v: count(Member, lambda x: in_view[v, x]) <= 3)"
    found = asked(text, Run("1+1", 0))
    assert found.answer is Answer.UNDECIDED
    assert found.exit == 75
    assert found.judged is not None
    assert "numbers and counts are outside of first-order logic" in found.judged.why
    assert found.judged.cti is None


def test_a_count_has_counterexamples_all_the_same() -> None:
    text = "forall(View, lambda v: count(Member, lambda x: in_view[v, x]) <= 2)"
    found = asked(text, Run("1+1", 0))
    assert found.answer is Answer.VIOLATED
    assert found.trace is None
    assert found.judged is not None
    assert found.judged.cti is not None
    assert found.judged.cti.finite.scope.sizes["Member"] == 3
