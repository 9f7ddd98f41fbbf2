"""A state as a table: a row for each member, a column for each view.

A fact goes to the cell of the first member and the first view among its arguments, and is written
with the arguments that are left: `sent(data, a1, v0)` is `sent(data)` in the row of a1 and the
column of v0. Facts without a view stand in the column of the member, facts without a member in the
row of the view, and the others by themselves. What the last step made false stands there too,
marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from model.lang.expr import BOOL, Symbol
from model.scope import Finite, State

ROW, COLUMN = "Member", "View"

Mark = Literal["", "new", "gone"]


@dataclass(frozen=True)
class Fact:
    """One fact of a state, and its place in the table.

    Attributes:
        point: all of it, as `sent(data, a1, v0)`.
        text: what is left of it where row and column are known.
        row: the member; empty if it has none.
        column: the view; empty if it has none.
        mark: whether the last step made it true, or false.
        fixed: it is part of the scope, and true in every state.
    """

    point: str
    text: str
    row: str
    column: str
    mark: Mark
    fixed: bool


def table(finite: Finite, state: State, before: State | None) -> tuple[Fact, ...]:
    """The facts of a state.

    Args:
        finite: the spec and its scope.
        state: the state.
        before: the one before the last step, if there was one.
    """
    return tuple(_facts(finite, state, before if before is not None else state))


def _facts(finite: Finite, state: State, before: State) -> Iterator[Fact]:
    for symbol, now, old in zip(finite.staged.symbols, state, before, strict=True):
        for point, value, was in zip(finite.points(symbol), now, old, strict=True):
            if symbol.result is not BOOL:
                sign = f" = {finite.element(symbol.result, value)}"
                yield _fact(finite, symbol, point, sign, "new" if value != was else "")
            elif value or was:
                mark: Mark = "" if value and was else "new" if value else "gone"
                yield _fact(finite, symbol, point, "", mark)


def _fact(finite: Finite, symbol: Symbol, point: tuple[int, ...], value: str, mark: Mark) -> Fact:
    names = [finite.element(sort, index) for sort, index in zip(symbol.sorts, point, strict=True)]
    sorts = [sort.name for sort in symbol.sorts]
    rest, placed = list(names), {ROW: "", COLUMN: ""}
    for sort in (ROW, COLUMN):
        if sort in sorts:
            placed[sort] = names[sorts.index(sort)]
    taken = {sorts.index(sort) for sort in (ROW, COLUMN) if sort in sorts}
    rest = [name for index, name in enumerate(names) if index not in taken]
    return Fact(
        _call(symbol.name, names) + value,
        _call(symbol.name, rest) + value,
        placed[ROW],
        placed[COLUMN],
        mark,
        symbol.immutable,
    )


def _call(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})" if args else name
