"""What inference asks z3: a place for each action, one for states, and frames of what is known."""

from __future__ import annotations

from collections.abc import Sequence

import z3

from model.lang.expr import Apply, Equal, Expr, Forall, Var
from model.lang.staged import Staged
from proofs.inference.cubes import Cube, clause
from proofs.inference.diagrams import Atoms
from proofs.inference.language import Language, Text, moves
from proofs.inference.outcome import Clock, Undecided
from proofs.inference.places import Place
from proofs.smt.fragment import Fragment
from proofs.smt.written import When

FOREVER = 1_000_000  # the level of what holds in all reachable states


class Queries:
    """All places of a spec, and the frames of what is known in them.

    Args:
        staged: the spec.
        clock: what may be used.
        seconds: for one question; as the clock says, if None.
    """

    def __init__(self, staged: Staged, clock: Clock, seconds: float | None = None) -> None:
        seconds = clock.limits.query_seconds if seconds is None else seconds
        self.language = Language(staged)
        self.atoms = Atoms(self.language.staged, self.language.sorts, self.language.names)
        self.here = Place(self.language, 0, None, clock, seconds)
        self.places = [
            Place(self.language, number, move, clock, seconds)
            for number, move in enumerate(moves(staged), 1)
        ]
        self.text = Text(self.language, "known.")
        self._levels: dict[int, z3.BoolRef] = {}
        self._excluded: tuple[Cube, z3.BoolRef] | None = None  # the last that was asked for
        self._initially()

    def _initially(self) -> None:
        text = Text(self.language, "initial.")
        text.started()
        begin = self.level(0)
        for symbol in self.language.staged.mutable:
            points = tuple(Var(f"at{i}", sort, i) for i, sort in enumerate(symbol.sorts))
            same = Equal(Apply(symbol, points, False), Apply(symbol, points, True))
            whole = Forall(points, same) if points else same
            formulas = text.formulas(whole, {}, when=When.STEP)
            for place in (self.here, *self.places):
                place.know(formulas, begin)

    def level(self, number: int) -> z3.BoolRef:
        """The literal of a frame."""
        if number not in self._levels:
            self._levels[number] = self.language.truth(f"frame.{number}")
        return self._levels[number]

    def frame(self, number: int) -> list[z3.BoolRef]:
        """What to assume for a state of a frame: its own clauses, and those of later ones."""
        if number == 0:
            return [self.level(0)]
        return [found for level, found in self._levels.items() if level >= number]

    def learn(self, formula: Expr, number: int) -> None:
        """Adds a formula to a frame, and so to those before it; always true if `FOREVER`."""
        formulas = self.text.formulas(formula, {})
        behind = None if number == FOREVER else self.level(number)
        for place in (self.here, *self.places):
            place.know(formulas, behind)

    def excluded(self, cube: Cube) -> z3.BoolRef:
        """That a cube is excluded before a move."""
        if self._excluded is None or self._excluded[0] != cube:
            self._excluded = cube, self.text.formulas(clause(cube), {})[0]
        return self._excluded[1]

    def optional(self, name: str, formula: Expr) -> z3.BoolRef:
        """A literal that makes a formula hold in the state before, if it is assumed."""
        behind = self.language.truth(name)
        formulas = self.text.formulas(formula, {})
        for place in (self.here, *self.places):
            place.know(formulas, behind)
        return behind

    def cycle(self, goal: Sequence[Expr]) -> list[str]:
        """Sorts in a cycle of quantifier alternations: then z3 may not decide everything.

        Args:
            goal: formulas that are asked for besides, before and after steps.
        """
        for place in (self.here, *self.places):
            for number, formula in enumerate(goal):
                place.broken(f"cycle.{number}", formula)
                self.text.formulas(formula, {})
        fragment = Fragment(self.language.signature.edges())
        for text in (self.text, *(place.text for place in (self.here, *self.places))):
            fragment.add(text.dependencies)
        return fragment.cycle()

    def surely(self, place: Place, assumptions: Sequence[z3.BoolRef]) -> bool:
        """Whether there is a model.

        Raises:
            Undecided: the solver cannot tell.
        """
        found = place.has_model(assumptions)
        if found is None:
            what = "a state" if place.move is None else place.move.action.name
            raise Undecided(f"z3 could not decide a question about {what}")
        return found
