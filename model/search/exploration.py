"""What both engines hand over: an explored state graph, in numbers.

States are numbered as they are found; with several threads a smaller number may be deeper.
`Watch` names what is looked for on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.lang.expr import Exists, Expr, Forall, Implies, Var
from model.scope import Finite, State, Step
from model.search.reduce import Reduction
from model.search.result import Account, Coverage


class Watch(NamedTuple):
    """Something that may be true in a state: what it is, of which property, which part of it.

    Kinds: `clause` (a conjunct of an invariant is false), `premise` (a premise of a property is
    true), `exceeded` and `at-bound` (of a bound), `deadlock`, and for each valuation of a leads-to
    property `violated-at-rest` (its premise is true and its goal false, and no fair step is
    enabled) and `premise-lost` (the premise is true, and can become false before the goal is
    true); `stalled` (a step is enabled that does not lead on for good, see `progress.py`).
    """

    kind: str
    owner: str
    part: int = 0


class Hit(NamedTuple):
    """A first state where a watch was true; for a step property the step taken from it.

    Hits compare by depth: no other state where the watch was true is less deep.
    """

    depth: int
    state: int
    step: Step | None = None


class Witness(NamedTuple):
    """A behaviour that shows a hit.

    Attributes:
        watch: what is true at its end: of the same kind and property as the watch that was hit;
            the part may be another, where a symmetry turns one into the other.
        states: from an initial state to one where the watch is true.
        step: for a step property, the step from the last state of which it is true.
    """

    watch: Watch
    states: list[State]
    step: Step | None


@dataclass(frozen=True)
class Limits:
    """What may stop a search before it is complete.

    Attributes:
        memory_bytes: for the states and their index.
        states: distinct states.
        seconds: of wall time.
        threads: how many the native engine uses; None for one a core.
        stop_at_first: stop at the end of the level in which something was first violated.
    """

    memory_bytes: int = 8 << 30
    states: int | None = None
    seconds: float | None = None
    threads: int | None = None
    stop_at_first: bool = False


Seen = Literal["exact", "fingerprints"]


@dataclass(frozen=True)
class Method:
    """How the native engine searches; the interpreter has one way only.

    Attributes:
        seen: how the states found are remembered: `exact`, or by `fingerprints` of 64 bits, with
            the risk that two states have the same.
        reduce: the reductions to use, see `model.search.reduce`.
        folder: where states are kept, instead of in memory, and a search that was interrupted or
            killed goes on from; made if there is none.
        save_seconds: between two savings of what a search in a folder has done.
    """

    seen: Seen = "exact"
    reduce: frozenset[Reduction] = frozenset()
    folder: Path | None = None
    save_seconds: float = 30.0


@dataclass(frozen=True)
class Progress:
    """How far a search is, for whoever watches."""

    states: int
    transitions: int
    expanded: int
    depth: int
    seconds: float
    memory_bytes: int


Report = Callable[[Progress], None]


@dataclass
class Graph:
    """An explored graph, in compressed rows by source; a state has at most one edge of a step.

    Attributes:
        offsets: int64[states + 1]; the edges of state s are offsets[s]..offsets[s + 1].
        targets: int32[edges].
        labels: int32[edges], indices into `steps`.
        steps: the steps that occur.
        observe: evaluates formulas in all states: bool[formulas, states].
    """

    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]
    labels: NDArray[np.int32]
    steps: tuple[Step, ...]
    initial: int
    observe: Callable[[list[tuple[Expr, dict[Var, int]]]], NDArray[np.bool_]]

    @property
    def states(self) -> int:
        return len(self.offsets) - 1


@dataclass
class Exploration:
    """The outcome of a search, before verdicts are drawn from it.

    Attributes:
        expanded: states all of whose steps were followed.
        covered: every behaviour of at most so many steps was followed.
        acyclic: the engine knows that no transition leads back; None if it cannot tell. Only then
            do `violated-at-rest` and `premise-lost` decide leads-to.
        show: finds a behaviour that shows a hit.
        account: what the search took, and what it relied on.
    """

    engine: str
    states: int
    transitions: int
    depth: int
    initial: int
    expanded: int
    covered: int
    stopped: str | None
    seconds: float
    coverage: dict[str, Coverage]
    hits: dict[Watch, Hit]
    maxima: dict[str, int]
    acyclic: bool | None
    state: Callable[[int], State]
    show: Callable[[Watch, Hit], Witness]
    graph: Callable[[], Graph]  # raises MemoryError if it does not fit
    account: Account

    def witness(self, watch: Watch) -> Witness:
        """A behaviour that shows the hit of a watch."""
        return self.show(watch, self.hits[watch])


def premises_of(expr: Expr) -> list[tuple[tuple[Var, ...], Expr]]:
    """The premises of the outermost implications, with the variables bound around them."""
    match expr:
        case Forall(variables=variables, body=body):
            return [((*variables, *inner), p) for inner, p in premises_of(body)]
        case Implies(left=left):
            return [((), left)]
        case _:
            return []


@dataclass(frozen=True)
class Premise:
    """A premise of a property that is watched, to tell a property that holds vacuously.

    Attributes:
        somewhere: "the premise is true for some elements".
        is_step: it speaks of a step.
    """

    watch: Watch
    expr: Expr
    somewhere: Expr
    is_step: bool


def premises(finite: Finite) -> list[Premise]:
    """The premises of all properties."""
    staged = finite.staged
    found: list[tuple[str, tuple[Var, ...], Expr, bool]] = [
        (invariant.name, variables, premise, invariant.is_step)
        for invariant in staged.invariants
        for clause in invariant.clauses
        for variables, premise in premises_of(clause.expr)
    ]
    found += [(b.name, b.params, b.premise, False) for b in staged.bounds]
    found += [(lt.name, lt.params, lt.premise, False) for lt in staged.leads_to]
    return [
        Premise(
            Watch("premise", owner, number),
            expr,
            Exists(variables, expr) if variables else expr,
            is_step,
        )
        for number, (owner, variables, expr, is_step) in enumerate(found)
    ]
