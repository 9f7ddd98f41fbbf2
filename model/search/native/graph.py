"""The explored graph, found again from its states: every transition, and the truth of formulas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground
from model.search.native.kernels import blocks, edges, observing
from model.search.native.kernels.arrays import Scratch
from model.search.native.program import Program, live_gates
from model.search.native.store import Store

_CHUNK = 64 * blocks.LANES

Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]


def transitions(
    program: Program, store: Store, scratch: list[Scratch], count: int, memory_bytes: int
) -> Rows:
    """Every transition, in compressed rows by source: see `exploration.Graph`.

    Args:
        program: what was run, without reductions.
        store: the complete outcome of the search.
        scratch: working space for each thread.
        count: of the transitions.
        memory_bytes: that may be taken in all.

    Raises:
        MemoryError: the transitions do not fit.
    """
    states = store.states
    needed = store.memory_bytes + 4 * len(store.table.array) + 8 * states + 8 * count
    if needed > memory_bytes:
        raise MemoryError(
            f"leads-to needs all {count:,} transitions in memory, which the limit of "
            f"{memory_bytes / 2**20:,.0f} MiB does not allow"
        )
    numbers = np.zeros(len(store.table.array), np.uint32)
    offsets = np.zeros(states + 1, np.int64)
    targets, labels = np.empty(count, np.int32), np.empty(count, np.int32)
    ranges = [(first, min(first + _CHUNK, states)) for first in range(0, states, _CHUNK)]
    seen, code = store.seen, program.code
    edges.number_slots(seen, numbers)
    with ThreadPoolExecutor(len(scratch)) as pool:
        free = list(scratch)

        def over(kernel, *args) -> None:  # type: ignore[no-untyped-def]
            """Runs a kernel over all ranges, on each thread with working space of its own."""

            def run(piece: tuple[int, int]) -> None:
                mine = free.pop()
                try:
                    kernel(code, seen, mine, *piece, *args)
                finally:
                    free.append(mine)

            list(pool.map(run, ranges))

        over(edges.degrees, offsets)
        np.cumsum(offsets, out=offsets)
        over(edges.fill, numbers, offsets, targets, labels)
    return offsets, targets, labels


def truth(ground: Ground, store: Store, scratch: Scratch, literals: list[int]) -> NDArray[np.bool_]:
    """The truth of literals in every state found: bool[literals, states]."""
    gates, moved, values = _observed(ground, literals)
    out = np.zeros((len(literals), store.states), np.bool_)
    observing.observe_all(gates, moved, store.seen, scratch, ground.layout.size, values, out)
    return out


def truth_of_rows(
    ground: Ground, scratch: Scratch, literals: list[int], rows: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """The truth of literals in some states, at most a block: bool[literals, states]."""
    gates, moved, values = _observed(ground, literals)
    out = np.zeros((len(literals), len(rows)), np.bool_)
    square, inputs = scratch.bench.square, ground.layout.size
    block = np.ascontiguousarray(rows.T)
    observing.observe(gates, moved, block, inputs, values, square, out)
    return out


def _observed(
    ground: Ground, literals: list[int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]:
    """The gates that literals need, the literals over them, and room for the values of all."""
    gates, new = live_gates(ground.circuit, literals)
    moved = np.array([2 * new[x >> 1] | x & 1 for x in literals], np.int32)
    values = np.empty((1 + ground.layout.size + len(gates), blocks.WORDS), np.uint64)
    return gates, moved, values
