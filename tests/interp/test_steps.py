"""Steps: guards, simultaneous updates of points and rows, and what is left as it was."""

from __future__ import annotations

from typing import Any

from model.interp import Interpreter
from model.lang import (
    Constant,
    Flag,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    count,
    exists,
    init,
    ite,
    stage,
)
from model.scope import Finite, Scope, State, Step


class Cell(Sort, ordered=True): ...


class Grid(Spec):
    """Cells that are set, copied and swapped."""

    on = Relation(Cell)
    link = Relation(Cell, Cell)
    goes = Function(Cell, to=Cell)
    left = Constant(Cell)
    right = Constant(Cell)
    odd = Flag()

    @init
    def start(s, a: Cell) -> None:
        s.goes[:] = lambda c: c
        s.left = a
        s.right = a

    @action
    def swap(s) -> None:
        """Both read the state before."""
        s.left = s.right
        s.right = s.left

    @action
    def shift(s) -> None:
        s.on[:] = lambda c: exists(Cell, lambda d: s.on[d] & (d < c))
        s.odd = ~s.odd

    @action
    def clear_row(s, c: Cell) -> None:
        s.link[c, :] = False

    @action
    def clear_column(s, c: Cell) -> None:
        s.link[:, c] = False

    @action
    def diagonal(s) -> None:
        s.link[:, :] = lambda a, b: a == b

    @action
    def turned(s) -> None:
        s.link[:, :] = lambda a, b: s.link[b, a]

    @action
    def move(s, c: Cell, d: Cell) -> None:
        s.require(s.on[c], c != d)
        s.limit(~s.odd)
        s.on[c] = False
        s.on[d] = True
        s.goes[c] = ite(s.on[d], c, d)

    @action
    def follow(s) -> None:
        """The point is read in the state before, too."""
        s.on[s.goes[s.left]] = True
        s.left = s.goes[s.left]

    @action
    def count_on(s) -> None:
        s.require(count(Cell, lambda c: s.on[c]) == 1)
        s.odd = True


FINITE = Finite(stage(Grid()), Scope({"Cell": 3}))
INTERPRETER = Interpreter(FINITE)
NAMES = [symbol.name for symbol in FINITE.staged.symbols]


def state(**tables: Any) -> State:
    blank = {
        "on": (0, 0, 0), "link": (0,) * 9, "goes": (0, 1, 2),
        "left": (0,), "right": (0,), "odd": (0,),
    }  # fmt: skip
    return tuple({**blank, **tables}[name] for name in NAMES)


def step(name: str, *args: int) -> Step:
    (action_,) = (a for a in FINITE.staged.actions if a.name == name)
    return Step(action_, args)


def took(before: State, name: str, *args: int) -> dict[str, tuple[int, ...]]:
    """The tables that the step changes, and what they are afterwards."""
    after = INTERPRETER.take(before, step(name, *args))
    return {n: b for n, a, b in zip(NAMES, before, after, strict=True) if a != b}


def test_updates_are_simultaneous() -> None:
    assert took(state(left=(1,), right=(2,)), "swap") == {"left": (2,), "right": (1,)}


def test_a_row_is_updated_from_the_state_before() -> None:
    assert took(state(on=(1, 0, 0)), "shift") == {"on": (0, 1, 1), "odd": (1,)}


def test_what_is_not_updated_stays() -> None:
    assert took(state(link=(1,) * 9, on=(1, 1, 1)), "clear_row", 1) == {
        "link": (1, 1, 1, 0, 0, 0, 1, 1, 1)
    }


def test_a_column_is_updated() -> None:
    assert took(state(link=(1,) * 9), "clear_column", 2) == {"link": (1, 1, 0, 1, 1, 0, 1, 1, 0)}


def test_a_whole_relation_is_updated() -> None:
    assert took(state(), "diagonal") == {"link": (1, 0, 0, 0, 1, 0, 0, 0, 1)}


def test_a_relation_is_turned_from_the_state_before() -> None:
    assert took(state(link=(0, 1, 1, 0, 0, 0, 0, 0, 0)), "turned") == {
        "link": (0, 0, 0, 1, 0, 0, 1, 0, 0)
    }


def test_two_points_of_one_symbol_are_updated() -> None:
    assert took(state(on=(1, 0, 0)), "move", 0, 2) == {"on": (0, 0, 1), "goes": (2, 1, 2)}
    assert took(state(on=(1, 0, 1)), "move", 0, 2) == {"on": (0, 0, 1)}


def test_the_point_of_an_update_is_found_in_the_state_before() -> None:
    assert took(state(goes=(2, 1, 2)), "follow") == {"on": (0, 0, 1), "left": (2,)}


def test_a_step_is_enabled_where_its_guard_holds() -> None:
    assert INTERPRETER.enabled(state(on=(1, 0, 0)), step("move", 0, 1))
    assert not INTERPRETER.enabled(state(on=(1, 0, 0)), step("move", 1, 0))
    assert not INTERPRETER.enabled(state(on=(1, 0, 0)), step("move", 0, 0))
    assert INTERPRETER.enabled(state(on=(0, 1, 0)), step("count_on"))
    assert not INTERPRETER.enabled(state(on=(0, 1, 1)), step("count_on"))


def test_a_limit_restricts_like_a_guard() -> None:
    assert not INTERPRETER.enabled(state(on=(1, 0, 0), odd=(1,)), step("move", 0, 1))


def test_every_enabled_step_has_a_successor_in_the_order_of_the_steps() -> None:
    before = state(on=(1, 0, 0))
    found = [FINITE.describe(taken) for taken, _ in INTERPRETER.successors(before)]
    rows = [f"{name}(cell{i})" for name in ("clear_row", "clear_column") for i in range(3)]
    moves = ["move(cell0, cell1)", "move(cell0, cell2)"]
    assert found == ["swap", "shift", *rows, "diagonal", "turned", *moves, "follow", "count_on"]
    for taken, after in INTERPRETER.successors(before):
        assert INTERPRETER.take(before, taken) == after
