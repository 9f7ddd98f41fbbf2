"""Reductions as machine code: successors are replaced by the states that stand for them.

A *normal* state has no eager step left that changes anything, and is the least of those that the
symmetries turn it into. Both are done for a block at a time: an eager step sets its bits in all
states of the block that enable it, and a symmetry is another order of the slices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.search.native.kernels.blocks import (
    WORDS,
    evaluate,
    load,
    present_lanes,
    slice_of,
    unload,
)
from model.search.native.kernels.machine import inner, kernel, ones


class Normal(NamedTuple):
    """The reductions in force; without any, every state is normal.

    Attributes:
        gates: int32[n, 3], what the guards of the eager steps need.
        guards: int32[eager], literals.
        sets_from, sets: int32, the bits that each eager step sets.
        symmetries: int32[1 + symmetries, inputs], the first is the identity: bit i of the
            permuted state is bit `symmetries[p, i]` of the state.
    """

    gates: NDArray[np.int32]
    guards: NDArray[np.int32]
    sets_from: NDArray[np.int32]
    sets: NDArray[np.int32]
    symmetries: NDArray[np.int32]


class Bench(NamedTuple):
    """One thread's working space: slices, a square of bits, and rows of a permuted block."""

    values: NDArray[np.uint64]
    square: NDArray[np.uint64]
    permuted: NDArray[np.uint64]


@inner
def take_eager_steps(normal, lanes, values, closed):
    """Takes eager steps until none changes anything; `closed` counts those of each."""
    guards, sets_from, sets = normal.guards, normal.sets_from, normal.sets
    inputs = normal.symmetries.shape[1]
    while True:
        evaluate(normal.gates, inputs, values)
        changed = np.uint64(0)
        for t in range(guards.shape[0]):
            for k in range(WORDS):
                g = slice_of(values, guards[t], k) & present_lanes(lanes, k)
                news = np.uint64(0)
                for s in range(sets_from[t], sets_from[t + 1]):
                    news |= g & ~values[1 + sets[s], k]
                    values[1 + sets[s], k] |= g
                closed[t] += np.int64(ones(news))
                changed |= news
        if changed == 0:
            return


@inner
def normalise(normal, rows, lanes, bench, closed):
    """Replaces the first states of a block by their normal states."""
    eager, symmetries = normal.guards.shape[0], normal.symmetries.shape[0]
    if eager == 0 and symmetries == 1:
        return
    values, square, permuted = bench.values, bench.square, bench.permuted
    load(rows, lanes, normal.symmetries.shape[1], values, square)
    if eager != 0:
        take_eager_steps(normal, lanes, values, closed)
    for k in range(WORDS):
        present = min(64, max(0, lanes - 64 * k))
        if present == 0:
            break
        unload(values, k, present, normal.symmetries[0], rows, square)
        for p in range(1, symmetries):
            unload(values, k, present, normal.symmetries[p], permuted, square)
            for lane in range(64 * k, 64 * k + present):
                word = 0
                while word < rows.shape[0] - 1 and permuted[word, lane] == rows[word, lane]:
                    word += 1
                if permuted[word, lane] < rows[word, lane]:
                    for word in range(rows.shape[0]):
                        rows[word, lane] = permuted[word, lane]


@kernel
def normalise_rows(normal, rows, bench, closed):
    """Replaces states, uint64[words, states], at most a block of them, by their normal states."""
    normalise(normal, rows, rows.shape[1], bench, closed)
