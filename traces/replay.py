"""Replay: is a trace a behaviour of the spec, and does it show what it says?

A counterexample violates its property, a witness reaches its predicate.

Everything is done again by the interpreter, from the first state on, and nothing else is asked:
not the engine that found the trace, and not the file for anything but its states and steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import assert_never

from model.interp import Interpreter
from model.lang.errors import Where
from model.lang.expr import Expr, Var
from model.lang.show import show
from model.lang.staged import Bound, Invariant, LeadsTo
from model.scope import Finite, State, Step
from model.search.explain import why_false
from model.search.result import Trace
from traces.counterexample import Counterexample
from traces.facts import Change, changes
from traces.witness import Part, Reach, Walk, Witness, predicate

_SHOWN_MAX = 5  # points of a difference that are listed


@dataclass(frozen=True)
class Violation:
    """Why a property is violated at the end of a trace.

    Attributes:
        culprit: the part of the property that is false there (for a bound, what it measures;
            for leads-to, the goal that is never reached).
        where: the line that says it.
        valuation: the elements for which it is.
        measured: of a bound, its quantity and the most that it may be.
    """

    culprit: Expr
    where: Where
    valuation: dict[Var, int]
    measured: tuple[int, int] | None = None


@dataclass(frozen=True)
class Difference:
    """The first place where a trace and the spec part.

    Attributes:
        place: where in the trace.
        problem: what is different, in a line.
        details: more of it, a line each.
    """

    place: str
    problem: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replay:
    """What came of a replay: a violation as recorded, or else a difference."""

    violation: Violation | None
    difference: Difference | None


def replay(counterexample: Counterexample) -> Replay:
    """Takes every step of a counterexample again, and judges its property again.

    Args:
        counterexample: as it was read from a file, or found.

    Returns:
        The violation, if the trace is a behaviour of the spec and violates the property in the
        way of its kind; otherwise the first difference.
    """
    finite, trace = counterexample.run.finite, counterexample.trace
    difference = behaves(finite, trace)
    if difference is not None:
        return Replay(None, difference)
    found = violation(finite, counterexample.violates, trace)
    if found is None:
        where = "in the loop" if trace.loop is not None else "in the last state"
        problem = f"{counterexample.violates} is not violated there"
        return Replay(None, Difference(where, problem))
    return Replay(found, None)


def reaches(witness: Witness) -> Difference | None:
    """Takes every step of a witness again, and judges its predicate again.

    Args:
        witness: as it was read from a file, or found.

    Returns:
        The first difference; None if the trace is a behaviour of the spec and, where it is kept
        for a predicate, its last state satisfies that.

    Raises:
        FormulaError: the predicate is no formula over the spec.
    """
    finite, trace = witness.run.finite, witness.trace
    difference = behaves(finite, trace)
    if difference is not None:
        return difference
    match witness.purpose:
        case Reach(predicate=text):
            wanted = predicate(witness.run, text)
            interpreter = Interpreter(finite)
            if interpreter.value(wanted.expr, trace.states[-1], wanted.valuation):
                return None
            part, valuation = why_false(
                interpreter, wanted.expr, trace.states[-1], None, dict(wanted.valuation)
            )
            bound = {v: i for v, i in valuation.items() if v not in wanted.valuation}
            elements = (f"for {named(finite, bound)}",) if bound else ()
            problem = f"{' '.join(text.split())} is not true there"
            return Difference("the last state", problem, (f"false: {show(part)}", *elements))
        case Part() | Walk():
            return None  # it says nothing but that it is a behaviour
        case _:
            assert_never(witness.purpose)


# -- the behaviour ------------------------------------------------------------------------------


def behaves(finite: Finite, trace: Trace) -> Difference | None:
    """The first place where a trace is no behaviour of the spec; None if it is one."""
    interpreter = Interpreter(finite)
    first = trace.states[0]
    initial = list(interpreter.initial_states())
    if first not in initial:
        nearest = min(initial, key=lambda state: sum(1 for _ in changes(finite, first, state)))
        return Difference(
            "state 0", "this is no initial state of the spec", _listed(finite, first, nearest)
        )
    for index, step in enumerate(trace.steps):
        before, after = trace.states[index], trace.states[index + 1]
        difference = _leads(interpreter, f"step {index + 1}", step, before, after)
        if difference is not None:
            return difference
    if trace.loop is None:
        return None
    if trace.closing is not None:
        difference = _leads(
            interpreter, "the step that closes the loop", trace.closing, trace.states[-1],
            trace.states[trace.loop],
        )  # fmt: skip
        if difference is not None:
            return difference
    return _unfair(interpreter, trace, trace.loop)


def _leads(
    interpreter: Interpreter, place: str, step: Step, before: State, after: State
) -> Difference | None:
    finite = interpreter.finite
    name = finite.describe(step)
    if step.action not in finite.staged.actions:
        return Difference(place, f"the spec has no such action as {name}")
    env = interpreter.environment(step)
    for clause in (*step.action.guard, *step.action.limits):
        if not interpreter.value(clause.expr, before, env):
            part, valuation = why_false(interpreter, clause.expr, before, None, dict(env))
            return Difference(
                place,
                f"{name} is not enabled",
                (f"false: {show(part)}", f"for {named(finite, valuation)}", f"at {clause.where}"),
            )
    reached = interpreter.take(before, step)
    if reached != after:
        return Difference(place, f"{name} leads to another state", _listed(finite, after, reached))
    return None


def _listed(finite: Finite, recorded: State, meant: State) -> tuple[str, ...]:
    def said(change: Change) -> str:
        spec, file = change.after or "false", change.before or "false"
        return f"{change.point} is {file} in the trace, {spec} by the spec"

    points = list(changes(finite, recorded, meant))
    lines = [said(change) for change in points[:_SHOWN_MAX]]
    more = len(points) - len(lines)
    return (*lines, f"and {more} more") if more else tuple(lines)


def _unfair(interpreter: Interpreter, trace: Trace, loop: int) -> Difference | None:
    """A promise of fairness that going round the loop for ever would break."""
    states = trace.states[loop:]
    taken = {*trace.steps[loop:], *((trace.closing,) if trace.closing is not None else ())}
    for step in interpreter.finite.steps:
        if step.action.fair == "none" or step in taken:
            continue
        enabled = [interpreter.enabled(state, step) for state in states]
        if all(enabled) or (step.action.fair == "strong" and any(enabled)):
            name = interpreter.finite.describe(step)
            return Difference(
                "the loop",
                f"{name} is fair, so that it cannot be left out for ever",
                (f"it is enabled in {'every state' if all(enabled) else 'a state'} of the loop",),
            )
    return None


# -- the property -------------------------------------------------------------------------------


def violation(finite: Finite, name: str, trace: Trace) -> Violation | None:
    """Why a trace violates a property at its end (a lasso: for ever); None if it does not.

    Args:
        finite: the spec and its scope.
        name: a property of the spec, or `deadlock`.
        trace: a behaviour of the spec.

    Raises:
        ValueError: the spec has no such property.
    """
    interpreter = Interpreter(finite)
    if name == "deadlock":
        return _deadlock(interpreter, trace)
    for prop in finite.staged.properties:
        if prop.name == name:
            match prop:
                case Invariant():
                    return _invariant(interpreter, prop, trace)
                case Bound():
                    return _bound(interpreter, prop, trace)
                case LeadsTo():
                    return _leads_to(interpreter, prop, trace)
    raise ValueError(f"{finite.staged.name} has no property {name!r}")


def named(finite: Finite, valuation: dict[Var, int]) -> str:
    """A valuation as text: `m = a1, v = v0`."""
    return ", ".join(f"{v.name} = {finite.element(v.sort, i)}" for v, i in valuation.items())


def _deadlock(interpreter: Interpreter, trace: Trace) -> Violation | None:
    last, final = trace.states[-1], interpreter.finite.staged.final
    stuck = next(islice(interpreter.successors(last), 1), None) is None
    if not stuck or interpreter.value(final.expr, last):
        return None
    culprit, valuation = why_false(interpreter, final.expr, last)
    return Violation(culprit, _line(interpreter.finite, culprit, final.where), valuation)


def _invariant(interpreter: Interpreter, invariant: Invariant, trace: Trace) -> Violation | None:
    state: State = trace.states[-1]
    after: State | None = None
    if invariant.is_step:
        if not trace.steps:
            return None
        state, after = trace.states[-2], trace.states[-1]
    for clause in invariant.clauses:
        if not interpreter.value(clause.expr, state, {}, after):
            culprit, valuation = why_false(interpreter, clause.expr, state, after)
            where = _line(interpreter.finite, culprit, invariant.where)
            return Violation(culprit, where, valuation)
    return None


def _bound(interpreter: Interpreter, bound: Bound, trace: Trace) -> Violation | None:
    last = trace.states[-1]
    for env in interpreter.finite.valuations(bound.params):
        if interpreter.value(bound.premise, last, env):
            value = interpreter.value(bound.value, last, env)
            most = interpreter.value(bound.at_most, last, env)
            if value > most:
                return Violation(bound.value, bound.where, env, (value, most))
    return None


def _leads_to(interpreter: Interpreter, leads_to: LeadsTo, trace: Trace) -> Violation | None:
    if trace.loop is None:
        return None
    for env in interpreter.finite.valuations(leads_to.params):
        reached = [bool(interpreter.value(leads_to.goal, s, env)) for s in trace.states]
        for index, state in enumerate(trace.states):
            ahead = reached[min(index, trace.loop) :]
            if interpreter.value(leads_to.premise, state, env) and not any(ahead):
                where = _line(interpreter.finite, leads_to.goal, leads_to.where)
                return Violation(leads_to.goal, where, env)
    return None


def _line(finite: Finite, part: Expr, within: Where) -> Where:
    """The line that says a part of a property.

    Equal expressions are one node, which knows only the line that made it first. That is taken
    if it lies within the property's text, which ends where the next one begins.
    """
    staged = finite.staged
    starts = [p.where for p in (*staged.properties, *staged.actions)] + [staged.final.where]
    after = [w.line for w in starts if w.file == within.file and w.line > within.line]
    if part.where.file != within.file or not (
        within.line <= part.where.line < min(after, default=part.where.line + 1)
    ):
        return within
    return part.where
