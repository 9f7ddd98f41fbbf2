"""Which bits make up a state: each point of each symbol, in as few bits as its values need.

What is the same in every reachable state takes no bits: tables of symbols that nothing changes,
and single bits that `grounding` has shown to be constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from model.lang.expr import Symbol
from model.scope import Finite, State


@dataclass(frozen=True)
class Cell:
    """One point of a symbol: per bit, least significant first, its position or its constant.

    A bit is `(position, None)` if it varies and `(None, constant)` if it does not.
    """

    table: int
    offset: int
    bits: tuple[tuple[int | None, int | None], ...]


class Layout:
    """The bits of a state.

    Args:
        finite: the spec and its scope.
        fixed: one initial state, which gives the values of what is constant.
        constant: symbols whose table is the same in every reachable state.
        varying: the bits, numbered as in the layout that keeps all of them, that are not
            constant; None to keep all.

    Attributes:
        size: the number of bits that vary.
    """

    def __init__(
        self,
        finite: Finite,
        fixed: State,
        constant: frozenset[Symbol],
        varying: frozenset[int] | None = None,
    ) -> None:
        self.finite = finite
        self.fixed = fixed
        self.constant = constant
        self.cells: dict[tuple[int, int], Cell] = {}
        self.size = 0
        number = 0
        for table, symbol in enumerate(finite.staged.symbols):
            if symbol in constant:
                continue
            width = (finite.size(symbol.result) - 1).bit_length()
            for offset, value in enumerate(fixed[table]):
                bits: list[tuple[int | None, int | None]] = []
                for i in range(width):
                    if varying is None or number in varying:
                        bits.append((self.size, None))
                        self.size += 1
                    else:
                        bits.append((None, value >> i & 1))
                    number += 1
                self.cells[table, offset] = Cell(table, offset, tuple(bits))

    def renamed(self, source: Mapping[tuple[int, int], tuple[int, int]]) -> Layout:
        """The layout that finds each point of a table where this one has the source of it.

        Args:
            source: per (table, offset) the point of the same table whose bits are read for it.
        """
        other = copy(self)
        other.cells = {point: Cell(*point, self.cells[source[point]].bits) for point in self.cells}
        return other

    def encode(self, state: State) -> list[int]:
        """The varying bits of a state, by position."""
        return [
            state[cell.table][cell.offset] >> i & 1
            for cell in self.cells.values()
            for i, (position, _) in enumerate(cell.bits)
            if position is not None
        ]

    def decode(self, bits: list[int]) -> State:
        """The state that has these varying bits."""
        tables = [list(table) for table in self.fixed]
        for cell in self.cells.values():
            tables[cell.table][cell.offset] = sum(
                (bits[position] if position is not None else constant or 0) << i
                for i, (position, constant) in enumerate(cell.bits)
            )
        return tuple(tuple(table) for table in tables)

    def names(self) -> list[str]:
        """Which symbol at which point each varying bit belongs to, for people."""
        found = []
        for cell in self.cells.values():
            symbol = self.finite.staged.symbols[cell.table]
            point = list(self.finite.points(symbol))[cell.offset]
            args = ", ".join(
                self.finite.element(s, p) for s, p in zip(symbol.sorts, point, strict=True)
            )
            for i, (position, _) in enumerate(cell.bits):
                if position is not None:
                    found.append(f"{symbol}({args})" + (f".{i}" if len(cell.bits) > 1 else ""))
        return found
