"""What is to be shown unreachable: each property as one literal over a single state.

An invariant or a bound is violated where a conjunct of it is false. A property of steps is
violated in the state *before* a step that violates it: "some step is enabled and would break it",
so its counterexample is one step longer than the way to that state. A deadlock is a state that
has no enabled step and is not final. Leads-to properties are about behaviours without end, and
none of this is about them.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.ground import Ground
from model.ground.circuit import FALSE
from model.lang.errors import SpecError, Where
from model.lang.expr import Expr, Not
from model.lang.staged import Bound, Invariant
from model.search.exploration import premises

DEADLOCK = "deadlock"


@dataclass(frozen=True)
class Premise:
    """A premise of a property, and the literal of "it is true here", of a state or a step."""

    expr: Expr
    literal: int


@dataclass(frozen=True)
class Target:
    """A property as something to be reached.

    Attributes:
        prop: the property; None for deadlock.
        bad: the literal of "it is violated here".
        is_step: the violation is by a step out of the state.
        premises: without any of which the property holds only vacuously.
    """

    name: str
    kind: str
    where: Where
    prop: Invariant | Bound | None
    bad: int
    is_step: bool = False
    premises: tuple[Premise, ...] = ()

    @property
    def is_trivial(self) -> bool:
        """Grounding alone has shown that it is never violated: no step can matter."""
        return self.bad == FALSE

    def steps(self, frame: int) -> int:
        """The length of the counterexample whose last state but the step is this frame."""
        return frame + self.is_step


def targets(ground: Ground, names: tuple[str, ...] = ()) -> tuple[Target, ...]:
    """The properties of a spec as targets; may add gates to the circuit.

    Args:
        ground: the spec at its scope.
        names: which of them; all but leads-to if none is named.

    Raises:
        SpecError: a name is of no property, or of one that is not about states or steps.
    """
    staged, circuit = ground.finite.staged, ground.circuit
    watched: dict[str, list[Premise]] = {}
    for premise in premises(ground.finite):
        literal = _reached(ground, premise.somewhere, premise.is_step)
        watched.setdefault(premise.watch.owner, []).append(Premise(premise.expr, literal))
    enabled = circuit.any(step.guard for step in ground.steps)
    stuck = circuit.and_(enabled ^ 1, ground.final ^ 1)
    found = {DEADLOCK: Target(DEADLOCK, "deadlock", staged.final.where, None, stuck)}
    for invariant in staged.invariants:
        parts = (
            _reached(ground, Not(clause.expr), invariant.is_step) for clause in invariant.clauses
        )
        kind = "step" if invariant.is_step else "safety"
        found[invariant.name] = Target(
            invariant.name, kind, invariant.where, invariant, circuit.any(parts),
            invariant.is_step, tuple(watched.get(invariant.name, ())),
        )  # fmt: skip
    for bound in staged.bounds:
        exceeded = circuit.any(b.exceeded for b in ground.bounds if b.bound is bound)
        found[bound.name] = Target(
            bound.name, "bound", bound.where, bound, exceeded,
            premises=tuple(watched.get(bound.name, ())),
        )  # fmt: skip
    for name in names:
        if name not in found:
            raise SpecError(
                f"{name!r} is not among what can be checked by a bounded proof: {', '.join(found)}",
                staged.where,
            )
    return tuple(t for t in found.values() if not names or t.name in names)


def _reached(ground: Ground, expr: Expr, is_step: bool) -> int:
    if is_step:
        return ground.circuit.any(ground.step_literals(expr))
    return ground.literal(expr, {})
