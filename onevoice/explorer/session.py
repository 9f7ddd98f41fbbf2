"""A behaviour that somebody chooses step by step, and what is true in its last state.

Every answer is the interpreter's. A session is a value: to take a step or to undo one makes another
session, so that a path stands for a state, and for the same one each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from model.interp import Interpreter
from model.lang.errors import Where
from model.lang.expr import Apply, Defined, Expr, Var, children, free_variables, sort_of
from model.lang.staged import Bound, Invariant, LeadsTo
from model.scope import Finite, State, Step
from model.search.explain import why_false
from model.search.judge import DEADLOCK
from model.search.result import Trace
from onevoice.explorer.limits import Deadline, affordable
from traces.counterexample import Counterexample, Kind
from traces.counterexample import to_text as trace_text
from traces.errors import TraceError
from traces.facts import Change, changes
from traces.replay import violation
from traces.run import Run
from traces.witness import Reach, Witness, predicate

Status = Literal["true", "false", "open"]


@dataclass(frozen=True)
class Reason:
    """Why a formula is false.

    Attributes:
        part: the smallest part of it that is.
        valuation: for these elements.
        where: the line that says it; None where nobody wrote it in a file.
        measured: of a bound, its quantity and the most that it may be.
    """

    part: Expr
    valuation: dict[Var, int]
    where: Where | None = None
    measured: tuple[int, int] | None = None


@dataclass(frozen=True)
class Disabled:
    """A step that cannot be taken, and the conjunct of its guard or limits that says so."""

    step: Step
    reason: Reason


@dataclass(frozen=True)
class Truth:
    """Whether a property is true where a behaviour ends.

    Attributes:
        status: `open` for what must happen later: its premise is true, its goal not yet.
        reason: why it is false, or what it waits for.
    """

    name: str
    kind: Kind
    doc: str
    status: Status
    reason: Reason | None = None


@dataclass(frozen=True)
class Explained:
    """The truth of a formula, and why it is false, if it is."""

    value: bool
    reason: Reason | None


@dataclass(frozen=True, eq=False)
class Session:
    """A behaviour of a run.

    Invariant: `len(states) == len(steps) + 1`, as in a trace.
    """

    run: Run
    states: tuple[State, ...]
    steps: tuple[Step, ...] = ()

    @staticmethod
    def begin(run: Run) -> Session:
        """The behaviour that rests in the initial state; a scope of the exchange has just one."""
        return Session(run, (next(Interpreter(run.finite).initial_states()),))

    @property
    def finite(self) -> Finite:
        return self.run.finite

    @property
    def state(self) -> State:
        """The last state."""
        return self.states[-1]

    @property
    def trace(self) -> Trace:
        """The behaviour, as other modules know it."""
        return Trace(self.states, self.steps)

    @cached_property
    def _interpreter(self) -> Interpreter:
        return Interpreter(self.finite)

    # -- steps ----------------------------------------------------------------------------------

    def take(self, step: Step) -> Session:
        """The behaviour that goes on with this step.

        Raises:
            TraceError: the step is not enabled.
        """
        reason = self._forbids(step)
        if reason is not None:
            raise TraceError(
                f"{self.finite.describe(step)} is not enabled",
                advice="undo to the last step that is; another version of the specification may "
                "have allowed it",
                place=f"step {len(self.steps) + 1}",
            )
        after = self._interpreter.take(self.state, step)
        return Session(self.run, (*self.states, after), (*self.steps, step))

    def undo(self) -> Session:
        """The behaviour without its last step; the same if it has none."""
        if not self.steps:
            return self
        return Session(self.run, self.states[:-1], self.steps[:-1])

    def enabled(self) -> tuple[Step, ...]:
        """The steps that can be taken, in the order of the spec."""
        return self._enabled

    def disabled(self) -> tuple[Disabled, ...]:
        """The steps that cannot be taken, in the order of the spec."""
        steps = Deadline().each(self.finite.steps)
        found = ((step, self._forbids(step)) for step in steps)
        return tuple(Disabled(step, reason) for step, reason in found if reason is not None)

    @cached_property
    def _enabled(self) -> tuple[Step, ...]:
        steps = Deadline().each(self.finite.steps)
        return tuple(step for step in steps if self._interpreter.enabled(self.state, step))

    def _forbids(self, step: Step) -> Reason | None:
        """The first conjunct that is false; None if the step is enabled."""
        env = self._interpreter.environment(step)
        for clause in (*step.action.guard, *step.action.limits):
            if not self._interpreter.value(clause.expr, self.state, env):
                part, valuation = why_false(
                    self._interpreter, clause.expr, self.state, None, dict(env)
                )
                return Reason(part, valuation, clause.where)
        return None

    def changed(self) -> tuple[Change, ...]:
        """What the last step changed."""
        if not self.steps:
            return ()
        return tuple(changes(self.finite, self.states[-2], self.states[-1]))

    # -- properties -----------------------------------------------------------------------------

    @cached_property
    def truths(self) -> tuple[Truth, ...]:
        """The truth of every property: in the last state, or over the last step."""
        staged, deadline = self.finite.staged, Deadline()
        final = "Some step can be taken, unless everything is done."
        found = [self._truth(DEADLOCK, "deadlock", final)]
        for prop in deadline.each(staged.properties):
            match prop:
                case Invariant():
                    kind: Kind = "step" if prop.is_step else "safety"
                    found.append(self._truth(prop.name, kind, prop.doc))
                case Bound():
                    found.append(self._truth(prop.name, "bound", prop.doc))
                case LeadsTo():
                    found.append(self._owed(prop))
        return tuple(found)

    def _truth(self, name: str, kind: Kind, doc: str) -> Truth:
        found = violation(self.finite, name, self.trace)
        if found is None:
            return Truth(name, kind, doc, "true")
        reason = Reason(found.culprit, found.valuation, found.where, found.measured)
        return Truth(name, kind, doc, "false", reason)

    def _owed(self, prop: LeadsTo) -> Truth:
        for env in self.finite.valuations(prop.params):
            premise = self._interpreter.value(prop.premise, self.state, env)
            if premise and not self._interpreter.value(prop.goal, self.state, env):
                reason = Reason(prop.goal, env, prop.where)
                return Truth(prop.name, "leads-to", prop.doc, "open", reason)
        return Truth(prop.name, "leads-to", prop.doc, "true")

    # -- formulas -------------------------------------------------------------------------------

    def explain(self, text: str) -> Explained:
        """The truth of a formula in the last state, and why it is false.

        Raises:
            FormulaError: the text is no formula over the spec.
            ScopeError: it would take too long at this scope.
        """
        parsed = predicate(self.run, text)
        affordable(parsed.expr, self.finite)
        if self._interpreter.value(parsed.expr, self.state, parsed.valuation):
            return Explained(True, None)
        part, valuation = why_false(
            self._interpreter, parsed.expr, self.state, None, dict(parsed.valuation)
        )
        return Explained(False, Reason(part, valuation))

    def atoms(self, reason: Reason) -> Iterator[tuple[str, bool]]:
        """The relations and definitions in a false part, at its elements, each with its truth.

        What stands under a quantifier of the part has no single truth, and is left out.
        """
        seen = set[str]()
        todo = [reason.part]
        while todo:
            node = todo.pop(0)
            if not isinstance(node, (Apply, Defined)):
                todo = [*children(node), *todo]
            elif free_variables(node, {}) <= reason.valuation.keys() and not node.primed:
                text = self._at(node, reason.valuation)
                if text not in seen:
                    seen.add(text)
                    yield text, bool(self._interpreter.value(node, self.state, reason.valuation))

    def _at(self, node: Apply | Defined, valuation: dict[Var, int]) -> str:
        name = node.symbol.name if isinstance(node, Apply) else node.name
        values = [
            self.finite.element(sort_of(a), self._interpreter.value(a, self.state, valuation))
            for a in node.args
        ]
        return f"{name}({', '.join(values)})" if values else name

    # -- files ----------------------------------------------------------------------------------

    def kept(self, found_by: str) -> Counterexample | Witness:
        """The behaviour as what a trace file keeps: a counterexample if it violates a property."""
        for truth in self.truths:
            if truth.status == "false":
                return Counterexample(self.run, truth.name, truth.kind, self.trace, found_by)
        said = f"A behaviour of {len(self.steps)} steps, chosen in the explorer"
        return Witness(self.run, Reach("true"), self.trace, said, found_by)

    def saved(self, found_by: str) -> tuple[str, str]:
        """The name and the text of the trace file of this behaviour.

        Args:
            found_by: the command that shows it, for whoever reads the file.
        """
        kept = self.kept(found_by)
        name = kept.file_name
        if isinstance(kept, Witness):
            name = f"explored_{self.run.name}_{len(self.steps)}.itf.json"
        return name, trace_text(kept, name)
