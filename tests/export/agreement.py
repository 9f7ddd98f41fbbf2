"""Our numbers and verdicts, and what another checker must say if it agrees with them."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.checkers import Outcome
from benchmarks.parts import DEADLOCK, only
from model.scope import Finite
from model.search import check
from model.search.result import Result

Checker = Callable[[Finite], Outcome]


def ours(finite: Finite) -> tuple[Result, frozenset[str]]:
    """The result of our engine, and the names of what is violated."""
    result = check(finite)
    assert result.complete, result.stopped
    return result, frozenset(f.name for f in result.violated)


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
