"""What is to be covered, as a network: which arcs and nodes a set of paths must go through.

- all states: the nodes are states and the arcs transitions; each node must be gone through;
- all transitions: the same with each arc, and each node;
- all pairs of consecutive transitions: the nodes are transitions, and the arcs the pairs. Before
  the transitions out of an initial state stands a node of its own, where paths begin. Each pair
  and each transition must be gone through, as in the criterion of transition pairs (Ammann and
  Offutt, Introduction to Software Testing, 2016, ch. 7).

An arc is a step of a trace in all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from traces.generate.graph import Numbers, StateGraph
from traces.witness import Covered


class Cyclic(Exception):
    """The state graph has a cycle, round which a path could go for ever."""


@dataclass(frozen=True)
class Network:
    """Nodes, and arcs sorted by the nodes that they lead out of.

    Attributes:
        nodes: how many; paths begin in the first `starts` of them.
        tails, heads: int64[arcs].
        wanted_arcs, wanted_nodes: bool, those that some path must go through.
        transitions: int64[arcs], the transition that each arc takes.
    """

    nodes: int
    starts: int
    tails: Numbers
    heads: Numbers
    wanted_arcs: NDArray[np.bool_]
    wanted_nodes: NDArray[np.bool_]
    transitions: Numbers

    @cached_property
    def offsets(self) -> Numbers:
        """int64[nodes + 1]: where the arcs out of each node begin."""
        degrees = np.bincount(self.tails, minlength=self.nodes)
        return np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)


def items(graph: StateGraph, covers: Covered) -> int:
    """How many states, transitions or pairs there are to cover."""
    match covers:
        case "states":
            return graph.states
        case "transitions":
            return graph.transitions
        case "pairs":
            return graph.pairs
        case _:
            assert_never(covers)


def network(graph: StateGraph, covers: Covered) -> Network:
    """The network for a cover.

    Raises:
        Cyclic: the state graph has a cycle.
    """
    _refuse_cycles(graph)
    if covers == "pairs":
        return _of_pairs(graph)
    every = np.arange(graph.transitions)
    return Network(
        graph.states, graph.initial, graph.sources, graph.targets,
        np.full(graph.transitions, covers == "transitions"), np.ones(graph.states, np.bool_),
        every,
    )  # fmt: skip


def _of_pairs(graph: StateGraph) -> Network:
    """Node i < initial stands before the transitions out of state i; the others follow in order."""
    initial, total = graph.initial, graph.transitions
    before = np.concatenate([np.arange(initial), graph.targets])  # the state where each node ends
    degrees = np.diff(graph.offsets)[before]
    ends = np.cumsum(degrees)
    tails = np.repeat(np.arange(initial + total), degrees)
    taken = np.repeat(graph.offsets[before] - (ends - degrees), degrees) + np.arange(len(tails))
    return Network(
        initial + total, initial, tails, initial + taken,
        tails >= initial, np.ones(initial + total, np.bool_), taken,
    )  # fmt: skip


def _refuse_cycles(graph: StateGraph) -> None:
    """Takes away states to which nothing leads any more, until none is left."""
    missing = np.bincount(graph.targets, minlength=graph.states)
    front = np.flatnonzero(missing == 0)
    gone = 0
    while len(front):
        gone += len(front)
        degrees = graph.offsets[front + 1] - graph.offsets[front]
        ends = np.cumsum(degrees)
        edges = np.repeat(graph.offsets[front] - (ends - degrees), degrees) + np.arange(
            degrees.sum()
        )
        targets = graph.targets[edges]
        np.subtract.at(missing, targets, 1)
        front = np.unique(targets[missing[targets] == 0])
    if gone < graph.states:
        raise Cyclic(
            f"{graph.states - gone:,} states lie on a cycle or behind one: covers are made of "
            "graphs without cycles only; take random walks instead"
        )
