"""IC3's frames: what is known not to be reachable by so many steps, and one solver for all of it.

`F[0]` is the initial states. `F[i]` for i > 0 is given by clauses, each the negation of a *cube*
that no behaviour of at most i steps reaches; a cube is kept at the highest level for which that is
known. Cubes that are known to be unreachable for good may be given, and hold at all levels.

The clauses of each level hold under an activation literal, so that one solver, with one transition,
serves all levels; it is made anew when clauses that only one question needed have piled up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from proofs.ground.certificate import Cube
from proofs.ground.encode import Frame, System, Transition, begin
from proofs.ground.sat import Budget, Sat, SolverName

RENEW_AFTER = 3_000  # questions with a clause of their own


class Frames:
    """The frames of one proof.

    Args:
        system: the spec at its scope.
        bad: the literal of what is to be shown unreachable.
        solver: which solver.
        budget: what it may use.
        always: cubes that are known to be unreachable.
    """

    def __init__(
        self, system: System, bad: int, solver: SolverName, budget: Budget,
        always: Iterable[Cube] = (),
    ) -> None:  # fmt: skip
        self.system, self.bad = system, bad
        self.solver, self.budget = solver, budget
        self.always = set(always)
        self.levels: list[set[Cube]] = [set(), set()]
        self._initial = [sum(bit << i for i, bit in enumerate(bits)) for bits in system.initial]
        self._renew()

    @property
    def frontier(self) -> int:
        """The highest level; what is bad is looked for there."""
        return len(self.levels) - 1

    def __len__(self) -> int:
        """The number of clauses."""
        return len(self.always) + sum(map(len, self.levels))

    # -- the solver ---------------------------------------------------------------------------

    def _renew(self) -> None:
        self.sat = sat = Sat(self.solver, self.budget)
        inputs = [sat.variable() for _ in range(self.system.size)]
        self.before = Frame(self.system.ground.circuit, sat, inputs)
        self.move = sat.variable()
        self.transition = Transition(self.system.ground, self.before, self.move)
        self.bad_here = self.before.literal(self.bad)
        self._active: list[int] = []
        self._questions = 0
        for level, cubes in enumerate(self.levels):
            self._activate()
            for cube in cubes:
                self._assert(cube, level)
        begin(sat, inputs, self.system.initial, self._active[0])
        for cube in self.always:
            sat.add(self._here(-x for x in cube))

    def _activate(self) -> None:
        self._active.append(self.sat.variable())

    def _assert(self, cube: Cube, level: int) -> None:
        self.sat.add([-self._active[level], *self._here(-x for x in cube)])

    def _here(self, literals: Iterable[int]) -> list[int]:
        inputs = self.before.inputs
        return [inputs[x - 1] if x > 0 else -inputs[-x - 1] for x in literals]

    def _after(self, x: int) -> int:
        after = self.transition.after
        return after[x - 1] if x > 0 else -after[-x - 1]

    def close(self) -> None:
        """Frees the solver."""
        self.sat.close()

    # -- questions ----------------------------------------------------------------------------

    def is_bad(self) -> bool:
        """Whether a state of the frontier is bad; then `before` has it."""
        return self.sat.solve([*self._active[self.frontier :], self.bad_here])

    def predecessor(self, cube: Cube, level: int, outside: bool = True) -> Cube | None:
        """Whether a step leads from F[level], outside the cube, into the cube.

        Args:
            cube: where to.
            level: where from.
            outside: only from outside the cube; else from anywhere in F[level].

        Returns:
            None if one does: then `before` and `transition` have it. Else a part of the cube, as
            large a set of states as the solver's reasons allow, with no step into it either and no
            initial state in it, provided that the cube has none.
        """
        if self._questions >= RENEW_AFTER:
            self.sat.close()
            self._renew()
        primed = {self._after(x): x for x in cube}
        assumptions = [*self._active[level:], self.move]
        only_here = 0
        if outside:
            self._questions += 1
            only_here = self.sat.variable()
            self.sat.add([-only_here, *self._here(-x for x in cube)])
            assumptions.append(only_here)
        found = self.sat.solve([*assumptions, *primed])
        core = set() if found else self.sat.core()
        if only_here:
            self.sat.add([-only_here])
        if found:
            return None
        kept = {primed[literal] for literal in core if literal in primed}
        return self.without_initial(kept, cube)

    def without_initial(self, kept: Iterable[int], cube: Sequence[int]) -> Cube:
        """Literals of a cube, and as many more of it as exclude all initial states."""
        literals = set(kept)
        for state in self._initial:
            if _contains(literals, state):
                literals.add(next(x for x in cube if (state >> (abs(x) - 1) & 1) != (x > 0)))
        return tuple(sorted(literals, key=abs))

    def has_initial(self, cube: Iterable[int]) -> int | None:
        """The number of an initial state in a cube, if there is one."""
        literals = tuple(cube)
        for number, state in enumerate(self._initial):
            if _contains(literals, state):
                return number
        return None

    # -- what is known ------------------------------------------------------------------------

    def add_level(self) -> None:
        """Puts the frontier one step further."""
        self.levels.append(set())
        self._activate()

    def exclude(self, cube: Cube, level: int) -> None:
        """Notes that no behaviour of at most so many steps reaches a cube."""
        literals = set(cube)
        for lower in self.levels[1 : level + 1]:
            lower.difference_update([c for c in lower if literals.issubset(c)])
        self.levels[level].add(cube)
        self._assert(cube, level)

    def known(self, cube: Cube, level: int) -> bool:
        """Whether a cube is excluded from F[level] by what is noted, as far as one clause says."""
        literals = set(cube)
        return any(literals.issuperset(c) for higher in self.levels[level:] for c in higher)


def _contains(cube: Iterable[int], state: int) -> bool:
    return all((state >> (abs(x) - 1) & 1) == (x > 0) for x in cube)
