"""What becomes of time and memory as the scope grows?"""

from __future__ import annotations

from functools import partial

from benchmarks.bench import OURS, Bench, Row
from benchmarks.scopes import GROWTH, GROWTH_QUICK

NAME, TITLE = "growth", "Growth: our engine on one thread, scope by scope"
COLUMNS = (
    "scope", "states", "transitions", "start s", "clock s", "CPU s", "states/s", "trans/s",
    "seen B", "peak MiB", "",
)  # fmt: skip


def run(bench: Bench) -> None:
    """Each scope once."""
    for scope in bench.scopes or (GROWTH_QUICK if bench.quick else GROWTH):
        bench.add(Row(NAME, OURS, "", scope), partial(bench.reference, scope))
