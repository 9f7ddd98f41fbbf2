"""Which reductions a search may use, given what it looks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from model.ground import Ground
from model.scope import State
from model.search.reduce import UNREDUCED, Reduced, Reduction
from model.search.reduce.eager import Eager
from model.search.reduce.symmetry import symmetries
from model.search.watches import Looked


def reductions(
    ground: Ground,
    looked: Sequence[Looked],
    initial: Sequence[State],
    wanted: Iterable[Reduction],
) -> Reduced:
    """The reductions that are sound for a search.

    Args:
        ground: the spec at its scope.
        looked: what the search looks for.
        initial: its initial states.
        wanted: the kinds of reduction to try.
    """
    wanted = set(wanted)
    if not wanted:
        return UNREDUCED
    found = symmetries(ground, looked, initial) if "symmetry" in wanted else ()
    size = ground.layout.size
    eager: set[int] = set()
    if "order" in wanted:
        # A quantity must be measured to be as large as it is: no eager step may change a bit.
        measured = [bit for bound in ground.bounds for bit in bound.value]
        literals = [look.literal for look in looked] + measured + [bit ^ 1 for bit in measured]
        eager = set(Eager(ground).find(literals))
        # A state that a symmetry has turned into another must have no eager step left either.
        eager -= {t for t in eager if any(s[size + t] - size not in eager for s in found)}
    return Reduced(tuple(sorted(eager)), tuple(s[:size] for s in found))
