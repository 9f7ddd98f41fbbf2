"""What a search found: traces, findings, coverage, maxima, and what was not covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from model.lang.errors import Where
from model.lang.expr import Expr, Var
from model.scope import State, Step


@dataclass(frozen=True)
class Trace:
    """A behaviour: `states[i+1]` is reached from `states[i]` by `steps[i]`.

    Invariant: `len(states) == len(steps) + 1`. A lasso has `loop`, the index of the state to
    which the behaviour returns from the last one: by the step `closing`, or, where that is None,
    by resting in the last state for ever (then `loop` is its index).
    """

    states: tuple[State, ...]
    steps: tuple[Step, ...]
    loop: int | None = None
    closing: Step | None = None

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.steps)

    def __bool__(self) -> bool:
        """A trace is one, even if it takes no step."""
        return True


class Status(Enum):
    """What a search says of a property."""

    HOLDS = "holds"
    VIOLATED = "violated"
    VACUOUS = "vacuous"  # not violated, but its premise was never true
    UNDECIDED = "undecided"  # not violated in what a limited search covered
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """The verdict on one property, with its shortest counterexample if it is violated.

    Attributes:
        kind: `safety`, `step`, `bound`, `leads-to` or `deadlock`.
        culprit: the conjunct (or bound, or goal) that is false at the end of the trace.
        valuation: the elements for which it is false, as far as quantifiers were peeled off.
        vacuous_premises: premises of implications that were true in no state.
    """

    name: str
    kind: str
    status: Status
    where: Where
    trace: Trace | None = None
    culprit: Expr | None = None
    culprit_where: Where | None = None
    valuation: dict[Var, int] = field(default_factory=dict)
    vacuous_premises: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How often an action happened.

    Attributes:
        enabled: states in which some instance was enabled.
        taken: transitions by its instances.
        discovered: transitions by its instances that led to a new state.
    """

    enabled: int
    taken: int
    discovered: int


@dataclass(frozen=True)
class Maximum:
    """The largest value that a bound's quantity had, and whether it was ever at its bound."""

    value: int
    at_bound: bool


@dataclass(frozen=True)
class Collision:
    """How probable it is that two states had the same fingerprint, so that one was not searched.

    Attributes:
        expected: if fingerprints are as good as random, from how many were compared.
        observed: from the two that came nearest to each other.
    """

    expected: float
    observed: float


@dataclass(frozen=True)
class Account:
    """What a search took, and what it relied on.

    Attributes:
        seen_bytes: of memory for the set of states found.
        log_bytes: for the states themselves and from which each was found, in memory or in files.
        eager: steps that were taken at once instead of searching their interleavings.
        symmetries: permutations that turn states into others of the same worth, without the
            identity.
        collision: for fingerprints; None if the search is exact.
        resumed: states that an earlier search had found already.
    """

    seen_bytes: int
    log_bytes: int
    eager: int = 0
    symmetries: int = 0
    collision: Collision | None = None
    resumed: int = 0

    @property
    def reduced(self) -> bool:
        return self.eager > 0 or self.symmetries > 0


@dataclass(frozen=True)
class Result:
    """Everything that one search says.

    Attributes:
        states: distinct states reached, initial ones included.
        transitions: enabled steps out of the states that were expanded.
        depth: steps of the longest shortest path from an initial state.
        expanded: states all of whose steps were followed.
        covered: every behaviour of at most so many steps was followed.
        complete: every reachable state was expanded; else `stopped` says what stopped it.
        liveness_stopped: why leads-to was not judged though all states were searched, if so.
        acyclic: no cycle but stuttering; None where the graph was not needed.
        longest: the steps of the longest behaviour of an acyclic graph.
        account: what the search took, and what it relied on. A reduced search counts the states
            and transitions that it could not leave out, and its traces may not be the shortest.
    """

    engine: str
    states: int
    transitions: int
    depth: int
    initial: int
    expanded: int
    covered: int
    complete: bool
    stopped: str | None
    seconds: float
    findings: dict[str, Finding]
    coverage: dict[str, Coverage]
    maxima: dict[str, Maximum]
    account: Account
    acyclic: bool | None = None
    longest: int | None = None
    liveness_stopped: str | None = None

    @property
    def violated(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings.values() if f.status is Status.VIOLATED)
