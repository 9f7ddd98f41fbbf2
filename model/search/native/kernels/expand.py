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
from model.search.native.kernels.keys import hash_rows, intern, likely, mixed, root_of
from model.search.native.kernels.log import read_block
from model.search.native.kernels.machine import (
    inner,
    kernel,
    ones,
    prefetch,
    reserve,
    trailing_zeros,
)
from model.search.native.kernels.normal import normalise
from model.search.native.kernels.table import insert, prefetch_home


@inner
def number_halves(halves, side, first, end, scratch, buffered):
    """Interns one half of the buffered successors, and writes its numbers into `keys[side]`.

    A step often leaves a half as it is: then its number is that of the state it comes from. In
    passes, so that many accesses to memory are under way at once.
    """
    rows, block, lanes = scratch.rows, scratch.block, scratch.origins[0]
    numbers, known_numbers = scratch.keys[side], scratch.halves[side]
    hashes, guesses, changes = scratch.hashes, scratch.fresh, scratch.changes
    table, known = halves.table, halves.rows
    for i in range(buffered):
        hashes[i] = 0
    for word in range(first, end):
        for i in range(buffered):
            hashes[i] |= rows[word, i] ^ block[word, lanes[i]]
    changed = 0
    for i in range(buffered):
        numbers[i] = known_numbers[lanes[i]]
        changes[changed] = i
        changed += np.int64(hashes[i] != 0)
    hash_rows(rows, buffered, first, end, hashes)
    for j in range(changed):
        prefetch_home(table, hashes[changes[j]])
    for j in range(changed):
        guess = likely(table, hashes[changes[j]])
        guesses[j] = guess
        prefetch(known, max(guess, np.int64(0)) * known.shape[1])
    for j in range(changed):
        i, guess = changes[j], guesses[j]
        different = np.uint64(guess < 0)
        place = np.uint64(max(guess, np.int64(0)))
        for word in range(first, end):
            different |= known[place, word - first] ^ rows[word, i]
        numbers[i] = place
        if different != 0:
            numbers[i] = intern(halves, rows, i, first, end, hashes[i])


@inner
def find_roots(seen, scratch, buffered):
    """Fills in `roots` and `keys[0]` of the buffered successors."""
    keys, roots = scratch.keys, scratch.roots
    words, middle = scratch.rows.shape[0], seen.first.rows.shape[1]
    number_halves(seen.first, 0, 0, middle, scratch, buffered)
    number_halves(seen.second, 1, middle, words, scratch, buffered)
    for i in range(buffered):
        root = root_of(keys[0, i], keys[1, i])
        roots[i] = root
        keys[0, i] = mixed(root)


@inner
def drop_known(scratch, buffered):
    """Leaves of the buffered successors only those not met a short while ago, as `recent` tells.

    Most transitions lead where another one just has: two steps that commute lead to one state in
    either order, from states that lie near each other in the log. What is in the cache of the
    processor tells so sooner than the seen set in memory. States are compared, so nothing is
    lost. Without branches, since whether a successor is known cannot be predicted.

    Returns:
        How many are left; they are at the front, and so are their hashes.
    """
    rows, origins, hashes, kept = scratch.rows, scratch.origins, scratch.hashes, scratch.changes
    recent_hashes, recent = scratch.recent_hashes, scratch.recent
    mask = np.uint64(recent_hashes.shape[0] - 1)
    words = rows.shape[0]
    hash_rows(rows, buffered, 0, words, hashes)
    left = 0
    for i in range(buffered):
        h = hashes[i]
        place = h & mask
        different = recent_hashes[place] ^ h
        recent_hashes[place] = h
        for word in range(words):
            bits = rows[word, i]
            different |= recent[place, word] ^ bits
            recent[place, word] = bits
        kept[left] = i
        left += np.int64(different != 0)
    if left == buffered:
        return left
    for word in range(words):
        for j in range(left):
            rows[word, j] = rows[word, kept[j]]
    for j in range(left):
        i = kept[j]
        origins[0, j], origins[1, j] = origins[0, i], origins[1, i]
        hashes[j] = hashes[i]
    return left


@inner
def flush(normal, seen, tally, scratch, buffered, start):
    """Adds those of the buffered successors that are new; `start` is the number of lane 0."""
    if buffered == 0:
        return
    rows, origins, fresh, keys = scratch.rows, scratch.origins, scratch.fresh, scratch.keys[0]
    table, log, parents = seen.table, seen.log, seen.parents
    discovered = tally.discovered
    normalise(normal, rows, buffered, scratch.bench, tally.closed)
    buffered = drop_known(scratch, buffered)
    if seen.exact != 0:
        find_roots(seen, scratch, buffered)
    else:
        for i in range(buffered):
            keys[i] = scratch.hashes[i]
    for i in range(buffered):
        prefetch_home(table, keys[i])
    new = 0
    for i in range(buffered):
        if insert(table, keys[i]):
            fresh[new] = i
            new += 1
    if new == 0:
        return
    number = reserve(seen.cursor, np.int64(new))
    for j in range(new):
        i = fresh[j]
        if seen.exact != 0:
            log[number + j, 0] = scratch.roots[i]
        else:
            for word in range(rows.shape[0]):
                log[number + j, word] = rows[word, i]
        parents[number + j] = start + np.int64(origins[0, i])
        discovered[origins[1, i]] += 1


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
    block, values, rows = scratch.block, scratch.values, scratch.rows
    lanes, steps = scratch.origins[0], scratch.origins[1]
    first = buffered
    while enabled != 0:
        lanes[buffered] = np.uint64(64 * k) + trailing_zeros(enabled)
        steps[buffered] = step
        enabled &= enabled - ONE
        buffered += 1
    for word in range(rows.shape[0]):
        keep, put = code.keep[step, word], code.put[step, word]
        for i in range(first, buffered):
            rows[word, i] = (block[word, lanes[i]] & keep) | put
    for c in range(code.computed_from[step], code.computed_from[step + 1]):
        word, place = code.computed[c, 0], np.uint64(code.computed[c, 1])
        new = slice_of(values, code.computed[c, 2], k)
        for i in range(first, buffered):
            rows[word, i] |= ((new >> (lanes[i] & np.uint64(63))) & ONE) << place
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
    """Adds initial states, which are in the block and in the buffer."""
    if seen.exact != 0:
        middle, words = seen.first.rows.shape[1], scratch.rows.shape[0]
        hash_rows(scratch.block, lanes, 0, middle, scratch.hashes)
        for lane in range(lanes):
            scratch.halves[0, lane] = intern(
                seen.first, scratch.block, lane, 0, middle, scratch.hashes[lane]
            )
        hash_rows(scratch.block, lanes, middle, words, scratch.hashes)
        for lane in range(lanes):
            scratch.halves[1, lane] = intern(
                seen.second, scratch.block, lane, middle, words, scratch.hashes[lane]
            )
    for lane in range(lanes):
        scratch.origins[0, lane] = lane
        scratch.origins[1, lane] = 0
    flush(normal, seen, tally, scratch, lanes, np.int64(0))
