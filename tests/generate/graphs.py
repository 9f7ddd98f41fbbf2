"""Small state graphs, and graphs without a spec."""

from __future__ import annotations

from functools import cache

import numpy as np

from model.protocol import Delivery
from model.search import Limits
from traces.generate import StateGraph, state_graph
from traces.generate.network import Network
from traces.run import Run

# Every state graph of the exchange that is small enough to be gone through by the interpreter.
SMALL = (
    Run("1", 0),
    Run("1+1j", 0, delivery=Delivery.SENDING_VIEW),
    Run("2", 0),
    Run("1,1j", 0),
    Run("2", 0, total_order=True),
)


@cache
def graph_of(run: Run) -> StateGraph:
    return state_graph(run.finite, Limits(threads=1))


def network_of(nodes: int, arcs: list[tuple[int, int]], wanted: str, starts: int = 1) -> Network:
    """A network whose arcs or nodes are wanted; paths begin in the first nodes."""
    tails, heads = (np.array(ends, np.int64) for ends in zip(*sorted(arcs), strict=True))
    return Network(
        nodes, starts, tails, heads, np.full(len(arcs), wanted == "arcs"),
        np.full(nodes, wanted == "nodes"), np.arange(len(arcs)),
    )  # fmt: skip
