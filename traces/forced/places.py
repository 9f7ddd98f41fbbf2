"""Where a trace can be forced upon the implementation, and whether it still shows what it is for.

- core: a member of `impl.core` for each. All steps are forced, the members' own too. After every
  step, what each member knows and what is due are compared.
- simulated: members with sessions over the simulated network. The environment's steps are forced.
  Where no own step is enabled, what each member knows, holds and has sent is compared.
- local: processes over *local*. The environment's steps are forced. Likewise, what each has logged
  and how many messages it has sent are compared.
"""

from __future__ import annotations

from typing import Literal, assert_never, get_args

from model.interp import Interpreter
from model.search.result import Trace
from traces.counterexample import Counterexample
from traces.forced.core import on_core
from traces.forced.local import LIMIT_S, in_the_same_view, local_service, on_local
from traces.forced.members import maker
from traces.forced.normal import normal
from traces.forced.result import Forced, Unforceable
from traces.forced.sessions import simulated_service
from traces.forced.simulated import on_simulated
from traces.replay import behaves, violation
from traces.run import Run
from traces.witness import Reach, Witness, predicate

Place = Literal["core", "simulated", "local"]
PLACES: tuple[Place, ...] = get_args(Place)


def force(
    place: Place, run: Run, trace: Trace, members: str, *, limit_s: float = LIMIT_S
) -> Forced:
    """Forces a trace upon the implementation.

    Args:
        place: which.
        run: the specification's scope and switches.
        trace: a behaviour of it.
        members: the name of the members' rules: see `members`.
        limit_s: of processes, the time that one may take for what it is given.

    Raises:
        Unforceable: the place cannot be made to follow it. Nothing was done.
        ScopeError: the scope has too many members.
        TransportError: processes could not be started, or their ordering process is gone.
    """
    match place:
        case "core":
            return on_core(run, trace, maker(members))
        case "simulated":
            return on_simulated(run, trace, maker(members))
        case "local":
            return on_local(run, trace, members, limit_s=limit_s)
        case _:
            assert_never(place)


def normal_form(place: Place, run: Run, trace: Trace) -> tuple[Run, Trace]:
    """The normal form of a trace for a place, and the run that it is a behaviour of.

    Raises:
        Unforceable: it has none.
    """
    match place:
        case "core":
            raise Unforceable(
                "members of the core take their steps when the trace does, so that they need no "
                "normal form of it",
                advice="leave out --normalise",
            )
        case "simulated":
            return run, normal(run, trace, simulated_service(run))
        case "local":
            run, trace = in_the_same_view(run, trace)
            return run, normal(run, trace, local_service(run))
        case _:
            assert_never(place)


def shows_after(kept: Counterexample | Witness, run: Run, trace: Trace) -> int | None:
    """After how many steps another trace shows what a trace is kept for; None if it does not.

    Args:
        kept: a counterexample, or a witness that reaches a predicate.
        run: of the other trace.
        trace: it, without a loop.
    """
    prefixes = (
        Trace(trace.states[: steps + 1], trace.steps[:steps]) for steps in range(len(trace) + 1)
    )
    if isinstance(kept, Witness):
        if not isinstance(kept.purpose, Reach):
            raise ValueError("the trace is not kept for a predicate")
        wanted, interpreter = predicate(run, kept.purpose.predicate), Interpreter(run.finite)
        true = (interpreter.value(wanted.expr, s, wanted.valuation) for s in trace.states)
        return next((steps for steps, truth in enumerate(true) if truth), None)
    if kept.kind == "leads-to":
        at_rest = Trace(trace.states, trace.steps, len(trace))
        is_fair = behaves(run.finite, at_rest) is None
        return len(trace) if is_fair and violation(run.finite, kept.violates, at_rest) else None
    violated = (violation(run.finite, kept.violates, prefix) for prefix in prefixes)
    return next((steps for steps, found in enumerate(violated) if found is not None), None)
