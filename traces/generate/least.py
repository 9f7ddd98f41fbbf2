"""The least flow through a network, and the proof that there is no less.

Paths that cover a network are a flow through it, of whole numbers: so many of them take each arc.
In a network without cycles every such flow is made of paths again (`paths`). So the least number
of steps, or of paths, that any cover has is the value of a linear program, whose corners are whole
(its matrix is that of a network: Ford and Fulkerson, Flows in Networks, 1962).

HiGHS solves it, and is not believed: that the flow covers everything is checked in whole numbers,
and so is what no cover can go below, by the potentials that the solver returns with the flow. For
nodes v let a(v) be the price of coming to v and b(v) the worth of being there, with

    0 ≤ b(v) ≤ a(v);   a(v) ≤ the cost of a start, where paths begin;
    a(head) ≤ b(tail) + the cost of an arc, for each arc.

Then every cover costs at least: the sum of a(v) − b(v) over the nodes wanted, and of what the last
line leaves over, for the arcs wanted (weak duality).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from traces.generate.graph import Numbers
from traces.generate.network import Network

_WHOLE = 1e-6  # how far from a whole number what a solver returns may be


@dataclass(frozen=True)
class Flow:
    """A flow that covers a network.

    Attributes:
        arcs: int64[arcs], how often each is taken.
        starts: int64[starts], how many paths begin in each node where they can.
        cost: of the flow.
        at_least: what every flow that covers the network costs.
    """

    arcs: Numbers
    starts: Numbers
    cost: int
    at_least: int


def least_flow(
    network: Network, arc_cost: int, start_cost: int, seconds: float | None = None
) -> Flow:
    """A flow of least cost that covers a network.

    Args:
        network: without cycles; each node can be reached from a start.
        arc_cost: of each arc each time that it is taken, 0 or more.
        start_cost: of each path that begins.
        seconds: after which the solver is to stop; it looks at the clock now and then only.

    Raises:
        TimeoutError: it is not found in that time.
    """
    solved = _solve(network, arc_cost, start_cost, seconds)
    arcs = np.rint(solved.arcs).astype(np.int64)
    if np.abs(arcs - solved.arcs).max(initial=0) > _WHOLE:
        raise ArithmeticError("a flow at a corner is not whole")
    starts = _starts(network, arcs)
    cost = arc_cost * int(arcs.sum()) + start_cost * int(starts.sum())
    return Flow(arcs, starts, cost, bound(network, arc_cost, start_cost, *solved.potentials))


def _starts(network: Network, arcs: Numbers) -> Numbers:
    """The paths that begin in each node where they can, as few as the flow needs.

    Raises:
        ArithmeticError: it is no flow that covers the network.
    """
    entering = np.bincount(network.heads, arcs, network.nodes).astype(np.int64)
    leaving = np.bincount(network.tails, arcs, network.nodes).astype(np.int64)
    needed = np.maximum(leaving, network.wanted_nodes) - entering
    first = network.starts
    if (needed[first:] > 0).any() or (arcs < network.wanted_arcs).any():
        raise ArithmeticError("a flow does not cover the network")
    starts: Numbers = np.maximum(needed[:first], 0)
    return starts


def bound(
    network: Network, arc_cost: int, start_cost: int, prices: Numbers, worths: Numbers
) -> int:
    """What every flow that covers the network costs at least, by these potentials.

    Args:
        network: the network.
        arc_cost, start_cost: as of `least_flow`.
        prices, worths: int64[nodes], a and b of the module's head.

    Returns:
        The bound; 0 if the potentials are none.
    """
    rest = worths[network.tails] + arc_cost - prices[network.heads]
    at_nodes = prices - worths
    if (
        (worths < 0).any()
        or (at_nodes < 0).any()
        or (prices[: network.starts] > start_cost).any()
        or (rest < 0).any()
    ):
        return 0
    return int(rest[network.wanted_arcs].sum() + at_nodes[network.wanted_nodes].sum())


@dataclass(frozen=True)
class _Solved:
    """What the solver returns: a flow, and potentials rounded to whole numbers."""

    arcs: NDArray[np.float64]
    potentials: tuple[Numbers, Numbers]


def _solve(network: Network, arc_cost: int, start_cost: int, seconds: float | None) -> _Solved:
    """Variables: how often each arc is taken, each start, and each node gone through."""
    nodes, arcs, starts = network.nodes, len(network.tails), network.starts
    every = np.arange(nodes)
    at = arcs + starts + every  # the variables of nodes
    entering = _matrix(
        (network.heads, np.arange(arcs), 1),
        (every[:starts], arcs + every[:starts], 1),
        (every, at, -1),
        shape=(nodes, arcs + starts + nodes),
    )  # what comes in goes through
    leaving = _matrix(
        (network.tails, np.arange(arcs), 1), (every, at, -1), shape=entering.shape
    )  # and no more than that goes on
    cost = np.concatenate([np.full(arcs, arc_cost), np.full(starts, start_cost), np.zeros(nodes)])
    least = np.concatenate([network.wanted_arcs, np.zeros(starts), network.wanted_nodes])
    found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse matrices
        cost, leaving, np.zeros(nodes), entering, np.zeros(nodes),
        np.stack([least, np.full(len(least), np.inf)], axis=1),
        method="highs-ipm", options={} if seconds is None else {"time_limit": seconds},
    )  # fmt: skip
    if found.status == 1:
        raise TimeoutError("the least cover was not found in time")
    if found.x is None:
        raise ArithmeticError(f"the least flow was not found: {found.message}")
    prices = np.rint(found.eqlin.marginals).astype(np.int64)
    worths = np.rint(-found.ineqlin.marginals).astype(np.int64)
    return _Solved(found.x[:arcs], (prices, worths))


def _matrix(*blocks: tuple[Numbers, Numbers, int], shape: tuple[int, int]) -> csr_array:
    rows = np.concatenate([block[0] for block in blocks])
    columns = np.concatenate([block[1] for block in blocks])
    values = np.concatenate([np.full(len(block[0]), float(block[2])) for block in blocks])
    return csr_array(coo_array((values, (rows, columns)), shape=shape))
