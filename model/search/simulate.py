"""Random simulation: for scopes beyond exhaustive search. Says what it saw, proves nothing.

Each walk starts in an initial state and takes enabled steps, each with equal probability, until
none is enabled or it is long enough. The engine walks 512 lanes at a time; what it reports is
walked again by the interpreter, with the same random numbers, before it is believed. A walk
depends on the seed and its number alone, and is the first walk of a seed of its own (`seed_of`),
so one printed line reproduces it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from model.interp import Interpreter
from model.lang.errors import ScopeError
from model.lang.staged import Bound, Invariant
from model.scope import Finite, State, Step
from model.search.exploration import Watch
from model.search.judge import DEADLOCK, EngineDisagreement, Judge
from model.search.result import Finding, Status

_MASK = (1 << 64) - 1
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_ENDLESS = 1 << 62
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class WalkProgress:
    """How far a simulation is.

    Attributes:
        walks: walks begun, of `walks_max` if there is a limit.
        steps: steps taken by all of them.
    """

    walks: int
    walks_max: int | None
    steps: int
    seconds: float


@dataclass(frozen=True)
class Simulation:
    """What random walks saw.

    Attributes:
        walks: walks begun.
        steps: steps taken by all of them.
        rested: walks that ended where no step was enabled.
        longest: steps of the longest walk.
        stopped: what ended the walks before all were finished, if something did.
        findings: per property `violated`, with a trace (not the shortest there is), or
            `undecided`; leads-to is `not checked`.
        walk_of: the walk that shows each violation.
        taken: how often each step (an action with its arguments) was taken.
    """

    seed: int
    walks: int
    steps: int
    rested: int
    longest: int
    stopped: str | None
    seconds: float
    findings: dict[str, Finding]
    walk_of: dict[str, int]
    taken: dict[Step, int]

    def by_action(self) -> dict[str, int]:
        """How often each action was taken."""
        found: dict[str, int] = {}
        for step, times in self.taken.items():
            found[step.action.name] = found.get(step.action.name, 0) + times
        return found

    def by_element(self, sort: str) -> dict[tuple[str, int], int]:
        """How often each action was taken with each element of a sort as its last such argument."""
        found: dict[tuple[str, int], int] = {}
        for step, times in self.taken.items():
            at = [a for v, a in zip(step.action.params, step.args, strict=True)
                  if v.sort.name == sort]  # fmt: skip
            if at:
                pair = (step.action.name, at[-1])
                found[pair] = found.get(pair, 0) + times
        return found


def simulate(
    finite: Finite,
    seed: int,
    walks: int | None,
    steps_max: int = 1000,
    seconds_max: float | None = None,
    report: Callable[[WalkProgress], None] | None = None,
) -> Simulation:
    """Takes random walks and looks for violated properties on them.

    An interrupt (Ctrl-C) while walking ends the walks and is no error: what they saw until then
    is what a simulation without limits is for.

    Args:
        finite: the spec and its scope.
        seed: of the random numbers; the same seed gives the same walks.
        walks: how many; None for no limit but the time or an interrupt.
        steps_max: steps of a walk at most.
        seconds_max: begin no further round after this time.
        report: called now and then with the progress.

    Raises:
        ScopeError: the scope does not fit the spec, or a number is not positive.
        EngineDisagreement: the interpreter does not confirm what the engine saw.
    """
    if (walks is not None and walks < 1) or steps_max < 1 or not 0 <= seed <= _MASK:
        raise ScopeError("walks and steps must be positive, and the seed a 64-bit number")
    from model.search.native.walking import Walker  # costs half a second to import

    started = time.monotonic()
    initial = list(Interpreter(finite).initial_states())
    walker = Walker(finite, initial, seed, _ENDLESS if walks is None else walks, steps_max)
    stopped = None
    try:
        while walker.go():
            spent = time.monotonic() - started
            if report is not None:
                report(WalkProgress(walker.begun, walks, walker.steps, spent))
            if seconds_max is not None and spent > seconds_max:
                stopped = f"the limit of {seconds_max:g} s"
                break
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    findings, walk_of = _findings(finite, initial, seed, walker.hits())
    return Simulation(
        seed, walker.begun, walker.steps, walker.rested, walker.longest, stopped,
        time.monotonic() - started, findings, walk_of, walker.taken(),
    )  # fmt: skip


def _findings(
    finite: Finite, initial: list[State], seed: int, hits: dict[Watch, tuple[int, int, Step | None]]
) -> tuple[dict[str, Finding], dict[str, int]]:
    judge, staged = Judge(finite), finite.staged
    found: dict[str, Finding] = {
        DEADLOCK: Finding(DEADLOCK, "deadlock", Status.UNDECIDED, staged.final.where)
    }
    properties: dict[str, Invariant | Bound] = {p.name: p for p in staged.invariants}
    properties |= {p.name: p for p in staged.bounds}
    for prop in properties.values():
        kind = "bound" if isinstance(prop, Bound) else "step" if prop.is_step else "safety"
        found[prop.name] = Finding(prop.name, kind, Status.UNDECIDED, prop.where)
    for leads_to in staged.leads_to:
        found[leads_to.name] = Finding(
            leads_to.name, "leads-to", Status.NOT_CHECKED, leads_to.where
        )
    walk_of: dict[str, int] = {}
    for watch, (walk, length, step) in sorted(hits.items(), key=lambda hit: hit[1][1]):
        if watch.owner in walk_of or watch.kind not in ("clause", "exceeded", DEADLOCK):
            continue
        trace = judge.trace(walk_again(finite, initial, seed, walk, length), step)
        match properties.get(watch.owner):
            case None:
                found[watch.owner] = judge.deadlock(trace)
            case Bound() as bound:
                found[watch.owner] = judge.bound(bound, trace)
            case Invariant() as invariant:
                clause = invariant.clauses[watch.part]
                found[watch.owner] = judge.invariant(invariant, clause, trace)
        walk_of[watch.owner] = walk
    return found, walk_of


def seed_of(seed: int, walk: int) -> int:
    """The seed whose first walk is this walk of another seed."""
    return (seed + _MIX[0] * walk) & _MASK


def walk_again(
    finite: Finite, initial: list[State], seed: int, walk: int, length: int
) -> list[State]:
    """The first states of one walk, taken by the interpreter with the engine's random numbers.

    Args:
        finite: the spec and its scope.
        initial: its initial states.
        seed: of the simulation.
        walk: the number of the walk.
        length: the steps to take.

    Raises:
        EngineDisagreement: the walk ends earlier.
    """
    interpreter = Interpreter(finite)
    random = _mixed(seed + _MIX[0] * (walk + 1))
    states = [initial[(random >> 32) * len(initial) >> 32]]
    for _ in range(length):
        chosen = None
        for count, (_, after) in enumerate(interpreter.successors(states[-1]), start=1):
            random = (random + _MIX[0]) & _MASK
            if (_mixed(random) >> 32) * count >> 32 == 0:
                chosen = after
        if chosen is None:
            raise EngineDisagreement(f"walk {walk} ends before step {length}")
        states.append(chosen)
    return states


def _mixed(x: int) -> int:
    """The output function of SplitMix64 (Steele, Lea & Flood 2014)."""
    x &= _MASK
    x = (x ^ (x >> 30)) * _MIX[1] & _MASK
    x = (x ^ (x >> 27)) * _MIX[2] & _MASK
    return x ^ (x >> 31)
