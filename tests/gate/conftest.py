"""Gates that are run, as a command or not, and what came of gates, made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from model.search import Limits, Progress
from onevoice.gate.check import Check
from onevoice.gate.gate import Way, run_gate
from onevoice.gate.plan import read_plan
from onevoice.gate.result import Done, Gated
from tests.gate import made
from tests.gate.command import gate, onevoice
from tests.gate.small import SHARED_KEY

__all__ = ["gate", "onevoice"]


@pytest.fixture
def passed() -> Gated:
    """All is as it must be; something was kept, and something is of no concern."""
    return made.passed()


@pytest.fixture
def failed() -> Gated:
    """Everything that can be wrong is."""
    return made.failed()


@pytest.fixture
def empty() -> Gated:
    """Nothing was asked for."""
    return made.empty()


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    """What came of a real gate, which is not passed: a variant breaks more than it says."""
    file = tmp_path_factory.mktemp("gate") / "gate.toml"
    shipped = '[[search]]\ngroups = "2"\nfailures = 0\n'
    broken = f'{SHARED_KEY}breaks = ["AtMostOnce", "OneLeader", "messages"]\n'
    rest = '[[lockstep]]\ngroups = "2"\nfailures = 0\n[[storms]]\nlast = 2\n'
    file.write_text(shipped + broken + rest, encoding="utf-8")
    return run_gate(read_plan(file), "quick", Way(Limits(threads=1)), Silent())


class Silent:
    """A listener that says nothing."""

    def __call__(self, progress: Progress) -> None:
        """How far a search is."""

    def say(self, far: str) -> None:
        """How far something else is."""

    @contextmanager
    def progress(self, check: Check[Any]) -> Iterator[Silent]:
        yield self

    def done(self, done: Done) -> None:
        """A check is done."""

    def complain(self, text: str) -> None:
        """Something is wrong."""
