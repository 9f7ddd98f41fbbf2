"""How much memory this process may still take."""

from __future__ import annotations

import os
import re
from pathlib import Path

_UNKNOWN = 8 << 30


def free_bytes() -> int:
    """Bytes that are free: of the machine, and of the control group that the process is in."""
    return max(min(_of_machine(), _of_group()), 1 << 20)


def _of_machine() -> int:
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _text(Path("/proc/meminfo")), re.MULTILINE)
    if found is not None:
        return int(found[1]) << 10
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return _UNKNOWN


def _of_group() -> int:
    """Linux control groups, version 2: the least that a group above us still allows."""
    free = 1 << 62
    own = re.search(r"^0::/(.*)$", _text(Path("/proc/self/cgroup")), re.MULTILINE)
    root = Path("/sys/fs/cgroup")
    group = root / own[1] if own is not None else root
    while True:
        most, used = _text(group / "memory.max").strip(), _text(group / "memory.current").strip()
        if most.isdigit() and used.isdigit():
            free = min(free, int(most) - int(used))
        if group == root or root not in group.parents:
            return free
        group = group.parent


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
