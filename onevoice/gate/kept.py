"""What was found before, by the digest of all that it depended on: a file a check.

Only what was right and complete is kept, so what was wrong is done again. A file is written at once
or not at all, and says itself of what it is; one that cannot be read is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from onevoice.files import write_at_once
from onevoice.gate.check import Check, Record

FILES_MAX = 1_000
_SUFFIX = ".json"


class Entry(msgspec.Struct, frozen=True):
    """The content of a file.

    Attributes:
        digest: of all that the check depended on.
        name: of the check, for whoever looks into the folder.
        checksum: of the record's text, so that a damaged file is not believed.
    """

    digest: str
    name: str
    checksum: str
    record: msgspec.Raw


@dataclass(frozen=True)
class Kept:
    """A folder of records."""

    folder: Path

    def find(self, check: Check[Any], digest: str) -> Record | None:
        """What a check found when all was as it is now; None if that is not known."""
        path = self._path(digest)
        try:
            entry = msgspec.json.decode(path.read_bytes(), type=Entry)
            record = bytes(entry.record)
            if entry.digest != digest or entry.checksum != _checksum(record):
                return None
            found: Record = msgspec.json.decode(record, type=check.record)
        except (OSError, msgspec.DecodeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # so that what is used is not removed
        return found

    def keep(self, check: Check[Any], digest: str, record: Record) -> str:
        """Keeps what a check has found.

        Returns:
            Why it is not kept, or "".
        """
        text = msgspec.json.encode(record)
        entry = Entry(digest, check.name, _checksum(text), msgspec.Raw(text))
        try:
            write_at_once(self._path(digest), msgspec.json.encode(entry))
        except OSError as error:
            return f"{self.folder}: nothing is kept: {error.strerror}"
        return ""

    def tidy(self) -> None:
        """Removes the files that were used longest ago, if there are very many."""
        with contextlib.suppress(OSError):
            files = [(path.stat().st_mtime, path) for path in self.folder.glob(f"*{_SUFFIX}")]
            for _, path in sorted(files)[: max(0, len(files) - FILES_MAX)]:
                path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / f"{digest}{_SUFFIX}"


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
