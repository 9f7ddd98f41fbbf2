"""A gate of a second, and how to run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from model.search import Progress
from onevoice.gate.check import Check
from onevoice.gate.result import Done
from tests.onevoice.conftest import Ran


class Quiet:
    """Listens to a gate and a check, and says nothing."""

    def __call__(self, progress: Progress) -> None:
        """How far a search is."""

    def say(self, far: str) -> None:
        """How far something else is."""

    def done(self, done: Done) -> None:
        """A check is done."""

    def complain(self, text: str) -> None:
        raise AssertionError(text)

    @contextmanager
    def progress(self, check: Check[object]) -> Iterator[Quiet]:  # type: ignore[type-var]
        """A check begins."""
        yield self


Gate = Callable[..., Ran]
"""Runs a gate that is written in TOML, with more words of the command line."""

BROKEN = frozenset({"AtMostOnce", "OneLeader", "ExactCost", "transmissions", "messages"})

SHARED_KEY = """
[[search]]
variant = "shared-key"
groups = "2"
"""

SMALL = f"""
[[search]]
groups = "2"

[[search]]
groups = "1,1j"
failures = 0

{SHARED_KEY}
breaks = {sorted(BROKEN)}

[[agreement]]
groups = "2"
failures = 0

[[lockstep]]
groups = "2"

[[wrong-members]]
groups = "2"
members = "shared-key"

[[storms]]
last = 2
"""
