"""Bounded model checking: is there a behaviour of so many steps that violates a property?

Frames of time are added one by one, and each time the solver is asked for a violation in the last
of them; so what it finds first is as short as can be. "No violation up to depth k" does not say
that a property holds, unless no behaviour has more steps: then all were covered.
(Biere, Cimatti, Clarke, Zhu, "Symbolic model checking without BDDs", 1999; incrementally, Eén &
Sörensson, "Temporal induction by incremental SAT solving", 2003.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from proofs.ground.encode import Bits, System, Unrolling
from proofs.ground.outcome import Answer, BoundedProgress, Method, Outcome, Report, silent
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, LimitReached, Sat, SolverName
from proofs.ground.targets import Target

TRIVIAL = "it is true in every state, as the circuit shows without a solver"


class Levels:
    """Looks for violations, one frame of time after the other.

    Args:
        system: where to look.
        targets: for what.
        solver: with which solver.
        budget: what it may use.
    """

    def __init__(
        self, system: System, targets: Sequence[Target], solver: SolverName, budget: Budget
    ) -> None:
        self.sat = Sat(solver, budget)
        self.unrolling = Unrolling(system, self.sat, initially=True)
        self.open = [t for t in targets if not t.is_trivial]
        self.frame = -1  # the last that was looked at

    def level(self) -> list[tuple[Target, list[Bits]]]:
        """Looks at one frame more; what is violated there, with a behaviour to it, is closed.

        Raises:
            LimitReached: the budget was used up. The frame does not count as looked at.
        """
        found: list[tuple[Target, list[Bits]]] = []
        number = self.frame + 1
        frame = self.unrolling.frame(number)
        bad = {t.name: frame.literal(t.bad) for t in self.open}
        still = list(self.open)
        while still:
            some = self.sat.variable()
            self.sat.add([-some, *(bad[t.name] for t in still)])
            if not self.sat.solve([some]):
                break
            states = self.unrolling.states(number)
            hit = [t for t in still if self.sat.value(bad[t.name])]
            found += [(t, states) for t in hit]
            still = [t for t in still if t not in hit]
        for target in still:  # so it is known, and need not be found out again
            self.sat.add([-bad[target.name]])
        self.open = still
        self.frame = number
        return found

    def ends(self) -> bool:
        """Whether no behaviour goes on from the last frame looked at, so that all are covered."""
        self.unrolling.frame(self.frame + 1)
        return not self.sat.solve([])

    def covered(self, target: Target) -> int | None:
        """How long the behaviours are that are covered for a property."""
        return target.steps(self.frame) if self.frame >= 0 else None

    def close(self) -> None:
        """Frees the solver."""
        self.sat.close()


def bounded(
    replay: Replay,
    targets: Sequence[Target],
    depth: int,
    budget: Budget | None = None,
    solver: SolverName = "cadical153",
    report: Report = silent,
) -> dict[str, Outcome]:
    """Looks for the shortest violation of each property, of at most `depth` steps.

    Args:
        replay: the spec at its scope.
        targets: the properties.
        depth: the most steps a counterexample may have.
        budget: what it may use.
        solver: which solver.
        report: called at each frame.

    Returns:
        By the properties' names: violated, with a counterexample than which none is shorter; or
        not violated up to a depth; or that it holds, if no behaviour is longer than that.

    Raises:
        EngineDisagreement: the interpreter does not confirm what the solver found.
    """
    budget = budget or Budget()
    done: dict[str, Outcome] = {}
    for target in targets:
        if target.is_trivial:
            done[target.name] = Outcome(target, "bmc", Answer.HOLDS, why=TRIVIAL)
    levels = Levels(replay.system, targets, solver, budget)
    why, holds = "", False
    try:
        while any(t.steps(levels.frame + 1) <= depth for t in levels.open):
            for target, states in levels.level():
                if target.steps(levels.frame) <= depth:
                    done[target.name] = violated(replay, target, states)
                else:
                    levels.open.append(target)
            report(progress_of("bmc", _names(levels.open), levels.frame, budget))
            if levels.open and levels.ends():
                holds, why = True, f"no behaviour has more than {levels.frame} steps"
                break
    except LimitReached as limit:
        why = str(limit)
    finally:
        levels.close()
    for target in levels.open:
        covered = levels.covered(target)
        if holds:
            done[target.name] = Outcome(target, "bmc", Answer.HOLDS, why=why)
        elif covered is None:
            done[target.name] = Outcome(target, "bmc", Answer.UNDECIDED, why=why)
        else:
            most = min(covered, depth)
            done[target.name] = Outcome(target, "bmc", Answer.NOT_UP_TO, most, why=why)
    return {t.name: spent(done[t.name], budget) for t in targets}


def violated(replay: Replay, target: Target, states: Sequence[Bits]) -> Outcome:
    """The outcome for a property that a solver found violated, once the interpreter agrees.

    Raises:
        EngineDisagreement: it does not.
    """
    finding = replay.finding(target, states)
    assert finding.trace is not None
    return Outcome(target, "bmc", Answer.VIOLATED, len(finding.trace), finding)


def spent(outcome: Outcome, budget: Budget) -> Outcome:
    """The outcome, with what was spent until now."""
    return replace(
        outcome, seconds=budget.seconds, queries=budget.queries, conflicts=budget.conflicts
    )


def progress_of(
    method: Method, about: str, depth: int, budget: Budget, clauses: int = 0
) -> BoundedProgress:
    """How far a proof is."""
    return BoundedProgress(
        method, about, depth, clauses, budget.queries, budget.conflicts, budget.seconds
    )


def _names(targets: Sequence[Target]) -> str:
    return targets[0].name if len(targets) == 1 else f"{len(targets)} properties"
