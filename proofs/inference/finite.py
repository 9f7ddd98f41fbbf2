"""Steps between arbitrary states of a small scope: what is not inductive there is not inductive.

Immutables are open, as the axioms allow, and limits of finite searches are left out, as z3 does.
A SAT solver answers in a millisecond, and each step that it finds breaks many candidates at once;
so few of those that are left fail at larger sizes only, where z3 has to find it out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from model.ground import Circuit, Ground, Layout
from model.ground.circuit import FALSE
from model.ground.elaborate import Elaborator
from model.ground.grounding import ground_step
from model.lang.expr import BOOL, Expr
from model.lang.staged import Staged
from model.scope import Finite, Scope
from proofs.ground.encode import Frame, Transition
from proofs.ground.sat import Budget as SatBudget
from proofs.ground.sat import Sat, SolverName

SOLVER: SolverName = "minisat22"
STEPS_MAX = 600  # instances of actions


class FiniteStep:
    """A step out of any state at some sizes.

    Args:
        staged: the spec.
        sizes: of its sorts.
    """

    def __init__(self, staged: Staged, sizes: Mapping[str, int]) -> None:
        finite = Finite(staged.without_limits(), Scope(sizes))
        blank = tuple(tuple(0 for _ in finite.points(symbol)) for symbol in staged.symbols)
        layout = Layout(finite, blank, frozenset())
        circuit = Circuit(layout.size)
        self._elaborator = Elaborator(circuit, layout)
        found = (ground_step(self._elaborator, step) for step in finite.steps)
        steps = tuple(step for step in found if step is not None)
        ground = Ground(finite, layout, circuit, steps, (), FALSE, self._elaborator)
        self._sat = Sat(SOLVER, SatBudget())
        self._before = Frame(circuit, self._sat, [self._sat.variable() for _ in range(layout.size)])
        for axiom in staged.axioms:
            self._require(self._literal(axiom.expr))
        for symbol in staged.symbols:
            if symbol.result is not BOOL:
                for offset, _ in enumerate(finite.points(symbol)):
                    values = self._elaborator.cell(symbol, offset, primed=False)
                    self._require(circuit.any(literal for _, literal in values))
        transition = Transition(ground, self._before)
        self._after = Frame(circuit, self._sat, transition.after)

    def _literal(self, formula: Expr) -> int:
        return self._elaborator.literal(formula, {})

    def _require(self, literal: int) -> None:
        self._sat.add([self._before.literal(literal)])

    def inductive(self, formulas: Sequence[Expr]) -> list[Expr]:
        """The greatest set of some formulas that is inductive at these sizes."""
        literals = {formula: self._literal(formula) for formula in formulas}
        before = {f: self._before.literal(literal) for f, literal in literals.items()}
        after = {f: self._after.literal(literal) for f, literal in literals.items()}
        left = list(formulas)
        while left:
            some = self._sat.variable()
            self._sat.add([-some, *(-after[f] for f in left)])
            if not self._sat.solve([some, *(before[f] for f in left)]):
                break
            left = [f for f in left if self._sat.value(after[f])]
        return left

    def independent(self, formulas: Sequence[Expr]) -> list[Expr]:
        """Some formulas without those that follow from the others, the last of them first."""
        held = {f: self._before.literal(self._literal(f)) for f in formulas}
        left = dict.fromkeys(formulas)
        for formula in reversed(formulas):
            rest = [held[f] for f in left if f is not formula]
            if not self._sat.solve([-held[formula], *rest]):
                del left[formula]
        return list(left)

    def close(self) -> None:
        """Frees the solver."""
        self._sat.close()


def inductive_at(
    staged: Staged, sizes: Mapping[str, int], formulas: Sequence[Expr], independent: bool
) -> list[Expr]:
    """The greatest set of some formulas that is inductive at some sizes.

    Args:
        staged: the spec.
        sizes: of its sorts.
        formulas: closed.
        independent: leave out what follows from the rest.
    """
    step = FiniteStep(staged, sizes)
    try:
        found = step.inductive(formulas)
        return step.independent(found) if independent else found
    finally:
        step.close()


def steps_at(staged: Staged, sizes: Mapping[str, int]) -> int:
    """How many instances the actions have."""
    finite = Finite(staged, Scope(sizes))
    return sum(math.prod(finite.size(p.sort) for p in a.params) for a in staged.actions)
