"""What would somebody get who takes a model checker for Python from the package index?

The model is written by hand for these checkers, faster to evaluate than what our interpreter does,
and with fewer properties than the spec's; so the comparison is in their favour.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from benchmarks.bench import OURS, Bench, Row, rate
from benchmarks.by_python import CHECKERS, by_python, lacks
from benchmarks.checkers import Outcome
from benchmarks.ours import ours
from benchmarks.scopes import PYTHON, short
from traces.run import Run

NAME, TITLE = "python", "Python checkers: a model written by hand, on a scope they can manage"
COLUMNS = ("checker", "how", "scope", "states", "transitions", "clock s", "states/s", "peak B", "")
PROPERTIES = {"AtMostOnce", "SameData", "deadlock"}  # of which these models know


def run(bench: Bench) -> None:
    """Each Python checker, and ours in turn with it."""
    for scope in bench.scopes or (PYTHON,):
        of_scope(bench, scope)
    for checker in CHECKERS:
        if lacking := lacks(checker):
            bench.note(NAME, f"{checker} is left out: {lacking}")


def of_scope(bench: Bench, scope: Run) -> None:
    """All of them on one scope."""
    ours_here = bench.add(Row(NAME, OURS, "", scope), ours(scope).search, bench.as_ours(scope))
    if ours_here.outcome is None:
        return
    reference = bench.reference(scope)
    must = replace(reference, violated=reference.violated & PROPERTIES)
    for checker in CHECKERS:
        if lacks(checker) is not None:
            continue
        how = "a dictionary and a queue" if checker == "plain" else ""
        row = bench.add(
            Row(NAME, checker, how, scope),
            partial(search, checker, scope),
            lambda _: must,
        )
        if row.outcome is not None:
            here = rate(ours_here.outcome) / rate(row.outcome)
            text = f"ours / {checker} on {short(scope)}: {here:,.1f} times the states/s"
            if isinstance(main := bench.measured.get("main"), Outcome):
                text += f"; ours on the main scope: {rate(main) / rate(row.outcome):,.0f} times"
            bench.note(NAME, text)


def search(checker: str, scope: Run) -> Outcome:
    """One search by a Python checker."""
    return by_python(checker, scope).search()
