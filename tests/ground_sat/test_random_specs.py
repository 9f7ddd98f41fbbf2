"""On random small specs all methods say what explicit search says.

What fails prints the smallest such spec, with its scope, as a program that shows it.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, note, settings

from model.lang import ScopeError
from model.scope import Finite
from proofs.ground.outcome import Answer, Method
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.ground_sat.verdicts import by, explicit, vacuous, verdicts

always_the_same = settings(
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


def searched(random: RandomSpec) -> tuple[Finite, dict[str, str | int]] | None:
    """The spec, and what explicit search says of it; None if the axioms exclude its scope."""
    note(repr(random))
    finite = random.finite()
    try:
        return finite, explicit(finite)
    except ScopeError:
        with pytest.raises(ScopeError):
            by("bmc", finite)
        return None


@settings(always_the_same, max_examples=60)
@given(random_spec())
def test_ic3_says_the_same_of_random_specs_and_of_what_is_vacuous(random: RandomSpec) -> None:
    found = searched(random)
    if found is not None:
        finite, expected = found
        outcomes = by("ic3", finite)
        assert verdicts(outcomes) == expected
        assert {n for n, o in outcomes.items() if o.answer is Answer.VACUOUS} == vacuous(finite)


@settings(always_the_same, max_examples=40)
@given(random_spec())
def test_bmc_refutes_random_specs_by_as_few_steps(random: RandomSpec) -> None:
    found = searched(random)
    if found is not None:
        finite, expected = found
        must_not_contradict("bmc", finite, expected, 8)


@settings(always_the_same, max_examples=40)
@given(random_spec())
def test_k_induction_contradicts_no_random_spec(random: RandomSpec) -> None:
    found = searched(random)
    if found is not None:
        finite, expected = found
        must_not_contradict("k-induction", finite, expected, 8)


def must_not_contradict(
    method: Method, finite: Finite, expected: dict[str, str | int], depth: int
) -> None:
    """What is violated by at most `depth` steps is found, and whatever is decided is right."""
    outcomes = by(method, finite, depth)
    said = verdicts(outcomes)
    decided = {n for n, o in outcomes.items() if o.answer is not Answer.NOT_UP_TO}
    assert decided >= {n for n, v in expected.items() if isinstance(v, int) and v <= depth}
    assert {n: said[n] for n in decided} == {n: expected[n] for n in decided}
    assert all(outcomes[n].depth == depth for n in outcomes.keys() - decided)
