"""What a search keeps: the seen set, the log of states, and how they grow within their limits."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.lang.errors import ScopeError
from model.search.native.areas import Area
from model.search.native.kernels import log, table
from model.search.native.kernels.arrays import Seen
from model.search.native.kernels.keys import Halves

_MOST_STATES = (1 << 32) - 2  # parents, and halves in their tables, have numbers of 32 bits
_LOAD = 0.8
_GROWTH = 1.5  # so that it never takes more than 8 · 1.5 / 0.85 = 14.2 bytes an entry
_FAST_GROWTH = 4  # of a small one
_DISK_BYTES_SPARE = 1 << 29
_SMALL = 1 << 19  # slots; a smaller table grows faster
_ASIDE = 1 << 17  # entries that wait aside while a table grows


class Store:
    """The arrays of one search.

    Args:
        words: of a state, 64 bits each.
        exact: keep keys of whole states, or else fingerprints.
        slack: how many states all threads together may add before they look at the room again.
        threads: how many there are.
        memory_bytes: that it may take.
        folder: where the log and the halves are kept instead of in memory.

    Raises:
        ScopeError: the memory allowed is too little to begin with.
    """

    def __init__(
        self,
        words: int,
        exact: bool,
        slack: int,
        threads: int,
        memory_bytes: int,
        folder: Path | None = None,
    ) -> None:
        self.threads, self.pool = threads, ThreadPoolExecutor(threads)
        self.exact, self.slack = exact, slack
        self.memory_bytes_max, self.folder = memory_bytes, folder
        self.width = 1 if exact else words
        slots = _buckets(2 * slack / _LOAD)
        least = slots * 8 * (3 if exact else 1) + (0 if folder else slack * (8 * self.width + 4))
        if memory_bytes < least:
            raise ScopeError(
                f"a search of this scope needs at least {least / 2**20:,.1f} MiB of memory, "
                f"{memory_bytes / 2**20:,.1f} MiB are allowed: raise --max-memory"
            )
        room = memory_bytes if folder is None else _disk_bytes(folder)
        self.most = min(room // (8 * self.width + 4), _MOST_STATES)
        self.log = self._kept("states", (self.most, self.width), np.uint64)
        self.parents = self._kept("parents", (self.most,), np.uint32)
        most = max(slots, _buckets(memory_bytes // 8))
        self.table = Table(slots, most)
        middle = words // 2
        self.halves = [
            self._kept(
                name, (min(room // (8 * size), _MOST_STATES) if exact else 1, size), np.uint64
            )
            for name, size in (("first-halves", middle), ("second-halves", words - middle))
        ]
        self.half_tables = [Table(slots, most) if exact else Table(0, 1) for _ in self.halves]
        self.cursors = [np.zeros(1, np.int64) for _ in range(3)]  # states, first, second halves
        self.seen = self._seen()

    def _kept(self, name: str, shape: tuple[int, ...], dtype: type[np.generic]) -> Area:
        return Area(shape, dtype, None if self.folder is None else self.folder / name)

    def _seen(self) -> Seen:
        first, second = (
            Halves(slots.array, rows.array, cursor)
            for slots, rows, cursor in zip(
                self.half_tables, self.halves, self.cursors[1:], strict=True
            )
        )
        return Seen(
            self.table.array, self.log.array, self.parents.array, self.cursors[0], first, second,
            int(self.exact),
        )  # fmt: skip

    @property
    def states(self) -> int:
        """How many states are kept."""
        return int(self.cursors[0][0])

    @property
    def seen_bytes(self) -> int:
        """Memory that the seen set takes: of keys, and of halves if it is exact."""
        found = 8 * len(self.table.array)
        if self.exact:
            for slots, rows, cursor in zip(
                self.half_tables, self.halves, self.cursors[1:], strict=True
            ):
                found += 8 * len(slots.array) + 8 * rows.array.shape[1] * int(cursor[0])
        return found

    @property
    def log_bytes(self) -> int:
        """What the states and their parents take, in memory or in files."""
        return self.states * (8 * self.width + 4)

    @property
    def memory_bytes(self) -> int:
        """Memory taken; what is in files is not counted, since the system may write it out."""
        return self.seen_bytes + (0 if self.folder is not None else self.log_bytes)

    def disk_is_nearly_full(self) -> bool:
        """Whether the files may soon not be written any more, which would end the process."""
        return self.folder is not None and shutil.disk_usage(self.folder).free < _DISK_BYTES_SPARE

    # -- growing ------------------------------------------------------------------------------

    def _tables(self) -> list[Table]:
        return [self.table, *self.half_tables] if self.exact else [self.table]

    def _used(self, table_number: int) -> int:
        return int(self.cursors[table_number][0])

    def room(self) -> NDArray[np.int64]:
        """How many states and halves there may be when a thread begins another block."""
        full = [int(len(t.array) * _LOAD) for t in self._tables()]
        full[0] = min(full[0], self.most)
        full += [self.most] * (3 - len(full))
        return np.array(full, np.int64) - self.slack

    def has_room(self) -> bool:
        """Whether all threads can expand another block."""
        return bool((self.room() >= [int(c[0]) for c in self.cursors]).all())

    def grow(self) -> str | None:
        """Makes room for another block, while no thread searches.

        Returns:
            What forbids it, if something does.
        """
        if self.states + self.slack > self.most:
            where = "memory limit" if self.folder is None else "disk"
            return f"the {where}: no room for more than {self.most:,} states"
        for number, area in enumerate(self._tables()):
            slots = len(area.array)
            if self._used(number) + self.slack <= int(slots * _LOAD):
                continue
            larger = self._larger(slots)
            if larger is None:
                return f"the memory limit of {self.memory_bytes_max / 2**20:,.0f} MiB"
            area.grow(larger, self.pool, self.threads)
        self.seen = self._seen()
        return None

    def _larger(self, slots: int) -> int | None:
        """To how many slots a table may grow; None if the memory limit forbids it."""
        others = self.memory_bytes - 8 * slots
        others += 0 if self.folder is not None else self.slack * (8 * self.width + 4)
        for factor in (_FAST_GROWTH, _GROWTH) if slots < _SMALL else (_GROWTH,):
            larger = _buckets(slots * factor)
            if others + 8 * larger <= self.memory_bytes_max:
                return larger
        return None

    # -- files --------------------------------------------------------------------------------

    def save(self) -> None:
        """Writes to the files what they lack."""
        for area in (self.log, self.parents, *self.halves):
            area.save()

    def restore(self, counts: Sequence[int]) -> None:
        """Fills the tables again for the states and halves that the files hold.

        Raises:
            ScopeError: the memory allowed is too little for so many.
        """
        for cursor, count in zip(self.cursors, counts, strict=True):
            cursor[0] = count
        reason = self.grow()
        while reason is None and not self.has_room():
            reason = self.grow()
        if reason is not None:
            raise ScopeError(
                f"the {counts[0]:,} states that were found do not fit into {reason}: raise it"
            )
        log.remember(self.seen, 0, self.states)
        if self.exact:
            for half, slots in enumerate(self.half_tables):
                used = np.zeros(counts[1 + half], np.bool_)
                log.mark_halves(self.log.array, self.states, half, used)
                log.remember_halves(self.halves[half].array, used, slots.array)


def _disk_bytes(folder: Path) -> int:
    """What the files of a search may take: what they do, and most of what is free."""
    taken = sum(512 * file.stat().st_blocks for file in folder.iterdir())
    return taken + shutil.disk_usage(folder).free * 9 // 10


def _buckets(slots: float) -> int:
    """So many slots, rounded up to whole buckets."""
    return (int(slots) // table.BUCKET + 1) * table.BUCKET


class Table:
    """A table that grows where it is, so that it never takes more than what it has become.

    Args:
        slots: to begin with.
        most: to which it may grow; address space is reserved for so many.
    """

    def __init__(self, slots: int, most: int) -> None:
        self._area = Area((most,), np.uint64)
        self.array = self._area.array[:slots]

    def grow(self, slots: int, pool: ThreadPoolExecutor, threads: int) -> None:
        """Makes it larger, from the back to the front.

        The entries before a border belong behind it in the larger table, but for the first ones:
        so they can be put there, by several threads, and then the border moves to the front.

        Raises:
            MemoryError: too many entries lie far from where they belong. As their places are
                random, this does not happen.
        """
        old = border = len(self.array)
        self.array = self._area.array[:slots]
        waiting = []
        while border > 0:
            first = min(border, border * old // slots + _ASIDE // 8)
            if first < _ASIDE or first == border:
                first = 0
            cuts = [first + (border - first) * i // threads for i in range(threads + 1)]
            spares = [np.empty(_ASIDE, np.uint64) for _ in range(threads)]
            counts = list(
                pool.map(
                    lambda n, border=border, cuts=cuts, spares=spares: table.spread(
                        self.array, cuts[n], cuts[n + 1], border, spares[n]
                    ),
                    range(threads),
                )
            )
            if min(counts) < 0:
                raise MemoryError("a table cannot grow where it is")
            waiting += list(zip(spares, counts, strict=True))
            border = first
        for spare, count in waiting:
            table.put_all(self.array, spare, count)
