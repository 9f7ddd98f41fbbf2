"""The truth of formulas in states, as machine code."""

from __future__ import annotations

import numpy as np

from model.search.native.kernels.blocks import LANES, ONE, WORDS, evaluate, load, slice_of
from model.search.native.kernels.log import read_block
from model.search.native.kernels.machine import inner, kernel


@inner
def observe_block(gates, literals, block, lanes, inputs, values, square, out, first):
    """out[i, first + lane] becomes the value of literal i in a state of the block."""
    load(block, lanes, inputs, values, square)
    evaluate(gates, inputs, values)
    for i in range(literals.shape[0]):
        for k in range(WORDS):
            word = slice_of(values, literals[i], k)
            for lane in range(min(64, max(0, lanes - 64 * k))):
                out[i, first + 64 * k + lane] = (word >> np.uint64(lane)) & ONE


@kernel
def observe(gates, literals, block, inputs, values, square, out):
    """out[i, lane] becomes the value of literal i in a state of the block."""
    observe_block(gates, literals, block, out.shape[1], inputs, values, square, out, 0)


@kernel
def observe_all(gates, literals, seen, scratch, inputs, values, out):
    """out[i, s] becomes the value of literal i in state s."""
    for start in range(0, out.shape[1], LANES):
        lanes = min(LANES, out.shape[1] - start)
        read_block(seen, start, lanes, scratch.block, scratch.halves)
        observe_block(
            gates, literals, scratch.block, lanes, inputs, values, scratch.bench.square, out, start
        )
