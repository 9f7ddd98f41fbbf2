"""IC3: an inductive invariant, found clause by clause from states that would lead to a violation.

While a state of the frontier is bad, or leads to a bad one, it is an *obligation* to show that it
is not reached by so many steps: either a predecessor is the next obligation, or the cube around it
is excluded, as large as can be. When a level is as strong as the next, it is an invariant. It is
called one only when a solver of another make has confirmed it (`certificate`); a counterexample
only when the interpreter has (`replay`), after the shortest has been looked for.
(Bradley, "SAT-based model checking without unrolling", 2011; Eén, Mishchenko, Brayton, "Efficient
implementation of property directed reachability", 2011; counterexamples to generalisation: Hassan,
Bradley, Somenzi, "Better generalization in IC3", 2013.)
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from proofs.ground.bmc import TRIVIAL, Levels, progress_of, spent, violated
from proofs.ground.certificate import Certificate, CertificateError, Cube, recheck, trimmed
from proofs.ground.encode import Bits
from proofs.ground.frames import Frames
from proofs.ground.lift import Evaluation
from proofs.ground.outcome import Answer, Outcome, Report, silent
from proofs.ground.replay import Replay
from proofs.ground.sat import Budget, LimitReached, SolverName
from proofs.ground.targets import Target

CTGS_MAX = 3  # counterexamples to generalisation that are excluded for one literal
CTG_DEPTH_MAX = 1


@dataclass(frozen=True)
class Obligation:
    """A cube all of whose states lead to a bad one, by `step` into the cube of `then`."""

    cube: Cube
    step: int | None = None
    then: Obligation | None = None


class Ic3:
    """One proof.

    Args:
        replay: the spec at its scope.
        target: the property, one that is not trivial.
        solver: which solver.
        budget: what it may use.
        lemmas: cubes that are known to be unreachable.
        report: called now and then.
    """

    def __init__(
        self, replay: Replay, target: Target, solver: SolverName, budget: Budget,
        lemmas: Iterable[Cube] = (), report: Report = silent,
    ) -> None:  # fmt: skip
        self.system, self.target = replay.system, target
        self.circuit, self.steps = self.system.ground.circuit, self.system.ground.steps
        self.budget, self.report = budget, report
        self.frames = Frames(self.system, target.bad, solver, budget, lemmas)
        self.often: Counter[int] = Counter()  # literals of excluded cubes

    def run(self) -> Certificate | list[Bits]:
        """Searches until there is an invariant, or a behaviour to a bad state.

        Raises:
            LimitReached: the budget was used up. The frontier is then `covered`.
        """
        for state in self.system.initial:
            if Evaluation(self.circuit, state).value(self.target.bad):
                return [state]
        while True:
            while self.frames.is_bad():
                here = Evaluation(self.circuit, self.frames.before.bits())
                behaviour = self._excluded(Obligation(here.reasons([self.target.bad])))
                if behaviour is not None:
                    return behaviour
            self.frames.add_level()
            fixed = self._propagated()
            if fixed is not None:
                return Certificate(tuple(sorted(fixed)))
            self._say()

    @property
    def covered(self) -> int:
        """No behaviour of so many steps reaches a bad state."""
        return self.frames.frontier - 1

    def _say(self) -> None:
        self.report(
            progress_of(
                "ic3", self.target.name, self.frames.frontier, self.budget, len(self.frames)
            )
        )

    # -- obligations --------------------------------------------------------------------------

    def _excluded(self, first: Obligation) -> list[Bits] | None:
        """Excludes a cube from the frontier; or returns a behaviour that goes through it."""
        frames, order = self.frames, count()
        todo = [(frames.frontier, next(order), first)]
        while todo:
            level, _, obligation = heapq.heappop(todo)
            initial = frames.has_initial(obligation.cube)
            if initial is not None:
                return self._behaviour(self.system.initial[initial], obligation)
            if not frames.known(obligation.cube, level):
                part = frames.predecessor(obligation.cube, level - 1)
                if part is None:
                    heapq.heappush(todo, (level - 1, next(order), self._previous(obligation)))
                    heapq.heappush(todo, (level, next(order), obligation))
                    continue
                level = self._exclude(self._generalised(part, level), level)
                if next(order) % 64 == 0:
                    self._say()
            if level < frames.frontier:
                heapq.heappush(todo, (level + 1, next(order), obligation))
        return None

    def _previous(self, obligation: Obligation) -> Obligation:
        """The obligation for the state that was found to lead into this one."""
        number = self.frames.transition.taken()
        here = Evaluation(self.circuit, self.frames.before.bits())
        return Obligation(here.before(self.steps[number], obligation.cube), number, obligation)

    def _behaviour(self, state: Bits, obligation: Obligation) -> list[Bits]:
        states = [state]
        while obligation.then is not None:
            assert obligation.step is not None
            here = Evaluation(self.circuit, states[-1])
            states.append(here.taken(self.steps[obligation.step]))
            obligation = obligation.then
        return states

    # -- clauses ------------------------------------------------------------------------------

    def _exclude(self, cube: Cube, level: int) -> int:
        """Excludes a cube, from F[level] and as far up as it is seen at once; returns how far."""
        while level < self.frames.frontier:
            part = self.frames.predecessor(cube, level)
            if part is None:
                break
            cube, level = part, level + 1
        self.frames.exclude(cube, level)
        self.often.update(cube)
        return level

    def _generalised(self, cube: Cube, level: int, depth: int = 0) -> Cube:
        """A cube with fewer literals that is not reached from F[level - 1] either."""
        for literal in sorted(cube, key=lambda x: (self.often[x], x)):
            if literal in cube and len(cube) > 1:
                smaller = self._down(tuple(x for x in cube if x != literal), level, depth)
                if smaller is not None:
                    cube = smaller
        return cube

    def _down(self, cube: Cube, level: int, depth: int) -> Cube | None:
        """A part of a cube that is not reached from F[level - 1], if it is easily found.

        A state that leads into the cube may itself be one that is not reached: then that is noted,
        and the cube is tried again.
        """
        frames, excluded = self.frames, 0
        while True:
            if frames.has_initial(cube) is not None:
                return None
            part = frames.predecessor(cube, level - 1)
            if part is not None:
                return part
            if depth >= CTG_DEPTH_MAX or level < 2 or excluded == CTGS_MAX:
                return None
            state = self._previous(Obligation(cube)).cube
            if frames.has_initial(state) is not None:
                return None
            part = frames.predecessor(state, level - 2)
            if part is None:
                return None
            excluded += 1
            reached = level - 1
            self._exclude(self._generalised(part, reached, depth + 1), reached)

    def _propagated(self) -> set[Cube] | None:
        """Moves clauses up that hold there, too; returns an invariant if a level lost all it had.

        The invariant's cubes are those of all higher levels.
        """
        frames = self.frames
        for level in range(1, frames.frontier):
            for cube in sorted(frames.levels[level]):
                if cube in frames.levels[level]:  # not yet covered by a larger one
                    part = frames.predecessor(cube, level, outside=False)
                    if part is not None:
                        frames.levels[level].discard(cube)
                        frames.exclude(part, level + 1)
            if not frames.levels[level]:
                return frames.always.union(*frames.levels[level + 1 :])
        return None

    def close(self) -> None:
        """Frees the solver."""
        self.frames.close()


def prove_unreachable(
    replay: Replay,
    target: Target,
    budget: Budget,
    solvers: tuple[SolverName, SolverName],
    lemmas: Iterable[Cube] = (),
    report: Report = silent,
) -> Certificate | list[Bits]:
    """An invariant that excludes what is bad, checked again; or a behaviour to it, not replayed.

    Args:
        replay: the spec at its scope.
        target: what is bad.
        budget: what it may use.
        solvers: which searches, and which checks the invariant again.
        lemmas: cubes that are known to be unreachable.
        report: called now and then.

    Raises:
        LimitReached: the budget was used up; `covered` says how many steps are known to be right.
        CertificateError: the second solver does not confirm the invariant.
    """
    proof = Ic3(replay, target, solvers[0], budget, lemmas, report)
    try:
        found = proof.run()
    except LimitReached as limit:
        limit.covered = target.steps(proof.covered)
        raise
    finally:
        proof.close()
    if isinstance(found, Certificate):
        found = trimmed(replay.system, target, found, solvers[0], budget)
        wrong = recheck(replay.system, target, found, solvers[1], budget)
        if wrong is not None:
            raise CertificateError(f"the invariant found for {target.name} is none: {wrong}")
    return found


def ic3(
    replay: Replay,
    target: Target,
    budget: Budget | None = None,
    solvers: tuple[SolverName, SolverName] = ("minisat22", "cadical153"),
    lemmas: Iterable[Cube] = (),
    report: Report = silent,
) -> Outcome:
    """Proves a property by an inductive invariant, or finds its shortest violation.

    Args:
        replay: the spec at its scope.
        target: the property.
        budget: what it may use.
        solvers: which searches; and which checks the invariant again, and looks for the shortest
            violation.
        lemmas: cubes that are known to be unreachable, as an earlier certificate says.
        report: called now and then.

    Raises:
        EngineDisagreement: the interpreter does not confirm what was found.
        CertificateError: the other solver does not confirm the invariant.
    """
    budget = budget or Budget()
    if target.is_trivial:
        certificate = Certificate(())
        return Outcome(target, "ic3", Answer.HOLDS, why=TRIVIAL, certificate=certificate)
    try:
        found = prove_unreachable(replay, target, budget, solvers, lemmas, report)
    except LimitReached as limit:
        answer = Answer.UNDECIDED if limit.covered is None else Answer.NOT_UP_TO
        return spent(Outcome(target, "ic3", answer, limit.covered, why=str(limit)), budget)
    if isinstance(found, Certificate):
        clauses = tuple(found.clauses(replay.system.ground.layout))
        holds = Outcome(target, "ic3", Answer.HOLDS, certificate=found, invariant=clauses)
        return spent(holds, budget)
    shortest = _shortened(replay, target, found, solvers[1], budget)
    return spent(replace(violated(replay, target, shortest), method="ic3"), budget)


def _shortened(
    replay: Replay, target: Target, found: list[Bits], solver: SolverName, budget: Budget
) -> list[Bits]:
    """A shortest behaviour to a bad state; or the one there is, if a limit is reached before."""
    levels = Levels(replay.system, [target], solver, budget)
    try:
        while levels.frame + 2 < len(found):
            for _, states in levels.level():
                return states
    except LimitReached:
        pass
    finally:
        levels.close()
    return found
