"""SPIN and Rumur agree on random specs, too, in which every construct of the language occurs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, note, settings

from model.interp import Interpreter
from model.lang import ScopeError
from model.scope import Finite
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.export import test_rumur, test_spin

always_the_same = settings(
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


def try_on(random: RandomSpec, must_agree: Callable[[Finite, Path], None]) -> None:
    note(repr(random))
    finite = random.finite()
    try:
        next(Interpreter(finite).initial_states())
    except ScopeError:
        return  # the axioms exclude the scope
    with TemporaryDirectory() as folder:
        must_agree(finite, Path(folder))


@pytest.mark.needs_spin
@settings(always_the_same, max_examples=12)
@given(random_spec())
def test_spin_agrees_on_random_specs(random: RandomSpec) -> None:
    try_on(random, test_spin.must_agree)


@pytest.mark.needs_rumur
@settings(always_the_same, max_examples=6)
@given(random_spec())
def test_rumur_agrees_on_random_specs(random: RandomSpec) -> None:
    try_on(random, test_rumur.must_agree_with_rumur)
