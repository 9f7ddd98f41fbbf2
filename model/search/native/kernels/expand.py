"""The search itself, as machine code. Compiled once by Numba and cached on disk.

Successors are buffered by the block, made normal, and given their keys; the slots of the keys
are prefetched, and only then looked at: one random access to memory per transition is the floor
of such a search, so as many as possible are under way at once. What is new is appended to the
log of states, from which the next depth is read in order.
"""

from __future__ import annotations

import numpy as np

from model.search.native.kernels.blocks import (
    LANES,
    ONE,
    WORDS,
    evaluate,
    load,
    present_lanes,
    slice_of,
)
from model.search.native.kernels.keys import hashed, intern, mixed, root_of
from model.search.native.kernels.log import read_block
from model.search.native.kernels.machine import inner, kernel, ones, reserve, trailing_zeros
from model.search.native.kernels.normal import normalise
from model.search.native.kernels.table import insert, prefetch_home


@inner
def find_roots(seen, scratch, buffered):
    """Interns the halves of the buffered successors, and fills in `roots` and `keys`.

    A step often leaves one half as it is: then its number is that of the state it comes from.
    """
    rows, block, halves, origins = scratch.rows, scratch.block, scratch.halves, scratch.origins
    keys, roots = scratch.keys, scratch.roots
    words, middle = rows.shape[1], seen.first.rows.shape[1]
    for i in range(buffered):
        lane = origins[i, 0]
        different = np.uint64(0)
        for word in range(middle):
            different |= rows[i, word] ^ block[lane, word]
        keys[i, 0] = 0
        if different != 0:
            keys[i, 0] = hashed(rows, i, 0, middle)
            prefetch_home(seen.first.table, keys[i, 0])
        different = np.uint64(0)
        for word in range(middle, words):
            different |= rows[i, word] ^ block[lane, word]
        keys[i, 1] = 0
        if different != 0:
            keys[i, 1] = hashed(rows, i, middle, words)
            prefetch_home(seen.second.table, keys[i, 1])
    for i in range(buffered):
        lane = origins[i, 0]
        a, b = halves[lane, 0], halves[lane, 1]
        if keys[i, 0] != 0:
            a = intern(seen.first, rows, i, 0, middle, keys[i, 0])
        if keys[i, 1] != 0:
            b = intern(seen.second, rows, i, middle, words, keys[i, 1])
        roots[i] = root_of(a, b)
        keys[i, 0] = mixed(roots[i])


@inner
def flush(normal, seen, tally, scratch, buffered, start):
    """Adds those of the buffered successors that are new; `start` is the number of lane 0."""
    if buffered == 0:
        return
    rows, origins, keys, fresh = scratch.rows, scratch.origins, scratch.keys, scratch.fresh
    table, log, parents = seen.table, seen.log, seen.parents
    discovered = tally.discovered
    words = rows.shape[1]
    normalise(normal, rows, buffered, scratch.bench, tally.closed)
    if seen.exact != 0:
        find_roots(seen, scratch, buffered)
    else:
        for i in range(buffered):
            keys[i, 0] = hashed(rows, i, 0, words)
    for i in range(buffered):
        prefetch_home(table, keys[i, 0])
    new = 0
    for i in range(buffered):
        if insert(table, keys[i, 0]):
            fresh[new] = i
            new += 1
    if new == 0:
        return
    number = reserve(seen.cursor, np.int64(new))
    tally.added[0] += new
    for j in range(new):
        i = fresh[j]
        if seen.exact != 0:
            log[number + j, 0] = scratch.roots[i]
        else:
            for word in range(words):
                log[number + j, word] = rows[i, word]
        parents[number + j] = start + origins[i, 0]
        discovered[origins[i, 1]] += 1


@inner
def watch(code, values, lanes, start, tally):
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
                tally.hits[output] = start + 64 * k + np.int64(trailing_zeros(word))
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


@inner
def take_step(code, step, enabled, k, scratch, buffered):
    """Writes the successors of word k's enabled lanes into the buffer; returns how full it is."""
    block, values, rows, origins = scratch.block, scratch.values, scratch.rows, scratch.origins
    keep, put, computed = code.keep, code.put, code.computed
    begin, end = code.computed_from[step], code.computed_from[step + 1]
    words = rows.shape[1]
    while enabled != 0:
        bit = trailing_zeros(enabled)
        enabled &= enabled - ONE
        lane = 64 * k + np.int64(bit)
        for word in range(words):
            rows[buffered, word] = (block[lane, word] & keep[step, word]) | put[step, word]
        for c in range(begin, end):
            new = (slice_of(values, computed[c, 2], k) >> bit) & ONE
            rows[buffered, computed[c, 0]] |= new << np.uint64(computed[c, 1])
        origins[buffered, 0] = lane
        origins[buffered, 1] = step
        buffered += 1
    return buffered


@inner
def expand_block(code, normal, seen, tally, scratch, start, lanes):
    """Takes every enabled step of the states start..start + lanes that is not eager."""
    values, in_action = scratch.values, scratch.in_action
    in_action[:] = 0
    read_block(seen, start, lanes, scratch.block, scratch.halves)
    load(scratch.block, lanes, code.inputs, values, scratch.bench.square)
    evaluate(code.gates, code.inputs, values)
    watch(code, values, lanes, start, tally)
    buffered = 0
    for step in range(code.guards.shape[0]):
        action = code.action_of[step]
        for k in range(WORDS):
            enabled = slice_of(values, code.guards[step], k) & present_lanes(lanes, k)
            if enabled == 0:
                continue
            in_action[action, k] |= enabled
            if code.eager[step]:
                continue
            tally.taken[step] += np.int64(ones(enabled))
            if buffered > LANES - 64:
                flush(normal, seen, tally, scratch, buffered, start)
                buffered = 0
            buffered = take_step(code, step, enabled, k, scratch, buffered)
    flush(normal, seen, tally, scratch, buffered, start)
    for k in range(WORDS):
        some = np.uint64(0)
        for action in range(in_action.shape[0]):
            tally.enabled[action] += np.int64(ones(in_action[action, k]))
            some |= in_action[action, k]
        stuck = present_lanes(lanes, k) & ~some & ~slice_of(values, code.final, k)
        if stuck != 0 and tally.dead[0] < 0:
            tally.dead[0] = start + 64 * k + np.int64(trailing_zeros(stuck))


@kernel
def expand_one(code, scratch, first, end):
    """Writes the successors of the state in lane 0 by some steps, not eager, into the buffer.

    Returns:
        How many there are.
    """
    values = scratch.values
    load(scratch.block, 1, code.inputs, values, scratch.bench.square)
    evaluate(code.gates, code.inputs, values)
    buffered = 0
    for step in range(first, end):
        enabled = slice_of(values, code.guards[step], 0) & ONE
        if enabled != 0 and not code.eager[step]:
            buffered = take_step(code, step, enabled, 0, scratch, buffered)
    return buffered


@kernel
def expand(code, normal, seen, tally, scratch, work, room):
    """Expands states block by block, while there is surely room for the successors.

    Args:
        work: int64[2], a range of numbers; what is left to do afterwards is written back.
        room: int64[3], how many states and how many first and second halves there may be before
            a block is begun.
    """
    while work[0] < work[1]:
        full = seen.cursor[0] > room[0]
        full |= seen.first.cursor[0] > room[1] or seen.second.cursor[0] > room[2]
        if full:
            return
        lanes = min(np.int64(LANES), work[1] - work[0])
        expand_block(code, normal, seen, tally, scratch, work[0], lanes)
        work[0] += lanes


@kernel
def admit(normal, seen, tally, scratch, lanes):
    """Adds initial states, which are in the rows of the block and of the buffer."""
    for lane in range(lanes):
        scratch.halves[lane, 0] = intern_half(seen.first, scratch.block, lane, 0)
        scratch.halves[lane, 1] = intern_half(
            seen.second, scratch.block, lane, seen.first.rows.shape[1]
        )
        scratch.origins[lane, 0] = lane
        scratch.origins[lane, 1] = 0
    flush(normal, seen, tally, scratch, lanes, np.int64(0))


@inner
def intern_half(halves, rows, lane, first):
    """The number of a half, found without help from where the state came from."""
    end = first + halves.rows.shape[1]
    if first == end:
        return np.uint64(0)
    return intern(halves, rows, lane, first, end, hashed(rows, lane, first, end))
