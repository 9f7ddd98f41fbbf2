"""A solver of z3 in which cubes are about the state after one action, kept all the time.

Everything is asserted once, behind a literal that a question assumes or not: the literals of cubes
at canonical constants, the clauses of each frame, clauses that are tried, sizes of sorts. So a
question is a list of assumptions, and the answer a model or a core of them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import z3

from model.lang.expr import Expr, SortDecl, applications
from proofs.inference.cubes import Cube, variables_of
from proofs.inference.diagrams import Atoms
from proofs.inference.language import Language, Move, Text
from proofs.inference.outcome import Clock
from proofs.smt.solver import look_for_interrupt
from proofs.smt.written import When

TRIED_MAX = 100  # clauses that are tried with one solver; what is left of them slows it down


class Place:
    """A solver, and what is known in it.

    Args:
        language: of the spec.
        number: of this place.
        move: that the step is of; None for no step.
        clock: what may be used.
        seconds: for one question.
    """

    def __init__(
        self,
        language: Language,
        number: int,
        move: Move | None,
        clock: Clock,
        seconds: float,
    ) -> None:
        self.language, self.move, self._clock = language, move, clock
        self._seconds = seconds
        self.context = language.context
        self._kept: list[z3.BoolRef] = []
        self._begin()
        self.name = f"p{number}"
        self.text = Text(language, f"{self.name}.")
        self._changed = frozenset(u.symbol for u in move.action.updates) if move else frozenset()
        self._literals: dict[Expr, z3.BoolRef] = {}
        self._tries = 0
        self._backwards: dict[int, Expr] = {}
        self._meanings: dict[Expr, z3.BoolRef] = {}
        self._sizes: dict[tuple[SortDecl, int], z3.BoolRef] = {}
        for _, text in language.signature.axioms():
            self.add(language.read(text))
        for axiom in language.staged.axioms:
            self._assert(self.text.formulas(axiom.expr, {}))
        if move is not None:
            effects = self.text.moved(move)
            for part in move.action.guard:
                self._assert(self.text.formulas(part.expr, effects.env))

    def _assert(self, formulas: Sequence[z3.BoolRef], behind: z3.BoolRef | None = None) -> None:
        first, *others = formulas
        self.add(first if behind is None else z3.Implies(behind, first))
        for other in others:
            self.add(other)

    def add(self, formula: z3.BoolRef) -> None:
        """Asserts a formula for good."""
        self._kept.append(formula)
        self.solver.add(formula)

    def _begin(self) -> None:
        """A new solver, which knows nothing of clauses that were tried."""
        self.solver = z3.SimpleSolver(ctx=self.context)
        self.solver.set("random_seed", self._clock.limits.seed)
        self.solver.add(*self._kept)
        self._tried: dict[Cube, z3.BoolRef] = {}

    def _new(self, kind: str, number: int) -> z3.BoolRef:
        return self.language.truth(f"{self.name}.{kind}.{number}")

    def assume(self, literal: Expr) -> z3.BoolRef:
        """That a literal of a cube is true: after the move, if there is one."""
        known = self._literals.get(literal)
        if known is None:
            known = self._new("literal", len(self._literals))
            self._literals[literal] = known
            self._backwards[known.get_id()] = literal
            env = {v: self.language.element(v) for v in variables_of(literal)}
            when = When.BEFORE if self.move is None else When.AFTER
            formulas = self.text.formulas(literal, env, when=when)
            self._meanings[literal] = formulas[0]
            self._assert(formulas, known)
        return known

    def leaves(self, cube: Cube) -> bool:
        """Whether there is a move, and it can change nothing that a cube is about."""
        return self.move is not None and not any(
            a.symbol in self._changed for each in cube for a in applications(each)
        )

    def trying(self, cube: Cube, excluded: z3.BoolRef) -> z3.BoolRef:
        """That a cube is excluded before the move: the formula that says so is given."""
        known = self._tried.get(cube)
        if known is None:
            if len(self._tried) >= TRIED_MAX:
                self._begin()
            known = self._tried[cube] = self._new("tried", self._tries)
            self._tries += 1
            self.solver.add(z3.Implies(known, excluded))
        return known

    def broken(self, name: str, formula: Expr) -> z3.BoolRef:
        """That a formula is false: after the move, if there is one."""
        behind = self.language.truth(f"{self.name}.broken.{name}")
        when = When.BEFORE if self.move is None else When.AFTER
        self._assert(self.text.formulas(formula, {}, positive=False, when=when), behind)
        return behind

    def know(self, formulas: Sequence[z3.BoolRef], behind: z3.BoolRef | None) -> None:
        """Formulas about the state before: the first, if a literal is assumed, and the rest."""
        self._assert(formulas, behind)

    def sized(self, sort: SortDecl, count: int) -> z3.BoolRef:
        """That a sort has no more elements than this."""
        known = self._sizes.get((sort, count))
        if known is None:
            known = self._sizes[sort, count] = self._new("size", len(self._sizes))
            names = [f"u.{sort.name}.{i}" for i in range(count)]
            for name in names:
                self.language.constant(name, sort)
            same = " ".join(f"(= x {name})" for name in names)
            text = f"(forall ((x {sort.name})) (or {same} false))"
            self.add(z3.Implies(known, self.language.read(text)))
        return known

    def holds(self, model: z3.ModelRef, cube: Cube) -> bool:
        """Whether a model satisfies a cube, at the elements that its variables stand for."""
        return all(
            z3.is_true(model.eval(self._meanings[literal], model_completion=True))
            for literal in cube
        )

    # -- asking -------------------------------------------------------------------------------

    def has_model(self, assumptions: Sequence[z3.BoolRef]) -> bool | None:
        """Whether there is a model; None if the solver cannot tell in time.

        Raises:
            LimitReached: the time is over.
        """
        self._clock.look()
        self._clock.queries += 1
        seconds = min(self._seconds, self._clock.left)
        self.solver.set("timeout", max(1, round(1000 * seconds)))
        begun = time.monotonic()
        result = self.solver.check(*assumptions)
        if result != z3.unknown:
            return bool(result == z3.sat)
        look_for_interrupt(self.solver.reason_unknown(), time.monotonic() - begun, seconds)
        self._clock.look()
        return None

    def core(self) -> list[Expr]:
        """The literals of cubes without which there may be a model."""
        found = (self._backwards.get(each.get_id()) for each in self.solver.unsat_core())
        return [literal for literal in found if literal is not None]

    def smallest(self, assumptions: list[z3.BoolRef], atoms: Atoms) -> Cube:
        """The diagram of the state before in a model with few elements.

        Raises:
            Undecided: there was a model, and now the solver cannot tell.
        """
        model = self.solver.model()
        fixed = list(assumptions)
        for sort in self.language.signature.sorts:
            most = len(atoms.elements(model, sort))
            for count in range(1, most + 1):
                tried = [*fixed, self.sized(sort, count)]
                if self.has_model(tried):
                    fixed, model = tried, self.solver.model()
                    break
        return atoms.diagram(model)
