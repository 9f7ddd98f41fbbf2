"""Inductive invariants as clauses over the bits of a state, and their independent check.

Whoever found one is not believed. A certificate proves a property if three questions to a fresh
solver, of another make, over an encoding made anew, are all answered by "no":

1. Is there an initial state in which some clause is false?
2. Is there a step from a state with all clauses true to one in which some clause is false?
3. Is there a state with all clauses true in which the property is violated?
"""

from __future__ import annotations

from dataclasses import dataclass

from model.ground import Layout
from proofs.ground.encode import Frame, System, Transition, begin
from proofs.ground.sat import Budget, Sat, SolverName
from proofs.ground.targets import Target

Cube = tuple[int, ...]
"""A set of states: literals that are all true there, 1 + a bit's position, negative if it is 0.

Sorted by position, and none twice."""


class CertificateError(Exception):
    """An invariant that was said to prove a property does not. A defect of this project."""


@dataclass(frozen=True)
class Certificate:
    """An inductive invariant.

    Attributes:
        excluded: cubes; no reachable state is in any of them. Their negations are the clauses.
    """

    excluded: tuple[Cube, ...]

    def __len__(self) -> int:
        """The number of clauses."""
        return len(self.excluded)

    def __bool__(self) -> bool:
        """An invariant is one, even if it is true everywhere."""
        return True

    def clauses(self, layout: Layout) -> list[str]:
        """The clauses as text, each over the names of bits."""
        names = layout.names()

        def clause(cube: Cube) -> str:
            return " ∨ ".join(("¬" if x > 0 else "") + names[abs(x) - 1] for x in cube)

        return [clause(cube) for cube in self.excluded]


def recheck(
    system: System,
    target: Target,
    certificate: Certificate,
    solver: SolverName,
    budget: Budget | None = None,
) -> str | None:
    """Whether a certificate proves that a target cannot be reached.

    Args:
        system: the spec at its scope.
        target: the property.
        certificate: what is to prove it.
        solver: which solver; another than the one that found it.
        budget: what it may use.

    Returns:
        None if it does; else what is wrong with it.

    Raises:
        LimitReached: the budget was used up.
    """
    sat = Sat(solver, budget or Budget())
    try:
        before = Frame(system.ground.circuit, sat, [sat.variable() for _ in range(system.size)])
        move, initially, inside = sat.variable(), sat.variable(), sat.variable()
        transition = Transition(system.ground, before, move)
        begin(sat, before.inputs, system.initial, initially)
        for cube in certificate.excluded:
            sat.add([-inside, *(-_literal(before.inputs, x) for x in cube)])
        if sat.solve([initially, _some(sat, before.inputs, certificate)]):
            return "a clause is false in an initial state"
        if sat.solve([inside, move, _some(sat, transition.after, certificate)]):
            return "a step leads from where all clauses are true to where one is false"
        if sat.solve([inside, before.literal(target.bad)]):
            return f"{target.name} is violated in a state where all clauses are true"
        return None
    finally:
        sat.close()


def trimmed(
    system: System,
    target: Target,
    certificate: Certificate,
    solver: SolverName,
    budget: Budget | None = None,
) -> Certificate:
    """The clauses of a certificate that the property needs, and those that these need.

    Args:
        system: the spec at its scope.
        target: the property that it proves.
        certificate: one that is right.
        solver: which solver.
        budget: what it may use.

    Raises:
        LimitReached: the budget was used up.
    """
    sat = Sat(solver, budget or Budget())
    try:
        before = Frame(system.ground.circuit, sat, [sat.variable() for _ in range(system.size)])
        move = sat.variable()
        after = Transition(system.ground, before, move).after
        cubes: dict[int, Cube] = {}  # by the literal of "its clause is true"
        for cube in certificate.excluded:
            clause = sat.variable()
            sat.add([-clause, *(-_literal(before.inputs, x) for x in cube)])
            cubes[clause] = cube
        kept: dict[int, None] = {}
        todo = [[before.literal(target.bad)]]
        while todo:
            # A solver's reasons tend to be among what it is told first.
            others = [clause for clause in cubes if clause not in kept]
            if sat.solve([*todo.pop(), *kept, *others]):
                return certificate  # it is not right; whoever checks it will say so
            for clause in sorted(sat.core() & cubes.keys() - kept.keys()):
                kept[clause] = None
                todo.append([move, *(_literal(after, x) for x in cubes[clause])])
        return Certificate(tuple(sorted(cubes[clause] for clause in kept)))
    finally:
        sat.close()


def _some(sat: Sat, inputs: tuple[int, ...], certificate: Certificate) -> int:
    """A literal of which follows that some clause is false."""
    false = []
    for cube in certificate.excluded:
        literal = sat.variable()
        for x in cube:
            sat.add([-literal, _literal(inputs, x)])
        false.append(literal)
    some = sat.variable()
    sat.add([-some, *false])
    return some


def _literal(inputs: tuple[int, ...], x: int) -> int:
    return inputs[x - 1] if x > 0 else -inputs[-x - 1]
