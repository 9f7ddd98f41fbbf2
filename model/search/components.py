"""Which states a behaviour can go round for ever without breaking a promise of fairness.

The candidates are the strongly connected components of a part of the graph. All are judged at
once: a component that no step goes round in, or that is not weakly fair, is given up; from one
that is not strongly fair the states are taken that enable a step that is not taken inside, and
what is left is split into components and judged again (Emerson & Lei 1987). Every round is linear
in the edges that are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from model.search.breadth import BLOCK, Mask, Rows, States
from model.search.exploration import Graph

Components = NDArray[np.int32]  # the component of each state
Matrix = Any  # a csr_array with labels as data: its edges may lead to the same state twice


@dataclass(frozen=True)
class Promises:
    """The fairness of steps, by their labels.

    Attributes:
        fair: bool[labels], some fairness is promised.
        strong: bool[labels], strong fairness is promised.
    """

    fair: Mask
    strong: Mask

    @staticmethod
    def of(graph: Graph) -> Promises:
        """The promises of the steps of a graph."""
        kinds = [step.action.fair for step in graph.steps]
        return Promises(
            np.array([kind != "none" for kind in kinds], np.bool_),
            np.array([kind == "strong" for kind in kinds], np.bool_),
        )


def strong_components(
    targets: NDArray[np.int32], offsets: NDArray[np.integer]
) -> tuple[int, Components]:
    """How many strongly connected components there are, and the one of each state."""
    shape, small = (len(offsets) - 1, len(offsets) - 1), offsets.astype(np.int32)
    once = csr_array((np.ones(len(targets), np.bool_), targets.copy(), small), shape=shape)
    # SciPy's search goes astray, perhaps for ever, where an entry is named twice.
    once.sum_duplicates()
    # It asks for floats, and does not look at them: all are one and the same.
    ones = np.broadcast_to(np.float64(1), once.nnz)
    matrix = csr_array((ones, once.indices, once.indptr), shape=shape)
    return connected_components(matrix, directed=True, connection="strong")


def cyclic_states(rows: Rows) -> Mask:
    """The states that some behaviour comes back to."""
    graph = rows.graph
    count, component = strong_components(graph.targets, graph.offsets)
    cyclic: Mask = (np.bincount(component, minlength=count) > 1)[component]
    for first, end in rows.ranges():
        degrees = np.diff(graph.offsets[first : end + 1])
        sources = np.repeat(np.arange(first, end, dtype=np.int32), degrees)
        loops = sources == graph.targets[graph.offsets[first] : graph.offsets[end]]
        cyclic[sources[loops]] = True
    return cyclic


def fair_sets(rows: Rows, promises: Promises, among: States) -> Components:
    """The largest fair sets of these states that steps go round in.

    Returns:
        int32[states of the graph]: the number of the set that each state is in, -1 if in none.
    """
    graph = rows.graph
    found = np.full(graph.states, -1, np.int32)
    if not len(among):
        return found
    shape, offsets = (graph.states, graph.states), graph.offsets.astype(np.int32)
    part = _part(csr_array((graph.labels, graph.targets, offsets), shape=shape), among)
    numbers, sets = among, 0
    while len(numbers):
        rows.deadline()
        count, component = strong_components(part.indices, part.indptr)
        judged = _Judged(rows, promises, part, count, component)
        component = component[:-1]  # without that of the row for what is elsewhere
        fair = judged.fair[component]
        names = np.cumsum(judged.fair, dtype=np.int32) - np.int32(1)
        found[numbers[fair]] = sets + names[component[fair]]
        sets += int(np.count_nonzero(judged.fair))
        left = np.flatnonzero(judged.torn[component] & ~judged.forbidden[:-1]).astype(np.int32)
        numbers, part = numbers[left], _part(part, left)
    return found


def _part(matrix: Matrix, states: States) -> Matrix:
    """The edges out of these states, which are numbered anew.

    One more row, without edges, stands for all other states.
    """
    place = np.full(matrix.shape[0], len(states), np.int32)
    place[states] = np.arange(len(states), dtype=np.int32)
    some = matrix[states]
    for first in range(0, len(some.indices), BLOCK):
        some.indices[first : first + BLOCK] = place[some.indices[first : first + BLOCK]]
    offsets = np.append(some.indptr, some.indptr[-1])
    size = len(states) + 1
    return csr_array((some.data, some.indices, offsets), shape=(size, size))


class _Judged:
    """All components of a part, judged at once.

    A step has one outcome in each state, so a state has at most one edge of each label: the
    edges of a label are counted for the states that enable it.

    Attributes:
        fair: bool[components], the component is a fair set.
        torn: bool[components], the component is not strongly fair, but some of it may be.
        forbidden: bool[states], a step is enabled of whose strong fairness nothing is left.
    """

    def __init__(
        self, rows: Rows, promises: Promises, part: Matrix, count: int, component: Components
    ) -> None:
        size = np.bincount(component, minlength=count).astype(np.int32)
        possible, inside = np.zeros(count, np.bool_), np.empty(len(part.indices), np.bool_)
        for first in range(0, len(component), BLOCK):
            offsets = part.indptr[first : first + BLOCK + 1]
            edges = slice(offsets[0], offsets[-1])
            around = np.repeat(component[first : first + BLOCK], np.diff(offsets))
            inside[edges] = around == component[part.indices[edges]]
            possible[around[inside[edges]]] = True
        self.forbidden = np.zeros(len(component), np.bool_)
        # The edges by label: the columns of a matrix of states and labels.
        shape = (len(component), len(promises.fair))
        steps = csr_array((inside, part.data, part.indptr), shape=shape).tocsc()
        del inside
        enabled, taken = np.zeros(count, np.int32), np.zeros(count, np.bool_)
        for label in np.flatnonzero(promises.fair & (np.diff(steps.indptr) > 0)):
            rows.deadline()
            of_step = slice(steps.indptr[label], steps.indptr[label + 1])
            states = steps.indices[of_step]
            around = component[states]
            taken[around[steps.data[of_step]]] = True
            if len(around) < count:
                np.add.at(enabled, around, 1)
            else:  # sooner if there are few components
                enabled[:] = np.bincount(around, minlength=count)
            idle = ~taken[around]
            idle_in = around[idle]
            possible[idle_in[enabled[idle_in] == size[idle_in]]] = False
            if promises.strong[label]:
                self.forbidden[states[idle]] = True
            enabled[around], taken[around] = 0, False
        spoilt = np.zeros(count, np.bool_)
        spoilt[component[self.forbidden]] = True
        self.fair, self.torn = possible & ~spoilt, possible & spoilt
