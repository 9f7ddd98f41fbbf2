"""What a proof says of a formula that somebody proposes as an invariant.

The lemmas of the proof are taken as proved: a candidate that follows from them, or is inductive
together with them, is true at every size. Two solvers share the work. z3 shows that something has
no model at any size; where it does not, a SAT solver looks for a counterexample to induction at
small sizes (`cti`). What neither settles within the limits is undecided, never false.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from model.lang.errors import Where
from model.lang.expr import (
    BOOL,
    Count,
    Equal,
    Exists,
    Expr,
    Forall,
    Ite,
    children,
    conjuncts,
    sort_of,
)
from model.lang.staged import Clause
from proofs.ground.sat import Budget, LimitReached
from proofs.ground.sat import Limits as SatLimits
from proofs.induction.attempt import PROVED, Attempts, Limits
from proofs.induction.cti import Cti, Within, smallest
from proofs.induction.obligations import Obligations
from proofs.induction.proof import Lemma, Proof
from proofs.induction.script import Instances, Obligation
from proofs.smt.solver import UNSAT, Settings, ask
from proofs.smt.written import Untranslatable

NAME = "candidate"
TRY_S = 1.5  # of one attempt
LEAST_S = 0.1  # where hardly any time is left
QUICK = (Instances.CONSTANTS, Instances.NONE)  # the likeliest first
WRITTEN_MAX = 100_000  # pieces of a formula as it is written for z3
CTI_PART = 0.5  # of the time that is left, at most
NEAR, FAR = 6, 8  # elements of all sorts of a counterexample: looked for first, and at last
OUT_OF_TIME = "the time was used up"
NOT_FOUND = f"there is no proof so far, and no counterexample with up to {FAR} elements"
_NOWHERE = Where("candidate", 1)


class Verdict(Enum):
    """What is known of a candidate."""

    TAUTOLOGY = "true of every state, reachable or not"
    IMPLIED = "it follows from the lemmas"
    INDUCTIVE = "it is inductive, together with the lemmas"
    FALSE_AT_FIRST = "it is false in an initial state"
    NOT_INDUCTIVE = "it is not inductive, even together with the lemmas"
    UNDECIDED = "neither proved nor refuted"


@dataclass(frozen=True)
class Judged:
    """What a proof says of a candidate.

    Attributes:
        cti: of `FALSE_AT_FIRST` and `NOT_INDUCTIVE`, the smallest one.
        lemmas: how many were taken as proved.
        unproved: titles of obligations that were neither shown nor refuted.
        why: nothing more is known, in words.
    """

    verdict: Verdict
    seconds: float
    lemmas: int
    cti: Cti | None = None
    unproved: tuple[str, ...] = ()
    why: str = ""


def judge(proof: Proof, candidate: Expr, within: Within, limit_s: float) -> Judged:
    """Says whether a candidate is an invariant at every size, as far as can be told.

    Args:
        proof: whose lemmas are taken as proved.
        candidate: a closed formula over the proof's spec, ghosts included.
        within: where to look for counterexamples to induction.
        limit_s: wall time for all of it.

    Raises:
        Refuted: the interpreter does not confirm a counterexample to induction.
    """
    return _Judging(proof, candidate, within, limit_s).judged()


class _Judging:
    """One candidate, and the time that is left for it."""

    def __init__(self, proof: Proof, candidate: Expr, within: Within, limit_s: float) -> None:
        self._started, self._limit_s = time.monotonic(), limit_s
        self._within = within
        self._proof = proof
        self._mine = _lemmas(candidate)
        self._wider = replace(proof, lemmas=(*proof.lemmas, *self._mine))
        self._pieces = max(_written(lemma.clause.expr) for lemma in self._mine)

    def judged(self) -> Judged:
        """Asks in the order in which an answer makes the next question needless."""
        why = ""
        if self._pieces > WRITTEN_MAX:
            why = f"it has {self._pieces:,} pieces when it is written out, too many to be proved"
        todo, implied = self._inductive(), self._implied()
        try:
            if not why and self._all_shown(_bare(self._proof), implied):
                return self._said(Verdict.TAUTOLOGY)
            if not why and self._all_shown(self._proof, implied):
                return self._said(Verdict.IMPLIED)
        except Untranslatable as problem:
            why = str(problem).removeprefix(f"{problem.where}: ")
        cti, limit = self._refuted(todo, NEAR)
        if cti is not None:
            return self._by(cti)
        if not why:
            todo = self._unshown(todo)
            if not todo:
                return self._said(Verdict.INDUCTIVE)
        if limit is None:
            cti, limit = self._refuted(todo, FAR)
            if cti is not None:
                return self._by(cti)
        if not why:
            if not self._unshown_at_length(self._proof, implied, 1 + len(todo)):
                return self._said(Verdict.IMPLIED)
            todo = self._unshown_at_length(self._wider, todo, len(todo))
            if not todo:
                return self._said(Verdict.INDUCTIVE)
        why = why or limit or (OUT_OF_TIME if self._left <= 0 else NOT_FOUND)
        titles = tuple(obligation.title for obligation in todo)
        return Judged(Verdict.UNDECIDED, self._spent, len(self._proof.lemmas), None, titles, why)

    @property
    def _spent(self) -> float:
        return time.monotonic() - self._started

    @property
    def _left(self) -> float:
        return self._limit_s - self._spent

    def _said(self, verdict: Verdict, cti: Cti | None = None) -> Judged:
        return Judged(verdict, self._spent, len(self._proof.lemmas), cti)

    def _by(self, cti: Cti) -> Judged:
        first = cti.obligation.kind == "initial"
        return self._said(Verdict.FALSE_AT_FIRST if first else Verdict.NOT_INDUCTIVE, cti)

    # -- what is to be shown --------------------------------------------------------------------

    def _implied(self) -> list[Obligation]:
        return [Obligation("implied", each.name, "", (), each.clause) for each in self._mine]

    def _inductive(self) -> list[Obligation]:
        """The obligations of the candidate as a lemma besides the others."""
        mine = {lemma.name for lemma in self._mine}
        only = replace(self._wider, lemmas=self._mine, properties=(), steps=())
        return [each for each in Obligations(only) if each.goal in mine]

    # -- z3 -------------------------------------------------------------------------------------

    def _all_shown(self, proof: Proof, todo: Sequence[Obligation]) -> bool:
        obligations = Obligations(proof)
        return all(self._is_shown(obligations, each, QUICK[:1]) for each in todo)

    def _unshown(self, todo: Sequence[Obligation]) -> list[Obligation]:
        """What z3 does not show soon, of the candidate as a lemma."""
        obligations = Obligations(self._wider)
        return [each for each in todo if not self._is_shown(obligations, each, QUICK)]

    def _is_shown(
        self, obligations: Obligations, asked: Obligation, ways: Sequence[Instances]
    ) -> bool:
        for instances in ways:
            if self._left <= 0:
                return False
            text = obligations.script(asked, instances).text()
            if ask(text, Settings(max(min(TRY_S, self._left), LEAST_S))).result == UNSAT:
                return True
        return False

    def _unshown_at_length(
        self, proof: Proof, todo: Sequence[Obligation], shares: int
    ) -> list[Obligation]:
        """What z3 does not show, though it is asked with other lemmas again and again.

        Args:
            proof: what may be used.
            todo: to be shown.
            shares: each may take one of so many parts of the time that is left.
        """
        limits = Limits(TRY_S, max(self._left, LEAST_S) / shares)
        attempts = Attempts(Obligations(proof), limits)
        unshown = []
        for each in todo:
            if self._left <= 0 or attempts.attempt(each).result != PROVED:
                unshown.append(each)
        return unshown

    # -- counterexamples ------------------------------------------------------------------------

    def _refuted(self, todo: Sequence[Obligation], total: int) -> tuple[Cti | None, str | None]:
        """The smallest counterexample to some obligations, and the limit that was reached."""
        within = replace(self._within, total=min(total, self._within.total))
        budget = Budget(SatLimits(max(self._left * CTI_PART, LEAST_S)))
        try:
            return smallest(self._wider, todo, budget, within), None
        except LimitReached as limit:
            return None, OUT_OF_TIME if budget.stopped else str(limit)


def _lemmas(candidate: Expr) -> tuple[Lemma, ...]:
    """A candidate as lemmas: its conjuncts, each to be shown from all."""
    parts = conjuncts(candidate)
    names = [f"{NAME}.{n}" if len(parts) > 1 else NAME for n in range(1, len(parts) + 1)]
    return tuple(
        Lemma.of(name, Clause(part, _NOWHERE)) for name, part in zip(names, parts, strict=True)
    )


def _bare(proof: Proof) -> Proof:
    """The proof without anything that has been proved: only the axioms are left."""
    return replace(proof, lemmas=(), readings={}, assumptions=())


def _written(expr: Expr) -> int:
    """How many pieces the text of a formula has: what is written twice counts twice."""
    memo: dict[Expr, int] = {}

    def of(node: Expr) -> int:
        known = memo.get(node)
        if known is None:
            below = sum(of(child) for child in children(node))
            if isinstance(node, Ite) or (isinstance(node, Equal) and sort_of(node.left) is BOOL):
                below *= 2
            if isinstance(node, (Forall, Exists, Count)):
                for variable in node.variables:
                    below *= len(variable.sort.values or (0,))
            known = memo[node] = 1 + below
        return known

    return of(expr)
