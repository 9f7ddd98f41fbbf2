"""What one request may take: each limit is told in a sentence, and none depends on who asks."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from model.lang.errors import ScopeError
from model.lang.expr import Expr
from model.scope import Finite

T = TypeVar("T")

SECONDS_MAX = 10.0  # of a part of an answer: the path, the steps, the properties, a way onward
STEPS_MAX = 400  # of a path
PATH_MAX = 20_000  # characters
INSTANCES_MAX = 5_000  # steps of a scope, enabled or not
FORMULA_MAX = 500_000  # parts of a formula, each as often as it stands for other elements
SCOPE_MAX = 4_000_000  # the same, of all properties of a scope together
TRACE_MAX = 1 << 23  # bytes of a trace file
LOGS_MAX = 1 << 23  # bytes of logs, of all files together
EVENTS_MAX = 20_000  # of all logs together


class Refused(Exception):
    """What was asked cannot be asked here, or was not answered; the text says why."""


class Deadline:
    """The time for a part of an answer. It is asked between pieces of work that each end soon.

    Raises:
        TimeoutError: it is over.
    """

    def __init__(self, seconds: float = SECONDS_MAX) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def ask(self) -> None:
        """Goes on, or raises."""
        if time.monotonic() > self._end:
            raise TimeoutError(
                f"this takes more than the {self.seconds:g} s that there are: take a smaller scope"
            )

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The items, as long as there is time."""
        for item in items:
            yield item
            self.ask()


def affordable(expr: Expr, finite: Finite) -> None:
    """Refuses a formula that would take too long at a scope.

    Raises:
        ScopeError: it would.
    """
    from proofs.induction.models import cost

    if (parts := cost(expr, finite.scope)) > FORMULA_MAX:
        raise ScopeError(
            f"at this scope the formula has {parts:,} parts, more than the {FORMULA_MAX:,} that "
            "are looked at: take a smaller scope, or bind fewer variables at once"
        )


def explorable(finite: Finite) -> None:
    """Refuses a scope where a step would take too long.

    Raises:
        ScopeError: it would.
    """
    from proofs.induction.models import cost

    staged = finite.staged
    steps = sum(math.prod(finite.size(p.sort) for p in a.params) for a in staged.actions)
    if steps > INSTANCES_MAX:
        raise ScopeError(
            f"the scope has {steps:,} steps, enabled or not, more than the {INSTANCES_MAX:,} that "
            "can be listed: take fewer members, failures or requests"
        )
    clauses = [clause.expr for invariant in staged.invariants for clause in invariant.clauses]
    parts = sum(cost(expr, finite.scope) for expr in clauses)
    if parts > SCOPE_MAX:
        raise ScopeError(
            f"the properties have {parts:,} parts at this scope, more than the {SCOPE_MAX:,} that "
            "are looked at after each step: take fewer members, failures or requests"
        )
