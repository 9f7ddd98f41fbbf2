"""What is true of a state, and what a step changed, point by point as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.lang.expr import BOOL, Symbol
from model.scope import Finite, State


@dataclass(frozen=True)
class Change:
    """One point of one symbol that differs between two states.

    Attributes:
        point: the symbol at its arguments, as in `installed(a1, v0)`.
        before: its value: an element's name, or None for false.
        after: as `before`.
    """

    point: str
    before: str | None
    after: str | None
    is_truth: bool

    def __str__(self) -> str:
        """`+ p(a)` if it became true, `- p(a)` if false, `f(a): x → y` otherwise."""
        if self.is_truth:
            return f"{'-' if self.after is None else '+'} {self.point}"
        return f"  {self.point}: {self.before} → {self.after}"


def facts(finite: Finite, state: State, *, immutable: bool | None = None) -> Iterator[str]:
    """The facts of a state: relations where they are true, and every value of a function.

    Args:
        finite: the spec and its scope.
        state: one of its states.
        immutable: only of symbols that are (or are not) immutable; None for all.
    """
    for symbol, table in zip(finite.staged.symbols, state, strict=True):
        if immutable is not None and symbol.immutable != immutable:
            continue
        for point, value in zip(finite.points(symbol), table, strict=True):
            if symbol.result is BOOL:
                if value:
                    yield _at(finite, symbol, point)
            else:
                yield f"{_at(finite, symbol, point)} = {finite.element(symbol.result, value)}"


def changes(finite: Finite, before: State, after: State) -> Iterator[Change]:
    """The points at which two states differ, in the order of the spec's symbols."""
    for symbol, old, new in zip(finite.staged.symbols, before, after, strict=True):
        if old == new:
            continue
        for point, a, b in zip(finite.points(symbol), old, new, strict=True):
            if a != b:
                yield Change(
                    _at(finite, symbol, point),
                    _value(finite, symbol, a),
                    _value(finite, symbol, b),
                    symbol.result is BOOL,
                )


def _at(finite: Finite, symbol: Symbol, point: tuple[int, ...]) -> str:
    names = ", ".join(finite.element(s, i) for s, i in zip(symbol.sorts, point, strict=True))
    return f"{symbol.name}({names})" if symbol.sorts else symbol.name


def _value(finite: Finite, symbol: Symbol, value: int) -> str | None:
    if symbol.result is BOOL:
        return "true" if value else None
    return finite.element(symbol.result, value)
