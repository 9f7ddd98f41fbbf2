"""Traces that cover every transition of a member's state graph.

The graph is what `traces.lockstep` has found at a scope: the states in which a member can be, and
what it is given there. A trace begins at the start. Greedy: from where it is, the next one goes to
the nearest transition that is not covered yet; where none can be reached, a new trace begins. That
is no minimum, and `Cover.least` says how far from one it can be at most.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from traces.lockstep.local import Machine

Edge = tuple[int, int, int]
"""A state, the number of an input, and the state after it."""


@dataclass(frozen=True)
class Cover:
    """Traces of one member.

    Attributes:
        traces: each from the start, as transitions.
        transitions: how many different ones there are; all of them are covered.
    """

    traces: tuple[tuple[Edge, ...], ...]
    transitions: int

    @property
    def steps(self) -> int:
        """In all traces together; not less than `transitions`, in any cover."""
        return sum(map(len, self.traces))


def cover(machine: Machine) -> Cover:
    """Covers what a machine was given in a walk."""
    out: dict[int, list[Edge]] = {}
    for source, given, target in machine.transitions():
        out.setdefault(source, []).append((source, given, target))
    missing = {edge for edges in out.values() for edge in edges}
    total = len(missing)
    traces: list[tuple[Edge, ...]] = []
    while missing:
        trace: list[Edge] = []
        state = machine.start
        while path := _to_missing(out, missing, state):
            trace += path
            missing.difference_update(path)
            state = path[-1][2]
        if not trace:
            raise AssertionError("a transition cannot be reached from the start")
        traces.append(tuple(trace))
    return Cover(tuple(traces), total)


def _to_missing(out: dict[int, list[Edge]], missing: set[Edge], start: int) -> list[Edge]:
    """The shortest way that ends with a transition that is missing; empty if there is none."""
    came: dict[int, Edge | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for edge in out.get(state, ()):
            if edge in missing:
                path = [edge]
                while (before := came[path[-1][0]]) is not None:
                    path.append(before)
                return path[::-1]
            if edge[2] not in came:
                came[edge[2]] = edge
                queue.append(edge[2])
    return []
