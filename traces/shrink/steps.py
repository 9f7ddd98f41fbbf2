"""Fewer steps: which candidates are made of a path, and in which order.

Steps are removed as by ddmin (Zeller & Hildebrandt, "Simplifying and isolating failure-inducing
input", 2002), with two differences. Only complements are tried, for a part of a trace alone is
hardly ever one. And it goes from the end to the beginning: what depends on a step comes after it,
and so is gone, if it can be, when the step's turn comes; and what comes before a part that was
removed need not be followed again.
"""

from __future__ import annotations

from collections.abc import Callable

from traces.shrink.follow import Path

Improves = Callable[[Path], "Path | None"]
"""Follows a path; returns the steps that were taken if they are better than all before."""


def remove_steps(path: Path, improves: Improves) -> Path:
    """Removes steps, in parts of half of them first, until no single one can be removed.

    Args:
        path: the best so far.
        improves: tells whether a candidate is better than the best so far, which it then is. It
            must leave what comes before the part removed as it is.
    """
    size = max(1, len(path) // 2)
    while size:
        removed, end = False, len(path)
        while end > 0:
            start = max(0, end - size)
            better = improves(path.without(start, end))
            if better is not None:
                path, removed = better, True
            end = start
        if size > 1 or not removed:
            size //= 2
    return path


def exchange_steps(path: Path, improves: Improves) -> Path:
    """Takes neighbouring steps the other way round, until none is better so."""
    at = 0
    while at + 1 < len(path):
        calls = list(path.calls)
        calls[at : at + 2] = reversed(calls[at : at + 2])
        better = improves(Path(tuple(calls), path.loop))
        if better is None:
            at += 1
        else:
            path, at = better, max(0, at - 1)
    return path
