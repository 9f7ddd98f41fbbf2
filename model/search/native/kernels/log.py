"""The log of states: read by the block, and back into the tables after a search was resumed."""

from __future__ import annotations

import numpy as np

from model.search.native.kernels.keys import entry_of, first_of, hash_of, mixed, second_of
from model.search.native.kernels.machine import inner, kernel, prefetch
from model.search.native.kernels.table import insert, put


@inner
def read_block(seen, start, lanes, block, halves):
    """Copies states start.. from the log, and the numbers of their halves if there are any."""
    log = seen.log
    if seen.exact == 0:
        for lane in range(lanes):
            for word in range(block.shape[0]):
                block[word, lane] = log[start + lane, word]
        return
    first, second = seen.first.rows, seen.second.rows
    middle = first.shape[1]
    for lane in range(lanes):
        root = log[start + lane, 0]
        a, b = first_of(root), second_of(root)
        halves[0, lane], halves[1, lane] = a, b
        prefetch(first, np.int64(a) * middle)
        prefetch(second, np.int64(b) * second.shape[1])
    for lane in range(lanes):
        a, b = np.int64(halves[0, lane]), np.int64(halves[1, lane])
        for word in range(middle):
            block[word, lane] = first[a, word]
        for word in range(middle, block.shape[0]):
            block[word, lane] = second[b, word - middle]


@kernel
def read_one(seen, number, scratch):
    """Copies a state from the log into lane 0 of the block."""
    read_block(seen, number, 1, scratch.block, scratch.halves)


@kernel
def remember(seen, start, end):
    """Puts the keys of states that are in the log into the table: after a search was resumed."""
    table, log = seen.table, seen.log
    for number in range(start, end):
        if seen.exact != 0:
            insert(table, mixed(log[number, 0]))
        else:
            insert(table, hash_of(log, number))


@kernel
def mark_halves(log, states, half, used):
    """Notes which numbers of first (0) or second (1) halves are those of states in the log."""
    for number in range(states):
        root = log[number, 0]
        used[np.int64(first_of(root) if half == 0 else second_of(root))] = True


@kernel
def remember_halves(rows, used, table):
    """Puts those of the halves that are used into their table: after a search was resumed."""
    for number in range(used.shape[0]):
        if used[number]:
            put(table, entry_of(hash_of(rows, number), number))
