"""Behaviours to force: from scripts, at random, and counterexamples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from model.interp import Interpreter
from model.scope import State, Step
from model.search import Limits, check
from model.search.result import Trace
from traces.counterexample import Counterexample
from traces.forced.eager import OwnSteps
from traces.run import Run

BEFORE = ("install", "order", "deliver", "exclude", "request")
"""The environment's steps in the order in which `to_the_end` prefers them."""


def script(run: Run, *texts: str, eager: bool = True) -> Trace:
    """A behaviour that takes these steps.

    Args:
        run: the scope and switches.
        texts: the steps, as `install(a1, v0)`.
        eager: the members' own steps are taken in between, as soon as they are enabled.
    """
    interpreter = Interpreter(run.finite)
    steps = {run.finite.describe(step): step for step in run.finite.steps}
    trace = _Growing(interpreter, eager)
    for text in texts:
        trace.take(steps[text])
    return trace.trace


def to_the_end(run: Run, *texts: str) -> Trace:
    """A behaviour that takes these steps, and goes on without failures until it is at rest."""
    interpreter = Interpreter(run.finite)
    begun = script(run, *texts)
    trace = _Growing(interpreter, True, begun)
    while step := _preferred(interpreter, trace.states[-1]):
        trace.take(step)
    return trace.trace


def at_random(run: Run, seed: int) -> Trace:
    """A random walk, of steps as they come, until none is enabled."""
    interpreter, random = Interpreter(run.finite), Random(seed)
    trace = _Growing(interpreter, False)
    while enabled := [step for step, _ in interpreter.successors(trace.states[-1])]:
        trace.take(random.choice(enabled))
    return trace.trace


@cache
def counterexamples(run: Run) -> tuple[Counterexample, ...]:
    """The shortest one to each property that a run violates; always the same."""
    return tuple(
        Counterexample(run, finding.name, finding.kind, finding.trace)  # type: ignore[arg-type]
        for finding in check(run.finite, limits=Limits(threads=1)).violated
        if finding.trace is not None
    )


def _preferred(interpreter: Interpreter, state: State) -> Step | None:
    enabled = [s for s, _ in interpreter.successors(state) if s.action.name in BEFORE]
    return min(enabled, key=lambda step: BEFORE.index(step.action.name), default=None)


class _Growing:
    def __init__(self, interpreter: Interpreter, eager: bool, begun: Trace | None = None) -> None:
        self._interpreter, self._eager = interpreter, eager
        self._own = OwnSteps(interpreter)
        self.states: list[State] = [next(iter(interpreter.initial_states()))]
        self.steps: list[Step] = []
        if begun is not None:
            self.states, self.steps = list(begun.states), list(begun.steps)

    @property
    def trace(self) -> Trace:
        return Trace(tuple(self.states), tuple(self.steps))

    def take(self, step: Step) -> None:
        state = self.states[-1]
        assert self._interpreter.enabled(state, step), self._interpreter.finite.describe(step)
        self.states.append(self._interpreter.take(state, step))
        self.steps.append(step)
        if self._eager:
            states, steps = self._own.to_rest(self.states[-1])
            self.states += states
            self.steps += steps


def texts(run: Run, trace: Trace) -> Iterator[str]:
    """The steps of a trace, as the specification writes them."""
    return map(run.finite.describe, trace.steps)
