"""What paths through a state graph cover of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from traces.generate.graph import Path, StateGraph


@dataclass(frozen=True)
class Count:
    """How many of all there are."""

    covered: int
    of: int


@dataclass(frozen=True)
class Coverage:
    """What was covered.

    Attributes:
        pairs: of consecutive transitions.
        actions: how often each was taken, in the order of the spec; those never taken too.
    """

    states: Count
    transitions: Count
    pairs: Count
    actions: dict[str, int]


def coverage(graph: StateGraph, paths: Sequence[Path]) -> Coverage:
    """Counts what paths go through."""
    transitions = {transition for path in paths for transition in path.transitions}
    states = {path.start for path in paths} | {int(graph.targets[t]) for t in transitions}
    pairs = {pair for path in paths for pair in pairwise(path.transitions)}
    labels = graph.labels.tolist()
    taken = Counter(graph.steps[labels[t]].action.name for p in paths for t in p.transitions)
    return Coverage(
        Count(len(states), graph.states),
        Count(len(transitions), graph.transitions),
        Count(len(pairs), graph.pairs),
        {action.name: taken[action.name] for action in graph.finite.staged.actions},
    )
