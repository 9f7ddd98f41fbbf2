"""Large arrays: address space is reserved at once, memory is taken as it is touched.

An area may be a file: then the system writes its pages out when memory is short, so that it is
no longer memory that bounds it, and what is in it is still there after the process has died.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HUGE_PAGE = 1 << 21


class Area:
    """An array that takes no memory before it is written to, zero where it never was.

    Args:
        shape: of the array.
        dtype: of its items.
        file: where it is kept; without one, in memory, on huge pages if there are any: a search
            touches memory at random, so with small pages most of its time would go into looking
            up addresses.

    Raises:
        MemoryError: the system does not even grant the address space.
        OSError: the file cannot be opened or made so large.
    """

    def __init__(
        self, shape: tuple[int, ...], dtype: type[np.generic], file: Path | None = None
    ) -> None:
        items = int(np.prod(shape))
        size = max(1, items * np.dtype(dtype).itemsize)
        size = (size + _HUGE_PAGE - 1) // _HUGE_PAGE * _HUGE_PAGE
        self.file = file
        if file is not None:
            self._area = _mapped(file, size)
        else:
            self._area = _anonymous(size)
        self.array: NDArray[Any] = np.frombuffer(self._area, dtype, items).reshape(shape)

    def save(self) -> None:
        """Writes what has changed to the file."""
        if self.file is not None:
            self._area.flush()


def _anonymous(size: int) -> mmap.mmap:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    try:
        area = mmap.mmap(-1, size, flags=flags)
    except OSError as error:
        raise MemoryError(f"{size:,} bytes of address space were refused") from error
    advice = getattr(mmap, "MADV_HUGEPAGE", None)
    if advice is not None:
        with suppress(OSError):  # a kernel without huge pages: slower, nothing else
            area.madvise(advice)
    return area


def _mapped(file: Path, size: int) -> mmap.mmap:
    """A file as memory, made as large as that: what is never written takes no room on the disk."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(handle).st_size < size:
            os.ftruncate(handle, size)
        return mmap.mmap(handle, size)
    finally:
        os.close(handle)
