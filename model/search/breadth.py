"""A graph gone through in bulk: breadth first, or in topological order.

Every pass is over blocks of states, so that what it needs beside one array over the states stays
small however large the graph is. The time is by edge, with some tens of microseconds a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.search.exploration import Graph

States = NDArray[np.int32]
Edges = NDArray[np.int64]
Mask = NDArray[np.bool_]

BLOCK = 1 << 17  # states at a time
EDGES_MAX = np.iinfo(np.int32).max  # that have a number of 32 bits, here as in SciPy
START, UNSEEN, BARRED = -1, -2, -3  # in place of the edge by which a state was reached


@dataclass(frozen=True)
class Rows:
    """The edges of a graph by their sources.

    Attributes:
        graph: the graph.
        deadline: called between passes; it raises if time is up.
    """

    graph: Graph
    deadline: Callable[[], None]

    def out(self, states: States) -> Edges:
        """The edges out of these states, in their order."""
        starts = self.graph.offsets[states]
        degrees = self.graph.offsets[states + 1] - starts
        ends = np.cumsum(degrees)
        edges: Edges = np.repeat(starts - (ends - degrees), degrees)
        edges += np.arange(len(edges), dtype=np.int64)
        return edges

    def source(self, edge: int) -> int:
        """The state that an edge leads out of."""
        return int(np.searchsorted(self.graph.offsets, edge, "right")) - 1

    def ranges(self) -> Iterator[tuple[int, int]]:
        """All states in blocks: the first of each, and the first after it."""
        for first in range(0, self.graph.states, BLOCK):
            self.deadline()
            yield first, min(first + BLOCK, self.graph.states)

    def blocks(self, states: States) -> Iterator[States]:
        """These states in blocks."""
        for first in range(0, len(states), BLOCK):
            self.deadline()
            yield states[first : first + BLOCK]


class Ways:
    """A breadth-first search, level by level: by which edge each state was reached first.

    Args:
        rows: the graph.
        within: the states that may be visited; all if None.
    """

    def __init__(self, rows: Rows, within: Mask | None = None) -> None:
        self.rows = rows
        self.came = np.full(rows.graph.states, UNSEEN, np.int32)
        self.looked_at = 0  # edges
        if within is not None:
            self.came[~within] = BARRED

    def start(self, states: States) -> States:
        """Reaches these states by no edge; returns those that were not reached before."""
        new = states[self.came[states] == UNSEEN]
        self.came[new] = START
        return np.asarray(new)

    def spread(self, front: States) -> States:
        """The states that an edge out of the front reaches first, each once."""
        found = [np.zeros(0, np.int32)]
        for block in self.rows.blocks(front):
            edges = self.rows.out(block)
            self.looked_at += len(edges)
            targets = self.rows.graph.targets[edges]
            new = self.came[targets] == UNSEEN
            edges, targets = edges[new], targets[new]
            self.came[targets] = edges  # of several to the same state one remains
            found.append(targets[self.came[targets] == edges])
        return np.concatenate(found)

    def has_reached(self, state: int) -> bool:
        """Whether a state was reached."""
        return int(self.came[state]) >= START

    def reached(self) -> Mask:
        """The states reached so far."""
        return np.asarray(self.came >= START)

    def path(self, state: int, origin: int | None = None) -> list[int]:
        """The edges to a state from where the search started, or from the origin."""
        edges: list[int] = []
        while (edge := int(self.came[state])) >= 0:
            edges.append(edge)
            state = self.rows.source(edge)
            if state == origin:
                break
        return edges[::-1]


def closure(rows: Rows, seeds: Mask, within: Mask) -> Mask:
    """The states reached from the seeds without leaving `within`."""
    ways = Ways(rows, within)
    front = ways.start(_numbers(seeds))
    while len(front):
        front = ways.spread(front)
    return ways.reached()


def longest_path(rows: Rows) -> int:
    """The edges of the longest path through a graph without cycles.

    A state is taken away as soon as no edge leads to it any more. If as many as possible go at
    once, a state goes in the round whose number is the length of the longest path to it.
    """
    graph = rows.graph
    missing = np.zeros(graph.states, np.int32)  # edges to each state; below zero when it is gone
    for first, end in rows.ranges():
        np.add.at(missing, graph.targets[graph.offsets[first] : graph.offsets[end]], 1)
    front = _numbers(missing == 0)
    length = -1
    while len(front):
        found = [np.zeros(0, np.int32)]
        for block in rows.blocks(front):
            targets = graph.targets[rows.out(block)]
            np.subtract.at(missing, targets, 1)
            free = targets[missing[targets] == 0]
            places = -1 - np.arange(len(free), dtype=np.int32)
            missing[free] = places  # a state that was named several times keeps one of them
            found.append(free[missing[free] == places])
        front = np.concatenate(found)
        length += 1
    return length


def _numbers(mask: Mask) -> States:
    return np.flatnonzero(mask).astype(np.int32)
