"""Whether what was proved was worth a proof: can the premises of a property be true at all?

A premise is looked for by random walks, which find what is easily reached, then by bounded model
checking and IC3. A property none of whose premises can be true holds only vacuously.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from model.ground.circuit import FALSE
from proofs.ground.certificate import Cube
from proofs.ground.encode import Bits
from proofs.ground.ic3 import prove_unreachable
from proofs.ground.outcome import Answer, Outcome, Report
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, LimitReached, SolverName
from proofs.ground.targets import Premise, Target
from proofs.ground.walks import Walks

WALKS = 20
STEPS_MAX = 100


def with_vacuity(
    replay: Replay,
    outcomes: Sequence[Outcome],
    lemmas: Iterable[Cube],
    budget: Budget,
    solvers: tuple[SolverName, SolverName],
    report: Report,
) -> list[Outcome]:
    """The outcomes, those that hold only vacuously said to.

    Args:
        replay: the spec at its scope.
        outcomes: of any kind; only properties that hold are looked at.
        lemmas: cubes that are known to be unreachable.
        budget: what it may use; when it is used up it is not known whether the rest is vacuous.
        solvers: which search, and which check again.
        report: called now and then.

    Raises:
        EngineDisagreement: the interpreter does not confirm how a premise was reached.
        CertificateError: another solver does not confirm that a premise cannot be.
    """
    holding = [o for o in outcomes if o.answer is Answer.HOLDS]
    sought = {p.literal for o in holding for p in o.target.premises}
    reachable: dict[int, bool] = {FALSE: False}
    reachable.update(dict.fromkeys(_walked(replay, sought), True))
    try:
        for literal in sorted(sought - reachable.keys()):
            target = _as_target(holding[0].target, literal)
            found = prove_unreachable(replay, target, budget, solvers, lemmas, report)
            if isinstance(found, list):
                replay.behaviour(found)
            reachable[literal] = isinstance(found, list)
    except LimitReached:
        pass
    return [_judged(o, reachable) if o.answer is Answer.HOLDS else o for o in outcomes]


def _walked(replay: Replay, sought: set[int]) -> set[int]:
    """The literals that some random walk makes true; each of these walks is replayed."""
    walks, open_, found = Walks(replay.system), set(sought), set[int]()
    for number in range(WALKS):
        states: list[Bits] = []
        last = 0
        for here in walks.walk(STEPS_MAX, number % 2 == 0) if open_ else ():
            states.append(tuple(here.bits))
            new = {literal for literal in open_ if here.value(literal)}
            if new:
                found |= new
                open_ -= new
                last = len(states)
        if last:
            replay.behaviour(states[:last])
    return found


def _as_target(like: Target, literal: int) -> Target:
    return replace(
        like, name=f"a premise of {like.name}", prop=None, bad=literal, is_step=False, premises=()
    )


def _judged(outcome: Outcome, reachable: dict[int, bool]) -> Outcome:
    premises: tuple[Premise, ...] = outcome.target.premises
    never = tuple(p.expr for p in premises if reachable.get(p.literal) is False)
    known = all(p.literal in reachable for p in premises)
    answer = Answer.VACUOUS if premises and len(never) == len(premises) else Answer.HOLDS
    return replace(outcome, answer=answer, never=never, vacuity_known=known)
