"""Several properties, one method.

Under IC3 what was learnt for one property helps with the next, so the easy ones come first. Which
they are nobody knows: each is tried with a few queries, and what is not done by then is tried again
with more, once none is done with so few. The order, and so the result, does not depend on time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from proofs.ground.bmc import bounded
from proofs.ground.ic3 import ic3
from proofs.ground.kinduction import k_induction
from proofs.ground.lemmas import Lemmas
from proofs.ground.outcome import Answer, Method, Outcome, Report, silent
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, Limits, SolverName
from proofs.ground.targets import Target
from proofs.ground.vacuity import with_vacuity

FIRST_QUERIES = 2_000
TIMES = 4


@dataclass(frozen=True)
class Way:
    """How properties are checked.

    Attributes:
        method: by which method.
        depth: how far `bmc` and `k-induction` go, in steps.
        limits: of all properties together.
        solvers: which search, and which check again what IC3 found. None: CaDiCaL searches by bmc
            and k-induction; by IC3, whose queries are many and small, MiniSat does.
    """

    method: Method
    depth: int = 20
    limits: Limits = field(default_factory=Limits)
    solvers: tuple[SolverName, SolverName] | None = None

    @property
    def chosen(self) -> tuple[SolverName, SolverName]:
        """The solvers that are used."""
        if self.solvers is not None:
            return self.solvers
        return ("minisat22", "cadical153") if self.method == "ic3" else ("cadical153", "minisat22")


def check_all(
    replay: Replay, targets: Sequence[Target], way: Way, report: Report = silent
) -> list[Outcome]:
    """Checks properties, and of those that hold, whether they do so only vacuously.

    Args:
        replay: the spec at its scope.
        targets: the properties.
        way: how.
        report: called now and then.

    Returns:
        An outcome each, in the same order. Of properties that are checked together by `bmc`
        each has what all of them took.

    Raises:
        EngineDisagreement: the interpreter does not confirm what a solver found.
        CertificateError: another solver does not confirm an invariant.
    """
    budget, lemmas = Budget(way.limits), Lemmas()
    solver = way.chosen[0]
    match way.method:
        case "bmc":
            done = bounded(replay, targets, way.depth, budget, solver, report)
        case "k-induction":
            done = k_induction(replay, targets, way.depth, budget, solver, report)
        case "ic3":
            done = _by_ic3(replay, targets, budget, way.chosen, lemmas, report)
        case _:
            assert_never(way.method)
    searching: tuple[SolverName, SolverName] = ("minisat22", "cadical153")
    return with_vacuity(
        replay, [done[t.name] for t in targets], lemmas.cubes, budget.part(), searching, report
    )


def _by_ic3(
    replay: Replay, targets: Sequence[Target], budget: Budget,
    solvers: tuple[SolverName, SolverName], lemmas: Lemmas, report: Report,
) -> dict[str, Outcome]:  # fmt: skip
    last: dict[str, Outcome] = {}
    todo, queries, stopped = list(targets), FIRST_QUERIES, ""
    while todo and not stopped:
        still = []
        for target in todo:
            part = budget.part(queries)
            outcome = ic3(replay, target, part, solvers, lemmas.cubes, report)
            budget.take(part)
            last[target.name] = _together(last.get(target.name), outcome)
            if outcome.certificate is not None:
                lemmas.add(outcome.certificate.excluded)
            elif outcome.answer is not Answer.VIOLATED:
                still.append(target)
        stopped = budget.stopped or ""
        queries = queries if len(still) < len(todo) else queries * TIMES
        todo = still
    return last | {t.name: replace(last[t.name], why=stopped) for t in todo}


def _together(before: Outcome | None, now: Outcome) -> Outcome:
    """What is known after another try: what the latest says, and all that was spent."""
    if before is None:
        return now
    depths = [o.depth for o in (before, now) if o.depth is not None]
    open_ = now.answer in (Answer.NOT_UP_TO, Answer.UNDECIDED)
    return replace(
        now,
        answer=Answer.NOT_UP_TO if open_ and depths else now.answer,
        depth=max(depths) if open_ and depths else now.depth,
        seconds=before.seconds + now.seconds,
        queries=before.queries + now.queries,
        conflicts=before.conflicts + now.conflicts,
    )
