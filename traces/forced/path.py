"""A trace as a state graph that is one path, for all that reads state graphs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.interp import Interpreter
from model.lang.expr import Expr, Var
from model.scope import Finite
from model.search.exploration import Graph
from model.search.result import Trace


def unrolled(trace: Trace) -> Trace:
    """A trace without its loop: where a step closes it, that one is taken once more."""
    if trace.loop is None or trace.closing is None:
        return Trace(trace.states, trace.steps)
    return Trace((*trace.states, trace.states[trace.loop]), (*trace.steps, trace.closing))


def path_graph(finite: Finite, trace: Trace) -> Graph:
    """The graph whose states are those of a trace, in order, with its steps between them.

    Args:
        finite: the spec at its scope.
        trace: a behaviour of it, without a loop.
    """
    interpreter, count = Interpreter(finite), len(trace)

    def observe(formulas: list[tuple[Expr, dict[Var, int]]]) -> NDArray[np.bool_]:
        rows = [[interpreter.value(e, s, env) for s in trace.states] for e, env in formulas]
        return np.array(rows, np.bool_)

    return Graph(
        np.append(np.arange(count + 1), count),
        np.arange(1, count + 1, dtype=np.int32),
        np.arange(count, dtype=np.int32),
        trace.steps,
        1,
        observe,
    )
