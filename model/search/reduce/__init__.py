"""Reductions: fewer states to search, and the same verdicts. Each is read off the circuit.

`eager.py` is partial order, `symmetry.py` symmetry; both say why they are sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reduction = Literal["order", "symmetry"]


@dataclass(frozen=True)
class Reduced:
    """What a search may leave out.

    Attributes:
        eager: the numbers of the ground steps that may be taken at once.
        symmetries: permutations of the bits of a state, the identity left out: bit i of the
            permuted state is bit `symmetry[i]` of the state.
    """

    eager: tuple[int, ...] = ()
    symmetries: tuple[tuple[int, ...], ...] = ()


UNREDUCED = Reduced()
