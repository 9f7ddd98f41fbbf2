"""Verdicts: vacuous premises, deadlocks, maxima, and why something is false."""

from __future__ import annotations

import inspect
from typing import Any, Literal

import pytest

from model.lang import (
    Formula,
    Measure,
    action,
    bound,
    count,
    exists,
    final,
    forall,
    implies,
    leads_to,
    measure,
    safety,
    show,
    step,
)
from model.search import Coverage, Finding, Limits, Maximum, Result, Status, check
from tests.search.specs import Dials, Judged, Lamp, Lamps, dials, lamps

Engine = Literal["interp", "native"]
pytestmark = pytest.mark.parametrize("engine", ["interp", "native"])


class Premised(Lamps):
    """Properties with premises; two lamps are never on without a third."""

    @safety
    def never_due(s) -> Formula:
        return forall(Lamp, lambda x: implies(s.on[x] & ~s.on[x], s.on[Lamp.b]))

    @safety
    def sometimes_due(s) -> Formula:
        return forall(Lamp, lambda x: implies(s.on[x], s.on[x]))

    @safety
    def partly_due(s) -> Formula:
        return implies(s.on[Lamp.a], s.on[Lamp.a]) & implies(
            s.on[Lamp.b] & ~s.on[Lamp.b], s.on[Lamp.c]
        )

    @safety
    def without_premise(s) -> Formula:
        return s.on[Lamp.a] | ~s.on[Lamp.a]

    @step
    def no_such_step(s, after: Any) -> Formula:
        return forall(Lamp, lambda x: implies(s.on[x] & ~after.on[x], after.on[Lamp.a]))

    @step
    def some_such_step(s, after: Any) -> Formula:
        return forall(Lamp, lambda x: implies(~s.on[x] & after.on[x], ~s.on[x]))

    @bound
    def nowhere(s, x: Lamp) -> Measure:
        return measure(1, at_most=0, where=s.on[x] & ~s.on[x])

    @bound
    def somewhere(s, x: Lamp) -> Measure:
        return measure(count(Lamp, lambda y: s.on[y] & (x != y)), at_most=3, where=s.on[x])

    @leads_to
    def never_promised(s, x: Lamp) -> tuple[Formula, Formula]:
        return s.on[x] & ~s.on[x], s.on[Lamp.a]

    @leads_to
    def promised(s, x: Lamp) -> tuple[Formula, Formula]:
        return s.on[x], s.on[x]


def statuses(result: Result) -> dict[str, str]:
    return {name: finding.status.value for name, finding in result.findings.items()}


def trace_length(finding: Finding) -> int:
    assert finding.trace is not None
    return len(finding.trace)


def test_a_property_whose_premise_never_holds_is_vacuous(engine: Engine) -> None:
    result = check(lamps(Premised("weak")), engine)
    assert statuses(result) == {
        "deadlock": "violated",
        "never_due": "vacuous",
        "sometimes_due": "holds",
        "partly_due": "holds",
        "without_premise": "holds",
        "no_such_step": "vacuous",
        "some_such_step": "holds",
        "nowhere": "vacuous",
        "somewhere": "holds",
        "never_promised": "vacuous",
        "promised": "holds",
    }


def test_the_premises_that_never_held_are_shown(engine: Engine) -> None:
    result = check(lamps(Premised("weak")), engine)
    shown = {
        name: [show(premise) for premise in finding.vacuous_premises]
        for name, finding in result.findings.items()
        if finding.vacuous_premises
    }
    never = "on(x) ∧ ¬on(x)"
    assert shown == {
        "never_due": [never],
        "partly_due": ["on(b) ∧ ¬on(b)"],
        "no_such_step": ["on(x) ∧ ¬on′(x)"],
        "nowhere": [never],
        "never_promised": [never],
    }


def test_a_violated_property_is_not_vacuous(engine: Engine) -> None:
    class Violated(Lamps):
        @safety
        def wrong(s) -> Formula:
            return implies(s.on[Lamp.a] & ~s.on[Lamp.a], s.on[Lamp.b]) & ~s.on[Lamp.b]

    assert statuses(check(lamps(Violated()), engine))["wrong"] == "violated"


# -- deadlock ---------------------------------------------------------------------------------


def test_without_final_states_the_end_is_a_deadlock(engine: Engine) -> None:
    finding = check(lamps(Lamps()), engine).findings["deadlock"]
    assert finding.status is Status.VIOLATED
    assert trace_length(finding) == 4
    assert finding.trace is not None
    assert finding.trace.states[-1] == ((1, 1, 1, 1),)


def test_the_end_is_no_deadlock_where_resting_is_right(engine: Engine) -> None:
    assert check(dials(Dials(), 2, 3), engine).findings["deadlock"].status is Status.HOLDS


def test_a_deadlock_is_found_before_the_final_states(engine: Engine) -> None:
    class Stuck(Lamps):
        @final
        def rests(s) -> Formula:
            return forall(Lamp, lambda x: s.on[x])

    class Exclusive(Stuck):
        @action
        def light(s, x: Lamp) -> None:
            s.require(~s.on[x], ~s.on[Lamp.d])
            s.on[x] = True

    finding = check(lamps(Exclusive()), engine).findings["deadlock"]
    assert trace_length(finding) == 1, "d was lighted first, and then nothing can be"
    assert finding.trace is not None
    assert finding.trace.states[-1] == ((0, 0, 0, 1),)


def test_a_state_that_only_leads_to_itself_is_no_deadlock(engine: Engine) -> None:
    class Blinking(Lamps):
        @action
        def light(s, x: Lamp) -> None:
            s.on[x] = s.on[x]

    result = check(lamps(Blinking()), engine)
    assert (result.states, result.transitions, result.depth) == (1, 4, 0)
    assert result.findings["deadlock"].status is Status.HOLDS


# -- quantities -------------------------------------------------------------------------------


def test_maxima_are_measured_and_compared_with_their_bounds(engine: Engine) -> None:
    class Measured(Lamps):
        @bound
        def tight(s) -> Measure:
            return measure(count(Lamp, lambda x: s.on[x]), at_most=4)

        @bound
        def loose(s) -> Measure:
            return measure(count(Lamp, lambda x: s.on[x]), at_most=9)

        @bound
        def exceeded(s) -> Measure:
            return measure(count(Lamp, lambda x: s.on[x]) + 2, at_most=4)

        @bound
        def where_dark(s, x: Lamp) -> Measure:
            return measure(count(Lamp, lambda y: s.on[y]), at_most=3, where=~s.on[x])

        @bound
        def nowhere(s) -> Measure:
            return measure(7, at_most=7, where=s.on[Lamp.a] & ~s.on[Lamp.a])

        @bound
        def moving(s) -> Measure:
            lit = count(Lamp, lambda x: s.on[x])
            return measure(lit, at_most=lit)

    result = check(lamps(Measured()), engine)
    assert result.maxima == {
        "tight": Maximum(4, True),
        "loose": Maximum(4, False),
        "exceeded": Maximum(6, True),
        "where_dark": Maximum(3, True),
        "nowhere": Maximum(0, False),
        "moving": Maximum(4, True),
    }
    assert [f.name for f in result.violated] == ["deadlock", "exceeded"]
    assert trace_length(result.findings["exceeded"]) == 3


@pytest.mark.parametrize("threads", [1, 2])
def test_counts_are_those_of_the_closed_form(engine: Engine, threads: int) -> None:
    result = check(dials(Dials(), 3, 4), engine, Limits(threads=threads))
    assert (result.states, result.transitions, result.depth) == (64, 3 * 3 * 16, 9)
    assert (result.initial, result.complete) == (1, True)
    assert result.coverage == {"turn": Coverage(enabled=63, taken=144, discovered=63)}


# -- why --------------------------------------------------------------------------------------


def test_every_kind_of_property_is_judged(engine: Engine) -> None:
    weak, none = check(lamps(Judged("weak")), engine), check(lamps(Judged("none")), engine)
    lengths = {f.name: len(f.trace) for f in weak.violated if f.trace is not None}
    assert lengths == {
        "deadlock": 4, "stays_dark": 2, "a_first": 1, "few": 3, "goes_off": 4,
    }  # fmt: skip
    assert {f.name for f in none.violated} == {*lengths, "all_on"}


def test_a_violation_tells_which_conjunct_is_false_where_and_for_what(engine: Engine) -> None:
    class Explained(Lamps):
        @safety
        def fine(s) -> Formula:
            return exists(Lamp, lambda x: x == Lamp.a) & forall(
                Lamp,
                Lamp,
                lambda x, y: implies(
                    s.on[x] & s.on[y] & (x != y),
                    s.on[Lamp.a] & (s.on[Lamp.b] | s.on[Lamp.b]),  # this part
                ),
            )

    finding = check(lamps(Explained()), engine).findings["fine"]
    assert trace_length(finding) == 2
    assert finding.culprit is not None
    lines, first = inspect.getsourcelines(Explained)
    (line,) = (first + i for i, text in enumerate(lines) if "# this part" in text)
    assert finding.culprit_where is not None
    assert finding.culprit_where.line == line
    assert finding.trace is not None
    last = finding.trace.states[-1][0]
    assert show(finding.culprit) in ("on(a)", "on(b) ∨ on(b)")
    names = {variable.name: value for variable, value in finding.valuation.items()}
    assert names["x"] != names["y"]
    assert last[names["x"]]
    assert last[names["y"]]


def test_a_bound_that_is_exceeded_tells_for_what(engine: Engine) -> None:
    class Exceeded(Lamps):
        @bound
        def few(s, x: Lamp) -> Measure:
            others = count(Lamp, lambda y: s.on[y])
            return measure(others, at_most=2, where=s.on[x] & (x == Lamp.c))

    finding = check(lamps(Exceeded()), engine).findings["few"]
    assert trace_length(finding) == 3
    assert {v.name: value for v, value in finding.valuation.items()} == {"x": 2}


def test_a_promise_that_is_broken_tells_for_what(engine: Engine) -> None:
    class Broken(Lamps):
        @leads_to
        def another(s, x: Lamp, y: Lamp) -> tuple[Formula, Formula]:
            return s.on[x] & (x == Lamp.b), s.on[y] | (y != Lamp.d)

    finding = check(lamps(Broken("none")), engine).findings["another"]
    assert {v.name: value for v, value in finding.valuation.items()} == {"x": 1, "y": 3}
    assert finding.trace is not None
    assert finding.trace.closing is None
    assert finding.trace.loop == len(finding.trace) == 1
