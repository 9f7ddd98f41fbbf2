"""Breadth-first search with the native kernels, on all cores, as far as memory or disk reaches."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground, ground
from model.lang.errors import ScopeError
from model.lang.expr import Expr, Var
from model.scope import Finite, State
from model.search.exploration import (
    Exploration,
    Graph,
    Hit,
    Limits,
    Method,
    Progress,
    Report,
    Watch,
    Witness,
)
from model.search.native.checkpoint import Checkpoint, Position, digest
from model.search.native.graph import transitions, truth
from model.search.native.kernels import blocks, expand, table
from model.search.native.program import Program, build, pack
from model.search.native.store import Store
from model.search.native.tallies import Tallies, new_scratch
from model.search.native.witnesses import Witnesses
from model.search.reduce.reductions import reductions
from model.search.result import Account, Collision, Coverage
from model.search.watches import STALLED, Looked, watches

_CHUNK = 32 * blocks.LANES  # states that a thread takes at a time
_VIOLATIONS = ("clause", "exceeded", "deadlock")


class NativeSearch:
    """One search.

    Args:
        finite: the spec and its scope.
        initial: its initial states.
        limits: what may stop the search.
        report: called now and then with the progress.
        method: how to search.

    Raises:
        ScopeError: the memory allowed is too little to begin with, or the folder is of another
            search.
    """

    def __init__(
        self,
        finite: Finite,
        initial: list[State],
        limits: Limits,
        report: Report | None = None,
        method: Method | None = None,
    ) -> None:
        self.started = time.monotonic()
        self.finite, self.limits, self.report = finite, limits, report
        self.method = method = Method() if method is None else method
        self.ground: Ground = ground(finite, initial)
        self.looked: list[Looked] = watches(self.ground)
        reduced = reductions(self.ground, self.looked, initial, method.reduce)
        literals = [look.literal for look in self.looked]
        self.program: Program = build(self.ground, literals, reduced)
        self.threads = limits.threads or os.cpu_count() or 1
        slack = self.threads * blocks.LANES * max(1, len(self.program.code.guards))
        self.checkpoint = None
        if method.folder is not None:
            self.checkpoint = Checkpoint(method.folder, digest(self.program, method.seen, initial))
        self.store = Store(
            self.program.words, method.seen == "exact", slack, self.threads,
            limits.memory_bytes, method.folder,
        )  # fmt: skip
        self.tallies = Tallies(self.program, self.threads)
        self.scratch = [new_scratch(self.program) for _ in range(self.threads)]
        self.stop = False
        self.saved_at = time.monotonic()
        position = None if self.checkpoint is None else self.checkpoint.load(self.tallies)
        if position is None:
            self.position = self._begin(initial)
        else:
            self.position = position
            self.store.restore(position.counts)
        self.resumed = self.store.states if position is not None else 0
        self.witnesses = Witnesses(
            self.ground, self.program, self.store, self.scratch[0], self.looked, initial
        )

    def _begin(self, initial: list[State]) -> Position:
        """Adds the initial states."""
        rows = pack(self.ground.layout, initial)
        scratch, tally = self.scratch[0], self.tallies.of_thread[0]
        for start in range(0, len(rows), blocks.LANES):
            some = rows[start : start + blocks.LANES]
            if not self.store.has_room() and (reason := self.store.grow()) is not None:
                raise ScopeError(f"the initial states do not fit: {reason}")
            scratch.block[:, : len(some)] = scratch.rows[:, : len(some)] = some.T
            expand.admit(self.program.normal, self.store.seen, tally, scratch, len(some))
        tally.discovered[:] = 0
        return Position([0], self.store.states, [(0, self.store.states)])

    @property
    def initial(self) -> int:
        """How many states are initial ones; they have the first numbers."""
        bounds = self.position.bounds
        return bounds[1] if len(bounds) > 1 else self.position.end

    # -- the search ---------------------------------------------------------------------------

    def run(self) -> Exploration:
        """Searches until everything is expanded or a limit is reached."""
        stopped = None
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                while stopped is None and self._has_work():
                    stopped = self._expand(pool)
            finally:
                self.stop = True
                self._save()
                if self.checkpoint is not None:
                    self.checkpoint.close()
        return self._exploration(stopped)

    def _has_work(self) -> bool:
        """Whether something is to be expanded; begins the next depth if this one is done."""
        position, states = self.position, self.store.states
        if not position.todo and states > position.end:
            position.bounds.append(position.end)
            position.todo.append((position.end, states))
            position.end = states
        return bool(position.todo)

    def _expand(self, pool: ThreadPoolExecutor) -> str | None:
        """Expands what is left of a depth, as far as there is room and time.

        Returns:
            What stopped the search, if anything did.
        """
        position = self.position
        begins = position.todo == [(position.bounds[-1], position.end)]
        if begins and self.limits.stop_at_first and self._violated():
            return "a violation was found"
        stopped = self._limit_reached()
        if stopped is None and not self.store.has_room():
            stopped = self.store.grow()
        if stopped is not None:
            return stopped
        todo = deque(_chunks(position.todo))
        self.stop = False
        busy = min(self.threads, len(todo))
        running = {pool.submit(self._work, i, todo) for i in range(busy)}
        try:
            while running:
                done, running = wait(running, timeout=0.25, return_when=FIRST_COMPLETED)
                for task in done:
                    task.result()
                self.stop |= self._limit_reached() is not None or self._save_due()
                if self.report is not None:
                    self.report(self._progress())
        except KeyboardInterrupt:
            self.stop = True
            wait(running)
            self._note(todo)
            raise
        self._note(todo)
        if self._save_due():
            self._save()
        return None

    def _note(self, todo: deque[NDArray[np.int64]]) -> None:
        """Notes what is left to do."""
        self.position.todo = _joined(sorted((int(first), int(end)) for first, end in todo))

    def _work(self, thread: int, todo: deque[NDArray[np.int64]]) -> None:
        """Expands chunks until there are none, or no room, or the search is to stop."""
        tally = self.tallies.of_thread[thread]
        room = self.store.room()
        while not self.stop:
            try:
                work = todo.popleft()
            except IndexError:
                break
            before = int(work[0])
            expand.expand(
                self.program.code, self.program.normal, self.store.seen, tally,
                self.scratch[thread], work, room,
            )  # fmt: skip
            self.tallies.expanded_by[thread] += int(work[0]) - before
            if work[0] < work[1]:
                todo.appendleft(work)
                break

    def _limit_reached(self) -> str | None:
        limits = self.limits
        if limits.states is not None and self.store.states >= limits.states:
            return f"the limit of {limits.states:,} states"
        if limits.seconds is not None and time.monotonic() - self.started > limits.seconds:
            return f"the limit of {limits.seconds:g} s"
        if self.store.disk_is_nearly_full():
            return "a disk that is nearly full"
        return None

    def _save_due(self) -> bool:
        late = time.monotonic() - self.saved_at > self.method.save_seconds
        return self.checkpoint is not None and late

    def _save(self) -> None:
        if self.checkpoint is not None:
            self.store.save()
            counts = [int(c[0]) for c in self.store.cursors]
            self.checkpoint.save(self.position, counts, self.tallies)
            self.saved_at = time.monotonic()

    def _progress(self) -> Progress:
        return Progress(
            self.store.states,
            self.tallies.transitions,
            self.tallies.expanded,
            self.position.depth,
            time.monotonic() - self.started,
            self.store.memory_bytes,
        )

    # -- what was found -----------------------------------------------------------------------

    def _exploration(self, stopped: str | None) -> Exploration:
        position, hits = self.position, self.hits()
        deeper = self.store.states > position.end
        return Exploration(
            "native",
            self.store.states,
            self.tallies.transitions,
            position.depth + int(deeper),
            self.initial,
            self.tallies.expanded,
            position.depth + int(not position.todo),
            stopped,
            time.monotonic() - self.started,
            self._coverage(),
            hits,
            self._maxima(),
            None if STALLED in hits else True,
            self.witnesses.state,
            self.show,
            self.graph,
            self._account(),
        )

    def _account(self) -> Account:
        normal, store = self.program.normal, self.store
        collision = None
        if not store.exact:
            # Each time a state was taken for known, it might have been another.
            compared = store.states * (self.tallies.transitions - store.states + self.initial)
            nearest = int(table.nearest(store.table.array))
            collision = Collision(min(1.0, compared / 2**64), 1 / max(1, nearest))
        return Account(
            store.seen_bytes, store.log_bytes, len(normal.guards), len(normal.symmetries) - 1,
            collision, self.resumed,
        )  # fmt: skip

    def _violated(self) -> bool:
        return any(watch.kind in _VIOLATIONS for watch in self.hits())

    def _coverage(self) -> dict[str, Coverage]:
        of = self.program.code.action_of
        taken, discovered = self.tallies.taken(), self.tallies.total("discovered")
        enabled = self.tallies.total("enabled")
        return {
            action.name: Coverage(
                int(enabled[i]), int(taken[of == i].sum()), int(discovered[of == i].sum())
            )
            for i, action in enumerate(self.finite.staged.actions)
        }

    def hits(self) -> dict[Watch, Hit]:
        """The first state of each watch: of the lowest depth, as depths are expanded in turn."""
        found: dict[Watch, Hit] = {}

        def note(watch: Watch, number: int, step: int | None) -> None:
            depth = bisect_right(self.position.bounds, number) - 1
            if watch not in found or (depth, number) < found[watch][:2]:
                taken = None if step is None else self.ground.steps[step].step
                found[watch] = Hit(depth, number, taken)

        for tally in self.tallies.of_thread:
            for number, look in zip(tally.hits.tolist(), self.looked, strict=True):
                if number >= 0:
                    note(look.watch, number, look.step)
            if tally.dead[0] >= 0:
                note(Watch("deadlock", "deadlock"), int(tally.dead[0]), None)
        return found

    def show(self, watch: Watch, hit: Hit) -> Witness:
        """A behaviour that shows a hit."""
        return self.witnesses.witness(watch, hit, self.initial)

    def _maxima(self) -> dict[str, int]:
        found = {b.name: 0 for b in self.finite.staged.bounds}
        for tally in self.tallies.of_thread:
            for instance, value in zip(self.ground.bounds, tally.maxima, strict=True):
                found[instance.bound.name] = max(found[instance.bound.name], int(value))
        return found

    def graph(self) -> Graph:
        """Every transition of the explored graph, found again from its states.

        Raises:
            MemoryError: the transitions do not fit into the memory allowed.
        """
        edges = transitions(
            self.program, self.store, self.scratch, self.tallies.transitions,
            self.limits.memory_bytes,
        )  # fmt: skip
        steps = tuple(s.step for s in self.ground.steps)
        return Graph(*edges, steps, self.initial, self.observe)

    def observe(self, formulas: list[tuple[Expr, dict[Var, int]]]) -> NDArray[np.bool_]:
        """The truth of formulas in every state found: bool[formulas, states]."""
        literals = [self.ground.literal(expr, env) for expr, env in formulas]
        return truth(self.ground, self.store, self.scratch[0], literals)


def _chunks(ranges: list[tuple[int, int]]) -> list[NDArray[np.int64]]:
    return [
        np.array([first, min(first + _CHUNK, end)], np.int64)
        for start, end in ranges
        for first in range(start, end, _CHUNK)
    ]


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, with neighbours joined."""
    found: list[tuple[int, int]] = []
    for first, end in ranges:
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], end)
        else:
            found.append((first, end))
    return found
