"""A dictionary that a group of members shares: the use that `onevoice run` makes of a group.

Within a group, writes are applied by all in the same order. When parts that were separated meet, or
a member brings a dictionary of its own, one rule decides key by key, the same at every member: the
value that has been written more often wins, and of two written as often, the one whose last writer
has the higher name. A deletion is a write, too. So no key is lost, and a part that did not write a
key never undoes what another part wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from impl.core import MemberId, Result, View
from impl.group import Application

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """What a key has: compared by how often it was written, then by who wrote it last.

    Attributes:
        writes: how often.
        writer: the last writer's name.
        value: None if it was deleted.
    """

    writes: int
    writer: str
    value: str | None


class Write(NamedTuple):
    """What a member tells the group."""

    key: str
    value: str | None


_WRITES_MAX = (1 << 64) - 1  # more cannot be written down
_encode = msgspec.msgpack.Encoder().encode
_entries = msgspec.msgpack.Decoder(dict[str, Entry])
_write = msgspec.msgpack.Decoder(Write)


class Dictionary(Application):
    """One member's dictionary.

    Args:
        merged: hears of every exchange, when the dictionary holds what it brought.
        viewed: hears of every view.
    """

    def __init__(
        self,
        *,
        merged: Callable[[Result[bytes]], None] = lambda result: None,
        viewed: Callable[[View], None] = lambda view: None,
    ) -> None:
        self.entries: dict[str, Entry] = {}
        self._merged = merged
        self._viewed = viewed

    @staticmethod
    def write(key: str, value: str | None) -> bytes:
        """What to `send` to the group to write a key; None deletes it."""
        return _encode(Write(key, value))

    @property
    def values(self) -> dict[str, str]:
        """The keys that have values, in order."""
        values = ((key, self.entries[key].value) for key in sorted(self.entries))
        return {key: value for key, value in values if value is not None}

    def has_data(self) -> bool:
        return bool(self.entries)

    def snapshot(self) -> bytes:
        return _encode(dict(sorted(self.entries.items())))

    def merge(self, result: Result[bytes]) -> None:
        for group, content in result.data.items():
            try:
                entries = _entries.decode(content)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                logger.warning("the data of %s is no dictionary: %s", group, error)
                continue
            for key, entry in entries.items():
                self.entries[key] = max(entry, self.entries.get(key, entry), key=_rank)
        self._merged(result)

    def accept(self, sender: MemberId, content: bytes) -> None:
        try:
            key, value = _write.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            logger.warning("%s sent what is no write: %s", sender, error)
            return
        before = self.entries.get(key)
        writes = 1 if before is None else min(before.writes + 1, _WRITES_MAX)
        self.entries[key] = Entry(writes, sender.name, value)

    def view_changed(self, view: View) -> None:
        self._viewed(view)


def _rank(entry: Entry) -> tuple[int, str, bool, str]:
    """A total order, so that all members take the same."""
    return entry.writes, entry.writer, entry.value is not None, entry.value or ""
