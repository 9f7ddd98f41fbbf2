"""What an engine reports is done again by the interpreter; a lie is a disagreement, no verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from model.lang import Formula, forall, leads_to, step
from model.scope import Finite, Step
from model.search import EngineDisagreement, Status, check
from model.search.exploration import Exploration, Hit, Watch, Witness
from model.search.interpreted import InterpretedSearch
from model.search.liveness import Lasso, Liveness, Violation
from tests.search.specs import Judged, Lamp, Lamps, lamps

Lie = Callable[[Finite, Exploration], dict[str, Any]]


class Honest(Judged):
    @step
    def keeps_a(s, after: Any) -> Formula:
        return forall(Lamp, lambda x: s.on[x] | ~s.on[x])

    @leads_to
    def comes_on(s) -> tuple[Any, Any]:
        return True, s.on[Lamp.b]


def light(finite: Finite, lamp: int) -> Step:
    return next(step for step in finite.steps if step.args == (lamp,))


def number_of(found: Exploration, *lamps_on: int) -> int:
    """The number of the state in which exactly these lamps are on."""
    table = tuple(int(i in lamps_on) for i in range(4))
    return next(n for n in range(found.states) if found.state(n) == (table,))


def hit(kind: str, owner: str, at: Hit, part: int = 0) -> Lie:
    return lambda finite, found: {"hits": {Watch(kind, owner, part): at}}


def exceeded_late(finite: Finite, found: Exploration) -> dict[str, Hit]:
    return {"exceeded": Hit(0, number_of(found, 0, 1, 2, 3))}


LIES: dict[str, tuple[Lie, str]] = {
    "a deadlock where something can be done": (
        hit("deadlock", "deadlock", Hit(0, 0)),
        "has a step",
    ),
    "a true formula called false": (
        hit("clause", "is_itself", Hit(0, 3)),
        "is true for the interpreter",
    ),
    "a formula called false too early": (
        hit("clause", "stays_dark", Hit(0, 1)),
        "is true for the interpreter",
    ),
    "a bound said to be exceeded": (
        hit("exceeded", "few", Hit(0, 1)),
        "bound few is not exceeded",
    ),
    "a true formula over a step called false": (
        lambda finite, found: {
            "hits": {Watch("clause", "keeps_a"): Hit(0, 0, light(finite, 1))},
        },
        "is true for the interpreter",
    ),
    "a step that is not enabled": (
        lambda finite, found: {
            "hits": {
                Watch("clause", "a_first"): Hit(0, number_of(found, 1), light(finite, 1)),
            }
        },
        r"light\(b\) is not enabled",
    ),
    "a path that jumps": (
        lambda finite, found: {
            "show": lambda watch, hit: Witness(
                watch, [found.state(0), found.state(hit.state)], hit.step
            )
        },
        "a transition of a trace is no step",
    ),
    "a path from the middle": (
        lambda finite, found: {
            "show": lambda watch, hit: Witness(watch, [found.state(hit.state)], hit.step)
        },
        "does not begin in an initial state",
    ),
    "states that are none": (
        lambda finite, found: {
            "show": lambda watch, hit: Witness(watch, [((1, 0, 0, 0),)], hit.step)
        },
        "does not begin in an initial state",
    ),
    "a promise broken by resting where something fair can be done": (
        lambda finite, found: {
            "acyclic": True, "hits": {Watch("violated-at-rest", "comes_on"): Hit(0, 0)},
        },
        "comes_on is not violated by resting there",
    ),
    "a promise broken by resting where it is kept": (
        lambda finite, found: {
            "acyclic": True,
            "hits": {Watch("violated-at-rest", "comes_on"): Hit(0, number_of(found, 0, 1, 2, 3))},
        },
        "comes_on is not violated by resting there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_a_search_is_found_out(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tell, message = LIES[lie]
    finite = lamps(Honest("weak"))
    honest = InterpretedSearch.run

    def run(self: InterpretedSearch) -> Exploration:
        found = honest(self)
        return replace(found, **tell(finite, found))

    assert check(finite, "interp").complete
    monkeypatch.setattr(InterpretedSearch, "run", run)
    with pytest.raises(EngineDisagreement, match=message):
        check(finite, "interp")


class Unfair(Lamps):
    """b can be switched on and off; nothing is promised of c."""

    @leads_to
    def comes_on(s) -> tuple[Any, Any]:
        return s.on[Lamp.a], s.on[Lamp.b]


def lasso(*numbers: int, labels: tuple[int, ...], loop: int, closing: int | None = None) -> Lasso:
    return Lasso(list(numbers), list(labels), loop, closing)


# States are numbered as they are found: 0 is dark, 1..4 have one lamp on; label i lights lamp i.
LASSOS = {
    "a step that leads elsewhere": (
        lasso(0, 1, labels=(1,), loop=1),
        r"light\(b\) leads elsewhere",
    ),
    "a step that is not enabled": (
        lasso(0, 1, 1, labels=(0, 0), loop=2),
        r"light\(a\) is not enabled",
    ),
    "a loop that does not close": (
        lasso(0, 1, labels=(0,), loop=1, closing=2),
        r"light\(c\) does not close the loop",
    ),
    "a promise that was never due": (
        lasso(0, 3, labels=(2,), loop=1),
        "comes_on is not violated by its lasso",
    ),
    "a promise that is kept": (
        lasso(0, 1, 5, labels=(0, 1), loop=2),
        "comes_on is not violated by its lasso",
    ),
}


def check_with(found: Lasso, monkeypatch: pytest.MonkeyPatch, fair: Any = "none") -> Any:
    def judged(self: Liveness, promise: Any) -> Violation:
        assert self.graph.states == 16
        return Violation(promise, {}, found)

    monkeypatch.setattr(Liveness, "check", judged)
    return check(lamps(Unfair(fair)), "interp").findings["comes_on"]


@pytest.mark.parametrize("lie", LASSOS)
def test_a_lie_about_a_lasso_is_found_out(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, message = LASSOS[lie]
    with pytest.raises(EngineDisagreement, match=message):
        check_with(found, monkeypatch)


def test_a_lasso_that_is_none_of_that_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = check_with(lasso(0, 1, labels=(0,), loop=1), monkeypatch)
    assert finding.status is Status.VIOLATED


def test_an_unfair_lasso_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineDisagreement):
        check_with(lasso(0, 1, labels=(0,), loop=1), monkeypatch, fair="weak")


def test_a_lasso_from_the_middle_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineDisagreement):
        check_with(lasso(1, labels=(), loop=0), monkeypatch)
