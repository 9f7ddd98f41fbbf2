"""The search itself, as machine code. Compiled once by Numba and cached on disk.

Successors are buffered. Their slots are prefetched when they are made, the states that the slots
point to when the buffer is full, and only then are they compared: a random access to memory per
transition is the floor of such a search, so as many as possible are under way at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.search.native.blocks import (
    LANES,
    ONE,
    WORDS,
    evaluate,
    load,
    present_lanes,
    slice_of,
)
from model.search.native.machine import kernel, ones, prefetch, trailing_zeros
from model.search.native.table import (
    SPAN,
    end_segment,
    find,
    hash_of,
    home,
    insert,
    prefetch_match,
)

BUFFER = 256


class Code(NamedTuple):
    """The spec at its scope; see `program.Program`, which makes it."""

    gates: NDArray[np.int32]
    guards: NDArray[np.int32]
    keep: NDArray[np.uint64]
    put: NDArray[np.uint64]
    computed_from: NDArray[np.int32]
    computed: NDArray[np.int32]
    grows: NDArray[np.uint64]
    action_of: NDArray[np.int32]
    watched: NDArray[np.int32]
    final: int
    measured_from: NDArray[np.int32]
    measured: NDArray[np.int32]
    inputs: int


class Seen(NamedTuple):
    """What all threads share: the states, who found them, their index, the next free number."""

    states: NDArray[np.uint64]
    parents: NDArray[np.uint32]
    table: NDArray[np.uint64]
    cursor: NDArray[np.int64]


class Tally(NamedTuple):
    """What one thread counts and finds.

    `span` is the reserved numbers [next, end) and where the last segment began; `pending` lists
    the watched outputs without a hit, its last element their number; `dead` is the first
    deadlocked state or -1; `stalled` counts transitions that are not `grown`; `added` counts
    new states; `segments` collects the ranges of new states, `found` is how many there are.
    """

    hits: NDArray[np.int64]
    pending: NDArray[np.int64]
    maxima: NDArray[np.int64]
    enabled: NDArray[np.int64]
    taken: NDArray[np.int64]
    discovered: NDArray[np.int64]
    dead: NDArray[np.int64]
    stalled: NDArray[np.int64]
    added: NDArray[np.int64]
    span: NDArray[np.int64]
    segments: NDArray[np.int64]
    found: NDArray[np.int64]


class Scratch(NamedTuple):
    """One thread's working space."""

    values: NDArray[np.uint64]
    square: NDArray[np.uint64]
    in_action: NDArray[np.uint64]
    fill: NDArray[np.int64]
    buffer: NDArray[np.uint64]
    hashes: NDArray[np.uint64]
    origins: NDArray[np.int64]


@kernel
def successor(states, number, values, k, lane, step, keep, put, computed_from, computed, rows, i):
    """Writes the state that a step leads to into a row."""
    for word in range(rows.shape[1]):
        rows[i, word] = (states[number, word] & keep[step, word]) | put[step, word]
    for c in range(computed_from[step], computed_from[step + 1]):
        bit = (slice_of(values, computed[c, 2], k) >> np.uint64(lane)) & ONE
        rows[i, computed[c, 0]] |= bit << np.uint64(computed[c, 1])


@kernel
def grown(states, number, rows, i, grows):
    """Whether the step from a state to a row leads on for good: see `program.growing_bits`."""
    first, set_, cleared = np.uint64(0), np.uint64(0), np.uint64(0)
    for word in range(rows.shape[1]):
        old, new = states[number, word], rows[i, word]
        first |= (old ^ new) & grows[0, word]
        set_ |= ~old & new & grows[1, word]
        cleared |= old & ~new & grows[1, word]
    return first != 0 or (set_ != 0 and cleared == 0)


@kernel
def watch(code, values, lanes, first, tally):
    """Notes the first state of each watched literal, and the largest measured values."""
    pending = tally.pending
    outputs = pending.shape[0] - 1
    left = pending[outputs]
    i = 0
    while i < left:
        output = pending[i]
        found = False
        for k in range(WORDS):
            word = slice_of(values, code.watched[output], k) & present_lanes(lanes, k)
            if word != 0:
                tally.hits[output] = first + 64 * k + np.int64(trailing_zeros(word))
                found = True
                break
        if found:
            left -= 1
            pending[i] = pending[left]
        else:
            i += 1
    pending[outputs] = left
    for b in range(code.measured_from.shape[0] - 1):
        low, high = code.measured_from[b], code.measured_from[b + 1]
        for k in range(WORDS):
            candidates = present_lanes(lanes, k)
            if candidates == 0:
                break
            value = np.int64(0)
            for i in range(high - 1, low - 1, -1):
                narrowed = candidates & slice_of(values, code.measured[i], k)
                if narrowed != 0:
                    candidates = narrowed
                    value |= np.int64(1) << np.int64(i - low)
            tally.maxima[b] = max(tally.maxima[b], value)


@kernel
def flush(seen, tally, scratch, buffered):
    """Looks the buffered successors up and adds those that are new."""
    states, parents, table, cursor = seen.states, seen.parents, seen.table, seen.cursor
    rows, hashes, origins = scratch.buffer, scratch.hashes, scratch.origins
    span, segments, found = tally.span, tally.segments, tally.found
    discovered, added = tally.discovered, tally.added
    for i in range(buffered):
        prefetch_match(states, table, hashes[i])
    for i in range(buffered):
        if insert(
            states, parents, table, cursor, span, segments, found, rows, i, hashes[i], origins[i, 0]
        ):
            added[0] += 1
            discovered[origins[i, 1]] += 1


@kernel
def expand_block(code, seen, tally, scratch, first, lanes):
    """Takes every enabled step of the states first..first + lanes."""
    states, table = seen.states, seen.table
    values, rows, hashes, origins = scratch.values, scratch.buffer, scratch.hashes, scratch.origins
    guards, action_of, grows = code.guards, code.action_of, code.grows
    keep, put, computed_from, computed = code.keep, code.put, code.computed_from, code.computed
    taken, stalled, in_action = tally.taken, tally.stalled, scratch.in_action
    in_action[:] = 0
    load(states, first, lanes, code.inputs, values, scratch.square)
    evaluate(code.gates, code.inputs, values)
    watch(code, values, lanes, first, tally)
    buffered = 0
    for step in range(guards.shape[0]):
        for k in range(WORDS):
            g = slice_of(values, guards[step], k) & present_lanes(lanes, k)
            if g == 0:
                continue
            in_action[action_of[step], k] |= g
            taken[step] += np.int64(ones(g))
            while g != 0:
                lane = np.int64(trailing_zeros(g))
                g &= g - ONE
                number = first + 64 * k + lane
                successor(
                    states, number, values, k, lane, step, keep, put, computed_from, computed,
                    rows, buffered,
                )  # fmt: skip
                if not grown(states, number, rows, buffered, grows):
                    stalled[0] += 1
                h = hash_of(rows, buffered)
                prefetch(table, home(table.shape[0], h))
                hashes[buffered] = h
                origins[buffered, 0] = number
                origins[buffered, 1] = step
                buffered += 1
                if buffered == BUFFER:
                    flush(seen, tally, scratch, buffered)
                    buffered = 0
    flush(seen, tally, scratch, buffered)
    for k in range(WORDS):
        some = np.uint64(0)
        for action in range(in_action.shape[0]):
            tally.enabled[action] += np.int64(ones(in_action[action, k]))
            some |= in_action[action, k]
        stuck = present_lanes(lanes, k) & ~some & ~slice_of(values, code.final, k)
        if stuck != 0 and tally.dead[0] < 0:
            tally.dead[0] = first + 64 * k + np.int64(trailing_zeros(stuck))


@kernel
def expand(code, seen, tally, scratch, work, room):
    """Expands ranges of states, block by block, while there is surely room for the successors.

    Args:
        work: int64[n, 2], ranges of numbers; what is left to do afterwards is written back.
        room: the numbers that may be reserved in all, by all threads.
    """
    worst = LANES * code.guards.shape[0] + SPAN
    for i in range(work.shape[0]):
        while work[i, 0] < work[i, 1]:
            full = tally.found[0] + worst // SPAN + 2 > tally.segments.shape[0]
            if full or seen.cursor[0] + worst > room:
                end_segment(tally.span, tally.segments, tally.found)
                return
            lanes = min(LANES, work[i, 1] - work[i, 0])
            expand_block(code, seen, tally, scratch, work[i, 0], lanes)
            work[i, 0] += lanes
    end_segment(tally.span, tally.segments, tally.found)


@kernel
def edges(code, seen, scratch, ranges, offsets, targets, labels):
    """Writes every transition of the explored graph, in compressed rows by source state.

    `ranges` are the numbers in use, in order; numbers between them get no transitions.
    """
    values, rows = scratch.values, scratch.buffer
    fill = scratch.fill
    total, last = np.int64(0), np.int64(0)
    for i in range(ranges.shape[0]):
        for first in range(ranges[i, 0], ranges[i, 1], LANES):
            offsets[last:first] = total
            lanes = min(LANES, ranges[i, 1] - first)
            load(seen.states, first, lanes, code.inputs, values, scratch.square)
            evaluate(code.gates, code.inputs, values)
            fill[:] = 0
            for step in range(code.guards.shape[0]):
                for k in range(WORDS):
                    g = slice_of(values, code.guards[step], k) & present_lanes(lanes, k)
                    while g != 0:
                        fill[64 * k + np.int64(trailing_zeros(g))] += 1
                        g &= g - ONE
            for lane in range(lanes):
                offsets[first + lane] = total
                degree = fill[lane]
                fill[lane] = total
                total += degree
            for step in range(code.guards.shape[0]):
                for k in range(WORDS):
                    g = slice_of(values, code.guards[step], k) & present_lanes(lanes, k)
                    while g != 0:
                        lane = np.int64(trailing_zeros(g))
                        g &= g - ONE
                        place = 64 * k + lane
                        successor(
                            seen.states, first + place, values, k, lane, step, code.keep, code.put,
                            code.computed_from, code.computed, rows, 0,
                        )  # fmt: skip
                        h = hash_of(rows, 0)
                        targets[fill[place]] = find(seen.table, seen.states, rows, 0, h)
                        labels[fill[place]] = step
                        fill[place] += 1
            last = first + lanes
    offsets[last:] = total


@kernel
def observe(gates, inputs, states, count, literals, values, square, out):
    """out[i, s] becomes the value of literal i in state s."""
    for first in range(0, count, LANES):
        lanes = min(LANES, count - first)
        load(states, first, lanes, inputs, values, square)
        evaluate(gates, inputs, values)
        for i in range(literals.shape[0]):
            for k in range(WORDS):
                word = slice_of(values, literals[i], k)
                for lane in range(min(64, max(0, lanes - 64 * k))):
                    out[i, first + 64 * k + lane] = (word >> np.uint64(lane)) & ONE
