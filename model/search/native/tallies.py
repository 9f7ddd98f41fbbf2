"""What the threads of a search count and find, each on its own, and all together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.search.native.kernels import blocks
from model.search.native.kernels.arrays import Scratch, Tally
from model.search.native.kernels.normal import Bench
from model.search.native.program import Program

_RECENT = 1 << 14  # so that they stay in the second cache of a core
_SUMS = ("enabled", "taken", "discovered", "closed")


class Tallies:
    """The tallies of all threads.

    Args:
        program: what is run.
        threads: how many there are.
    """

    def __init__(self, program: Program, threads: int) -> None:
        self.program = program
        self.of_thread = [_new_tally(program) for _ in range(threads)]
        self.expanded_by = [0] * threads

    @property
    def expanded(self) -> int:
        """The states all of whose steps were taken."""
        return sum(self.expanded_by)

    @property
    def transitions(self) -> int:
        """The steps taken from them, eager ones left out."""
        return int(sum(int(t.taken.sum()) for t in self.of_thread))

    def total(self, name: str) -> NDArray[np.int64]:
        """The sum of one array over the threads."""
        found: NDArray[np.int64] = np.sum([getattr(t, name) for t in self.of_thread], axis=0)
        return found

    def taken(self) -> NDArray[np.int64]:
        """How often each step was taken, eagerly or not."""
        taken = self.total("taken")
        taken[self.program.code.eager] += self.total("closed")
        return taken

    # -- to a file and back -------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Everything, as numbers and lists of numbers."""
        found: dict[str, Any] = {name: self.total(name).tolist() for name in _SUMS}
        found["hits"] = [t.hits.tolist() for t in self.of_thread]
        found["dead"] = [int(t.dead[0]) for t in self.of_thread]
        found["maxima"] = np.max([t.maxima for t in self.of_thread], axis=0).tolist()
        found["expanded"] = self.expanded
        return found

    def from_json(self, data: dict[str, Any]) -> None:
        """Takes over what another search, of perhaps other threads, had counted and found.

        Its states were less deep than all that are still to be searched, or as deep, so of its
        hits the one with the lowest number is as good as any.
        """
        first = self.of_thread[0]
        for name in (*_SUMS, "maxima"):
            getattr(first, name)[:] = data[name]
        for tally in self.of_thread:
            tally.hits[:] = -1
        for hits in data["hits"]:
            found = np.array(hits, np.int64)
            better = (found >= 0) & ((first.hits < 0) | (found < first.hits))
            first.hits[better] = found[better]
        dead = [number for number in data["dead"] if number >= 0]
        first.dead[0] = min(dead, default=-1)
        pending = np.flatnonzero(first.hits < 0)
        first.pending[: len(pending)] = pending
        first.pending[-1] = len(pending)
        self.expanded_by[0] = data["expanded"]


def _new_tally(program: Program) -> Tally:
    code = program.code

    def zeros(n: int) -> NDArray[np.int64]:
        return np.zeros(n, np.int64)

    return Tally(
        hits=np.full(len(code.watched), -1, np.int64),
        pending=np.arange(len(code.watched) + 1, dtype=np.int64),
        maxima=zeros(len(code.measured_from) - 1),
        enabled=zeros(program.actions),
        taken=zeros(len(code.guards)),
        discovered=zeros(len(code.guards)),
        dead=np.full(1, -1, np.int64),
        closed=zeros(len(program.normal.guards)),
    )


def new_scratch(program: Program) -> Scratch:
    """Working space for one thread."""
    lanes, words = blocks.LANES, program.words
    eager_nodes = 1 + program.code.inputs + len(program.normal.gates)

    def bits(*shape: int) -> NDArray[np.uint64]:
        return np.zeros(shape, np.uint64)

    return Scratch(
        block=bits(words, lanes),
        halves=bits(2, lanes),
        values=bits(program.nodes, blocks.WORDS),
        in_action=bits(program.actions, blocks.WORDS),
        rows=bits(words, lanes),
        origins=bits(2, lanes),
        hashes=bits(lanes),
        roots=bits(lanes),
        keys=bits(2, lanes),
        fresh=np.zeros(lanes, np.int64),
        changes=bits(lanes + 1),
        done=np.zeros(lanes, np.int64),
        recent_hashes=bits(_RECENT),
        recent=bits(_RECENT, words),
        bench=Bench(bits(eager_nodes, blocks.WORDS), bits(64), bits(words, lanes)),
    )
