"""The shortest way from a state to one that satisfies a predicate.

The native engine searches breadth first from that state, on one thread, so that states are numbered
by their depth; a little at first and then more, so that what is near is found soon. The steps are
the interpreter's: a way that it does not confirm is none.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from model.scope import Finite
from model.search import EngineDisagreement, Limits, select
from model.search.exploration import Hit, Watch
from onevoice.explorer.limits import SECONDS_MAX, affordable
from onevoice.explorer.session import Session
from traces.witness import predicate

_FIRST_STATES, _GROWTH, _STATES_MAX = 1 << 14, 8, 1 << 23
_MEMORY_BYTES = 1 << 30


@dataclass(frozen=True)
class Onward:
    """What a search from a state found.

    Attributes:
        session: the behaviour that goes on to the predicate; None if none was found.
        states: that were looked at.
        stopped: the limit that was reached; None if there are no more states, or it was found.
    """

    session: Session | None
    states: int
    stopped: str | None


def onward(session: Session, text: str, seconds: float = SECONDS_MAX) -> Onward:
    """Goes on to the nearest state that satisfies a predicate; at once if this one does.

    Args:
        session: where to go on from.
        text: the predicate, a formula over states that may name elements of the scope.
        seconds: of wall time.

    Raises:
        FormulaError: the text is no formula over the spec.
        ScopeError: it would take too long at this scope.
        EngineDisagreement: the interpreter does not confirm the way.
    """
    from model.search.native.engine import NativeSearch  # costs half a second to import

    wanted = predicate(session.run, text)
    affordable(wanted.expr, session.finite)
    bare = Finite(select(session.finite.staged, []), session.finite.scope)
    started, most = time.monotonic(), _FIRST_STATES
    while True:
        left = max(seconds - (time.monotonic() - started), 0.001)
        limits = Limits(memory_bytes=_MEMORY_BYTES, states=most, seconds=left, threads=1)
        search = NativeSearch(bare, [session.state], limits)
        found = search.run()
        (true,) = search.observe([(wanted.expr, wanted.valuation)])
        numbers = np.flatnonzero(true)
        if len(numbers):
            way = found.show(Watch("reach", "predicate"), Hit(0, int(numbers[0]))).states
            for before, after in pairwise(way):
                assert before == session.state
                session = _next(session, after)
            return Onward(session, found.states, None)
        if found.stopped is None or found.states < most or most >= _STATES_MAX:
            return Onward(None, found.states, found.stopped)
        most *= _GROWTH


def _next(session: Session, after: tuple[tuple[int, ...], ...]) -> Session:
    for step in session.enabled():
        longer = session.take(step)
        if longer.state == after:
            return longer
    raise EngineDisagreement("a transition that the engine took is no step for the interpreter")
