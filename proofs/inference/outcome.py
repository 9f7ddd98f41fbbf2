"""What inference is given, what it says, and how far it is while it is at work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from model.lang.expr import Expr
from model.scope import Scope
from model.search.result import Finding


class LimitReached(Exception):
    """A limit was reached; the text says which."""


class Undecided(Exception):
    """The solver had no answer to a question without which inference cannot go on."""


@dataclass(frozen=True)
class Limits:
    """What inference may use.

    Attributes:
        seconds: of wall time in all.
        query_seconds: of one question to the solver.
        search_seconds: of exploring small scopes first.
        states_max: explored of one small scope.
        seed: of all chance.
    """

    seconds: float = 120.0
    query_seconds: float = 10.0
    search_seconds: float = 4.0
    states_max: int = 3_000
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """How far inference is.

    Attributes:
        stage: what it is at.
        frames: of reachability, the last.
        clauses: learnt.
        queries: asked of the solver.
        seconds: since it began.
    """

    stage: str
    frames: int
    clauses: int
    queries: int
    seconds: float


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A report to nobody."""


@dataclass
class Clock:
    """What was used of the limits.

    Attributes:
        queries: asked of the solver.
    """

    limits: Limits
    started: float = field(default_factory=time.monotonic)
    queries: int = 0

    @property
    def seconds(self) -> float:
        """Since the question was asked."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Until the limit."""
        return self.limits.seconds - self.seconds

    def look(self) -> None:
        """Raises if the time is over.

        Raises:
            LimitReached: it is.
        """
        if self.left <= 0:
            raise LimitReached(f"no answer within {self.limits.seconds:g} s")


@dataclass(frozen=True)
class Inferred:
    """The property holds at every size.

    Attributes:
        invariant: closed formulas that are inductive together and imply the property. Each is
            needed: without it the rest is not inductive or does not imply it.
        how: which method found them.
    """

    invariant: tuple[Expr, ...]
    how: str
    seconds: float
    queries: int


@dataclass(frozen=True)
class Counterexample:
    """The property is violated.

    Attributes:
        scope: at these sizes.
        finding: with a behaviour that the interpreter has confirmed.
    """

    scope: Scope
    finding: Finding
    seconds: float


@dataclass(frozen=True)
class Unknown:
    """Neither. `why` says what stopped it."""

    why: str
    seconds: float
    queries: int


Answer = Inferred | Counterexample | Unknown
