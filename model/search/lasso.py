"""Short counterexamples to leads-to: a way from an initial state, and how it goes on for ever.

A behaviour that ends by resting is found by breadth-first search, and none is shorter. Of those
that go round a fair set, the shortest is not sought (its loop is a tour of steps to take and
states to visit), but a short one: from a state of the set, the shortest way back to it is
lengthened by detours to whatever fairness still asks for, always the nearest. Such loops are made
at the states that are reached soonest, until as many edges were looked at as the graph has.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.search.breadth import Mask, Rows, States, Ways
from model.search.components import Components, Promises

NO_BOUND = sys.maxsize  # of steps
TRIES = 16  # loops that are made for one property and valuation, to keep the shortest


@dataclass(frozen=True)
class Lasso:
    """A violating behaviour by state numbers: `numbers[loop:]` is repeated for ever.

    `closing` says that a step leads from the last state back to `numbers[loop]`; otherwise the
    behaviour rests in the last state.
    """

    numbers: list[int]
    labels: list[int]
    loop: int
    closing: int | None

    @property
    def steps(self) -> int:
        """The steps to show: the way and once round, with the one that closes the loop."""
        return len(self.labels) + (self.closing is not None)


class Lassos:
    """Makes lassos on one graph.

    Args:
        rows: the graph.
        promises: the fairness of its steps.
    """

    def __init__(self, rows: Rows, promises: Promises) -> None:
        self.rows, self.graph, self.promises = rows, rows.graph, promises
        self._looked_at = 0  # edges, to make loops

    @cached_property
    def _from_initial(self) -> tuple[Ways, NDArray[np.int32]]:
        """Shortest ways from the initial states to all others, and their lengths."""
        ways = Ways(self.rows)
        depths = np.zeros(self.graph.states, np.int32)
        front, depth = ways.start(np.arange(self.graph.initial, dtype=np.int32)), 0
        while len(front):
            depths[front] = depth
            front, depth = ways.spread(front), depth + 1
        return ways, depths

    def nearest(self, states: Mask) -> int:
        """The steps of the shortest behaviour to one of these states."""
        return int(self._from_initial[1][states].min())

    def shortest(
        self, seeds: Mask, within: Mask, resting: Mask, sets: Components, below: int
    ) -> Lasso | None:
        """A short lasso over a seed, from there on inside `within`.

        Args:
            seeds: some of the states within.
            within: the states that may follow.
            resting: those of them in which it may rest for ever.
            sets: the fair set that each of them is in, -1 if in none.
            below: the lasso must have less steps.

        Returns:
            None if every lasso that was tried has at least `below` steps.
        """
        best: Lasso | None = None
        ways, tries, self._looked_at = Ways(self.rows, within), TRIES, 0
        started = np.flatnonzero(seeds).astype(np.int32)
        depths = self._from_initial[1][started]
        order = np.argsort(depths, kind="stable")
        started, depths = started[order], depths[order]
        front, length, done = started[:0], 0, 0
        while length < below and (len(front) or done < len(started)):
            if not len(front):
                length = max(length, int(depths[done]))
            until = int(np.searchsorted(depths, length, "right"))
            front = np.concatenate([front, ways.start(started[done:until])])
            done = until
            if length >= below:
                break
            if resting[front].any():
                return self._lasso(ways, int(front[resting[front]][0]), [])
            entries = front[sets[front] >= 0]
            firsts = np.unique(sets[entries], return_index=True)[1]
            others = np.delete(entries, firsts)
            for entry in (*entries[firsts[:tries]], *others[:tries]):
                if not tries or (best and self._looked_at > len(self.graph.targets)):
                    break
                tries -= 1
                around = self._round(int(entry), sets == sets[entry], below - length)
                if around is not None:
                    best = self._lasso(ways, int(entry), around)
                    below = best.steps
            front, length = ways.spread(front), length + 1
        return best

    def _lasso(self, ways: Ways, entry: int, around: list[int]) -> Lasso:
        """The lasso with these edges around, to which the ways lead; it rests if there are none."""
        later = ways.path(entry)
        seed = self.rows.source(later[0]) if later else entry
        way = self._from_initial[0].path(seed) + later
        first = self.rows.source(way[0]) if way else entry
        numbers = [first, *(int(self.graph.targets[e]) for e in way + around[:-1])]
        labels = [int(self.graph.labels[e]) for e in way + around]
        if not around:
            return Lasso(numbers, labels, len(way), None)
        return Lasso(numbers, labels[:-1], len(way), labels[-1])

    # -- going round --------------------------------------------------------------------------

    def _round(self, start: int, inside: Mask, below: int) -> list[int] | None:
        """Edges from the state round the fair set and back, so that no promise is broken.

        None if there are `below` or more.
        """
        way: list[int] = []
        at = start
        while True:
            back = [] if way and at == start else self._back(at, start, inside, below - len(way))
            if back is None:
                return None
            broken = self._broken(way + back)
            if not broken.any():
                return way + back
            while broken.any():
                way += self._detour(at, inside, broken)
                at = int(self.graph.targets[way[-1]])
                if len(way) >= below:
                    return None
                broken &= self._broken(way)

    def _back(self, at: int, start: int, inside: Mask, below: int) -> list[int] | None:
        """The shortest way from one state to another inside the set, at least one edge.

        None if it has `below` edges or more.
        """
        ways = Ways(self.rows, inside)
        front = np.array([at], np.int32)
        if at != start:
            ways.start(front)
        for _ in range(1, below):
            front = ways.spread(front)
            if ways.has_reached(start):
                self._looked_at += ways.looked_at
                return ways.path(start, at)
            if not len(front):
                break
        self._looked_at += ways.looked_at
        return None

    def _broken(self, around: list[int]) -> Mask:
        """The steps whose promise is broken by taking these edges round and round."""
        states = np.unique(self.graph.targets[around])
        enabled = np.bincount(
            self.graph.labels[self.rows.out(states)], minlength=len(self.promises.fair)
        )
        least = np.where(self.promises.strong, 1, len(states))
        broken: Mask = self.promises.fair & (enabled >= least)
        broken[self.graph.labels[around]] = False
        return broken

    def _detour(self, at: int, inside: Mask, broken: Mask) -> list[int]:
        """The shortest way inside the set to what mends one of the promises.

        That is to take the step, or for weak fairness to be where it is not enabled. The set is
        fair, so there is such a way.
        """
        weak = np.flatnonzero(broken & ~self.promises.strong)
        ways = Ways(self.rows, inside)
        front = ways.start(np.array([at], np.int32))
        while True:
            taken: int | None = None
            for block in self.rows.blocks(front):
                edges = self.rows.out(block)
                labels = self.graph.labels[edges]
                useful = broken[labels] & inside[self.graph.targets[edges]]
                if taken is None and useful.any():
                    taken = int(edges[useful][0])
                self._looked_at += len(edges)
                disabled = self._where_disabled(block, labels, weak)
                if disabled is not None:
                    return ways.path(disabled)
            if taken is not None:
                return [*ways.path(self.rows.source(taken)), taken]
            front = ways.spread(front)

    def _where_disabled(
        self, states: States, labels: NDArray[np.int32], weak: NDArray[np.int64]
    ) -> int | None:
        """One of the states that does not enable one of the steps; None if there is none."""
        degrees = self.graph.offsets[states + 1] - self.graph.offsets[states]
        places = np.repeat(np.arange(len(states)), degrees)
        for step in weak:
            disabled = np.ones(len(states), np.bool_)
            disabled[places[labels == step]] = False
            if disabled.any():
                return int(states[disabled][0])
        return None
