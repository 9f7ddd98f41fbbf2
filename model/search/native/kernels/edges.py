"""The transitions of an explored graph as machine code."""

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
from model.search.native.kernels.expand import find_roots, take_step
from model.search.native.kernels.keys import hash_of, hash_rows, mixed
from model.search.native.kernels.log import read_block
from model.search.native.kernels.machine import inner, kernel, ones, trailing_zeros
from model.search.native.kernels.table import prefetch_home, slot_of


@kernel
def number_slots(seen, numbers):
    """Notes at each slot of the table the number of its state."""
    table, log = seen.table, seen.log
    for number in range(seen.cursor[0]):
        exact = seen.exact != 0
        key = mixed(log[number, 0]) if exact else hash_of(log, number)
        numbers[slot_of(table, key)] = number


@inner
def open_block(code, seen, scratch, start, lanes):
    """Evaluates a block of states."""
    read_block(seen, start, lanes, scratch.block, scratch.halves)
    load(scratch.block, lanes, code.inputs, scratch.values, scratch.bench.square)
    evaluate(code.gates, code.inputs, scratch.values)


@kernel
def degrees(code, seen, scratch, first, end, offsets):
    """Writes behind the place of each state how many transitions it has."""
    for start in range(first, end, LANES):
        lanes = min(LANES, end - start)
        open_block(code, seen, scratch, start, lanes)
        for step in range(code.guards.shape[0]):
            for k in range(WORDS):
                g = slice_of(scratch.values, code.guards[step], k) & present_lanes(lanes, k)
                while g != 0:
                    offsets[start + 64 * k + np.int64(trailing_zeros(g)) + 1] += 1
                    g &= g - ONE


@inner
def write(seen, scratch, buffered, start, numbers, offsets, targets, labels, done):
    """Writes the buffered transitions; `done` counts those of each lane."""
    rows, origins, keys = scratch.rows, scratch.origins, scratch.keys
    if seen.exact != 0:
        find_roots(seen, scratch, buffered)
    else:
        hash_rows(rows, buffered, 0, rows.shape[0], keys[0])
    for i in range(buffered):
        prefetch_home(seen.table, keys[0, i])
    for i in range(buffered):
        lane = origins[0, i]
        place = offsets[start + lane] + done[lane]
        targets[place] = numbers[slot_of(seen.table, keys[0, i])]
        labels[place] = origins[1, i]
        done[lane] += 1


@kernel
def fill(code, seen, scratch, first, end, numbers, offsets, targets, labels):
    """Writes the transitions of some states in compressed rows."""
    done = scratch.done
    for start in range(first, end, LANES):
        lanes = min(LANES, end - start)
        open_block(code, seen, scratch, start, lanes)
        done[:] = 0
        buffered = 0
        for step in range(code.guards.shape[0]):
            for k in range(WORDS):
                enabled = slice_of(scratch.values, code.guards[step], k) & present_lanes(lanes, k)
                if enabled == 0:
                    continue
                if buffered + np.int64(ones(enabled)) > LANES:
                    write(seen, scratch, buffered, start, numbers, offsets, targets, labels, done)
                    buffered = 0
                buffered = take_step(code, step, enabled, k, scratch, buffered)
        write(seen, scratch, buffered, start, numbers, offsets, targets, labels, done)
