"""A solver's counterexample becomes a finding only if the interpreter confirms every step of it.

The one module here that knows the interpreter. What does not replay is a defect of this project,
and is raised as `EngineDisagreement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from model.ground import ground
from model.lang.staged import Bound, Invariant
from model.scope import Finite, State
from model.search.judge import EngineDisagreement, Judge
from model.search.result import Finding, Trace
from proofs.ground.encode import Bits, System
from proofs.ground.targets import Target


class Replay:
    """A spec at a scope, for solvers, and the judge of what they find.

    Args:
        finite: the spec and its scope.

    Raises:
        ScopeError: the axioms leave no initial state.
    """

    def __init__(self, finite: Finite) -> None:
        self.judge = Judge(finite)
        initial = list(self.judge.interpreter.initial_states())
        made = ground(finite, initial)
        self.system = System(made, tuple(tuple(made.layout.encode(s)) for s in initial))

    def behaviour(self, states: Sequence[Bits]) -> Trace:
        """The behaviour over these states, from an initial one.

        Raises:
            EngineDisagreement: it is none.
        """
        layout = self.system.ground.layout
        return self.judge.trace([layout.decode(list(bits)) for bits in states])

    def finding(self, target: Target, states: Sequence[Bits]) -> Finding:
        """The finding that a behaviour over these states shows.

        Args:
            target: what is violated in the last state, or by a step out of it.
            states: from an initial one.

        Raises:
            EngineDisagreement: it is no behaviour, or violates nothing.
        """
        layout = self.system.ground.layout
        behaviour = [layout.decode(list(bits)) for bits in states]
        match target.prop:
            case None:
                return self.judge.deadlock(self.judge.trace(behaviour))
            case Bound() as bound:
                return self.judge.bound(bound, self.judge.trace(behaviour))
            case Invariant() as invariant if invariant.is_step:
                return self._of_step(invariant, behaviour)
            case Invariant() as invariant:
                return self._of_state(invariant, behaviour)
            case _:
                assert_never(target.prop)

    def _of_state(self, invariant: Invariant, behaviour: list[State]) -> Finding:
        trace = self.judge.trace(behaviour)
        for clause in invariant.clauses:
            if not self.judge.interpreter.value(clause.expr, behaviour[-1]):
                return self.judge.invariant(invariant, clause, trace)
        raise EngineDisagreement(f"{invariant.name} is true where a solver said it is false")

    def _of_step(self, invariant: Invariant, behaviour: list[State]) -> Finding:
        interpreter, last = self.judge.interpreter, behaviour[-1]
        for step, after in interpreter.successors(last):
            for clause in invariant.clauses:
                if not interpreter.value(clause.expr, last, {}, after):
                    return self.judge.invariant(
                        invariant, clause, self.judge.trace(behaviour, step)
                    )
        raise EngineDisagreement(f"no step violates {invariant.name} where a solver said so")
