"""Whether a trace is what it claims to be, judged by the interpreter alone."""

from __future__ import annotations

from model.interp import Interpreter
from model.lang.staged import LeadsTo
from model.scope import Finite, Step
from model.search.result import Trace


def is_behaviour(finite: Finite, trace: Trace) -> bool:
    """Whether the trace starts initially, takes enabled steps, and closes its loop, if any."""
    interp = Interpreter(finite)
    if trace.states[0] not in interp.initial_states():
        return False
    moves = list(zip(trace.states, trace.steps, trace.states[1:], strict=False))
    if trace.closing is not None and trace.loop is not None:
        moves.append((trace.states[-1], trace.closing, trace.states[trace.loop]))
    return len(trace.states) == len(trace.steps) + 1 and all(
        interp.enabled(before, step) and interp.take(before, step) == after
        for before, step, after in moves
    )


def is_fair(finite: Finite, trace: Trace) -> bool:
    """Whether going round the loop for ever breaks no promise of fairness."""
    assert trace.loop is not None
    interp = Interpreter(finite)
    states = trace.states[trace.loop :]
    taken = {*trace.steps[trace.loop :], *((trace.closing,) if trace.closing else ())}

    def kept(step: Step) -> bool:
        enabled = [interp.enabled(state, step) for state in states]
        match step.action.fair:
            case "none":
                return True
            case "weak":
                return step in taken or not all(enabled)
            case "strong":
                return step in taken or not any(enabled)

    return all(kept(step) for step in finite.steps)


def breaks_promise(finite: Finite, trace: Trace, promise: LeadsTo) -> bool:
    """Whether the premise holds somewhere and the goal neither then nor at any time later."""
    assert trace.loop is not None
    loop, interp = trace.loop, Interpreter(finite)
    return any(
        interp.value(promise.premise, state, env)
        and not any(interp.value(promise.goal, s, env) for s in trace.states[min(i, loop) :])
        for env in finite.valuations(promise.params)
        for i, state in enumerate(trace.states)
    )
