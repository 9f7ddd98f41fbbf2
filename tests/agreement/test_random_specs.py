"""On random small specs the native engine agrees with the interpreter: on one thread and on two,
with the states themselves and with fingerprints of them.

What fails prints the smallest such spec, with its scope, as a program that shows it.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, event, given, note, settings

from model.lang import ScopeError
from model.search import Limits, check
from model.search.exploration import Method
from model.search.native import engine as native
from tests.agreement.comparison import must_agree, must_replay
from tests.agreement.random_specs import RandomSpec, random_spec

pytestmark = pytest.mark.filterwarnings("error")
always_the_same = settings(
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


@settings(always_the_same, max_examples=75)
@given(random_spec())
def test_the_native_engine_agrees_with_the_interpreter_on_random_specs(random: RandomSpec) -> None:
    note(repr(random))
    finite = random.finite()
    try:
        slow = check(finite, "interp")
    except ScopeError:
        with pytest.raises(ScopeError):
            check(finite)
        event("the axioms exclude the scope")
        return
    fast = check(finite, limits=Limits(threads=1))
    must_agree(slow, fast)
    for result in (slow, fast):
        must_replay(finite, result)


@settings(always_the_same, max_examples=40)
@given(random_spec())
def test_two_threads_agree_with_the_interpreter_on_random_specs(random: RandomSpec) -> None:
    note(repr(random))
    finite = random.finite()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "_CHUNK", 1)  # else one thread would take everything
        try:
            parallel = check(finite, limits=Limits(threads=2))
        except ScopeError:
            return
    must_agree(check(finite, "interp"), parallel)
    must_replay(finite, parallel)


@settings(always_the_same, max_examples=40)
@given(random_spec())
def test_fingerprints_agree_with_the_interpreter_on_random_specs(random: RandomSpec) -> None:
    note(repr(random))
    finite, method = random.finite(), Method(seen="fingerprints")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "_CHUNK", 1)
        try:
            found = check(finite, limits=Limits(threads=2), method=method)
        except ScopeError:
            return
    must_agree(check(finite, "interp"), found)
    must_replay(finite, found)
