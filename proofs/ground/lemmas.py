"""What one proof learnt, for the next: cubes that no behaviour reaches.

IC3 proves one property at a time, but the invariants of one spec have much in common, so a proof
begins with the clauses of those that were proved before. Nothing here needs to be believed:
whatever is proved by lemmas has them in its certificate.

(What is left of a proof that was given up is no use to the next: of some hundred clauses hardly one
is inductive without those that were still missing.)
"""

from __future__ import annotations

from collections.abc import Iterable

from proofs.ground.certificate import Cube


class Lemmas:
    """Cubes that are known to be unreachable; none is part of another."""

    def __init__(self) -> None:
        self.cubes: set[Cube] = set()

    def add(self, cubes: Iterable[Cube]) -> None:
        """Adds cubes that no behaviour reaches, given those that are here already."""
        self.cubes = without_parts(self.cubes.union(cubes))


def without_parts(cubes: Iterable[Cube]) -> set[Cube]:
    """The cubes that are part of no other of them."""
    kept: list[frozenset[int]] = []
    found: set[Cube] = set()
    for cube in sorted(cubes, key=lambda c: (len(c), c)):
        literals = frozenset(cube)
        if not any(larger <= literals for larger in kept):
            kept.append(literals)
            found.add(cube)
    return found
