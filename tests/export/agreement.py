"""Our numbers and verdicts, and what another checker must say if it agrees with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from model.lang.expr import TRUE
from model.lang.staged import Clause
from model.scope import Finite
from model.search import check
from model.search.result import Result
from tests.export.checkers import Outcome

DEADLOCK = "deadlock"
Checker = Callable[[Finite], Outcome]


def of_safety(finite: Finite) -> Finite:
    """The spec without leads-to, of which only TLC knows."""
    return Finite(replace(finite.staged, leads_to=()), finite.scope)


def ours(finite: Finite) -> tuple[Result, frozenset[str]]:
    """The result of our engine, and the names of what is violated."""
    result = check(finite)
    assert result.complete, result.stopped
    return result, frozenset(f.name for f in result.violated)


def only(finite: Finite, names: Iterable[str]) -> Finite:
    """The spec with only these properties, `deadlock` among them or not."""
    staged, wanted = finite.staged, set(names)
    kept = replace(
        staged,
        invariants=tuple(p for p in staged.invariants if p.name in wanted),
        bounds=tuple(p for p in staged.bounds if p.name in wanted),
        leads_to=tuple(p for p in staged.leads_to if p.name in wanted),
    )
    if DEADLOCK not in wanted:
        kept = replace(kept, final=Clause(TRUE, staged.final.where))
    return Finite(kept, finite.scope)


def must_agree(finite: Finite, checker: Checker, besides: int = 0) -> None:
    """A checker that stops at an error agrees.

    With what holds it must find our numbers, and no error; each property that does not hold it
    must find violated on its own.

    Args:
        besides: transitions that the checker counts and we do not.
    """
    result, violated = ours(finite)
    names = {p.name for p in finite.staged.properties} | {DEADLOCK}
    whole = checker(only(finite, names - violated))
    assert not whole.violated
    assert whole.states == result.states
    assert whole.transitions == result.transitions + besides
    for name in sorted(violated):
        assert checker(only(finite, {name})).violated == {name}, name
