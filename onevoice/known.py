"""Which obligations were proved before: a file of the contents of their scripts, as hashes.

A key stands for everything that the solver was told, and for its version, so that an entry is never
out of date. The file only saves time: what cannot be read is as if it were not there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from onevoice.files import write_at_once

NAME = "proved.txt"
KEYS_MAX = 100_000  # of a longer file only the keys in use are kept
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


def default_folder() -> Path:
    """Where programs of this user keep what they can make anew."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "onevoice"


def read(folder: Path) -> tuple[frozenset[str], str]:
    """The keys in a folder's file.

    Returns:
        The keys, and why they are ignored, or "".
    """
    path = folder / NAME
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return frozenset(), ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        return frozenset(), f"{path} is ignored: {why}"
    if not all(_KEY.fullmatch(line) for line in lines):
        return frozenset(), f"{path} is ignored: it holds something else than hashes"
    return frozenset(lines), ""


def write(folder: Path, used: Iterable[str]) -> str:
    """Adds keys to a folder's file, at once or not at all.

    Returns:
        Why nothing was written, or "".
    """
    used = frozenset(used)
    before, _ = read(folder)
    keys = before | used
    if len(keys) > KEYS_MAX:
        keys = used
    if keys == before:
        return ""
    try:
        write_at_once(folder / NAME, "".join(f"{key}\n" for key in sorted(keys)).encode("ascii"))
    except OSError as error:
        return f"{folder / NAME} is not written: {error.strerror}"
    return ""
