"""A predicate is reached by a shortest trace, and not before its end."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from model.interp import Interpreter
from model.scope import State
from model.search import Limits
from model.search.exploration import Hit, Watch, Witness
from model.search.judge import EngineDisagreement
from traces.generate import Reached, reach
from traces.replay import behaves
from traces.run import Run
from traces.witness import predicate

RUN = Run("2", 1)
PREDICATES = (
    "in_view[v0, a1]",
    "crashed[a2]",
    "spoke(a2, v0) & crashed[a1]",
    "exists(Member, lambda m: completed[m, v1])",
    "forall(Member, lambda m: completed[m, v0]) | indicator[a2] & ~indicator[a1]",
    "count(Member, lambda m: holds[m, A] & ~crashed[m]) <= 1",
)


def distances(text: str) -> dict[State, int]:
    """How far each state that satisfies the predicate is, on ways without another such state; by
    the interpreter, as plainly as it can be done."""
    interpreter, wanted = Interpreter(RUN.finite), predicate(RUN, text)
    front, depth, seen = list(interpreter.initial_states()), 0, set[State]()
    found: dict[State, int] = {}
    while front:
        seen |= set(front)
        true = [s for s in front if interpreter.value(wanted.expr, s, wanted.valuation)]
        found |= dict.fromkeys(true, depth)
        going = (s for s in front if s not in found)
        after = {n: None for s in going for _, n in interpreter.successors(s) if n not in seen}
        front, depth = list(after), depth + 1
    return found


def found_of(text: str, count: int = 1, limits: Limits | None = None) -> Reached:
    return reach(RUN.finite, predicate(RUN, text), count, limits or Limits())


def assert_reaches(text: str, found: Reached) -> None:
    """Every trace is a behaviour that satisfies the predicate in its last state and in no other."""
    interpreter, wanted = Interpreter(RUN.finite), predicate(RUN, text)
    for trace in found.traces:
        assert behaves(RUN.finite, trace) is None
        said = [interpreter.value(wanted.expr, s, wanted.valuation) for s in trace.states]
        assert said == [0] * len(trace) + [1]
    assert len({trace.states[-1] for trace in found.traces}) == len(found.traces)


@pytest.mark.parametrize("text", PREDICATES)
def test_a_trace_is_as_short_as_can_be(text: str) -> None:
    found = found_of(text, count=5)
    assert_reaches(text, found)
    far = distances(text)
    assert len(found.traces[0]) == min(far.values())
    lengths = [len(trace) for trace in found.traces]
    assert lengths == sorted(lengths)
    assert len(lengths) == min(5, len(far))
    assert lengths == [far[trace.states[-1]] for trace in found.traces]


def test_fewer_traces_are_the_first_of_more() -> None:
    for text in PREDICATES:
        many = found_of(text, count=6).traces
        assert found_of(text, count=2).traces == many[:2]
        assert found_of(text, count=2, limits=Limits(threads=2)).traces == many[:2]


def test_a_search_that_grows_finds_what_a_whole_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {text: found_of(text, count=3) for text in PREDICATES}
    module = import_module("traces.generate.reach")
    monkeypatch.setattr(module, "_FIRST_STATES", 4)
    monkeypatch.setattr(module, "_GROWTH", 2)
    for text, found in whole.items():
        assert found_of(text, count=3).traces == found.traces
    assert not found_of(PREDICATES[1]).complete
    assert found_of("crashed[a1] & crashed[a2]").complete


def test_what_no_state_satisfies_is_searched_to_the_end() -> None:
    found = found_of("crashed[a1] & crashed[a2]")
    assert (found.traces, found.states, found.complete, found.stopped) == ((), 880, True, None)


def test_a_limit_that_is_reached_is_told_with_what_was_covered() -> None:
    found = reach(
        Run("2+1").finite, predicate(Run("2+1"), "completed[a1, v1]"), 1, Limits(states=2_000)
    )
    assert found.traces == ()
    assert found.stopped == "the limit of 2,000 states"
    assert not found.complete
    assert 0 < found.depth < 20
    near = reach(Run("2+1").finite, predicate(Run("2+1"), "crashed[b1]"), 1, Limits(states=2_000))
    assert (len(near.traces[0]), near.stopped) == (1, None)


def test_a_limit_does_not_hide_how_many_were_found() -> None:
    found = reach(
        Run("2+1").finite, predicate(Run("2+1"), "crashed[b1]"), 5_000, Limits(states=1_000)
    )
    assert found.stopped == "the limit of 1,000 states"
    assert 1 < len(found.traces) < 5_000


def test_what_the_interpreter_cannot_take_is_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = import_module("model.search.native.engine").NativeSearch
    honest = engine.show
    for lie, message in (
        (lambda states: states[1:], "does not begin in an initial state"),
        (lambda states: states[:1] + states[2:], "is no step for the interpreter"),
    ):

        def show(self: Any, watch: Watch, hit: Hit, lie: Any = lie) -> Witness:
            witness: Witness = honest(self, watch, hit)
            return witness._replace(states=lie(witness.states))

        monkeypatch.setattr(engine, "show", show)
        with pytest.raises(EngineDisagreement, match=message):
            found_of(PREDICATES[3])
