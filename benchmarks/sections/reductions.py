"""How much sooner is the verdict known if the search may leave states out?

Rows of reduced searches are here and nowhere else: they must draw the same verdicts as the whole
search, but count fewer states.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.bench import OURS, Bench, Row
from benchmarks.checkers import Outcome
from benchmarks.ours import ours
from benchmarks.scopes import LARGE, MAIN_QUICK, REDUCED, short

NAME, TITLE = "reductions", "With reductions: the same verdicts from fewer states"
COLUMNS = (
    "how",
    "scope",
    "states",
    "transitions",
    "start s",
    "clock s",
    "states/s",
    "peak MiB",
    "",
)

# What is said of it, and what `ours` is given to switch it on; the last is that of large scopes.
OPTIONS: dict[str, dict[str, Any]] = {
    "partial order": {"reduce": ("order",)},
    "symmetry": {"reduce": ("symmetry",)},
    "both": {"reduce": ("order", "symmetry")},
}


def run(bench: Bench) -> None:
    """Scopes whole and reduced, then scopes that only a reduction brings within reach."""
    for scope in bench.scopes or ((MAIN_QUICK,) if bench.quick else REDUCED):
        whole = bench.reference(scope)
        bench.add(Row(NAME, OURS, "whole", scope), partial(bench.reference, scope))
        for how, options in OPTIONS.items():
            row = bench.add(
                Row(NAME, OURS, how, scope),
                ours(scope, **options).search,
                partial(replace, violated=whole.violated),
            )
            if row.outcome is not None and whole.cost is not None:
                ratio = whole.cost.seconds / max(_seconds(row.outcome), 1e-3)
                best = max(ratio, bench.measured.get("reduced", 0.0))
                bench.measured["reduced"] = best
                bench.note(NAME, f"{how} on {short(scope)}: {ratio:.1f} times sooner than whole")
    if bench.quick or bench.scopes:
        return
    how, options = list(OPTIONS.items())[-1]
    large = [
        bench.add(Row(NAME, OURS, how, scope), ours(scope, threads=2, **options).search)
        for scope in LARGE
    ]
    if all(row.outcome is not None for row in large):
        bench.measured["large"] = max(_seconds(row.outcome) for row in large if row.outcome)


def _seconds(outcome: Outcome) -> float:
    assert outcome.cost is not None
    return outcome.cost.seconds
