"""Behaviours that show what a native search found: states of the spec, one step apart.

A state that the search kept may be the end of several steps, of which all but the first were
taken eagerly, and it may stand for another that a symmetry turns into it. So a witness is walked
again from an initial state: of the successors of where it is, it goes on to one whose normal
state is the next that was kept, and puts the eager steps in between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground
from model.scope import State, Step
from model.search.exploration import Hit, Watch, Witness
from model.search.native.graph import truth_of_rows
from model.search.native.kernels import blocks, expand, log
from model.search.native.kernels.arrays import Scratch
from model.search.native.kernels.normal import Normal, normalise_rows
from model.search.native.program import Program, pack, unpack
from model.search.native.store import Store
from model.search.watches import Looked

Row = NDArray[np.uint64]


class Witnesses:
    """Finds the behaviours of one search.

    Args:
        ground: the spec at its scope.
        program: what was run.
        store: what was kept.
        scratch: working space.
        looked: what was looked for.
        initial: the initial states.
    """

    def __init__(
        self,
        ground: Ground,
        program: Program,
        store: Store,
        scratch: Scratch,
        looked: list[Looked],
        initial: list[State],
    ) -> None:
        self.ground, self.program, self.store = ground, program, store
        self.scratch, self.looked, self.initial = scratch, looked, initial
        normal = program.normal
        self.unpermuted = normal._replace(symmetries=normal.symmetries[:1])
        self.reduced = len(normal.guards) > 0 or len(normal.symmetries) > 1

    def row(self, number: int) -> Row:
        """The bits of a state that was kept: uint64[words]."""
        log.read_one(self.store.seen, number, self.scratch)
        found: Row = self.scratch.block[:, 0].copy()
        return found

    def state(self, number: int) -> State:
        """A state that was kept."""
        return unpack(self.ground.layout, self.row(number))

    def witness(self, watch: Watch, hit: Hit, initial: int) -> Witness:
        """The behaviour along which a hit was first found."""
        numbers = [hit.state]
        while numbers[-1] >= initial:
            numbers.append(int(self.store.parents.array[numbers[-1]]))
        numbers.reverse()
        if not self.reduced:
            return Witness(watch, [self.state(n) for n in numbers], hit.step)
        states = self._walked([self.row(n) for n in numbers])
        shown, step = self._shown(watch, states[-1], hit.step)
        return Witness(shown, states, step)

    # -- with reductions ----------------------------------------------------------------------

    def _normal_rows(self, rows: Row, normal: Normal) -> Row:
        """The normal states of some states: uint64[n, words], as given, at most a block."""
        found = rows.T.copy()
        closed = np.zeros(len(normal.guards), np.int64)
        normalise_rows(normal, found, self.scratch.bench, closed)
        return found.T

    def _walked(self, kept: list[Row]) -> list[State]:
        """The states of a behaviour whose normal states are these, eager steps included."""
        starts = pack(self.ground.layout, self.initial)
        row, states = self._next(starts, kept[0])
        for target in kept[1:]:
            row, more = self._next(self._successors(row), target)
            states += more
        return states

    def _next(self, candidates: Row, target: Row) -> tuple[Row, list[State]]:
        """The first candidate whose normal state is the target.

        Returns:
            The state after all its eager steps, and the states from the candidate to there.
        """
        for first in range(0, len(candidates), blocks.LANES):
            some = candidates[first : first + blocks.LANES]
            normal = self._normal_rows(some, self.program.normal)
            for place in np.flatnonzero((normal == target).all(axis=1)):
                closed = self._normal_rows(some[place : place + 1], self.unpermuted)[0]
                return closed, self._eager_path(some[place], closed)
        raise AssertionError("a state that was found has a way to it")

    def _successors(self, row: Row) -> Row:
        """The states that steps which are not eager lead to: uint64[n, words]."""
        found = [np.empty((0, self.program.words), np.uint64)]
        steps = len(self.program.code.guards)
        for first in range(0, steps, blocks.LANES):
            self.scratch.block[:, 0] = row
            count = expand.expand_one(
                self.program.code, self.scratch, first, min(first + blocks.LANES, steps)
            )
            found.append(self.scratch.rows[:, :count].T.copy())
        return np.concatenate(found)

    def _eager_path(self, row: Row, closed: Row) -> list[State]:
        """The states from one to another that eager steps lead to, both included."""
        eager = [step for n, step in enumerate(self.ground.steps) if self.program.code.eager[n]]
        guards = [step.guard for step in eager]
        rows = row.reshape(1, -1).copy()
        states = [unpack(self.ground.layout, rows[0])]
        while (rows[0] != closed).any():
            enabled = truth_of_rows(self.ground, self.scratch, guards, rows)[:, 0]
            before = rows.copy()
            for number in np.flatnonzero(enabled):
                for position, _ in eager[number].changes:
                    rows[0, position // 64] |= np.uint64(1) << np.uint64(position % 64)
                if (rows != before).any():
                    break
            assert (rows != before).any(), "eager steps lead to the normal state"
            states.append(unpack(self.ground.layout, rows[0]))
        return states

    def _shown(self, watch: Watch, state: State, step: Step | None) -> tuple[Watch, Step | None]:
        """Which part of the watch is true in the state, and of which step: see `Witness`."""
        same = [w for w in self.looked if (w.watch.kind, w.watch.owner) == watch[:2]]
        if not same:
            return watch, step
        rows = pack(self.ground.layout, [state])
        true = truth_of_rows(self.ground, self.scratch, [w.literal for w in same], rows)
        for look, holds in zip(same, true[:, 0], strict=True):
            if holds:
                taken = None if look.step is None else self.ground.steps[look.step].step
                return look.watch, taken
        raise AssertionError("what was found is true where it was found")
