"""Traces and what they show: nothing an engine reports is believed before it is done again."""

from __future__ import annotations

from itertools import pairwise

from model.interp import Interpreter
from model.lang.expr import Expr, Var
from model.lang.staged import Bound, Clause, Invariant, LeadsTo
from model.scope import Finite, State, Step
from model.search.explain import why_false
from model.search.result import Finding, Status, Trace

DEADLOCK = "deadlock"


class EngineDisagreement(Exception):
    """The interpreter does not confirm what an engine reported. A defect of this project."""


class Judge:
    """Makes findings of traces, each replayed by the interpreter.

    Args:
        finite: the spec and its scope.
    """

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        self.interpreter = Interpreter(finite)

    # -- traces -------------------------------------------------------------------------------

    def trace(self, states: list[State], last: Step | None = None) -> Trace:
        """The trace over these states, and one step further if `last` is given.

        Raises:
            EngineDisagreement: it is no behaviour of the spec.
        """
        if states[0] not in set(self.interpreter.initial_states()):
            raise EngineDisagreement("a trace does not begin in an initial state")
        steps = [self._step_between(a, b) for a, b in pairwise(states)]
        if last is not None:
            states = [*states, self._taken(states[-1], last)]
            steps.append(last)
        return Trace(tuple(states), tuple(steps))

    def lasso(
        self, states: list[State], steps: list[Step], loop: int, closing: Step | None
    ) -> Trace:
        """The lasso over these states and steps, closed by a step or by resting.

        Raises:
            EngineDisagreement: it is no behaviour of the spec.
        """
        if states[0] not in set(self.interpreter.initial_states()):
            raise EngineDisagreement("a lasso does not begin in an initial state")
        for step, (before, after) in zip(steps, pairwise(states), strict=True):
            if self._taken(before, step) != after:
                raise EngineDisagreement(f"{self.finite.describe(step)} leads elsewhere")
        if closing is not None and self._taken(states[-1], closing) != states[loop]:
            raise EngineDisagreement(f"{self.finite.describe(closing)} does not close the loop")
        self._fair(states[loop:], {*steps[loop:], closing})
        return Trace(tuple(states), tuple(steps), loop, closing)

    def _fair(self, loop: list[State], taken: set[Step | None]) -> None:
        """Going round the loop for ever breaks no promise of fairness."""
        for step in self.finite.steps:
            if step.action.fair == "none" or step in taken:
                continue
            enabled = [self.interpreter.enabled(state, step) for state in loop]
            if all(enabled) or (step.action.fair == "strong" and any(enabled)):
                raise EngineDisagreement(f"a loop leaves out {self.finite.describe(step)}, fair")

    def _step_between(self, before: State, after: State) -> Step:
        for step, state in self.interpreter.successors(before):
            if state == after:
                return step
        raise EngineDisagreement("a transition of a trace is no step for the interpreter")

    def _taken(self, state: State, step: Step) -> State:
        if not self.interpreter.enabled(state, step):
            raise EngineDisagreement(f"{self.finite.describe(step)} is not enabled")
        return self.interpreter.take(state, step)

    # -- findings -----------------------------------------------------------------------------

    def deadlock(self, trace: Trace) -> Finding:
        """The last state has no step and is not final."""
        final = self.finite.staged.final
        last = trace.states[-1]
        if next(self.interpreter.successors(last), None) is not None:
            raise EngineDisagreement("a state said to be deadlocked has a step")
        culprit, valuation = self._why(final.expr, last)
        return Finding(
            DEADLOCK, "deadlock", Status.VIOLATED, final.where, trace, culprit, culprit.where,
            valuation,
        )  # fmt: skip

    def invariant(self, invariant: Invariant, clause: Clause, trace: Trace) -> Finding:
        """A conjunct is false in the last state, or of the last step."""
        if invariant.is_step:
            culprit, valuation = self._why(clause.expr, trace.states[-2], trace.states[-1])
        else:
            culprit, valuation = self._why(clause.expr, trace.states[-1])
        kind = "step" if invariant.is_step else "safety"
        return self._violated(invariant, kind, clause, trace, culprit, valuation)

    def bound(self, bound: Bound, trace: Trace) -> Finding:
        """The quantity exceeds its bound in the last state."""
        value, last = self.interpreter.value, trace.states[-1]
        for env in self.finite.valuations(bound.params):
            exceeded = value(bound.value, last, env) > value(bound.at_most, last, env)
            if value(bound.premise, last, env) and exceeded:
                clause = Clause(bound.value, bound.where)
                return self._violated(bound, "bound", clause, trace, bound.value, env)
        raise EngineDisagreement(f"bound {bound.name} is not exceeded where the engine said so")

    def at_rest(self, leads_to: LeadsTo, trace: Trace, env: dict[Var, int]) -> Finding:
        """The behaviour may rest in the last state, with its premise true and its goal false."""
        value, last = self.interpreter.value, trace.states[-1]
        fair = [s for s, _ in self.interpreter.successors(last) if s.action.fair != "none"]
        if fair or value(leads_to.goal, last, env) or not value(leads_to.premise, last, env):
            raise EngineDisagreement(f"{leads_to.name} is not violated by resting there")
        resting = Trace(trace.states, trace.steps, loop=len(trace))
        return self.leads_to(leads_to, resting, env)

    def leads_to(self, leads_to: LeadsTo, lasso: Trace, env: dict[Var, int]) -> Finding:
        """The goal is never reached on the lasso, once its premise has held.

        Raises:
            EngineDisagreement: the goal is true in the loop, or the premise nowhere before.
        """
        assert lasso.loop is not None
        value = self.interpreter.value
        pending = False
        for state in lasso.states:
            pending = (pending or bool(value(leads_to.premise, state, env))) and not value(
                leads_to.goal, state, env
            )
        if not pending or any(value(leads_to.goal, s, env) for s in lasso.states[lasso.loop :]):
            raise EngineDisagreement(f"{leads_to.name} is not violated by its lasso")
        clause = Clause(leads_to.goal, leads_to.where)
        return self._violated(leads_to, "leads-to", clause, lasso, leads_to.goal, env)

    def _violated(
        self,
        prop: Invariant | Bound | LeadsTo,
        kind: str,
        clause: Clause,
        trace: Trace,
        culprit: Expr,
        valuation: dict[Var, int],
    ) -> Finding:
        where = clause.where if culprit is clause.expr else culprit.where
        return Finding(
            prop.name, kind, Status.VIOLATED, prop.where, trace, culprit, where, valuation
        )

    def _why(
        self, expr: Expr, state: State, after: State | None = None
    ) -> tuple[Expr, dict[Var, int]]:
        if self.interpreter.value(expr, state, {}, after):
            raise EngineDisagreement("a formula said to be false is true for the interpreter")
        return why_false(self.interpreter, expr, state, after)
