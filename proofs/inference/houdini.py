"""Which candidates are inductive together, and which of them a property needs.

The greatest inductive set is found by dropping what is not kept: each question asks for a state in
which all candidates hold, and a step after which one does not. All candidates that the model
breaks are dropped, and the next question is asked. What z3 cannot decide counts as broken, so what
is left is inductive, though perhaps not the greatest set.

Of an inductive set that implies the property only a part may be needed: what z3 used to show the
property, what it used to show that, and so on; then one by one what is left is tried without.

C. Flanagan and K. R. M. Leino, "Houdini, an annotation assistant for ESC/Java", FME 2001.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import z3

from model.lang.expr import Expr
from model.lang.staged import Staged
from proofs.inference.cubes import Cube, clause
from proofs.inference.outcome import Clock, Progress, Report, silent
from proofs.inference.places import Place
from proofs.inference.queries import Queries

QUERY_SECONDS = 2.0  # what is not decided soon is dropped


@dataclass(frozen=True, eq=False)
class Candidate:
    """A formula that may be invariant.

    Attributes:
        formula: closed.
        cube: that it excludes, if it is a clause.
    """

    formula: Expr
    cube: Cube | None = None


def candidates(cubes: Iterable[Cube], formulas: Iterable[Expr]) -> list[Candidate]:
    """Clauses and other formulas as candidates, each once."""
    found = {formula: Candidate(formula) for formula in formulas}
    for cube in cubes:
        formula = clause(cube)
        found.setdefault(formula, Candidate(formula, cube))
    return list(found.values())


class Houdini:
    """Candidates, in the places of a spec.

    Args:
        staged: the spec.
        found: the candidates.
        goal: the formulas of the property.
        clock: what may be used.
        report: called after each round.
    """

    def __init__(
        self,
        staged: Staged,
        found: Sequence[Candidate],
        goal: Sequence[Expr],
        clock: Clock,
        report: Report = silent,
    ) -> None:
        self._staged, self._goal = staged, goal
        self._queries = Queries(staged, clock, min(QUERY_SECONDS, clock.limits.query_seconds))
        self._clock, self._report = clock, report
        self._before = {
            id(c): self._queries.optional(f"candidate.{number}", c.formula)
            for number, c in enumerate(found)
        }
        self._named = {each.get_id(): key for key, each in self._before.items()}
        here = self._queries.here
        self._initially = _Asked(here, found)
        self._asked = [_Asked(place, found) for place in self._queries.places]
        self._goals = [here.broken(f"goal.{n}", formula) for n, formula in enumerate(goal)]
        self._all = list(found)

    # -- the greatest inductive set -----------------------------------------------------------

    def initial(self) -> list[Candidate]:
        """The candidates that hold in all initial states.

        Raises:
            LimitReached: the time is over.
        """
        return self._sifted(self._initially, list(self._all), self._queries.frame(0), [])

    def inductive(self, some: Sequence[Candidate]) -> list[Candidate]:
        """Of some candidates that hold initially, those that are inductive together.

        Raises:
            LimitReached: the time is over.
        """
        left = list(some)
        while True:
            before = len(left)
            for asked in self._asked:
                left = self._sifted(asked, left, [], left)
            if len(left) == before:
                return left

    def _sifted(
        self,
        asked: _Asked,
        left: list[Candidate],
        known: list[z3.BoolRef],
        hold: Sequence[Candidate],
    ) -> list[Candidate]:
        """Without those that may be false in a place."""
        place, step = asked.place, bool(hold)
        while left:
            begun = [*known, *self._holding(left)] if step else known
            found = place.has_model([*begun, *asked.question(left)])
            if found is False:
                break
            if found is None:
                left = self._decided(asked, left, begun)
                continue
            model = place.solver.model()
            left = [c for c in left if not asked.breaks(model, c)]
            self._say(left)
        return left

    def _decided(
        self, asked: _Asked, left: list[Candidate], known: list[z3.BoolRef]
    ) -> list[Candidate]:
        """Those that z3 can decide by themselves; at least one goes, so that there is an end."""
        kept = [c for c in left if asked.place.has_model([*known, asked.broken(c)]) is False]
        return kept if len(kept) < len(left) else kept[:-1]

    def _holding(self, some: Iterable[Candidate]) -> list[z3.BoolRef]:
        return [self._before[id(c)] for c in some]

    def _say(self, left: Sequence[Candidate]) -> None:
        clock = self._clock
        self._report(Progress("houdini", 0, len(left), clock.queries, clock.seconds))

    # -- what the property needs --------------------------------------------------------------

    def implies(self, some: Sequence[Candidate]) -> bool:
        """Whether candidates imply the property."""
        here = self._queries.here
        known = self._holding(some)
        return all(here.has_model([*known, goal]) is False for goal in self._goals)

    def needed(self, some: Sequence[Candidate]) -> list[Candidate]:
        """Of an inductive set that implies the property a part that does, and needs all it has.

        Raises:
            LimitReached: the time is over.
        """
        kept = self._used(some)
        few = Houdini(self._staged, kept, self._goal, self._clock, self._report)
        for candidate in reversed(list(kept)):
            if candidate in kept:
                rest = few.inductive([c for c in kept if c is not candidate])
                if few.implies(rest):
                    kept = few._used(rest)
        return kept

    def independent(self, some: Sequence[Candidate]) -> list[Candidate]:
        """Some candidates without those that follow from the others."""
        kept = list(some)
        for candidate in reversed(some):
            if candidate.formula in self._goal:
                continue
            rest = [c for c in kept if c is not candidate]
            question = [*self._holding(rest), self._initially.broken(candidate)]
            if self._queries.here.has_model(question) is False:
                kept = rest
        return kept

    def _used(self, some: Sequence[Candidate]) -> list[Candidate]:
        """What is used to show the property, and to show that, and so on."""
        known = self._holding(some)
        used: set[int] = set()
        for goal in self._goals:
            if self._queries.here.has_model([*known, goal]) is not False:
                return list(some)
            used |= self._core(self._queries.here)
        done: set[int] = set()
        while used - done:
            number = (used - done).pop()
            done.add(number)
            candidate = next(c for c in some if id(c) == number)
            for asked in self._asked:
                if asked.concerns(candidate):
                    if asked.place.has_model([*known, asked.broken(candidate)]) is not False:
                        return list(some)
                    used |= self._core(asked.place)
        return [c for c in some if id(c) in used]

    def _core(self, place: Place) -> set[int]:
        found = (self._named.get(each.get_id()) for each in place.solver.unsat_core())
        return {number for number in found if number is not None}


class _Asked:
    """What a place is asked: whether some candidate is broken."""

    def __init__(self, place: Place, all_: Sequence[Candidate]) -> None:
        self.place = place
        self._broken: dict[int, z3.BoolRef] = {}
        for number, candidate in enumerate(all_):
            if candidate.cube is None:
                self._broken[id(candidate)] = place.broken(str(number), candidate.formula)
            elif not place.leaves(candidate.cube):
                one = place.language.truth(f"{place.name}.chosen.{number}")
                for literal in candidate.cube:
                    place.add(z3.Implies(one, place.assume(literal)))
                self._broken[id(candidate)] = one
        self._some = place.language.truth(f"{place.name}.some")
        ways = [*self._broken.values(), z3.BoolVal(False, place.context)]
        place.add(z3.Implies(self._some, z3.Or(*ways)))

    def concerns(self, candidate: Candidate) -> bool:
        """Whether the place can break a candidate at all."""
        return id(candidate) in self._broken

    def broken(self, candidate: Candidate) -> z3.BoolRef:
        """That a candidate is broken."""
        return self._broken.get(id(candidate), z3.BoolVal(False, self.place.context))

    def question(self, left: Sequence[Candidate]) -> list[z3.BoolRef]:
        """That one of those that are left is broken."""
        kept = {id(candidate) for candidate in left}
        gone = (one for key, one in self._broken.items() if key not in kept)
        return [self._some, *map(z3.Not, gone)]

    def breaks(self, model: z3.ModelRef, candidate: Candidate) -> bool:
        """Whether a candidate is broken in a model."""
        one = self._broken.get(id(candidate))
        if one is None:
            return False
        if z3.is_true(model.eval(one)):
            return True
        return candidate.cube is not None and self.place.holds(model, candidate.cube)
