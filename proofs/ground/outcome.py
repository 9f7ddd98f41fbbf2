"""What a bounded proof says of a property, and how far it is while it is at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from model.lang.expr import Expr
from model.search.result import Finding, Status
from proofs.ground.certificate import Certificate
from proofs.ground.targets import Target

Method = Literal["bmc", "k-induction", "ic3"]


class Answer(Enum):
    """What is said of a property."""

    HOLDS = "holds"
    VACUOUS = "vacuous"  # it holds, but no premise of it can ever be true
    VIOLATED = "violated"
    NOT_UP_TO = "no violation up to"  # a depth; of what comes later nothing is said
    UNDECIDED = "undecided"


_STATUS = {
    Answer.HOLDS: Status.HOLDS,
    Answer.VACUOUS: Status.VACUOUS,
    Answer.VIOLATED: Status.VIOLATED,
    Answer.NOT_UP_TO: Status.UNDECIDED,
    Answer.UNDECIDED: Status.UNDECIDED,
}


@dataclass(frozen=True)
class Outcome:
    """What one method says of one property.

    Attributes:
        depth: no behaviour of so many steps, or fewer, violates it; of a violation, its length.
            None if not even the initial states were covered, or if it holds at any depth.
        finding: with the counterexample, which the interpreter has confirmed.
        why: in words, why it holds or why nothing more is known.
        k: of k-induction, how many states without violation were needed, one after the other.
        certificate: of IC3, the inductive invariant, which another solver has checked again.
        invariant: the same as text, a clause each.
        vacuity_known: whether the premises were looked for, so that `HOLDS` is not vacuous.
        never: premises that can never be true.
    """

    target: Target
    method: Method
    answer: Answer
    depth: int | None = None
    finding: Finding | None = None
    why: str = ""
    k: int | None = None
    certificate: Certificate | None = None
    invariant: tuple[str, ...] = ()
    vacuity_known: bool = True
    never: tuple[Expr, ...] = ()
    seconds: float = 0.0
    queries: int = 0
    conflicts: int = 0

    def as_finding(self) -> Finding:
        """The same in the terms of a search: what is only known up to a depth is undecided."""
        if self.finding is not None:
            return self.finding
        status = _STATUS[self.answer]
        target = self.target
        return Finding(target.name, target.kind, status, target.where, vacuous_premises=self.never)


@dataclass(frozen=True)
class BoundedProgress:
    """How far a proof is, for whoever watches.

    Attributes:
        depth: frames of time, or of IC3's frontier.
        clauses: that IC3 has learnt.
    """

    method: Method
    about: str
    depth: int
    clauses: int
    queries: int
    conflicts: int
    seconds: float


Report = Callable[[BoundedProgress], None]


def silent(progress: BoundedProgress) -> None:
    """A report to nobody."""
