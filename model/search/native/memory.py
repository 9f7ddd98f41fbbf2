"""Large arrays: address space is reserved at once, memory is taken as it is touched."""

from __future__ import annotations

import mmap
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HUGE_PAGE = 1 << 21


def reserve(shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    """A zeroed array that takes no memory before it is written to, on huge pages if there are.

    A search touches memory at random, so with small pages most of its time would go into
    looking up addresses.

    Raises:
        MemoryError: the system does not even grant the address space.
    """
    items = int(np.prod(shape))
    size = max(1, items * np.dtype(dtype).itemsize)
    size = (size + _HUGE_PAGE - 1) // _HUGE_PAGE * _HUGE_PAGE
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    try:
        area = mmap.mmap(-1, size, flags=flags)
    except OSError as error:
        raise MemoryError(f"{size:,} bytes of address space were refused") from error
    advice = getattr(mmap, "MADV_HUGEPAGE", None)
    if advice is not None:
        with suppress(OSError):  # a kernel without huge pages: slower, nothing else
            area.madvise(advice)
    return np.frombuffer(area, dtype, items).reshape(shape)
