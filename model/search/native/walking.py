"""Runs the random walks of `walks.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.ground import ground
from model.scope import Finite, State, Step
from model.search.exploration import Watch
from model.search.native.kernels import blocks, walks
from model.search.native.program import build, pack
from model.search.watches import watches

_ROUNDS = 256  # steps of each lane between two looks at the clock


class Walker:
    """Random walks of one seed.

    Args:
        finite: the spec and its scope.
        initial: its initial states.
        seed: of the random numbers.
        walks_max: walks in all.
        steps_max: steps of a walk at most.
    """

    def __init__(
        self, finite: Finite, initial: list[State], seed: int, walks_max: int, steps_max: int
    ) -> None:
        self.ground = ground(finite, initial)
        self.looked = [w for w in watches(self.ground) if w.watch.kind in ("clause", "exceeded")]
        self.program = build(self.ground, [look.literal for look in self.looked])
        self.initial = pack(self.ground.layout, initial)
        self.seed, self.walks_max, self.steps_max = np.uint64(seed), walks_max, steps_max

        def lanes(fill: int = 0) -> NDArray[np.int64]:
            return np.full(blocks.LANES, fill, np.int64)

        self.walks = walks.Walks(
            states=np.zeros((self.program.words, blocks.LANES), np.uint64),
            random=np.zeros(blocks.LANES, np.uint64),
            number=lanes(-1),
            length=lanes(),
            enabled=lanes(),
            chosen=lanes(),
            counts=np.zeros(4, np.int64),
            taken=np.zeros(len(self.program.code.guards), np.int64),
            hits=np.full((len(self.looked) + 1, 2), -1, np.int64),
        )
        self.values = np.empty((self.program.nodes, blocks.WORDS), np.uint64)
        self.square = np.empty(64, np.uint64)

    def go(self) -> bool:
        """Walks on for a while; tells whether there is more to walk."""
        return bool(
            walks.walk(
                self.program.code, self.initial, self.walks, self.values, self.square, self.seed,
                self.walks_max, self.steps_max, _ROUNDS,
            )
        )  # fmt: skip

    @property
    def begun(self) -> int:
        """The walks begun."""
        return int(self.walks.counts[0])

    @property
    def steps(self) -> int:
        """The steps taken by all walks."""
        return int(self.walks.counts[1])

    @property
    def rested(self) -> int:
        """The walks that ended where no step was enabled."""
        return int(self.walks.counts[2])

    @property
    def longest(self) -> int:
        """The steps of the longest walk that has ended."""
        return max(int(self.walks.counts[3]), int(self.walks.length.max()))

    def taken(self) -> dict[Step, int]:
        """How often each step was taken; those that can never be enabled are left out."""
        times = self.walks.taken.tolist()
        return {s.step: n for s, n in zip(self.ground.steps, times, strict=True)}

    def hits(self) -> dict[Watch, tuple[int, int, Step | None]]:
        """Per watch the walk and the length at which it was true after the fewest steps."""
        found: dict[Watch, tuple[int, int, Step | None]] = {}
        rows = self.walks.hits.tolist()
        for (walk, length), look in zip(rows[:-1], self.looked, strict=True):
            if walk >= 0 and (look.watch not in found or length < found[look.watch][1]):
                step = None if look.step is None else self.ground.steps[look.step].step
                found[look.watch] = (walk, length, step)
        if rows[-1][0] >= 0:
            found[Watch("deadlock", "deadlock")] = (rows[-1][0], rows[-1][1], None)
        return found
