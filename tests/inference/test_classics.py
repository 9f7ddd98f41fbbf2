"""What is inferred of the classics is an invariant, by other routes too; wrong ones are refuted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from model.lang import show, stage
from model.lang.expr import Expr, free_variables
from model.lang.staged import Clause, Invariant, Staged
from model.scope import Finite
from model.search import Status, check
from proofs.inference import Counterexample, Inferred, Limits, infer
from proofs.inference.recheck import not_shown
from tests.classics import replay
from tests.inference.specs import RIGHT, WRONG

LIMITS = Limits(seconds=60)


@cache
def inferred(name: str) -> tuple[Expr, ...]:
    spec, prop, _ = RIGHT[name]
    answer = infer(spec, prop, LIMITS)
    assert isinstance(answer, Inferred), answer
    return answer.invariant


def property_of(staged: Staged, name: str) -> Invariant:
    return next(i for i in staged.invariants if i.name == name)


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_inferred_is_closed_and_can_be_read(name: str) -> None:
    texts = [show(formula) for formula in inferred(name)]
    assert len(set(texts)) == len(texts) > 0
    assert not any(free_variables(formula, {}) for formula in inferred(name))


@pytest.mark.parametrize("name", RIGHT)
def test_explicit_search_of_a_larger_scope_violates_no_inferred_clause(name: str) -> None:
    spec, _, scope = RIGHT[name]
    staged = stage(spec)
    clauses = tuple(
        Invariant(f"clause {n}", (Clause(formula, staged.where),), False, "", staged.where)
        for n, formula in enumerate(inferred(name))
    )
    finite = Finite(replace(staged, invariants=clauses, bounds=(), leads_to=()), scope)
    result = check(finite)
    assert result.complete
    statuses = {f.name: f.status for f in result.findings.values() if f.kind == "safety"}
    assert len(statuses) == len(clauses)
    assert Status.VIOLATED not in statuses.values()


@pytest.mark.parametrize("name", ["lock server", "toy consensus", "ticket lock", "ring"])
def test_no_inferred_clause_can_be_left_out(name: str) -> None:
    spec, prop, _ = RIGHT[name]
    staged = stage(spec)
    formulas = inferred(name)
    for formula in formulas:
        rest = [other for other in formulas if other is not formula]
        assert next(not_shown(staged, property_of(staged, prop), rest, 2.0), None) is not None


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_classic_is_refuted_by_a_behaviour_that_the_interpreter_takes(name: str) -> None:
    spec, prop = WRONG[name]
    answer = infer(spec, prop, LIMITS)
    assert isinstance(answer, Counterexample), answer
    finite = Finite(stage(spec), answer.scope)
    trace = answer.finding.trace
    assert trace is not None
    assert replay.is_behaviour(finite, trace)
    assert answer.finding.name == prop


@pytest.mark.parametrize("name", ["two-phase commit", "toy consensus", "ring"])
def test_the_invariant_of_a_right_classic_does_not_prove_the_wrong_one(name: str) -> None:
    spec, prop = WRONG[name]
    staged = stage(spec)
    assert stage(RIGHT[name][0]).symbols == staged.symbols
    assert next(not_shown(staged, property_of(staged, prop), inferred(name)), None) is not None
