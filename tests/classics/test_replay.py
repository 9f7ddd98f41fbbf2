"""The replay that the verdicts rely on rejects what is no counterexample."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.lang import stage
from model.scope import Finite
from model.search import check
from model.search.result import Trace
from tests.classics import peterson, semaphore
from tests.classics.replay import breaks_promise, is_behaviour, is_fair


@pytest.fixture
def starved() -> tuple[Finite, Trace]:
    """A fair behaviour of the weakly fair semaphore, in which somebody never enters."""
    finite = Finite(stage(semaphore.semaphore(fair="weak")), semaphore.scope(2))
    trace = check(finite, engine="interp").findings["served"].trace
    assert trace is not None
    return finite, trace


def test_a_behaviour_with_a_state_left_out_is_none(starved: tuple[Finite, Trace]) -> None:
    finite, trace = starved
    assert is_behaviour(finite, trace)
    gap = replace(trace, states=trace.states[:1] + trace.states[2:], steps=trace.steps[1:])
    assert not is_behaviour(finite, gap)
    assert not is_behaviour(finite, replace(trace, states=trace.states[1:], steps=trace.steps[1:]))


def test_a_loop_that_does_not_close_is_none(starved: tuple[Finite, Trace]) -> None:
    finite, trace = starved
    assert trace.loop != 0
    assert not is_behaviour(finite, replace(trace, loop=0))


def test_resting_where_something_fair_can_be_done_is_unfair(starved: tuple[Finite, Trace]) -> None:
    finite, trace = starved
    assert is_fair(finite, trace)
    rests = replace(trace, loop=len(trace.states) - 1, closing=None)
    assert is_behaviour(finite, rests)
    assert not is_fair(finite, rests)


def test_what_weak_fairness_allows_strong_fairness_may_forbid(
    starved: tuple[Finite, Trace],
) -> None:
    _, trace = starved
    strong = Finite(stage(semaphore.semaphore(fair="strong")), semaphore.scope(2))
    steps = {(s.action.name, s.args): s for s in strong.steps}
    same = replace(
        trace,
        steps=tuple(steps[s.action.name, s.args] for s in trace.steps),
        closing=trace.closing and steps[trace.closing.action.name, trace.closing.args],
    )
    assert is_behaviour(strong, same)
    assert not is_fair(strong, same)


def test_a_promise_kept_is_not_broken(starved: tuple[Finite, Trace]) -> None:
    finite, trace = starved
    broken = {p.name: breaks_promise(finite, trace, p) for p in finite.staged.leads_to}
    assert broken == {"served": True, "freed": False}


def test_a_promise_that_was_never_due_is_not_broken() -> None:
    finite = Finite(stage(peterson.peterson(fair="none")), peterson.scope())
    trace = check(finite, engine="interp").findings["served"].trace
    assert trace is not None
    (parted,) = (p for p in finite.staged.leads_to if p.name == "parted")
    assert not breaks_promise(finite, trace, parted)
