"""One state, as sets of tuples with indexes; every change can be taken back.

Rules:

- Of a relation the tuples in it are kept, of a function the points that are not mapped to the
  first element of its sort. A flag is a relation without arguments, a constant such a function.
- The sort's elements are numbers, in the order of the sort; `domains` lists those that there are.
  Elements may be added; they need not be consecutive.
- The fingerprint is the exclusive or of a random number for each fact (Zobrist 1970), so that it is
  kept up to date in constant time. It has 128 bits.
"""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Iterable
from typing import Any

from model.lang.expr import BOOL, SortDecl, Symbol
from model.lang.staged import Staged

Point = tuple[int, ...]
_FINGERPRINT_BITS = 128


class Index:
    """The tuples of a relation by some of their positions."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        self.positions = positions
        self.buckets: dict[Any, set[Point]] = {}

    def key(self, point: Point) -> Any:
        """By one position the element, by several their tuple."""
        positions = self.positions
        if len(positions) == 1:
            return point[positions[0]]
        return tuple([point[i] for i in positions])

    def add(self, point: Point) -> None:
        key = self.key(point)
        bucket = self.buckets.get(key)
        if bucket is None:
            self.buckets[key] = {point}
        else:
            bucket.add(point)

    def remove(self, point: Point) -> None:
        self.buckets[self.key(point)].discard(point)


class Store:
    """A state of a spec, empty at first.

    Args:
        staged: the spec.
    """

    def __init__(self, staged: Staged) -> None:
        self.staged = staged
        self.number = {symbol: i for i, symbol in enumerate(staged.symbols)}
        self.relations: list[set[Point]] = [set() for _ in staged.symbols]
        self.functions: list[dict[Point, int]] = [{} for _ in staged.symbols]
        self.domains: dict[SortDecl, list[int]] = {
            sort: list(range(len(sort.values or ()))) for sort in staged.sorts
        }
        self.fingerprint = 0
        self._indexes: list[dict[tuple[int, ...], Index]] = [{} for _ in staged.symbols]
        self._trail: list[tuple[int, Point, int]] = []
        """What was changed: symbol, point, and the value before (of a relation 0 or 1)."""
        self._marks: dict[tuple[int, Point, int], int] = {}
        self._random = random.Random(0)

    def symbol(self, name: str) -> Symbol:
        """The symbol of this name.

        Raises:
            KeyError: the spec has none.
        """
        for symbol in self.staged.symbols:
            if symbol.name == name:
                return symbol
        raise KeyError(name)

    def index(self, symbol: Symbol, positions: tuple[int, ...]) -> Index:
        """The index of a relation by these positions, made if there is none."""
        number = self.number[symbol]
        found = self._indexes[number].get(positions)
        if found is None:
            found = self._indexes[number][positions] = Index(positions)
            for point in self.relations[number]:
                found.add(point)
        return found

    def extend(self, sort: SortDecl, element: int) -> None:
        """Adds an element to a sort; it is not taken back by `undo`."""
        domain = self.domains[sort]
        if element not in domain:
            insort(domain, element)

    # -- changes ------------------------------------------------------------------------------

    def put(self, number: int, point: Point, value: int) -> None:
        """Gives a symbol a value at a point.

        Args:
            number: of the symbol, in the order of the spec.
            point: its arguments.
            value: of a relation 0 or 1.
        """
        if self.staged.symbols[number].result is BOOL:
            before = int(point in self.relations[number])
        else:
            before = self.functions[number].get(point, 0)
        if before != value:
            self._trail.append((number, point, before))
            self._set(number, point, before, value)

    def _set(self, number: int, point: Point, before: int, value: int) -> None:
        if self.staged.symbols[number].result is not BOOL:
            self.functions[number][point] = value
        elif value:
            self.relations[number].add(point)
            for index in self._indexes[number].values():
                index.add(point)
        else:
            self.relations[number].discard(point)
            for index in self._indexes[number].values():
                index.remove(point)
        self.fingerprint ^= self._mark(number, point, before) ^ self._mark(number, point, value)

    def _mark(self, number: int, point: Point, value: int) -> int:
        if value == 0:
            return 0
        key = (number, point, value)
        mark = self._marks.get(key)
        if mark is None:
            mark = self._marks[key] = self._random.getrandbits(_FINGERPRINT_BITS)
        return mark

    def mark(self) -> int:
        """Where `undo` can go back to."""
        return len(self._trail)

    def undo(self, mark: int) -> None:
        """Takes back all changes since a mark."""
        while len(self._trail) > mark:
            number, point, before = self._trail.pop()
            if self.staged.symbols[number].result is BOOL:
                value = int(point in self.relations[number])
            else:
                value = self.functions[number].get(point, 0)
            self._set(number, point, value, before)

    # -- reading ------------------------------------------------------------------------------

    def facts(self, name: str) -> set[Point]:
        """The tuples in a relation; not to be changed."""
        return self.relations[self.number[self.symbol(name)]]

    def load(self, symbol: Symbol, values: Iterable[tuple[Point, int]]) -> None:
        """Gives a symbol its values."""
        number = self.number[symbol]
        for point, value in values:
            self.put(number, point, value)
