"""Finds an inductive invariant that implies a property, from the spec and the property alone.

1. Small instances are explored. If the property is violated there, that is the answer.
2. Candidates that are true in all that was reached are enumerated, and the greatest inductive set
   of them is selected (`templates`, `houdini`). Often it implies the property.
3. If not, it is what universal property-directed reachability starts from (`updr`), which learns
   no clause that is false in a state reached before.
4. What was found is reduced to what is needed, and checked afresh (`recheck`).

Only what that check shows is called inferred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.lang.errors import SpecError
from model.lang.expr import Expr
from model.lang.spec import Spec
from model.lang.stage import stage
from model.lang.staged import Invariant, Staged
from proofs.inference.cubes import Cube, simplified
from proofs.inference.finite import STEPS_MAX, inductive_at, steps_at
from proofs.inference.houdini import Candidate, Houdini, candidates
from proofs.inference.outcome import (
    Answer,
    Clock,
    Counterexample,
    Inferred,
    LimitReached,
    Limits,
    Progress,
    Report,
    Undecided,
    Unknown,
    silent,
)
from proofs.inference.queries import FOREVER, Queries
from proofs.inference.recheck import not_shown
from proofs.inference.small import Instance, Small, violation
from proofs.inference.templates import causes, clauses
from proofs.inference.updr import NotUniversal, Updr
from proofs.smt.written import Untranslatable


def infer(
    spec: Spec | Staged, name: str, limits: Limits | None = None, report: Report = silent
) -> Answer:
    """Finds an invariant that implies a property.

    Args:
        spec: the spec.
        name: of one of its properties that are about states.
        limits: what may be used.
        report: called now and then.

    Returns:
        `Inferred`: the property holds at every size. `Counterexample`: it is violated.
        `Unknown`: neither is known.

    Raises:
        SpecError: the spec has no such property.
        EngineDisagreement: the interpreter does not confirm a counterexample.
    """
    staged = spec if isinstance(spec, Staged) else stage(spec)
    limits = limits or Limits()
    inference = _Inference(staged, _property(staged, name), Clock(limits), report)
    try:
        return inference.answer()
    except LimitReached as reason:
        return inference.unknown(str(reason))
    except NotUniversal as reason:
        return inference.refuted(reason.sizes) or inference.unknown(str(reason))
    except Undecided as reason:
        return inference.unknown(f"{reason}{inference.cycle()}")
    except Untranslatable as reason:
        return inference.unknown(f"outside of first-order logic: {reason}")


def _property(staged: Staged, name: str) -> Invariant:
    for invariant in staged.invariants:
        if invariant.name == name and not invariant.is_step:
            return invariant
    known = ", ".join(i.name for i in staged.invariants if not i.is_step)
    raise SpecError(f"{staged.name} has no property of states {name!r}, only: {known}")


class _Inference:
    def __init__(self, staged: Staged, invariant: Invariant, clock: Clock, report: Report) -> None:
        self._staged, self._invariant = staged, invariant
        self._clock, self._report = clock, report
        self._goal = [part.expr for part in invariant.clauses]

    def unknown(self, why: str) -> Unknown:
        """That nothing is known, and why."""
        return Unknown(why, self._clock.seconds, self._clock.queries)

    def cycle(self) -> str:
        """Why z3 may not have been able to decide something."""
        found = Queries(self._staged, self._clock).cycle(self._goal)
        return f" (quantifiers alternate in a cycle: {' → '.join(found)})" if found else ""

    def answer(self) -> Answer:
        """Goes through the stages."""
        self._say("small scopes")
        small = Small(self._staged, self._invariant.name, self._clock.limits)
        violated = small.violated
        if violated is not None:
            return self._counterexample(violated)
        if not small.instances:
            return self.unknown("no small scope has an initial state: anything would hold")
        houdini, lemmas = self._selected(small)
        if houdini.implies(lemmas):
            return self._needed(houdini, lemmas, "houdini")
        cubes = self._learnt(small, houdini.independent(lemmas))
        found = candidates(map(simplified, cubes), [c.formula for c in lemmas] + self._goal)
        houdini = Houdini(self._staged, found, self._goal, self._clock, self._report)
        return self._needed(houdini, houdini.inductive(houdini.initial()), "updr")

    def refuted(self, sizes: Mapping[str, int]) -> Counterexample | None:
        """A counterexample of sizes where there may be one."""
        self._say("a larger scope")
        found = violation(self._staged, self._invariant.name, sizes, self._clock.limits)
        return self._counterexample(found) if found is not None else None

    def _counterexample(self, instance: Instance) -> Counterexample:
        assert instance.finding is not None
        return Counterexample(instance.finite.scope, instance.finding, self._clock.seconds)

    def _say(self, stage: str) -> None:
        clock = self._clock
        self._report(Progress(stage, 0, 0, clock.queries, clock.seconds))

    def _selected(self, small: Small) -> tuple[Houdini, list[Candidate]]:
        """Candidates that are inductive together."""
        self._say("candidates")
        found = candidates(
            clauses(self._staged, small, self._clock), [*causes(self._staged, small), *self._goal]
        )
        for number, sizes in enumerate(small.sizes):
            if steps_at(self._staged, sizes) <= STEPS_MAX:
                formulas = [each.formula for each in found]
                kept = set(inductive_at(self._staged, sizes, formulas, independent=number == 0))
                found = [each for each in found if each.formula in kept]
        houdini = Houdini(self._staged, found, self._goal, self._clock, self._report)
        return houdini, houdini.inductive(houdini.initial())

    def _learnt(self, small: Small, lemmas: Sequence[Candidate]) -> list[Cube]:
        queries = Queries(self._staged, self._clock)
        for lemma in lemmas:
            queries.learn(lemma.formula, FOREVER)
        return Updr(queries, self._goal, small.reached, self._clock, self._report).run()

    def _needed(self, houdini: Houdini, found: Sequence[Candidate], how: str) -> Answer:
        self._say("reducing")
        if not houdini.implies(found):
            return self.unknown("what was found is not inductive or does not imply the property")
        formulas: list[Expr] = [each.formula for each in houdini.needed(found)]
        self._say("checking")
        seconds = min(self._clock.limits.query_seconds, max(self._clock.left, 0.1))
        open_ = next(not_shown(self._staged, self._invariant, formulas, seconds), None)
        if open_ is not None:
            return self.unknown(f"z3 does not show afresh what it showed before: {open_}")
        return Inferred(tuple(formulas), how, self._clock.seconds, self._clock.queries)
