"""k-induction: a property that held in k different states, one after the other, holds in the next.

The base case is that no behaviour of fewer than k steps violates it (`bmc`). In the step case the
first state is any state at all, reachable or not. The states must all be different, for a shortest
way to a violation repeats none; that is only demanded of states that the solver has made equal, so
that few such clauses are needed. With them the method would always end, if late: k need be no
larger than the longest way through the states that goes nowhere twice.
(Sheeran, Singh, Stålmarck, "Checking safety properties using induction and a SAT-solver", 2000;
Eén & Sörensson, "Temporal induction by incremental SAT solving", 2003.)

Of several properties, those that are proved may be relied on by the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from proofs.ground.bmc import TRIVIAL, Levels, progress_of, spent, violated
from proofs.ground.encode import System, Unrolling, differ
from proofs.ground.outcome import Answer, Outcome, Report, silent
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, LimitReached, Sat, SolverName
from proofs.ground.targets import Target


class StepCase:
    """Whether k states without a violation can be followed by one with, for growing k.

    Args:
        system: where.
        targets: the properties.
        solver: with which solver.
        budget: what it may use.
    """

    def __init__(
        self, system: System, targets: Sequence[Target], solver: SolverName, budget: Budget
    ) -> None:
        self.sat = Sat(solver, budget)
        self.unrolling = Unrolling(system, self.sat, initially=False)
        # Per property the literal under which no frame but the last may violate it.
        self.before = {t.name: self.sat.variable() for t in targets}
        self.proved: list[Target] = []
        self.k = -1

    def next_k(self) -> None:
        """Goes on to the next k, which is 0 at first."""
        self.k += 1
        frame = self.unrolling.frame(self.k)
        for target in self.proved:
            self.sat.add([-frame.literal(target.bad)])

    def holds(self, target: Target) -> bool:
        """Whether the step case holds for a property and this k; then others may rely on it.

        Raises:
            LimitReached: the budget was used up.
        """
        frames = self.unrolling.frames[: self.k + 1]
        bad = frames[-1].literal(target.bad)
        before = self.before[target.name]
        while self.sat.solve([before, bad]):
            states = self.unrolling.states(self.k)
            same = [(i, j) for i, j in combinations(range(self.k + 1), 2) if states[i] == states[j]]
            if not same:
                self.sat.add([-before, -bad])
                return False
            for i, j in same:
                differ(self.sat, frames[i], frames[j])
        return True

    def rely_on(self, target: Target) -> None:
        """Notes that a property is never violated in a state that is reached."""
        self.proved.append(target)
        for frame in self.unrolling.frames[: self.k + 1]:
            self.sat.add([-frame.literal(target.bad)])

    def close(self) -> None:
        """Frees the solver."""
        self.sat.close()


def k_induction(
    replay: Replay,
    targets: Sequence[Target],
    depth: int,
    budget: Budget | None = None,
    solver: SolverName = "cadical153",
    report: Report = silent,
) -> dict[str, Outcome]:
    """Proves properties by k-induction, or finds their shortest violations.

    Args:
        replay: the spec at its scope.
        targets: the properties.
        depth: the largest k, which is also how far the base case goes.
        budget: what it may use.
        solver: which solver.
        report: called at each k.

    Returns:
        By the properties' names: violated, with a shortest counterexample; or that it holds, for
        which k; or only that it is not violated up to a depth.

    Raises:
        EngineDisagreement: the interpreter does not confirm what the solver found.
    """
    budget = budget or Budget()
    done = {
        t.name: Outcome(t, "k-induction", Answer.HOLDS, why=TRIVIAL, k=0)
        for t in targets
        if t.is_trivial
    }
    base = Levels(replay.system, targets, solver, budget)
    step = StepCase(replay.system, base.open, solver, budget)
    why = f"not inductive for any k up to {depth}"
    try:
        for k in range(depth + 1):
            if not base.open:
                break
            report(progress_of("k-induction", f"{len(base.open)} open", k, budget))
            step.next_k()
            for target in list(base.open):
                if step.holds(target):
                    step.rely_on(target)
                    base.open.remove(target)
                    said = "" if k else "it is true in every state, reachable or not"
                    found = Outcome(target, "k-induction", Answer.HOLDS, why=said, k=k)
                    done[target.name] = spent(found, budget)
            done |= _base(replay, base, depth, budget)
            if base.open and base.ends():
                said = f"no behaviour has more than {base.frame} steps"
                for target in base.open:
                    found = Outcome(target, "k-induction", Answer.HOLDS, why=said, k=k + 1)
                    done[target.name] = spent(found, budget)
                base.open = []
    except LimitReached as limit:
        why = str(limit)
    finally:
        base.close()
        step.close()
    for target in base.open:
        covered = base.covered(target)
        answer = Answer.UNDECIDED if covered is None else Answer.NOT_UP_TO
        most = None if covered is None else min(covered, depth)
        done[target.name] = spent(Outcome(target, "k-induction", answer, most, why=why), budget)
    return {t.name: done[t.name] for t in targets}


def _base(replay: Replay, base: Levels, depth: int, budget: Budget) -> dict[str, Outcome]:
    """What the next frame of the base case violates by at most `depth` steps."""
    found = {}
    for target, states in base.level():
        if target.steps(base.frame) <= depth:
            outcome = replace(violated(replay, target, states), method="k-induction")
            found[target.name] = spent(outcome, budget)
        else:
            base.open.append(target)
    return found
