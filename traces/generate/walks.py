"""Random walks through a state graph: those that `model.search.simulate` takes with the same seed.

A walk depends on the seed and its number alone. Each enabled step has the same probability; a walk
ends where none is enabled, or when it is long enough.
"""

from __future__ import annotations

from model.lang import ScopeError
from traces.generate.graph import Path, StateGraph

SEED_MAX = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def random_walks(graph: StateGraph, seed: int, walks: int, steps_max: int) -> tuple[Path, ...]:
    """Walks from initial states.

    Args:
        graph: where to.
        seed: of the random numbers, 64 bits.
        walks: how many.
        steps_max: of a walk.

    Raises:
        ScopeError: a number is out of its range.
    """
    if walks < 1 or steps_max < 1 or not 0 <= seed <= SEED_MAX:
        raise ScopeError("walks and steps must be positive, and the seed a 64-bit number")
    return tuple(_walk(graph, seed, number, steps_max) for number in range(walks))


def _walk(graph: StateGraph, seed: int, number: int, steps_max: int) -> Path:
    random = _mixed(seed + _GOLDEN * (number + 1))
    start = state = (random >> 32) * graph.initial >> 32
    taken: list[int] = []
    while len(taken) < steps_max:
        first, end = int(graph.offsets[state]), int(graph.offsets[state + 1])
        if first == end:
            break
        chosen = first
        for count, transition in enumerate(range(first, end), start=1):  # each takes the place of
            random = random + _GOLDEN & SEED_MAX  # the one chosen with probability 1 / count
            if (_mixed(random) >> 32) * count >> 32 == 0:
                chosen = transition
        taken.append(chosen)
        state = int(graph.targets[chosen])
    return Path(start, tuple(taken))


def _mixed(x: int) -> int:
    """The output function of SplitMix64 (Steele, Lea & Flood 2014)."""
    x &= SEED_MAX
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & SEED_MAX
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & SEED_MAX
    return x ^ (x >> 31)
