"""What a native search looks for, as literals of the ground circuit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from model.ground import Ground
from model.ground.circuit import FALSE
from model.lang.expr import Expr, Not
from model.search.exploration import Watch, premises
from model.search.progress import stalled

STALLED = Watch("stalled", "stalled")


class Looked(NamedTuple):
    """A literal to look for: what it means, and the ground step if it speaks of a step."""

    watch: Watch
    step: int | None
    literal: int


def watches(ground: Ground) -> list[Looked]:
    """Everything that a search of this spec looks for; what can never be true is left out."""
    everything = [*_formulas(ground), *_leads_to(ground), *_bounds(ground)]
    everything.append(Looked(STALLED, None, stalled(ground)))
    return [look for look in everything if look.literal != FALSE]


def _formulas(ground: Ground) -> Iterator[Looked]:
    """Conjuncts of invariants that are false, premises of properties that are true."""
    staged = ground.finite.staged
    for invariant in staged.invariants:
        for part, clause in enumerate(invariant.clauses):
            watch = Watch("clause", invariant.name, part)
            yield from _formula(ground, watch, Not(clause.expr), invariant.is_step)
    for premise in premises(ground.finite):
        yield from _formula(ground, premise.watch, premise.somewhere, premise.is_step)


def _formula(ground: Ground, watch: Watch, expr: Expr, is_step: bool) -> Iterator[Looked]:
    if is_step:
        for number, literal in enumerate(ground.step_literals(expr)):
            yield Looked(watch, number, literal)
    else:
        yield Looked(watch, None, ground.literal(expr, {}))


def _bounds(ground: Ground) -> Iterator[Looked]:
    for instance in ground.bounds:
        name = instance.bound.name
        yield Looked(Watch("exceeded", name), None, instance.exceeded)
        yield Looked(Watch("at-bound", name), None, instance.at_bound)


def _leads_to(ground: Ground) -> Iterator[Looked]:
    """What decides leads-to where the graph turns out to have no cycle but resting."""
    circuit = ground.circuit
    fair = [s.guard for s in ground.steps if s.step.action.fair != "none"]
    resting = circuit.any(fair) ^ 1
    for leads_to in ground.finite.staged.leads_to:
        for part, env in enumerate(ground.finite.valuations(leads_to.params)):
            premise = ground.literal(leads_to.premise, env)
            goal = ground.literal(leads_to.goal, env)
            pending = circuit.and_(premise, goal ^ 1)
            at_rest = circuit.and_(resting, pending)
            yield Looked(Watch("violated-at-rest", leads_to.name, part), None, at_rest)
            lost = _lost(ground, pending, premise, goal)
            yield Looked(Watch("premise-lost", leads_to.name, part), None, lost)


def _lost(ground: Ground, pending: int, premise: int, goal: int) -> int:
    """The literal of "some step makes the premise false before the goal was true"."""
    circuit = ground.circuit
    support = circuit.support(premise)
    lost = []
    for step in ground.steps:
        if any(position in support for position, _ in step.changes):
            new = dict(step.changes)
            after = [circuit.substitute(x, new) ^ 1 for x in (premise, goal)]
            lost.append(circuit.all((step.guard, pending, *after)))
    return circuit.any(lost)
