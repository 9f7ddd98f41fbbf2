"""Traces that members can be made to follow who take their own steps at once.

A session takes what is due before it receives anything else. So in an *eager* trace the environment
takes a step only where no member's own step is enabled; and of a member's own steps, where several
are, the trace takes the one that a session takes first. The end of a trace may be in the middle of
own steps: members take the rest of them.

`model.search.reduce.eager` is about more: steps whose order no property can observe, whoever takes
them. Here it is only the members' own steps, and the environment's keep their order.
"""

from __future__ import annotations

from itertools import chain

from model.interp import Interpreter
from model.scope import Finite, State, Step
from model.search.result import Trace
from traces.forced.result import Unforceable

OWN = ("transmit", "acknowledge", "complete")
"""The members' own steps, in the order in which a session takes them if several are due."""


class OwnSteps:
    """Which own steps are due.

    Args:
        interpreter: of the specification at its scope.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._steps: dict[int, list[Step]] = {}
        for name in OWN:
            for step in interpreter.finite.steps:
                if step.action.name == name:
                    self._steps.setdefault(step.args[0], []).append(step)

    def next(self, state: State, m: int) -> Step | None:
        """The own step that a member takes next, if one is enabled."""
        enabled = (s for s in self._steps[m] if self._interpreter.enabled(state, s))
        return next(enabled, None)

    def first(self, state: State) -> Step | None:
        """An own step that some member takes now, if one is enabled."""
        each = (self.next(state, m) for m in sorted(self._steps))
        return next((step for step in each if step is not None), None)

    def to_rest(self, state: State) -> tuple[list[State], list[Step]]:
        """The own steps that are taken from a state on, and the states after each."""
        states: list[State] = []
        steps: list[Step] = []
        while (step := self.first(state)) is not None:
            state = self._interpreter.take(state, step)
            states.append(state)
            steps.append(step)
        return states, steps


def check_eager(finite: Finite, trace: Trace) -> None:
    """Whether members that take their own steps at once can follow a trace.

    Raises:
        Unforceable: they cannot, from which step on, and why.
    """
    interpreter = Interpreter(finite)
    own = OwnSteps(interpreter)
    for number, (state, step) in enumerate(zip(trace.states, trace.steps, strict=False), 1):
        is_own = step.action.name in OWN
        due = own.next(state, step.args[0]) if is_own else own.first(state)
        if due is not None and due != step:
            raise Unforceable(
                f"step {number}, {finite.describe(step)}, comes while {finite.describe(due)} is "
                "due: members with sessions take their own steps at once",
                advice="--normalise takes them first where that is a behaviour, too; "
                "--on core takes steps when the trace does",
            )


def to_rest(finite: Finite, trace: Trace) -> Trace:
    """A trace, and the own steps that are due at its end."""
    states, steps = OwnSteps(Interpreter(finite)).to_rest(trace.states[-1])
    return Trace(tuple(chain(trace.states, states)), tuple(chain(trace.steps, steps)))
