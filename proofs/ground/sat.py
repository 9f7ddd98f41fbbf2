"""A SAT solver with limits: the one place where PySAT is called.

Rules:

- Variables are numbered from 1, and a literal is a variable or its negative, as in DIMACS.
- A solver works in slices of some thousand conflicts. Between two of them the limits are looked
  at, and an interrupt from the keyboard takes effect.
- All solvers that work on one question share one `Budget`.

CaDiCaL: Biere, Fazekas, Fleury, Heisinger, "CaDiCaL, Kissat, Paracooba, Plingeling and Treengeling
entering the SAT Competition 2020". MiniSat: Eén & Sörensson, "An extensible SAT-solver", 2003.
Glucose: Audemard & Simon, "Predicting learnt clauses quality in modern SAT solvers", 2009.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, get_args

from pysat.solvers import Solver

SolverName = Literal["cadical153", "glucose4", "minisat22"]
SOLVERS: tuple[SolverName, ...] = get_args(SolverName)
SLICE_CONFLICTS = 2_000


class LimitReached(Exception):
    """A limit was reached before there was an answer; the text says which.

    Attributes:
        covered: it is known that nothing is violated by behaviours of so many steps, if anything.
    """

    def __init__(self, text: str, covered: int | None = None) -> None:
        super().__init__(text)
        self.covered = covered


@dataclass(frozen=True)
class Limits:
    """What may stop a proof before it has an answer; None for no limit.

    Attributes:
        seconds: of wall time.
        conflicts: of all solvers together.
        queries: to all solvers together.
    """

    seconds: float | None = None
    conflicts: int | None = None
    queries: int | None = None


@dataclass
class Budget:
    """What solvers have used of their limits.

    Attributes:
        limits: what they may use.
        conflicts: used so far, in whole slices where a query took more than one.
        queries: asked so far.
    """

    limits: Limits = field(default_factory=Limits)
    started: float = field(default_factory=time.monotonic)
    conflicts: int = 0
    queries: int = 0

    @property
    def seconds(self) -> float:
        """Wall time since the question was asked."""
        return time.monotonic() - self.started

    def look(self) -> None:
        """Raises if a limit is reached.

        Raises:
            LimitReached: it says which limit.
        """
        limits = self.limits
        if limits.seconds is not None and self.seconds > limits.seconds:
            raise LimitReached(f"the limit of {limits.seconds:g} s")
        if limits.conflicts is not None and self.conflicts >= limits.conflicts:
            raise LimitReached(f"the limit of {limits.conflicts:,} conflicts")
        if limits.queries is not None and self.queries > limits.queries:
            raise LimitReached(f"the limit of {limits.queries:,} queries")

    @property
    def stopped(self) -> str | None:
        """Which limit is reached, if any."""
        try:
            self.look()
        except LimitReached as limit:
            return str(limit)
        return None

    def part(self, queries: int | None = None) -> Budget:
        """A budget for a part of the work: what is left of this one, and so many queries."""
        limits, seconds, conflicts = self.limits, None, None
        if limits.seconds is not None:
            seconds = max(limits.seconds - self.seconds, 0.0)
        if limits.conflicts is not None:
            conflicts = max(limits.conflicts - self.conflicts, 0)
        left = [q for q in (queries, limits.queries) if q is not None]
        return Budget(Limits(seconds, conflicts, min(left, default=None)))

    def take(self, part: Budget) -> None:
        """Counts what a part has used as used here."""
        self.conflicts += part.conflicts
        self.queries += part.queries

    def slice(self) -> int:
        """How many conflicts the next slice may have."""
        left = self.limits.conflicts
        return SLICE_CONFLICTS if left is None else min(SLICE_CONFLICTS, left - self.conflicts)


class Sat:
    """One incremental solver.

    Args:
        name: which.
        budget: what it may use, perhaps together with others.
    """

    def __init__(self, name: SolverName, budget: Budget) -> None:
        self.name, self.budget = name, budget
        self.solver = Solver(name=name)
        self.size = 0
        self.conflicts = 0
        self._model: list[int] = []
        self.true = self.variable()
        self.add([self.true])

    def variable(self) -> int:
        """A new variable."""
        self.size += 1
        return self.size

    def add(self, clause: Iterable[int]) -> None:
        """Adds a clause."""
        self.solver.add_clause(list(clause))

    def solve(self, assumptions: list[int]) -> bool:
        """Whether all clauses can be true with these literals.

        Raises:
            LimitReached: the budget was used up before there was an answer.
            KeyboardInterrupt: the user interrupted.
        """
        self.budget.queries += 1
        while True:
            self.budget.look()
            self.solver.conf_budget(self.budget.slice())
            answer = self._slice(assumptions)
            spent = int(self.solver.accum_stats()["conflicts"])
            self.budget.conflicts += spent - self.conflicts
            self.conflicts = spent
            if answer is not None:
                self._model = self.solver.get_model() if answer else []
                return answer

    def _slice(self, assumptions: list[int]) -> bool | None:
        try:
            answer: bool | None = self.solver.solve_limited(assumptions=assumptions)
        except Exception as error:
            # PySAT catches the signal itself, and raises an error of its own that says so.
            if "keyboard interrupt" in str(error).lower():
                raise KeyboardInterrupt from None
            raise
        return answer

    def value(self, literal: int) -> bool:
        """Whether a literal is true in what was found; a variable that is in no clause is false."""
        variable = abs(literal)
        true = variable <= len(self._model) and self._model[variable - 1] > 0
        return true == (literal > 0)

    def core(self) -> set[int]:
        """Assumptions that cannot be true together; empty if the clauses alone cannot be."""
        return set(self.solver.get_core() or ())

    def close(self) -> None:
        """Frees the memory of the solver."""
        with suppress(TypeError):  # at the end of the program its module may be gone
            self.solver.delete()
