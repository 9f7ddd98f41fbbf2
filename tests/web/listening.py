"""A listener of the gate that says nothing, and limits that are small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model.search import Limits, Progress
from onevoice.gate.check import Check
from onevoice.gate.result import Done

SMALL_LIMITS = Limits(memory_bytes=1 << 30, threads=1)


class Deaf:
    """Is told how far a check is, and does not mind."""

    def __call__(self, progress: Progress) -> None:
        """How far a search is."""

    def say(self, far: str) -> None:
        """How far something else is."""


class Quiet:
    """Says nothing of what the gate does."""

    @contextmanager
    def progress(self, check: Check[Any]) -> Iterator[Deaf]:
        """A check begins."""
        yield Deaf()

    def done(self, done: Done) -> None:
        """A check is done."""

    def complain(self, text: str) -> None:
        """Something that does not change what was found."""
        raise AssertionError(text)
