"""Specification and implementation in lockstep, over every transition of a state graph.

In each state, what each member knows must be the same on both sides, and the steps that it may
take, no more and no fewer. With each transition, what the environment does is given to the member,
and what the member does must be what the specification says: the same message, the same data. So
this is a proof that at this scope the implementation does what the specification does, whatever the
environment does, and not a sample of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from impl.core import Member, MemberId
from model.interp import Interpreter
from model.search.exploration import Exploration, Limits
from traces.lockstep.columns import Columns
from traces.lockstep.environment import Environment
from traces.lockstep.local import Content
from traces.lockstep.pairs import Difference, Pairs
from traces.run import Run


@dataclass(frozen=True)
class Lockstep:
    """What came of a walk.

    Attributes:
        states, transitions: of the specification's graph.
        followed: transitions of the graph that were compared.
        pairs: of a state and the members' states; as many as states, if each has one.
        locals: states of a member that were met, by member.
        difference: the first one, if there is one; the walk ends there.
        seconds: of the search and the walk, by the clock.
    """

    states: int
    transitions: int
    followed: int
    pairs: int
    locals: tuple[int, ...]
    difference: Difference | None
    seconds: float

    @property
    def complete(self) -> bool:
        """Every transition was compared, and nothing differs."""
        return self.difference is None and self.followed == self.transitions


def lockstep(
    run: Run,
    make_member: Callable[[MemberId], Member[Content]] = Member,
    *,
    limits: Limits | None = None,
    plainly: bool = False,
) -> Lockstep:
    """Drives the implementation through every transition of the specification's graph.

    Args:
        run: the specification's scope and switches.
        make_member: the implementation's rules.
        limits: what the search of the graph may take.
        plainly: pair by pair, also where all pairs of a level can be taken at once.

    Raises:
        ScopeError: the scope does not fit the spec.
        TimeoutError: the graph was not found whole within the limits.
        MemoryError: it does not fit.
    """
    started = time.monotonic()
    found = _whole_graph(run, limits)
    environment = Environment(run, found.graph(), make_member)
    columns = Columns(environment)
    difference = None
    if not plainly and columns.run():
        followed, pairs = columns.followed, found.states
    else:
        walk = Pairs(environment)
        difference = walk.run()
        followed, pairs = walk.followed, len(walk)
    return Lockstep(
        found.states,
        found.transitions,
        followed,
        pairs,
        tuple(map(len, environment.machines)),
        difference,
        time.monotonic() - started,
    )


def walked(run: Run, limits: Limits | None = None) -> Environment:
    """The shipped implementation's members, with all states and inputs that occur at a scope.

    By default on one thread, so that they are numbered the same each time.

    Raises:
        ValueError: they do not do what the specification says.
        ScopeError, TimeoutError, MemoryError: as `lockstep`.
    """
    graph = _whole_graph(run, limits or Limits(threads=1)).graph()
    environment = Environment(run, graph, Member)
    if not Columns(environment).run():
        raise ValueError(f"the implementation differs from the specification: {run.options}")
    return environment


def _whole_graph(run: Run, limits: Limits | None) -> Exploration:
    from model.search.native.engine import NativeSearch  # costs half a second to import

    initial = list(Interpreter(run.finite).initial_states())
    found = NativeSearch(run.finite, initial, limits or Limits()).run()
    if found.stopped is not None:
        raise TimeoutError(f"the state graph is not whole: {found.stopped}")
    return found
