"""Behaviours to look at: random walks, and the kept counterexamples."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from model.protocol import Variant
from onevoice.explorer.session import Session
from traces.counterexample import Counterexample, read_trace
from traces.run import Run

CORPUS = Path(__file__).resolve().parents[2] / "traces" / "corpus"
RUNS = (
    Run("2+1", 1),
    Run("1+1,1j", 1, variant=Variant.NO_FIFO),
    Run("2+1j", 1, variant=Variant.FALSE_SUSPICION),
)


def walk(run: Run, steps: int, seed: int) -> Iterator[Session]:
    """The behaviours along a random walk."""
    choose = random.Random(seed)
    session = Session.begin(run)
    yield session
    for _ in range(steps):
        enabled = session.enabled()
        if not enabled:
            return
        session = session.take(choose.choice(enabled))
        yield session


def last(run: Run, steps: int, seed: int) -> Session:
    """The last one of them."""
    *_, session = walk(run, steps, seed)
    return session


@cache
def kept(name: str) -> Counterexample:
    """A kept counterexample of a variant, the first of a property."""
    found = read_trace(min(CORPUS.glob(f"{name}_*.itf.json")))
    assert isinstance(found, Counterexample)
    return found


def along(found: Counterexample) -> list[Session]:
    """The behaviours that lead to its end, the initial state first."""
    sessions = [Session.begin(found.run)]
    for step in found.trace.steps:
        sessions.append(sessions[-1].take(step))
    return sessions
