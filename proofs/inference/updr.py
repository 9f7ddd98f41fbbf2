"""Universal property-directed reachability.

Frames F₀ ⊇ F₁ ⊇ … of universally quantified clauses: F₀ the initial states, Fᵢ at least what is
reached in i steps. A bad state in the last frame is a small finite model. Its diagram is excluded
by a clause, unless a step from the frame before leads into it; then that state is to be excluded
first. A clause is generalised by what z3 did not need (its core) and by leaving out one literal
after the other, as long as the rest is unreachable from the frame before by induction, and not
true in any state that was reached in a small scope. If two frames become equal they are inductive.
If a diagram cannot be excluded from the first frame, *no* set of universal clauses will do: a part
of a state that is reached leads to a part of a state, …, to a bad one.

Karbyshev, Bjørner, Itzhaky, Rinetzky, Shoham, "Property-directed inference of universal invariants
or proving their absence", CAV 2015. Generalisation: Bradley, "SAT-based model checking without
unrolling", VMCAI 2011.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from model.lang.expr import Expr
from proofs.inference.cubes import Cube, clause, numbered, subsumes, variables
from proofs.inference.outcome import Clock, Progress, Report, silent
from proofs.inference.places import Place
from proofs.inference.queries import Queries


class NotUniversal(Exception):
    """No universally quantified clauses will do; the text says why.

    Attributes:
        sizes: of the states that show it, by sort: perhaps the property is violated there.
    """

    def __init__(self, text: str, cubes: Iterable[Cube] = ()) -> None:
        super().__init__(text)
        self.sizes: dict[str, int] = {}
        for cube in cubes:
            for sort, own in groupby(variables(cube), lambda v: v.sort.name):
                self.sizes[sort] = max(self.sizes.get(sort, 1), len(list(own)))


Reached: TypeAlias = Callable[[Cube], bool]
"""Whether elements of a state that is known to be reachable satisfy a cube."""


@dataclass(order=True)
class _Duty:
    """A cube that must be excluded from a frame."""

    level: int
    number: int
    cube: Cube = field(compare=False)
    depth: int = field(compare=False)


@dataclass
class _Learnt:
    cube: Cube
    level: int


class Updr:
    """One inference.

    Args:
        queries: the places of the spec; what is known for ever is there already.
        bad: formulas that must hold in all reachable states.
        reached: what is known to be reachable.
        clock: what may be used.
        report: called now and then.
    """

    def __init__(
        self,
        queries: Queries,
        bad: Sequence[Expr],
        reached: Reached,
        clock: Clock,
        report: Report = silent,
    ) -> None:
        self._queries, self._reached = queries, reached
        self._clock, self._report = clock, report
        here = queries.here
        self._bad = [here.broken(str(i), formula) for i, formula in enumerate(bad)]
        self._places = list(queries.places)
        self._learnt: list[_Learnt] = []
        self._top = 0
        self._duties = 0

    @property
    def clauses(self) -> list[Cube]:
        """What was learnt so far, as cubes that are excluded."""
        return [learnt.cube for learnt in self._learnt]

    def run(self) -> list[Cube]:
        """Cubes that are unreachable: their exclusion is inductive and implies the property.

        Raises:
            NotUniversal: no universal invariant does.
            LimitReached: the time is over.
            Undecided: z3 could not decide something.
        """
        for bad in self._bad:
            if self._queries.surely(self._queries.here, [*self._queries.frame(0), bad]):
                raise NotUniversal("the property is false in an initial state")
        while True:
            self._top += 1
            self._queries.level(self._top)
            self._say()
            self._clear()
            fixed = self._pushed()
            if fixed is not None:
                return fixed

    def _say(self) -> None:
        clock = self._clock
        self._report(Progress("updr", self._top, len(self._learnt), clock.queries, clock.seconds))

    # -- blocking -----------------------------------------------------------------------------

    def _clear(self) -> None:
        """Excludes all bad states from the last frame."""
        here = self._queries.here
        for bad in self._bad:
            while True:
                assumptions = [*self._queries.frame(self._top), bad]
                if not self._queries.surely(here, assumptions):
                    break
                self._exclude(here.smallest(assumptions, self._queries.atoms))

    def _exclude(self, cube: Cube) -> None:
        duties = [self._duty(self._top, cube, 0)]
        while duties:
            duty = duties[0]
            if duty.level == 0 or self._reached(duty.cube):
                raise NotUniversal(
                    "no universally quantified clauses exclude all bad states: a part of a "
                    f"reachable state leads to a part of a state, and so on, to a bad one, in "
                    f"{duty.depth} steps",
                    (each.cube for each in duties),
                )
            if self._is_excluded(duty):
                heapq.heappop(duties)
                continue
            before = self._before(duty)
            if before is not None:
                heapq.heappush(duties, self._duty(duty.level - 1, before, duty.depth + 1))
            else:
                heapq.heappop(duties)

    def _duty(self, level: int, cube: Cube, depth: int) -> _Duty:
        self._duties += 1
        return _Duty(level, self._duties, cube, depth)

    def _is_excluded(self, duty: _Duty) -> bool:
        if any(o.level >= duty.level and subsumes(o.cube, duty.cube) for o in self._learnt):
            return True
        here = self._queries.here
        assumed = [here.assume(literal) for literal in duty.cube]
        return not self._queries.surely(here, [*self._queries.frame(duty.level), *assumed])

    def _before(self, duty: _Duty) -> Cube | None:
        """A state of the frame before from which a step leads there, or a clause is learnt."""
        frame = self._queries.frame(duty.level - 1)
        core: set[Expr] = set()
        excluded = self._queries.excluded(duty.cube)
        for place in list(self._places):
            if place.leaves(duty.cube):
                continue
            assumed = [place.assume(literal) for literal in duty.cube]
            assumptions = [*frame, place.trying(duty.cube, excluded), *assumed]
            if self._queries.surely(place, assumptions):
                self._first(place)
                return place.smallest(assumptions, self._queries.atoms)
            core.update(place.core())
        here = self._queries.here
        assumed = [here.assume(literal) for literal in duty.cube]
        if self._queries.surely(here, [*self._queries.frame(0), *assumed]):
            raise NotUniversal("a part of an initial state leads to a bad one", [duty.cube])
        core.update(here.core())
        cube = tuple(literal for literal in duty.cube if literal in core)
        if self._reached(cube):
            cube = duty.cube
        cube = self._generalised(cube, duty.level - 1)
        level = duty.level
        while level < self._top and self._unreachable(cube, level) is not None:
            level += 1
        self._learn(numbered(cube), level)
        return None

    def _first(self, place: Place) -> None:
        """This place is asked first from now on."""
        self._places.remove(place)
        self._places.insert(0, place)

    def _learn(self, cube: Cube, level: int) -> None:
        self._queries.learn(clause(cube), level)
        self._learnt = [
            o for o in self._learnt if not (o.level <= level and subsumes(cube, o.cube))
        ]
        self._learnt.append(_Learnt(cube, level))
        self._say()

    # -- generalising -------------------------------------------------------------------------

    def _not_initial(self, cube: Cube) -> list[Expr] | None:
        """Literals that no initial state satisfies together, if there are."""
        here = self._queries.here
        assumed = [here.assume(literal) for literal in cube]
        if here.has_model([*self._queries.frame(0), *assumed]) is not False:
            return None
        return here.core()

    def _unreachable(self, cube: Cube, level: int) -> Cube | None:
        """If the cube cannot be reached from a frame, by induction: a part that cannot, either."""
        if not cube or self._reached(cube):
            return None
        initially = self._not_initial(cube)
        if initially is None:
            return None
        core = set(initially)
        excluded = self._queries.excluded(cube)
        for place in list(self._places):
            if place.leaves(cube):
                continue
            assumed = [place.assume(literal) for literal in cube]
            question = [*self._queries.frame(level), place.trying(cube, excluded), *assumed]
            if place.has_model(question) is not False:
                self._first(place)
                return None
            core.update(place.core())
        part = tuple(literal for literal in cube if literal in core)
        return cube if part == cube or self._reached(part) else part

    def _generalised(self, cube: Cube, level: int) -> Cube:
        """With as few literals as can be, each tried once."""
        kept: set[Expr] = set()
        while True:
            literal = next((each for each in cube if each not in kept), None)
            if literal is None:
                return cube
            smaller = self._unreachable(tuple(e for e in cube if e is not literal), level)
            if smaller is None:
                kept.add(literal)
            else:
                cube = smaller

    # -- pushing ------------------------------------------------------------------------------

    def _pushed(self) -> list[Cube] | None:
        """Clauses to the frames that they hold in; the invariant, if two frames are equal."""
        for level in range(1, self._top + 1):
            for learnt in [o for o in self._learnt if o.level == level]:
                if self._is_pushed(learnt.cube, level):
                    learnt.level = level + 1
                    self._queries.learn(clause(learnt.cube), level + 1)
            if not any(o.level == level for o in self._learnt):
                return [o.cube for o in self._learnt if o.level > level]
        return None

    def _is_pushed(self, cube: Cube, level: int) -> bool:
        if self._reached(cube):
            return False
        for place in self._places:
            if place.leaves(cube):
                continue
            assumed = [place.assume(literal) for literal in cube]
            if place.has_model([*self._queries.frame(level), *assumed]) is not False:
                self._first(place)
                return False
        return True
