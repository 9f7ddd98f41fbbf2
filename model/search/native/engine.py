"""Breadth-first search with the native kernels: exact, on all cores, as far as memory reaches."""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground, ground
from model.lang.errors import ScopeError
from model.lang.expr import Expr, Var
from model.scope import Finite, State
from model.search.exploration import Exploration, Graph, Hit, Limits, Progress, Report, Watch
from model.search.native import blocks, kernels, table
from model.search.native.memory import reserve
from model.search.native.program import Program, build, live_gates, pack
from model.search.native.watches import Looked, watches
from model.search.result import Coverage

Ranges = list[tuple[int, int]]

_CHUNK = 64 * blocks.LANES  # states that a thread takes at a time
_FIRST_SLOTS = 1 << 21
_MOST_STATES = (1 << 32) - 2  # a table slot has 32 bits for a state's number
_VIOLATIONS = ("clause", "exceeded", "deadlock")


class NativeSearch:
    """One search.

    Args:
        finite: the spec and its scope.
        initial: its initial states.
        limits: what may stop the search.
        report: called now and then with the progress.

    Raises:
        ScopeError: the memory allowed is too little to begin with.
    """

    def __init__(
        self, finite: Finite, initial: list[State], limits: Limits, report: Report | None = None
    ) -> None:
        self.started = time.monotonic()
        self.finite, self.limits, self.report = finite, limits, report
        self.ground: Ground = ground(finite, initial)
        self.looked: list[Looked] = watches(self.ground)
        self.program: Program = build(self.ground, [look.literal for look in self.looked])
        self.threads = limits.threads or os.cpu_count() or 1
        self.worst = blocks.LANES * len(self.program.code.guards) + table.SPAN
        self.state_bytes = 8 * self.program.words + 4
        least = 8 * _FIRST_SLOTS + self.state_bytes * self.threads * self.worst
        if limits.memory_bytes < least:
            raise ScopeError(
                f"a search of this scope needs at least {least / 2**20:,.0f} MiB of memory, "
                f"{limits.memory_bytes / 2**20:,.0f} MiB are allowed: raise --max-memory"
            )
        most = min(limits.memory_bytes // self.state_bytes, _MOST_STATES)
        self.seen = kernels.Seen(
            reserve((most, self.program.words), np.uint64),
            reserve((most,), np.uint32),
            reserve((_FIRST_SLOTS,), np.uint64),
            np.zeros(1, np.int64),
        )
        self.tallies = [self._tally() for _ in range(self.threads)]
        self.scratch = [self._scratch() for _ in range(self.threads)]
        first = self.tallies[0]
        for number, state in enumerate(initial):
            row = pack(self.ground.layout, state)
            h = np.uint64(table.hash_of(row, 0))
            table.insert(*self.seen, first.span, first.segments, first.found, row, 0, h, number)
        table.end_segment(first.span, first.segments, first.found)
        first.added[0] = self.initial = len(initial)
        self.used: Ranges = []  # the numbers that are states; threads leave gaps
        self.expanded_by = [0] * self.threads
        self.depth = 0
        self.levels = 0  # that are wholly expanded
        self.stop = False

    def _tally(self) -> kernels.Tally:
        code = self.program.code

        def zeros(n: int) -> NDArray[np.int64]:
            return np.zeros(n, np.int64)

        return kernels.Tally(
            hits=np.full(len(code.watched), -1, np.int64),
            pending=np.arange(len(code.watched) + 1, dtype=np.int64),
            maxima=zeros(len(code.measured_from) - 1),
            enabled=zeros(len(self.finite.staged.actions)),
            taken=zeros(len(code.guards)),
            discovered=zeros(len(code.guards)),
            dead=np.full(1, -1, np.int64),
            stalled=zeros(1),
            added=zeros(1),
            span=zeros(3),
            segments=np.zeros((4096 + 2 * self.worst // table.SPAN, 2), np.int64),
            found=zeros(1),
        )

    def _scratch(self) -> kernels.Scratch:
        return kernels.Scratch(
            np.empty((self.program.nodes, blocks.WORDS), np.uint64),
            np.empty(64, np.uint64),
            np.empty((len(self.finite.staged.actions), blocks.WORDS), np.uint64),
            np.empty(blocks.LANES, np.int64),
            np.empty((kernels.BUFFER, self.program.words), np.uint64),
            np.empty(kernels.BUFFER, np.uint64),
            np.empty((kernels.BUFFER, 2), np.int64),
        )

    # -- states and memory --------------------------------------------------------------------

    def _unpack(self, number: int) -> State:
        words = [int(w) for w in self.seen.states[number]]
        size = self.ground.layout.size
        return self.ground.layout.decode([words[i // 64] >> i % 64 & 1 for i in range(size)])

    @property
    def count(self) -> int:
        """The distinct states found."""
        return int(sum(t.added[0] for t in self.tallies))

    @property
    def memory_bytes(self) -> int:
        """What the states and their index take."""
        return int(self.seen.cursor[0]) * self.state_bytes + 8 * len(self.seen.table)

    def _capacity(self) -> int:
        """The numbers that may be reserved before the table must grow."""
        return min(len(self.seen.table) * 3 // 4, len(self.seen.states))

    def _room(self) -> bool:
        """Whether all threads can expand another block."""
        return int(self.seen.cursor[0]) + self.threads * self.worst <= self._capacity()

    def _grow(self) -> bool:
        """Doubles the table; False if the memory limit forbids it."""
        slots = 2 * len(self.seen.table)
        states = int(self.seen.cursor[0]) + self.threads * self.worst
        if states > len(self.seen.states):
            return False
        if 8 * slots + states * self.state_bytes > self.limits.memory_bytes:
            return False
        larger = reserve((slots,), np.uint64)
        table.rehash(self.seen.table, larger)
        self.seen = self.seen._replace(table=larger)
        return True

    # -- the search ---------------------------------------------------------------------------

    def run(self) -> Exploration:
        """Searches until everything is expanded or a limit is reached."""
        stopped = None
        level = _joined(_take_segments(self.tallies[0]))
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                while stopped is None:
                    self.used = _joined(self.used + level)
                    stopped, found = self._level(pool, level)
                    self.levels += int(stopped is None)
                    if not found:
                        break
                    self.depth += 1
                    level = found
                    if stopped is None and self.limits.stop_at_first and self._violated():
                        stopped = "a violation was found"
            finally:
                self.stop = True
        coverage = self._coverage()
        return Exploration(
            "native",
            self.count,
            sum(c.taken for c in coverage.values()),
            self.depth,
            self.initial,
            sum(self.expanded_by),
            self.levels,
            stopped,
            time.monotonic() - self.started,
            coverage,
            self._hits(),
            self._maxima(),
            None if any(t.stalled[0] for t in self.tallies) else True,
            self._unpack,
            lambda number: int(self.seen.parents[number]),
            self.graph,
        )

    def _level(self, pool: ThreadPoolExecutor, level: Ranges) -> tuple[str | None, Ranges]:
        """Expands the states of one depth.

        Returns:
            What stopped it, if anything did, and the ranges of new states.
        """
        todo, found = deque(_chunks(level)), Ranges()
        while todo:
            stopped = self._limit_reached()
            if stopped is None and not self._room() and not self._grow():
                stopped = f"the memory limit of {self.limits.memory_bytes / 2**20:,.0f} MiB"
            if stopped is not None:
                return stopped, _joined(found)
            self.stop = False
            busy = min(self.threads, len(todo))
            running = {pool.submit(self._work, i, todo) for i in range(busy)}
            while running:
                done, running = wait(running, timeout=0.25, return_when=FIRST_COMPLETED)
                for task in done:
                    found += task.result()
                self.stop |= self._limit_reached() is not None
                if self.report is not None:
                    self.report(self._progress())
        return None, _joined(found)

    def _work(self, thread: int, todo: deque[NDArray[np.int64]]) -> Ranges:
        """Expands chunks until there are none, or no room, or the search is to stop."""
        tally, found = self.tallies[thread], Ranges()
        while not self.stop:
            try:
                work = todo.popleft()
            except IndexError:
                break
            before = int((work[:, 1] - work[:, 0]).sum())
            room = self._capacity() - (self.threads - 1) * self.worst
            kernels.expand(self.program.code, self.seen, tally, self.scratch[thread], work, room)
            left = work[work[:, 0] < work[:, 1]]
            self.expanded_by[thread] += before - int((left[:, 1] - left[:, 0]).sum())
            found += _take_segments(tally)
            if len(left):
                todo.appendleft(left)
                if not self._room():
                    break
        return found

    def _limit_reached(self) -> str | None:
        limits = self.limits
        if limits.states is not None and self.count >= limits.states:
            return f"the limit of {limits.states:,} states"
        if limits.seconds is not None and time.monotonic() - self.started > limits.seconds:
            return f"the limit of {limits.seconds:g} s"
        return None

    def _progress(self) -> Progress:
        return Progress(
            self.count,
            int(sum(t.taken.sum() for t in self.tallies)),
            sum(self.expanded_by),
            self.depth,
            time.monotonic() - self.started,
            self.memory_bytes,
        )

    # -- what was found -----------------------------------------------------------------------

    def _violated(self) -> bool:
        return any(watch.kind in _VIOLATIONS for watch in self._hits())

    def _coverage(self) -> dict[str, Coverage]:
        of = self.program.code.action_of
        enabled = np.sum([t.enabled for t in self.tallies], axis=0)
        taken = np.sum([t.taken for t in self.tallies], axis=0)
        discovered = np.sum([t.discovered for t in self.tallies], axis=0)
        return {
            action.name: Coverage(
                int(enabled[i]), int(taken[of == i].sum()), int(discovered[of == i].sum())
            )
            for i, action in enumerate(self.finite.staged.actions)
        }

    def _hits(self) -> dict[Watch, Hit]:
        """The first state of each watch: of the lowest depth, as levels are expanded in turn."""
        found: dict[Watch, Hit] = {}

        def note(watch: Watch, number: int, step: int | None) -> None:
            depth = self._depth_of(number)
            if watch not in found or (depth, number) < found[watch][:2]:
                taken = None if step is None else self.ground.steps[step].step
                found[watch] = Hit(depth, number, taken)

        for tally in self.tallies:
            for number, look in zip(tally.hits.tolist(), self.looked, strict=True):
                if number >= 0:
                    note(look.watch, number, look.step)
            if tally.dead[0] >= 0:
                note(Watch("deadlock", "deadlock"), int(tally.dead[0]), None)
        return found

    def _depth_of(self, number: int) -> int:
        depth = 0
        while number >= self.initial:
            number, depth = int(self.seen.parents[number]), depth + 1
        return depth

    def _maxima(self) -> dict[str, int]:
        found = {b.name: 0 for b in self.finite.staged.bounds}
        for tally in self.tallies:
            for instance, value in zip(self.ground.bounds, tally.maxima, strict=True):
                found[instance.bound.name] = max(found[instance.bound.name], int(value))
        return found

    def graph(self) -> Graph:
        """Every transition of the explored graph, found again from its states.

        Raises:
            MemoryError: the transitions do not fit into the memory allowed.
        """
        edges = sum(c.taken for c in self._coverage().values())
        numbers = int(self.seen.cursor[0])
        if 8 * edges + 8 * numbers + self.memory_bytes > self.limits.memory_bytes:
            raise MemoryError(
                f"leads-to needs all {edges:,} transitions in memory, which the limit of "
                f"{self.limits.memory_bytes / 2**20:,.0f} MiB does not allow"
            )
        offsets = np.zeros(numbers + 1, np.int64)
        targets, labels = np.empty(edges, np.int32), np.empty(edges, np.int32)
        ranges = np.array(self.used, np.int64).reshape(-1, 2)
        kernels.edges(
            self.program.code, self.seen, self.scratch[0], ranges, offsets, targets, labels
        )
        steps = tuple(s.step for s in self.ground.steps)
        used = np.zeros(numbers, np.bool_)
        for first, end in self.used:
            used[first:end] = True
        return Graph(offsets, targets, labels, steps, used, self.initial, self.observe)

    def observe(self, formulas: list[tuple[Expr, dict[Var, int]]]) -> NDArray[np.bool_]:
        """The truth of formulas in every state found: bool[formulas, states]."""
        literals = [self.ground.literal(expr, env) for expr, env in formulas]
        gates, new = live_gates(self.ground.circuit, literals)
        moved = np.array([2 * new[x >> 1] | x & 1 for x in literals], np.int32)
        inputs, numbers = self.program.code.inputs, int(self.seen.cursor[0])
        values = np.empty((1 + inputs + len(gates), blocks.WORDS), np.uint64)
        out = np.zeros((len(literals), numbers), np.bool_)
        kernels.observe(
            gates, inputs, self.seen.states, numbers, moved, values, self.scratch[0].square, out
        )
        return out


def _take_segments(tally: kernels.Tally) -> Ranges:
    """The ranges of states that the thread has added since the last call."""
    found = [(int(a), int(b)) for a, b in tally.segments[: tally.found[0]]]
    tally.found[0] = 0
    return found


def _joined(ranges: Ranges) -> Ranges:
    """The ranges in order, joined where they meet."""
    joined: Ranges = []
    for a, b in sorted(ranges):
        if joined and joined[-1][1] == a:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def _chunks(ranges: Ranges) -> list[NDArray[np.int64]]:
    """The ranges cut and bundled into chunks of about `_CHUNK` states each."""
    chunks: list[NDArray[np.int64]] = []
    bundle: Ranges = []
    size = 0
    for a, b in ranges:
        while a < b:
            take = min(b - a, _CHUNK - size)
            bundle.append((a, a + take))
            a, size = a + take, size + take
            if size == _CHUNK:
                chunks.append(np.array(bundle, np.int64))
                bundle, size = [], 0
    if bundle:
        chunks.append(np.array(bundle, np.int64))
    return chunks
