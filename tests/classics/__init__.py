"""Classics: small specs whose numbers and verdicts others have published, to test the engines by.

Each module holds one classic: its `Spec`, a function `scope(...)` that gives a `Scope` of some
size, and `GOLDEN`, the numbers that a search of it must find, each with its source. Nothing here
says how a search is made: what every engine must agree on is kept apart from the engines.

Where a number is not published but follows from a short count, the module's docstring counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.lang import Spec
from model.scope import Scope

Engine = Literal["interp", "native"]
ENGINES: tuple[Engine, ...] = ("interp", "native")


@dataclass(frozen=True)
class Golden:
    """What a search of a spec at a scope must find.

    Attributes:
        spec: the spec.
        scope: its finite sizes.
        states: the distinct states in the source.
        source: who says so.
        transitions: the enabled steps out of all states, if known. TLC prints "states generated",
            which counts the initial states too.
        depth: the steps to the farthest state, if known. TLC's "depth" counts states, so is one
            more.
        besides: states that ours has and the source has not; `source` says why.
        engines: those fast enough for a test of a few seconds.
    """

    spec: Spec
    scope: Scope
    states: int
    source: str
    transitions: int | None = None
    depth: int | None = None
    besides: int = 0
    engines: tuple[Engine, ...] = ENGINES

    def __str__(self) -> str:
        """What is searched, as text: `TwoPhase ResourceManager=3`."""
        sizes = [f"{sort}={size}" for sort, size in self.scope.sizes.items()]
        return " ".join((type(self.spec).__name__, *sizes))
