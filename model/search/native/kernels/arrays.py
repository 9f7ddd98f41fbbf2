"""The arrays that the kernels work on, in bundles that they take as arguments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.search.native.kernels.keys import Halves
from model.search.native.kernels.normal import Bench


class Code(NamedTuple):
    """The spec at its scope; see `program.Program`, which makes it."""

    gates: NDArray[np.int32]
    guards: NDArray[np.int32]
    eager: NDArray[np.bool_]
    keep: NDArray[np.uint64]
    put: NDArray[np.uint64]
    computed_from: NDArray[np.int32]
    computed: NDArray[np.int32]
    action_of: NDArray[np.int32]
    watched: NDArray[np.int32]
    final: int
    measured_from: NDArray[np.int32]
    measured: NDArray[np.int32]
    inputs: int


class Seen(NamedTuple):
    """What all threads share.

    Attributes:
        table: uint64[slots], the keys of all states found.
        log: uint64[capacity, width], the states in the order of their numbers: roots of one word
            if the search is exact, else the states themselves.
        parents: uint32[capacity], from which state each was found.
        cursor: int64[1], the next free number.
        first, second: the halves of states; empty for fingerprints.
        exact: 1 or 0.
    """

    table: NDArray[np.uint64]
    log: NDArray[np.uint64]
    parents: NDArray[np.uint32]
    cursor: NDArray[np.int64]
    first: Halves
    second: Halves
    exact: int


class Tally(NamedTuple):
    """What one thread counts and finds.

    `pending` lists the watched outputs without a hit, its last element their number; `dead` is
    the first deadlocked state or -1; `closed` counts eager steps.
    """

    hits: NDArray[np.int64]
    pending: NDArray[np.int64]
    maxima: NDArray[np.int64]
    enabled: NDArray[np.int64]
    taken: NDArray[np.int64]
    discovered: NDArray[np.int64]
    dead: NDArray[np.int64]
    closed: NDArray[np.int64]


class Scratch(NamedTuple):
    """One thread's working space.

    Attributes:
        block: uint64[words, 512], the states that are expanded.
        halves: uint64[2, 512], the numbers of their first and second halves.
        values: uint64[nodes, 8], the slices of the block.
        in_action: uint64[actions, 8], where an action is enabled.
        rows: uint64[words, 512], buffered successors.
        origins: uint64[2, 512], of each the lane that it comes from, and the step.
        hashes, roots: uint64[512], of each.
        keys: uint64[2, 512], of each the numbers of its halves, and then in `keys[0]` its key.
        fresh: int64[512], which of them are new; before, guesses at the numbers of halves.
        changes: uint64[513], which of them are looked at: where a half has changed, or which are
            not dropped.
        done: int64[512], transitions written of each lane.
        recent_hashes, recent: uint64[n] and uint64[n, words], successors met a short while ago
            and their hashes, at a place that the hash gives; n is a power of two.
        bench: for `normalise`.
    """

    block: NDArray[np.uint64]
    halves: NDArray[np.uint64]
    values: NDArray[np.uint64]
    in_action: NDArray[np.uint64]
    rows: NDArray[np.uint64]
    origins: NDArray[np.uint64]
    hashes: NDArray[np.uint64]
    roots: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    fresh: NDArray[np.int64]
    changes: NDArray[np.uint64]
    done: NDArray[np.int64]
    recent_hashes: NDArray[np.uint64]
    recent: NDArray[np.uint64]
    bench: Bench
