"""A finite scope: how many elements each sort has, and what the immutables are.

A *state* is a tuple of tables, one per symbol of the spec in the order of `Staged.symbols`. A
*table* holds the symbol's value at every point, row-major over its arguments: 0 or 1 for a
relation, the index of an element for a function. A *step* is an action with its arguments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from model.lang.errors import ScopeError
from model.lang.expr import BOOL, SortDecl, Symbol, Var
from model.lang.staged import Action, Staged

Table = tuple[int, ...]
State = tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An action taken with these arguments (indices of elements, in order of its parameters)."""

    action: Action
    args: tuple[int, ...]


@dataclass(frozen=True)
class Scope:
    """Finite sizes for a spec.

    Attributes:
        sizes: elements per sort, by the sort's name; enumerations need none.
        given: values of immutables by symbol name: a set of tuples (or elements) for a relation,
            a mapping from arguments to elements for a function, an element for a constant.
            What is not given takes every value that the axioms allow.
        names: how to call the elements of a sort, by the sort's name.
    """

    sizes: Mapping[str, int]
    given: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Finite:
    """A staged spec at a finite scope: what the engines of finite scopes share.

    Raises:
        ScopeError: a size is missing or below one, or a given value does not fit.
    """

    staged: Staged
    scope: Scope

    def __post_init__(self) -> None:
        known = {s.name for s in self.staged.sorts}
        for name, size in self.scope.sizes.items():
            if name not in known:
                raise ScopeError(f"{self.staged.name} has no sort {name!r}, only {sorted(known)}")
            if size < 1:
                raise ScopeError(f"sort {name} needs at least one element, not {size}")
        named = {s.name for s in self.staged.sorts if s.values is not None}
        for name in {*self.scope.sizes, *self.scope.names} & named:
            raise ScopeError(f"{name} is an enumeration: the spec names its elements")
        for name, names in self.scope.names.items():
            if len(names) != self.scope.sizes.get(name):
                raise ScopeError(
                    f"{len(names)} names are given for the {self.scope.sizes.get(name)} elements "
                    f"of sort {name}"
                )
        for sort in self.staged.sorts:
            if sort.values is None and sort.name not in self.scope.sizes:
                raise ScopeError(f"the scope gives no size for sort {sort.name}")
        immutable = {s.name for s in self.staged.symbols if s.immutable}
        for name in self.scope.given:
            if name not in immutable:
                raise ScopeError(f"{name!r} is given a value but is no immutable of the spec")

    def size(self, sort: SortDecl) -> int:
        """The number of elements of a sort (two for truth values)."""
        if sort is BOOL:
            return 2
        return len(sort.values) if sort.values is not None else self.scope.sizes[sort.name]

    def element(self, sort: SortDecl, index: int) -> str:
        """How an element is called in traces and messages."""
        if sort.values is not None:
            return sort.values[index]
        names = self.scope.names.get(sort.name)
        return names[index] if names is not None else f"{sort.name.lower()}{index}"

    def points(self, symbol: Symbol) -> Iterator[tuple[int, ...]]:
        """Every argument tuple of a symbol, in the order of its table."""
        return product(*(range(self.size(s)) for s in symbol.sorts))

    def offset(self, symbol: Symbol, args: tuple[int, ...]) -> int:
        """Where in its table a symbol's value at this point stands."""
        offset = 0
        for sort, arg in zip(symbol.sorts, args, strict=True):
            offset = offset * self.size(sort) + arg
        return offset

    def valuations(self, variables: tuple[Var, ...]) -> Iterator[dict[Var, int]]:
        """Every way to give the variables elements of their sorts."""
        for values in product(*(range(self.size(v.sort)) for v in variables)):
            yield dict(zip(variables, values, strict=True))

    @cached_property
    def index(self) -> dict[Symbol, int]:
        """Which table of a state belongs to a symbol."""
        return {symbol: i for i, symbol in enumerate(self.staged.symbols)}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every instance of every action, enabled or not."""
        return tuple(
            Step(action, tuple(valuation.values()))
            for action in self.staged.actions
            for valuation in self.valuations(action.params)
        )

    def given_table(self, symbol: Symbol) -> Table | None:
        """The table of an immutable whose value the scope gives."""
        if symbol.name not in self.scope.given:
            return None
        value = self.scope.given[symbol.name]
        points = list(self.points(symbol))
        if symbol.result is BOOL and symbol.sorts:
            true = {(p,) if isinstance(p, int) else tuple(p) for p in value}
            self._inside(symbol, true, set(points))
            return tuple(int(p in true) for p in points)
        if not symbol.sorts:
            value = {(): value}
        mapping = {(k,) if isinstance(k, int) else tuple(k): int(v) for k, v in value.items()}
        self._inside(symbol, set(mapping), set(points))
        for point in points:
            if not 0 <= mapping.get(point, -1) < self.size(symbol.result):
                raise ScopeError(f"no element of {symbol.result} is given for {symbol}{point}")
        return tuple(mapping[p] for p in points)

    def _inside(self, symbol: Symbol, used: set[tuple[int, ...]], all_: set[Any]) -> None:
        if outside := used - all_:
            raise ScopeError(f"{symbol} is given at {min(outside)}, outside the scope")

    def interpretations(self, symbol: Symbol) -> Iterator[Table]:
        """Every table that the scope allows an immutable to have."""
        given = self.given_table(symbol)
        if given is not None:
            yield given
            return
        cells = math.prod(self.size(s) for s in symbol.sorts)
        if self.size(symbol.result) ** cells > 1 << 20:
            raise ScopeError(
                f"immutable {symbol} has {self.size(symbol.result)}^{cells} values at this "
                "scope: give it one, or take a smaller scope"
            )
        yield from product(range(self.size(symbol.result)), repeat=cells)

    def describe(self, step: Step) -> str:
        """A step as text: `transmit(a1, v0)`."""
        args = ", ".join(
            self.element(v.sort, a) for v, a in zip(step.action.params, step.args, strict=True)
        )
        return f"{step.action.name}({args})" if args else step.action.name
