"""A trace forced upon members with sessions, over the simulated network: see `sessions`."""

from __future__ import annotations

from collections.abc import Callable

from impl.core import Member, MemberId
from model.search.result import Trace
from traces.forced.director import Director
from traces.forced.eager import OWN, check_eager, to_rest
from traces.forced.knowledge import Known
from traces.forced.moves import CLOSING
from traces.forced.path import path_graph, unrolled
from traces.forced.result import Difference, Forced, Taken
from traces.forced.sessions import Sessions, simulated_service
from traces.run import Run


def on_simulated(
    run: Run, trace: Trace, make_member: Callable[[MemberId], Member[bytes]] = Member
) -> Forced:
    """Forces a trace upon members over the simulated network.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it. The own steps that are due at its end are taken, too.
        make_member: the implementation's rules.

    Raises:
        Unforceable: members with sessions, or the network, cannot be made to follow it.
        ScopeError: the scope has too many members.
    """
    whole = forceable(run, trace, simulated_service(run))
    known = Known(run, path_graph(run.finite, whole))
    sessions = Sessions(run, known, make_member)
    difference: Difference | None = sessions.begin(0)
    taken: list[Taken] = []
    for number, step in enumerate(whole.steps, 1):
        if difference is not None:
            break
        at_rest = is_rest(whole, number)
        difference = sessions.take(step.action.name, step.args, number, at_rest=at_rest)
        taken.append(Taken(run.finite.describe(step), sessions.done))
    return Forced(len(whole), tuple(taken), sessions.compared, difference)


def forceable(run: Run, trace: Trace, service: Director) -> Trace:
    """A trace that members with sessions can be made to follow, to where they are at rest.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it.
        service: what the service can do, at the beginning.

    Raises:
        Unforceable: they cannot; nothing has been done.
    """
    whole = unrolled(trace)
    check_eager(run.finite, whole)
    whole = to_rest(run.finite, whole)
    known = Known(run, path_graph(run.finite, whole))
    service.begin(known.formed(0, 0))
    service.rest()
    for number, step in enumerate(whole.steps, 1):
        action, args = step.action.name, step.args
        formed = known.formed(args[1], number) if action in CLOSING else None
        service.moves(action, args, formed)
        if is_rest(whole, number):
            service.rest()
    return whole


def is_rest(trace: Trace, state: int) -> bool:
    """Whether an eager trace has no own step after this state."""
    return not any(step.action.name in OWN for step in trace.steps[state : state + 1])
