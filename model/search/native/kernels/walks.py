"""Random walks as machine code: 512 of them side by side, each with its own numbers.

A walk's random numbers depend on the seed and the walk's number alone, so that any walk can be
taken again by itself, in Python, with the interpreter: see `model.search.simulate`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.search.native.kernels.blocks import LANES, ONE, WORDS, evaluate, load, slice_of
from model.search.native.kernels.keys import mixed
from model.search.native.kernels.machine import inner, kernel, trailing_zeros

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_S32 = np.uint64(32)


class Walks(NamedTuple):
    """The walks under way, one a lane, and what they found.

    Attributes:
        states: uint64[words, 512].
        random: uint64[512], the state of each lane's random numbers.
        number: int64[512], which walk the lane is on; -1 for none.
        length: int64[512], the steps it has taken.
        enabled: int64[512], working space: enabled steps seen so far.
        chosen: int64[512], working space: the step to take.
        counts: int64[4], walks begun, steps taken, walks that came to rest, longest walk.
        taken: int64[steps].
        hits: int64[outputs + 1, 2], the walk and the length at which each watched output, and
            last a deadlock, was true after the fewest steps; -1 for never.
    """

    states: NDArray[np.uint64]
    random: NDArray[np.uint64]
    number: NDArray[np.int64]
    length: NDArray[np.int64]
    enabled: NDArray[np.int64]
    chosen: NDArray[np.int64]
    counts: NDArray[np.int64]
    taken: NDArray[np.int64]
    hits: NDArray[np.int64]


@inner
def step_in_place(code, states, lane, values, step):
    """Replaces a lane's state by the one that a step leads to."""
    k, bit = lane // 64, np.uint64(lane % 64)
    for word in range(states.shape[0]):
        states[word, lane] = (states[word, lane] & code.keep[step, word]) | code.put[step, word]
    for c in range(code.computed_from[step], code.computed_from[step + 1]):
        new = (slice_of(values, code.computed[c, 2], k) >> bit) & ONE
        states[code.computed[c, 0], lane] |= new << np.uint64(code.computed[c, 1])


@inner
def note(hits, output, walk, length):
    """Keeps the hit with the fewest steps, of those the one of the lowest walk."""
    shorter = length < hits[output, 1] or (length == hits[output, 1] and walk < hits[output, 0])
    if hits[output, 0] < 0 or shorter:
        hits[output, 0] = walk
        hits[output, 1] = length


@kernel
def walk(code, initial, walks, values, square, seed, walks_max, steps_max, rounds):
    """Takes this many rounds of steps, one a lane; lanes without a walk begin the next.

    Returns:
        Whether a lane is still walking.
    """
    states, number, length = walks.states, walks.number, walks.length
    words = states.shape[0]
    outputs = code.watched.shape[0]
    for _ in range(rounds):
        busy = False
        for lane in range(LANES):
            if number[lane] < 0 and walks.counts[0] < walks_max:
                number[lane] = walks.counts[0]
                walks.counts[0] += 1
                length[lane] = 0
                r = mixed(seed + _GAMMA * np.uint64(number[lane] + 1))
                first = np.int64(((r >> _S32) * np.uint64(initial.shape[0])) >> _S32)
                for word in range(words):
                    states[word, lane] = initial[first, word]
                walks.random[lane] = r
            busy |= number[lane] >= 0
            walks.enabled[lane] = 0
        if not busy:
            return False
        load(states, LANES, code.inputs, values, square)
        evaluate(code.gates, code.inputs, values)
        for k in range(WORDS):
            walking = np.uint64(0)
            for lane in range(64):
                if number[64 * k + lane] >= 0:
                    walking |= ONE << np.uint64(lane)
            for output in range(outputs):
                g = slice_of(values, code.watched[output], k) & walking
                while g != 0:
                    lane = 64 * k + np.int64(trailing_zeros(g))
                    g &= g - ONE
                    note(walks.hits, output, number[lane], length[lane])
            for step in range(code.guards.shape[0]):
                g = slice_of(values, code.guards[step], k) & walking
                while g != 0:
                    lane = 64 * k + np.int64(trailing_zeros(g))
                    g &= g - ONE
                    # Each of n enabled steps is chosen with probability 1/n (reservoir sampling).
                    walks.enabled[lane] += 1
                    walks.random[lane] += _GAMMA
                    draw = mixed(walks.random[lane]) >> _S32
                    if (draw * np.uint64(walks.enabled[lane])) >> _S32 == 0:
                        walks.chosen[lane] = step
        for lane in range(LANES):
            if number[lane] < 0:
                continue
            if walks.enabled[lane] == 0 or length[lane] == steps_max:
                k = lane // 64
                may_rest = (slice_of(values, code.final, k) >> np.uint64(lane % 64)) & ONE
                if walks.enabled[lane] == 0:
                    walks.counts[2] += 1
                    if may_rest == 0:
                        note(walks.hits, outputs, number[lane], length[lane])
                walks.counts[3] = max(walks.counts[3], length[lane])
                number[lane] = -1
                continue
            step = walks.chosen[lane]
            walks.taken[step] += 1
            walks.counts[1] += 1
            length[lane] += 1
            step_in_place(code, states, lane, values, step)
    return True
