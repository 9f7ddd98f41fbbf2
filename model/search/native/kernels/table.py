"""The seen set: open-addressed tables of 64-bit slots, shared by all threads.

A slot is zero or an entry whose upper half is uniformly distributed, and says where to look for
it: in the bucket that is that half, scaled to the number of buckets, and then in those behind it.
So a table can be made larger in one pass, by any factor, from the entries alone. Entries are put
in by compare-and-swap and never taken out.

The entry of a state is its *key*, all 64 bits of it (see `keys.py`): whether a state is new is
decided by one access to memory.
"""

from __future__ import annotations

import numpy as np

from model.search.native.kernels.machine import (
    claim,
    inlined,
    inner,
    kernel,
    matches,
    prefetch,
    trailing_zeros,
)

BUCKET = 8  # slots: a cache line

_HALF = np.uint64(32)
_NONE = np.uint64(0)


@inlined
def home(slots, entry):
    """The slot at which the search for an entry begins: the first of a bucket."""
    return np.int64((((entry >> _HALF) * np.uint64(slots // BUCKET)) >> _HALF) * np.uint64(BUCKET))


@inlined
def next_bucket(slots, b):
    """The bucket in which the search goes on when one is full."""
    b += BUCKET
    return b if b < slots else np.int64(0)


@inlined
def prefetch_home(table, entry):
    """Asks for the memory in which the search for an entry begins."""
    prefetch(table, home(table.shape[0], entry))


@inlined
def insert(table, key):
    """Adds a key, which is not zero, if no thread has; tells whether it was added.

    The slots of a bucket fill from the front. All of them are compared at once, since where in
    the bucket a key is cannot be predicted, and a wrong guess would hold up the accesses to
    memory that are under way.
    """
    slots = table.shape[0]
    b = home(slots, key)
    while True:
        if matches(table, b, key) != 0:
            return False
        free = matches(table, b, _NONE)
        if free == 0:
            b = next_bucket(slots, b)
        elif claim(table, b + np.int64(trailing_zeros(free)), key) == 0:
            return True


@inner
def slot_of(table, key):
    """The slot that a key is in, or -1."""
    slots = table.shape[0]
    b = home(slots, key)
    while True:
        found = matches(table, b, key)
        if found != 0:
            return b + np.int64(trailing_zeros(found))
        if matches(table, b, _NONE) != 0:
            return np.int64(-1)
        b = next_bucket(slots, b)


@inner
def put(table, entry):
    """Puts an entry in that is not there, while no other thread uses the table."""
    slots = table.shape[0]
    b = home(slots, entry)
    free = matches(table, b, _NONE)
    while free == 0:
        b = next_bucket(slots, b)
        free = matches(table, b, _NONE)
    table[b + np.int64(trailing_zeros(free))] = entry


@inner
def put_beside_others(table, entry):
    """Puts an entry in that is not there, while other threads put in others."""
    slots = table.shape[0]
    b = home(slots, entry)
    while True:
        free = matches(table, b, _NONE)
        if free == 0:
            b = next_bucket(slots, b)
        elif claim(table, b + np.int64(trailing_zeros(free)), entry) == 0:
            return


@kernel
def spread(table, first, end, border, spare):
    """Takes the entries out of some slots of a table that has become larger, and puts them back.

    Only what belongs at the border or behind it, where all is in its new place already, is put
    back; the rest waits aside. Threads may do this side by side for slots before one border.

    Returns:
        How many wait in `spare`; -1 if there was no room for them.
    """
    slots = table.shape[0]
    aside = np.int64(0)
    for i in range(end - 1, first - 1, -1):
        entry = table[i]
        if entry == 0:
            continue
        if aside == spare.shape[0]:
            return np.int64(-1)
        table[i] = 0
        if home(slots, entry) >= border:
            put_beside_others(table, entry)
        else:
            spare[aside] = entry
            aside += 1
    return aside


@kernel
def put_all(table, entries, count):
    """Puts entries in that are not there, while no other thread uses the table."""
    for i in range(count):
        put(table, entries[i])


@kernel
def nearest(table):
    """The least distance between two keys, if it is so small that their homes are the same.

    Keys that are nearer to each other than one home is wide have the same home, or one of two
    neighbours; of those with neighbouring homes only the ones in the same bucket are compared.
    """
    slots = table.shape[0]
    least = np.uint64(0xFFFFFFFFFFFFFFFF)
    for b in range(0, slots, BUCKET):
        for i in range(b, b + BUCKET):
            for j in range(i + 1, b + BUCKET):
                if table[i] != 0 and table[j] != 0:
                    x, y = table[i], table[j]
                    least = min(least, x - y if x > y else y - x)
    return least
