"""Replay confirms what is so, and names the first place where a trace and the spec part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.lang import show
from model.scope import State
from model.search.result import Trace
from tests.traces.of_each_kind import OF_EACH_KIND
from traces.counterexample import Counterexample, from_text, to_text
from traces.replay import Difference, named, replay
from traces.run import Run


def flipped(counterexample: Counterexample, state: State, symbol: str, point: int) -> State:
    """The state with one point of a relation changed."""
    symbols = counterexample.run.staged.symbols
    index = next(i for i, s in enumerate(symbols) if s.name == symbol)
    table = list(state[index])
    table[point] = 1 - table[point]
    return (*state[:index], tuple(table), *state[index + 1 :])


def with_state(counterexample: Counterexample, at: int, state: State) -> Counterexample:
    """The counterexample with another state in that place."""
    states = list(counterexample.trace.states)
    states[at] = state
    return replace(counterexample, trace=replace(counterexample.trace, states=tuple(states)))


def first_difference(counterexample: Counterexample) -> Difference:
    difference = replay(counterexample).difference
    assert difference is not None
    return difference


@pytest.mark.parametrize("name", [name for name, _, _ in OF_EACH_KIND])
def test_what_a_search_found_is_violated_again(name: str, found: dict[str, Counterexample]) -> None:
    result = replay(found[name])
    assert result.difference is None
    assert result.violation is not None


def test_a_violation_says_which_part_is_false_and_for_whom(
    found: dict[str, Counterexample],
) -> None:
    violation = replay(found["OneLeader"]).violation
    assert violation is not None
    assert show(violation.culprit) == "a = b"
    assert named(found["OneLeader"].run.finite, violation.valuation) == "v = v0, a = a1, b = a2"
    assert violation.where.file.endswith("properties.py")


def test_a_violation_of_a_bound_says_the_quantity_and_what_is_allowed(
    found: dict[str, Counterexample],
) -> None:
    violation = replay(found["transmissions"]).violation
    assert violation is not None
    assert violation.measured == (2, 1)


def test_a_wrong_first_state_is_named_with_its_points(found: dict[str, Counterexample]) -> None:
    honest = found["AtMostOnce"]
    wrong = flipped(honest, honest.trace.states[0], "crashed", 1)
    assert first_difference(with_state(honest, 0, wrong)) == Difference(
        "state 0",
        "this is no initial state of the spec",
        ("crashed(a2) is true in the trace, false by the spec",),
    )


def test_a_wrong_state_is_named_with_its_points(found: dict[str, Counterexample]) -> None:
    honest = found["AtMostOnce"]
    wrong = flipped(honest, honest.trace.states[3], "crashed", 0)
    difference = first_difference(with_state(honest, 3, wrong))
    step = honest.run.finite.describe(honest.trace.steps[2])
    assert difference.place == "step 3"
    assert difference.problem == f"{step} leads to another state"
    assert difference.details == ("crashed(a1) is true in the trace, false by the spec",)


def test_a_step_that_is_not_enabled_is_named_with_the_false_conjunct(
    found: dict[str, Counterexample],
) -> None:
    honest = found["AtMostOnce"]
    trace = honest.trace
    again = Trace((*trace.states, trace.states[-1]), (*trace.steps, trace.steps[0]))
    difference = first_difference(replace(honest, trace=again))
    assert difference.place == f"step {len(trace) + 1}"
    assert "is not enabled" in difference.problem
    assert difference.details[0].startswith("false: ")


def test_a_trace_that_ends_too_early_violates_nothing(found: dict[str, Counterexample]) -> None:
    for name in ("AtMostOnce", "SilentIfSpokenFor", "transmissions", "deadlock"):
        honest = found[name]
        shorter = Trace(honest.trace.states[:-1], honest.trace.steps[:-1])
        difference = first_difference(replace(honest, trace=shorter))
        assert difference.problem == f"{name} is not violated there"


def test_another_property_than_the_recorded_one_is_not_accepted(
    found: dict[str, Counterexample],
) -> None:
    difference = first_difference(replace(found["AtMostOnce"], violates="Complete"))
    assert difference == Difference("in the last state", "Complete is not violated there")


def test_a_lasso_must_not_rest_where_a_fair_step_is_enabled(
    found: dict[str, Counterexample],
) -> None:
    honest = found["Termination"]
    trace = honest.trace
    early = Trace(trace.states[:-1], trace.steps[:-1], len(trace) - 1, None)
    difference = first_difference(replace(honest, trace=early))
    assert difference.place == "the loop"
    assert "is fair, so that it cannot be left out for ever" in difference.problem


def test_a_lasso_must_close(found: dict[str, Counterexample]) -> None:
    honest = found["Termination"]
    trace = replace(honest.trace, loop=0, closing=honest.trace.steps[0])
    difference = first_difference(replace(honest, trace=trace))
    assert difference.place == "the step that closes the loop"


def test_a_trace_of_a_variant_is_no_behaviour_of_the_shipped_protocol(
    found: dict[str, Counterexample],
) -> None:
    text = to_text(found["transmissions"], "x").replace(
        '"variant": "shared-key"', '"variant": null'
    )
    difference = first_difference(from_text(text))
    assert difference.place == "step 2"
    assert difference.problem == "transmit(a2, v0) is not enabled"


def test_a_step_of_another_spec_is_no_step(found: dict[str, Counterexample]) -> None:
    shipped = replace(found["transmissions"], run=Run("2"))
    assert first_difference(shipped).problem == "the spec has no such action as transmit(a2, v0)"
