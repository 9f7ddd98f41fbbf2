"""Each operator means what its name says, in a state written down by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.interp import Interpreter
from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    all_of,
    any_of,
    count,
    define,
    exists,
    forall,
    implies,
    init,
    ite,
    least,
    stage,
)
from model.lang.expr import Expr, Forall, Var
from model.lang.terms import Term
from model.scope import Finite, Scope, State


class Place(Sort, ordered=True): ...


class Coin(Sort): ...


class Colour(Enumeration, ordered=True):
    red = Element()
    green = Element()
    blue = Element()


class Board(Spec):
    """Three places and two coins."""

    up = Relation(Place)
    near = Relation(Place, Place)
    lies = Function(Coin, to=Place)
    paint = Function(Place, to=Colour)
    here = Constant(Place)
    last = Constant(Place)
    tint = Constant(Colour)
    yes = Flag()
    no = Flag()

    @define
    def beside(s, a: Place, b: Place) -> Any:
        return s.near[a, b] | s.near[b, a]

    @define
    def ups(s) -> Any:
        return count(Place, lambda p: s.up[p])

    @define
    def of_coin(s, c: Coin) -> Any:
        return s.lies[c]

    @init
    def start(s, p: Place, c: Colour) -> None:
        s.lies[:] = p
        s.paint[:] = c
        s.here = p
        s.last = p
        s.tint = c

    @action
    def flip(s, p: Place) -> None:
        s.up[p] = ~s.up[p]


FINITE = Finite(stage(Board()), Scope({"Place": 3, "Coin": 2}))
STATE: State = (
    (1, 1, 0),  # up: places 0 and 1
    (0, 1, 0, 0, 0, 1, 0, 0, 0),  # near: (0, 1) and (1, 2)
    (0, 2),  # lies: coin 0 on place 0, coin 1 on place 2
    (0, 2, 1),  # paint: red, blue, green
    (1,),  # here
    (2,),  # last
    (1,),  # tint: green
    (1,),  # yes
    (0,),  # no
)
S: Any = Board()


def value(term: Term) -> int:
    return Interpreter(FINITE).value(term.expr, STATE)


MEANT: dict[str, list[tuple[Callable[[], Term], int]]] = {
    "symbols": [
        (lambda: S.yes, 1),
        (lambda: S.no, 0),
        (lambda: S.here, 1),
        (lambda: S.up[S.here], 1),
        (lambda: S.up[S.last], 0),
        (lambda: S.near[S.here, S.last], 1),
        (lambda: S.near[S.last, S.here], 0),
        (lambda: S.paint[S.here], 2),
        (lambda: Colour.blue, 2),
    ],
    "negation": [(lambda: ~S.yes, 0), (lambda: ~S.no, 1), (lambda: ~~S.yes, 1)],
    "conjunction": [
        (lambda: S.yes & S.no, 0),
        (lambda: S.yes & S.up[S.here], 1),
        (lambda: all_of(), 1),
        (lambda: all_of(S.yes, S.up[S.here], S.no), 0),
    ],
    "disjunction": [
        (lambda: S.no | S.yes, 1),
        (lambda: S.no | S.no, 0),
        (lambda: any_of(), 0),
        (lambda: any_of(S.no, S.up[S.last], S.yes), 1),
    ],
    "implication": [
        (lambda: implies(S.no, S.no), 1),
        (lambda: implies(S.no, S.yes), 1),
        (lambda: implies(S.yes, S.no), 0),
        (lambda: implies(S.yes, S.yes), 1),
        (lambda: S.yes.implies(S.no), 0),
        (lambda: implies(True, S.no), 0),
        (lambda: implies(False, S.no), 1),
    ],
    "equivalence": [
        (lambda: S.no.iff(S.no), 1),
        (lambda: S.no.iff(S.yes), 0),
        (lambda: S.yes.iff(True), 1),
    ],
    "equality": [
        (lambda: S.here == S.here, 1),
        (lambda: S.here == S.last, 0),
        (lambda: S.here != S.last, 1),
        (lambda: S.tint == Colour.green, 1),
        (lambda: Colour.red == Colour.blue, 0),
    ],
    "order": [
        (lambda: S.here < S.last, 1),
        (lambda: S.here < S.here, 0),
        (lambda: S.last < S.here, 0),
        (lambda: S.here <= S.here, 1),
        (lambda: S.last <= S.here, 0),
        (lambda: S.last > S.here, 1),
        (lambda: S.here > S.here, 0),
        (lambda: S.here >= S.last, 0),
        (lambda: S.last >= S.last, 1),
        (lambda: S.tint < Colour.blue, 1),
        (lambda: least(S.here), 0),
        (lambda: forall(Coin, lambda c: least(S.lies[c])), 0),
        (lambda: exists(Coin, lambda c: least(S.lies[c])), 1),
        (lambda: least(S.paint[S.last]), 0),
    ],
    "choice": [
        (lambda: ite(S.yes, S.here, S.last), 1),
        (lambda: ite(S.no, S.here, S.last), 2),
        (lambda: ite(S.yes, S.no, S.yes), 0),
        (lambda: ite(S.no, S.no, S.yes), 1),
        (lambda: ite(True, S.last, S.here), 2),
        (lambda: S.paint[ite(S.no, S.here, S.last)], 1),
    ],
    "all": [
        (lambda: forall(Place, lambda p: S.up[p]), 0),
        (lambda: forall(Place, lambda p: implies(S.up[p], p < S.last)), 1),
        (lambda: forall(Place, Place, lambda p, q: implies(S.near[p, q], p < q)), 1),
        (lambda: forall(Coin, lambda c: S.up[S.lies[c]]), 0),
    ],
    "some": [
        (lambda: exists(Place, lambda p: ~S.up[p]), 1),
        (lambda: exists(Place, lambda p: S.near[p, p]), 0),
        (lambda: exists(Place, Coin, lambda p, c: S.near[S.here, p] & (S.lies[c] == p)), 1),
    ],
    "nested": [
        (lambda: forall(Place, lambda p: exists(Place, lambda q: S.near[p, q] | S.near[q, p])), 1),
        (lambda: exists(Place, lambda p: forall(Place, lambda q: S.near[p, q])), 0),
        (lambda: forall(Place, lambda p: exists(Place, lambda p: S.up[p])), 1),
        (lambda: exists(Place, lambda p: ~S.up[p] & forall(Place, lambda p: p <= S.last)), 1),
    ],
    "numbers": [
        (lambda: count(Place, lambda p: S.up[p]), 2),
        (lambda: count(Place, Place, lambda p, q: p < q), 3),
        (lambda: count(Colour, lambda c: S.no), 0),
        (lambda: count(Colour, lambda c: True), 3),
        (lambda: S.ups() + 3, 5),
        (lambda: 3 + S.ups() + S.ups(), 7),
        (lambda: S.ups() == 2, 1),
        (lambda: S.ups() != 2, 0),
        (lambda: S.ups() <= 2, 1),
        (lambda: S.ups() <= 1, 0),
        (lambda: S.ups() < 2, 0),
        (lambda: S.ups() < 3, 1),
        (lambda: S.ups() >= 2, 1),
        (lambda: S.ups() >= 3, 0),
        (lambda: S.ups() > 1, 1),
        (lambda: S.ups() > 2, 0),
        (lambda: S.ups() >= 2, 1),
        (lambda: S.ups() >= 3, 0),
        (lambda: ite(S.yes, S.ups(), S.ups() + 4), 2),
        (lambda: ite(S.no, S.ups(), S.ups() + 4), 6),
    ],
    "definitions": [
        (lambda: S.beside(S.last, S.here), 1),
        (lambda: S.beside(S.here, S.here), 0),
        (lambda: forall(Coin, lambda c: S.of_coin(c) == S.lies[c]), 1),
        (lambda: S.ups(), 2),
    ],
}  # fmt: skip


@pytest.mark.parametrize("operator", MEANT)
def test_an_operator_means_what_it_says(operator: str) -> None:
    for number, (make, meant) in enumerate(MEANT[operator]):
        assert value(make()) == meant, f"case {number}: {make()}"


def test_free_variables_take_their_values_from_the_environment() -> None:
    interpreter = Interpreter(FINITE)
    formula = forall(Place, lambda p: S.up[p]).expr
    assert isinstance(formula, Forall)
    (p,) = formula.variables
    assert [interpreter.value(formula.body, STATE, {p: i}) for i in range(3)] == [1, 1, 0]


def test_a_bound_variable_hides_none_of_another_depth() -> None:
    seen: list[Var] = []

    def body(p: Place) -> Any:
        assert isinstance(p.expr, Var)
        seen.append(p.expr)
        return exists(Place, lambda p: S.up[p]) & S.up[p]

    formula: Expr = forall(Place, body).expr
    assert isinstance(formula, Forall)
    interpreter = Interpreter(FINITE)
    values = [interpreter.value(formula.body, STATE, {seen[0]: i}) for i in range(3)]
    assert values == [1, 1, 0]


def test_primed_symbols_are_read_in_the_state_after() -> None:
    after = ((0, 0, 0), *STATE[1:])
    primed: Any = Board()
    primed.__dict__["_primed"] = True
    grown = implies(S.up[S.here], primed.up[primed.here])
    interpreter = Interpreter(FINITE)
    assert interpreter.value(grown.expr, STATE, {}, after) == 0
    assert interpreter.value(grown.expr, after, {}, STATE) == 1
    assert interpreter.value(primed.ups().expr, STATE, {}, after) == 0
