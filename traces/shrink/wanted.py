"""What must be left of a trace that is shrunk: the same violation in the same way, or a predicate.

A property can be violated in several ways, and a shorter trace that shows another one would be no
help to whoever looks for the cause of this one. (Delta debugging calls that slippage.) The *way* is
the part of the property that is false, with its line; the elements for which it is may be others.

A predicate is the same text at every scope. If it names elements of a scope, it is about those that
are called so at the smaller one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from model.interp import Interpreter
from model.lang import FormulaError, parse
from model.lang.errors import Where
from model.lang.expr import Expr, Var
from model.protocol import exchange
from model.scope import Finite
from model.search.result import Trace
from traces.counterexample import Counterexample, Kind
from traces.errors import TraceError
from traces.replay import Difference, Violation, reaches, replay, violation
from traces.witness import Reach, Witness

Kept: TypeAlias = Counterexample | Witness
Rest: TypeAlias = Literal["all", "fair"]
Judge = Callable[[Trace], bool]
"""Says whether a trace shows what is wanted; that it is a behaviour is known, but not if fair."""


class Wanted(Protocol):
    """What a trace must show."""

    @property
    def lasso(self) -> bool:
        """Whether only a behaviour that goes on for ever can show it."""
        ...

    def rest(self, loops: bool) -> Rest | None:
        """Which steps must not be enabled where a behaviour ends; None if it may end anywhere.

        Args:
            loops: it goes round a loop for ever.
        """
        ...

    def at(self, finite: Finite) -> Judge:
        """The judge of traces at a scope."""
        ...


@dataclass(frozen=True)
class Way:
    """How a property is violated, whatever the elements.

    Attributes:
        culprit: the part of it that is false.
        where: the line that says it.
        variables: those that have elements for which it is false.
    """

    culprit: Expr
    where: Where
    variables: frozenset[Var]


def way_of(found: Violation) -> Way:
    """The way of a violation."""
    return Way(found.culprit, found.where, frozenset(found.valuation))


@dataclass(frozen=True)
class Violated:
    """A property must be violated.

    Attributes:
        name: of the property.
        kind: of the property.
        way: in which it must be.
    """

    name: str
    kind: Kind
    way: Way

    @property
    def lasso(self) -> bool:
        return self.kind == "leads-to"

    def rest(self, loops: bool) -> Rest | None:
        if self.kind == "deadlock":
            return "all"
        return "fair" if self.lasso and not loops else None

    def at(self, finite: Finite) -> Judge:
        def judge(trace: Trace) -> bool:
            found = violation(finite, self.name, trace)
            return found is not None and way_of(found) == self.way

        return judge


@dataclass(frozen=True)
class Reached:
    """A predicate must be true in the last state.

    Attributes:
        predicate: its text.
    """

    predicate: str
    lasso = False

    def rest(self, loops: bool) -> Rest | None:
        return None

    def at(self, finite: Finite) -> Judge:
        try:
            wanted = parse(self.predicate, exchange(finite.staged.parameters["switches"]), finite)
        except FormulaError:
            return lambda trace: False  # it names an element that this scope does not have
        value = Interpreter(finite).value
        return lambda trace: bool(value(wanted.expr, trace.states[-1], wanted.valuation))


def shown(kept: Kept) -> Violated | Reached | Difference:
    """What a trace shows, replayed; or the first difference from what it must show.

    Raises:
        TraceError: it is kept for nothing that a smaller trace could show.
        FormulaError: its predicate is no formula over the spec.
    """
    if isinstance(kept, Counterexample):
        found = replay(kept)
        if found.violation is not None:
            return Violated(kept.violates, kept.kind, way_of(found.violation))
        assert found.difference is not None
        return found.difference
    if not isinstance(kept.purpose, Reach):
        raise TraceError(
            "this trace is kept as it is, not for something that a smaller one could show",
            advice="name a counterexample, or a trace that reaches a predicate",
        )
    difference = reaches(kept)
    return Reached(kept.purpose.predicate) if difference is None else difference
