"""The seen set: one open-addressed table of 64-bit slots, shared by all threads.

A slot holds a tag, which is the upper half of a state's hash, and the state's number plus one.
The home slot is the top bits of the tag, so a table is doubled in one pass from front to back. A
hit on the tag is confirmed by comparing the states themselves: nothing is ever lost, the search
is exact. A state is written before its slot is claimed by compare-and-swap, and slots are never
emptied.
"""

from __future__ import annotations

import numpy as np

from model.search.native.machine import claim, kernel, prefetch, reserve

SPAN = 4096  # numbers that a thread reserves at a time

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@kernel
def hash_of(rows, i):
    """A 64-bit hash of a state: multiply and fold per word (constants of SplitMix64)."""
    h = np.uint64(0x9E3779B97F4A7C15)
    for word in range(rows.shape[1]):
        h ^= rows[i, word]
        h *= np.uint64(0xBF58476D1CE4E5B9)
        h ^= h >> np.uint64(32)
        h *= np.uint64(0x94D049BB133111EB)
        h ^= h >> np.uint64(29)
    return h


@kernel
def home(slots, h):
    """The slot at which the search for a hash begins: the top bits of its tag."""
    # The number of slots is a power of two: tag * slots / 2**32, without leaving 64 bits.
    return np.int64(((h >> _HALF) * np.uint64(slots)) >> _HALF)


@kernel
def same(states, number, rows, i):
    """Whether a state is the one in a row."""
    different = np.uint64(0)
    for word in range(rows.shape[1]):
        different |= states[number, word] ^ rows[i, word]
    return different == 0


@kernel
def find(table, states, rows, i, h):
    """The number of the state in a row, or -1."""
    slot = home(table.shape[0], h)
    while True:
        entry = table[slot]
        if entry == 0:
            return np.int64(-1)
        if entry >> _HALF == h >> _HALF:
            number = np.int64(entry & _LOW) - 1
            if same(states, number, rows, i):
                return number
        slot = (slot + 1) & (table.shape[0] - 1)


@kernel
def end_segment(span, segments, found):
    """Notes the range of states that the thread has added since the last segment."""
    if span[0] > span[2]:
        segments[found[0], 0] = span[2]
        segments[found[0], 1] = span[0]
        found[0] += 1
        span[2] = span[0]


@kernel
def insert(states, parents, table, cursor, span, segments, found, rows, i, h, parent):
    """Adds the state in a row if no thread has; tells whether it was added."""
    slot = home(table.shape[0], h)
    number = np.int64(-1)
    while True:
        entry = table[slot]
        if entry == 0:
            if number < 0:
                # Write the state before its slot shows it to other threads.
                if span[0] == span[1]:
                    end_segment(span, segments, found)
                    span[0] = reserve(cursor, np.int64(SPAN))
                    span[1] = span[0] + SPAN
                    span[2] = span[0]
                number = span[0]
                for word in range(rows.shape[1]):
                    states[number, word] = rows[i, word]
                parents[number] = parent
            entry = claim(table, slot, ((h >> _HALF) << _HALF) | np.uint64(number + 1))
            if entry == 0:
                span[0] += 1
                return True
        if entry >> _HALF == h >> _HALF and same(states, np.int64(entry & _LOW) - 1, rows, i):
            return False
        slot = (slot + 1) & (table.shape[0] - 1)


@kernel
def rehash(old, new):
    """Moves every entry into a larger, empty table; both are walked from front to back."""
    mask = new.shape[0] - 1
    for i in range(old.shape[0]):
        if old[i] != 0:
            slot = home(new.shape[0], old[i])
            while new[slot] != 0:
                slot = (slot + 1) & mask
            new[slot] = old[i]


@kernel
def prefetch_match(states, table, h):
    """Asks for the state that the home slot of a hash points to, if its tag fits."""
    entry = table[home(table.shape[0], h)]
    if entry != 0 and entry >> _HALF == h >> _HALF:
        prefetch(states, (np.int64(entry & _LOW) - 1) * states.shape[1])
