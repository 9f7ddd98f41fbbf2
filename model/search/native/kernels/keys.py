"""The key of a state: 64 bits that stand for it in the seen set.

Exact: a state is cut into two halves, and each half is *interned*: a table of its own gives equal
halves equal numbers of 32 bits, and keeps each once. The two numbers are the state's *root*,
which is as good as the state and can be turned back into it. There are far fewer halves than
states (some hundredth where it was measured), so the exact set takes hardly more than eight bytes
a slot, and the tables of halves stay in the cache. The key is the root, mixed by a bijection.
(Two levels of the tree compression of Blom, Lisser, van de Pol & Weber, "A database approach to
distributed state space generation", 2008; Laarman, van de Pol & Weber, "Parallel recursive state
compression for free", 2011.)

Fingerprints: the key is a hash of the state. Two states with the same hash would be taken for
one, and the second never searched; the search says how probable that is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.search.native.kernels.machine import (
    claim,
    inlined,
    inner,
    matches,
    matches_upper_half,
    reserve,
    trailing_zeros,
)
from model.search.native.kernels.table import home, next_bucket

_ONE = np.uint64(1)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_NONE = np.uint64(0)
_GAMMA, _M1, _M2 = (
    np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)


class Halves(NamedTuple):
    """The distinct first, or second, halves of states.

    Attributes:
        table: uint64[slots]; the lower half of an entry is a half's number plus one, its upper
            half that of the half's hash.
        rows: uint64[capacity, words of a half].
        cursor: int64[1], the next free number. A number may stay unused, when two threads find
            the same half at the same time.
    """

    table: NDArray[np.uint64]
    rows: NDArray[np.uint64]
    cursor: NDArray[np.int64]


@inlined
def mixed(x):
    """A bijection of 64 bits: the output function of SplitMix64 (Steele, Lea & Flood 2014)."""
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@inner
def hash_rows(rows, count, first, end, hashes):
    """Writes 64-bit hashes, never zero, of some words of the first states of a block.

    Every word is mixed in by a bijection that lets each of its bits change all others: a weaker
    one gives states that differ in the same bits of two words the same hash.
    """
    for i in range(count):
        hashes[i] = _GAMMA
    for word in range(first, end):
        for i in range(count):
            hashes[i] = mixed(hashes[i] ^ rows[word, i])
    for i in range(count):
        hashes[i] = max(hashes[i], _ONE)


@inner
def hash_of(states, number):
    """The same hash of a state, or of a half, that lies in a row of its own."""
    h = _GAMMA
    for word in range(states.shape[1]):
        h = mixed(h ^ states[number, word])
    return max(h, _ONE)


@inlined
def entry_of(h, number):
    """The entry of a half in its table, from its hash and its number."""
    return ((h >> _HALF) << _HALF) | np.uint64(number + 1)


@inlined
def likely(table, h):
    """The number of the half that the home of a hash points to, or -1; it may be another half."""
    b = home(table.shape[0], h)
    alike = matches_upper_half(table, b, h) & ~matches(table, b, _NONE)
    if alike == 0:
        return np.int64(-1)
    return np.int64(table[b + np.int64(trailing_zeros(alike))] & _LOW) - 1


@inner
def intern(halves, rows, i, first, end, h):
    """The number of the half that these words of a block's state are, which is new or known."""
    table, known, cursor = halves.table, halves.rows, halves.cursor
    slots = table.shape[0]
    b = home(slots, h)
    number = np.int64(-1)
    while True:
        free = matches(table, b, _NONE)
        alike = matches_upper_half(table, b, h) & ~free
        while alike != 0:
            place = b + np.int64(trailing_zeros(alike))
            other = np.int64(table[place] & _LOW) - 1
            different = np.uint64(0)
            for word in range(first, end):
                different |= known[other, word - first] ^ rows[word, i]
            if different == 0:
                return np.uint64(other)
            alike &= alike - _ONE
        if free == 0:
            b = next_bucket(slots, b)
            continue
        if number < 0:
            # Write the half before its slot shows it to other threads.
            number = reserve(cursor, np.int64(1))
            for word in range(first, end):
                known[number, word - first] = rows[word, i]
        if claim(table, b + np.int64(trailing_zeros(free)), entry_of(h, number)) == 0:
            return np.uint64(number)


@inlined
def root_of(first, second):
    """The root of a state from the numbers of its halves: never zero."""
    return ((first << _HALF) | second) + _ONE


@inlined
def first_of(root):
    """The number of a root's first half."""
    return (root - _ONE) >> _HALF


@inlined
def second_of(root):
    """The number of a root's second half."""
    return (root - _ONE) & _LOW
