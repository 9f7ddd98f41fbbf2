"""A search that is cut short says so, and never that a property holds."""

from __future__ import annotations

from typing import Literal

import pytest

from model.lang import Formula, ScopeError, leads_to
from model.scope import Finite
from model.search import Limits, Progress, Result, Status, check, select
from tests.agreement.comparison import must_replay
from tests.search.specs import Dial, Dials, Judged, dials, lamps

Engine = Literal["interp", "native"]
ENGINES: tuple[Engine, ...] = ("interp", "native")
MIB = 1 << 20


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


def says_nothing_holds(result: Result) -> bool:
    kinds = {finding.status for finding in result.findings.values()}
    return not result.complete and kinds <= {Status.UNDECIDED, Status.VIOLATED}


LIMITS = {
    "states": (Limits(states=3), "the limit of 3 states"),
    "one state": (Limits(states=1), "the limit of 1 states"),
    "seconds": (Limits(seconds=0), "the limit of 0 s"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limited_search_decides_nothing_it_has_not_seen_violated(
    what: str, engine: Engine
) -> None:
    limits, stopped = LIMITS[what]
    finite = lamps(Judged())
    result = check(finite, engine, limits)
    assert result.stopped == stopped
    assert says_nothing_holds(result)
    assert result.findings["all_on"].status is Status.UNDECIDED, "liveness needs the whole graph"
    assert result.acyclic is None, "there may be a cycle in what was not searched"
    must_replay(finite, result)


def test_the_interpreter_keeps_its_memory_limit() -> None:
    result = check(dials(Dials(), 3, 5), "interp", Limits(memory_bytes=10_000))
    assert result.stopped == "the memory limit of 0 MiB"
    assert says_nothing_holds(result)
    assert result.states < 125


@pytest.mark.parametrize("threads", [1, 2])
def test_the_native_engine_keeps_its_memory_limit(threads: int) -> None:
    result = check(dials(Dials(), 5, 19), limits=Limits(memory_bytes=8 * MIB, threads=threads))
    assert result.stopped == "the memory limit of 8 MiB"
    assert says_nothing_holds(result)
    assert 10_000 < result.states < 19**5


def test_too_little_memory_to_begin_with_is_an_error() -> None:
    with pytest.raises(ScopeError, match=r"needs at least \d\.\d MiB of memory, 0.1 MiB are"):
        check(dials(Dials(), 2, 3), limits=Limits(memory_bytes=100_000, threads=1))


def test_liveness_that_does_not_fit_into_memory_is_undecided() -> None:
    class Turning(Dials):
        @leads_to
        def all_turned(s, d: Dial) -> tuple[Formula, Formula]:
            return s.shows[d] == s.zero, s.shows[d] != s.zero

    finite = dials(Turning(), 5, 8)
    roomy = check(finite, limits=Limits(memory_bytes=24 * MIB, threads=1))
    assert roomy.findings["all_turned"].status is Status.VIOLATED
    assert roomy.liveness_stopped is None
    tight = check(finite, limits=Limits(memory_bytes=2 * MIB, threads=1))
    assert tight.complete, "of safety"
    assert tight.findings["all_turned"].status is Status.UNDECIDED
    assert tight.liveness_stopped is not None
    assert "leads-to needs all 143,360 transitions in memory" in tight.liveness_stopped


def test_a_limited_search_tells_how_far_it_came(engine: Engine) -> None:
    result = check(lamps(Judged()), engine, Limits(states=3, threads=1))
    assert (result.states, result.expanded, result.covered) == (5, 1, 1)
    result = check(lamps(Judged()), engine, Limits(states=6, threads=1))
    assert result.covered == (1 if engine == "interp" else 2), "levels that are expanded wholly"
    result = check(lamps(Judged()), engine)
    assert (result.states, result.expanded, result.covered) == (16, 16, 5)


def test_a_limit_that_is_not_reached_changes_nothing(engine: Engine) -> None:
    finite = lamps(Judged(fair="weak"))
    limits = Limits(states=1000, seconds=3600, memory_bytes=1 << 30, threads=1)
    free, limited = check(finite, engine, Limits(threads=1)), check(finite, engine, limits)
    assert limited.complete
    assert {n: f.status for n, f in free.findings.items()} == {
        n: f.status for n, f in limited.findings.items()
    }


def test_a_search_may_stop_at_the_first_violation(engine: Engine) -> None:
    finite = lamps(Judged(fair="weak"))
    result = check(finite, engine, Limits(stop_at_first=True))
    assert result.stopped == "a violation was found"
    assert [f.name for f in result.violated] == ["a_first"]
    trace = result.findings["a_first"].trace
    assert trace is not None
    assert len(trace) == 1
    assert says_nothing_holds(result)
    must_replay(finite, result)


def test_a_search_without_violation_does_not_stop_at_one(engine: Engine) -> None:
    result = check(dials(Dials(), 2, 3), engine, Limits(stop_at_first=True))
    assert result.complete
    assert not result.violated


def test_a_search_that_stops_for_a_violation_reports_one() -> None:
    finite = lamps(Judged(fair="none"))
    promise = Finite(select(finite.staged, ["all_on"]), finite.scope)
    result = check(promise, limits=Limits(stop_at_first=True))
    assert result.complete or result.violated


def test_whoever_watches_is_told_of_the_progress(engine: Engine) -> None:
    told: list[Progress] = []
    result = check(dials(Dials(), 3, 8), engine, report=told.append)
    assert result.complete
    assert told
    last = told[-1]
    assert 0 < last.expanded <= last.states <= 512
    assert 0 < last.transitions <= result.transitions
    assert 0 <= last.depth <= result.depth
    assert last.memory_bytes > 0
