"""A scope that does not fit its spec is refused, and told why."""

from __future__ import annotations

from typing import Any

import pytest

from model.interp import Interpreter
from model.lang import ScopeError, Spec, stage
from model.lang.expr import BOOL
from model.scope import Finite, Scope, Step
from tests.interp.net import GIVEN as NET
from tests.interp.net import initial
from tests.lang.good import Good

SIZES = {"Member": 2, "Room": 2}
GIVEN: dict[str, Any] = {"likes": {(0, 1)}, "chief": 0}


def finite(spec: Spec | None = None, **scope: Any) -> Finite:
    return Finite(stage(spec or Good()), Scope(**{"sizes": SIZES, "given": GIVEN, **scope}))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown sort": (
        {"sizes": {**SIZES, "Rooms": 1}},
        r"Good has no sort 'Rooms', only \['Kind', 'Member', 'Room'\]",
    ),
    "an empty sort": (
        {"sizes": {**SIZES, "Room": 0}},
        "sort Room needs at least one element, not 0",
    ),
    "a sort without a size": ({"sizes": {"Member": 2}}, "the scope gives no size for sort Room"),
    "a value for what changes": (
        {"given": {**GIVEN, "holder": {0}}},
        "'holder' is given a value but is no immutable of the spec",
    ),
    "a value for what is not declared": (
        {"given": {**GIVEN, "chef": 0}},
        "'chef' is given a value but is no immutable of the spec",
    ),
    "a relation outside the scope": (
        {"given": {**GIVEN, "likes": {(0, 1), (1, 5)}}},
        r"likes is given at \(1, 5\), outside the scope",
    ),
    "a constant outside the scope": (
        {"given": {**GIVEN, "chief": 2}},
        r"no element of Member is given for chief\(\)",
    ),
    "a negative element": (
        {"given": {**GIVEN, "chief": -1}},
        r"no element of Member is given for chief\(\)",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_scope_that_does_not_fit_is_refused(what: str) -> None:
    scope, message = REFUSED[what]
    with pytest.raises(ScopeError, match=message):
        list(Interpreter(finite(**scope)).initial_states())


def test_an_immutable_with_too_many_values_must_be_given() -> None:
    large = finite(sizes={"Member": 7, "Room": 3}, given={"chief": 0})
    message = r"immutable likes has 2\^21 values at this scope: give it one, or take a smaller"
    with pytest.raises(ScopeError, match=message):
        list(Interpreter(large).initial_states())


def test_a_function_must_be_given_everywhere_and_inside() -> None:
    with pytest.raises(ScopeError, match=r"no element of Node is given for next\(1,\)"):
        initial(NET | {"next": {0: 1}})
    with pytest.raises(ScopeError, match=r"no element of Node is given for next\(1,\)"):
        initial(NET | {"next": {0: 1, 1: 2}})
    with pytest.raises(ScopeError, match=r"next is given at \(2,\), outside the scope"):
        initial(NET | {"next": {0: 1, 1: 1, 2: 0}})


def test_a_size_for_an_enumeration_is_refused() -> None:
    with pytest.raises(ScopeError):
        finite(sizes={**SIZES, "Kind": 5})


def test_too_few_names_for_a_sort_are_refused() -> None:
    with pytest.raises(ScopeError):
        finite(names={"Member": ("ann",)})


def test_elements_are_called_as_the_scope_says() -> None:
    named = finite(names={"Member": ("ann", "bob")})
    member, room = named.staged.symbols[0].sorts
    kind = named.staged.sorts[2]
    assert [named.element(member, i) for i in range(2)] == ["ann", "bob"]
    assert named.element(room, 1) == "room1"
    assert named.element(kind, 1) == "ack"


def test_a_step_is_described_by_its_elements() -> None:
    named = finite(names={"Member": ("ann", "bob")})
    take, move = named.staged.actions
    assert named.describe(Step(take, (1,))) == "take(bob)"
    assert named.describe(Step(move, (0, 1))) == "move(ann, room1)"


def test_every_instance_of_every_action_is_a_step() -> None:
    steps = [finite().describe(step) for step in finite().steps]
    takes = [f"take(member{m})" for m in range(2)]
    assert steps == takes + [f"move(member{m}, room{r})" for m in range(2) for r in range(2)]


def test_a_table_is_laid_out_row_by_row() -> None:
    large = finite(sizes={"Member": 2, "Room": 3})
    likes = large.staged.symbols[0]
    points = list(large.points(likes))
    assert points == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert [large.offset(likes, p) for p in points] == list(range(6))
    assert large.given_table(likes) == (0, 1, 0, 0, 0, 0)
    assert large.size(BOOL) == 2


def test_single_elements_are_given_without_tuples() -> None:
    assert initial(NET) == initial(NET | {"next": {(0,): 1, (1,): 1}})
