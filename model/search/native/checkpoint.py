"""A search in a folder: what it needs to go on after it was interrupted or killed.

The log of states, their parents and the distinct halves are files that only grow. Beside them
lies `search.json`, which says how much of them counts, what is still to be expanded, and what was
found; it is replaced in one move, after what it speaks of has been written. Whatever was appended
later is written over. The tables are filled again from the files.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.lang.errors import ScopeError
from model.scope import State
from model.search.exploration import Seen
from model.search.native.program import Program
from model.search.native.tallies import Tallies

_FORMAT = 1


@dataclass
class Position:
    """How far a search is.

    Attributes:
        bounds: the number of the first state of each depth that was begun.
        end: the number after the last state of the depth that is being expanded; what follows is
            one deeper.
        todo: ranges of numbers of this depth that are still to be expanded.
        counts: states, first and second halves found, when this was read from a file.
    """

    bounds: list[int]
    end: int
    todo: list[tuple[int, int]]
    counts: tuple[int, int, int] = (0, 0, 0)

    @property
    def depth(self) -> int:
        """The depth that is being expanded."""
        return len(self.bounds) - 1


def digest(program: Program, seen: Seen, initial: list[State]) -> str:
    """What tells one search from another: the spec at its scope, with all that is looked for."""
    found = hashlib.sha256(f"{_FORMAT} {seen} {program.words} {initial}".encode())
    for part in (*program.code, *program.normal):
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()


class Checkpoint:
    """The folder of one search, which nobody else may use meanwhile.

    Args:
        folder: made if there is none.
        identity: the digest of the search.

    Raises:
        ScopeError: the folder is in use, or of another search.
        OSError: it cannot be made or read.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.path, self.identity = folder / "search.json", identity
        folder.mkdir(parents=True, exist_ok=True)
        # A file object, so that the lock goes with this object, whatever happens before `close`.
        self._lock = (folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise ScopeError(f"{folder} is in use by another search: give another folder") from None
        try:
            self.data = self._read()
        except ScopeError:
            self.close()
            raise

    def _read(self) -> dict[str, Any] | None:
        try:
            data = json.loads(self.path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (ValueError, OSError) as error:
            raise ScopeError(f"{self.path} cannot be read: {error}: remove the folder") from None
        if not isinstance(data, dict):
            raise ScopeError(f"{self.path} is not of a search: give another folder")
        if data.get("identity") != self.identity:
            raise ScopeError(
                f"{self.path.parent} holds another search (of another scope, variant, property or "
                "method, or of another version): give another folder, or remove this one"
            )
        return data

    def close(self) -> None:
        """Lets others use the folder."""
        self._lock.close()

    def load(self, tallies: Tallies) -> Position | None:
        """How far the search had come, with what it had found; None if it is to begin."""
        data = self.data
        if data is None:
            return None
        try:
            tallies.from_json(data["tallies"])
            states, first, second = data["counts"]
            todo = [(start, end) for start, end in data["todo"]]
            return Position(data["bounds"], data["end"], todo, (states, first, second))
        except (KeyError, TypeError, ValueError) as error:
            self.close()
            raise ScopeError(f"{self.path} is damaged ({error!r}): remove the folder") from None

    def save(self, position: Position, counts: list[int], tallies: Tallies) -> None:
        """Replaces what was saved; what is in the other files must have been written before."""
        data = {
            "identity": self.identity,
            "counts": counts,
            "bounds": position.bounds,
            "end": position.end,
            "todo": position.todo,
            "tallies": tallies.to_json(),
        }
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="ascii") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        with suppress(OSError):  # a system where a folder is no file to be written
            handle = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
