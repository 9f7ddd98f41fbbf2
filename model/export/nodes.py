"""Unrolled formulas: trees over cells, interned and folded as they are made.

A *cell* is the value of a symbol at a point. The set of node classes is closed (`Node`). Equal
nodes of one `Nodes` are the same object, so that a formula and its negation meet and fold, and a
definition is written down once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, TypeVar, assert_never

from model.lang.expr import Symbol


class Cell(NamedTuple):
    """The value of a symbol at the point that has this offset in its table."""

    symbol: Symbol
    offset: int


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """A truth value (0 or 1), a number, or the index of an element."""

    value: int


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """What a cell holds."""

    cell: Cell


@dataclass(frozen=True, eq=False, slots=True)
class Negated:
    """The negation."""

    body: Node


@dataclass(frozen=True, eq=False, slots=True)
class All:
    """The conjunction of at least two parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Any_:
    """The disjunction of at least two parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Same:
    """left = right, of two truth values, elements or numbers."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Below:
    """left < right."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Chosen:
    """`then` if the condition holds, else `other`."""

    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, eq=False, slots=True)
class Sum:
    """The sum of numbers and of truth values, which count as 0 and 1."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """A definition of the spec at these elements; it means its body."""

    name: str
    args: tuple[str, ...]
    body: Node


Node: TypeAlias = Known | Held | Negated | All | Any_ | Same | Below | Chosen | Sum | Named
N = TypeVar("N", bound=Node)


class Nodes:
    """Makes nodes. Truth values are the numbers 0 and 1, as in the languages exported to."""

    def __init__(self) -> None:
        self._table: dict[tuple[Any, ...], Any] = {}
        self.false, self.true = self.known(0), self.known(1)

    def _node(self, kind: Callable[..., N], *fields: Any) -> N:
        key = (kind, *fields)
        node: N | None = self._table.get(key)
        if node is None:
            node = self._table[key] = kind(*fields)
        return node

    def known(self, value: int) -> Known:
        return self._node(Known, value)

    def held(self, cell: Cell) -> Held:
        return self._node(Held, cell)

    def named(self, name: str, args: tuple[str, ...], body: Node) -> Named:
        return self._node(Named, name, args, body)

    def not_(self, body: Node) -> Node:
        if isinstance(body, Known):
            return self.known(1 - body.value)
        return body.body if isinstance(body, Negated) else self._node(Negated, body)

    def all(self, parts: Iterable[Node]) -> Node:
        found: dict[Node, None] = {}
        for part in parts:
            if part is self.false or self.not_(part) in found:
                return self.false
            if part is not self.true:
                found.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
        if any(self.not_(part) in found for part in found):
            return self.false
        if len(found) < 2:
            return next(iter(found), self.true)
        return self._node(All, tuple(found))

    def any(self, parts: Iterable[Node]) -> Node:
        found: dict[Node, None] = {}
        for part in parts:
            if part is self.true or self.not_(part) in found:
                return self.true
            if part is not self.false:
                found.update(dict.fromkeys(part.parts if isinstance(part, Any_) else (part,)))
        if any(self.not_(part) in found for part in found):
            return self.true
        if len(found) < 2:
            return next(iter(found), self.false)
        return self._node(Any_, tuple(found))

    def same(self, left: Node, right: Node, truth: bool) -> Node:
        if left is right:
            return self.true
        if isinstance(left, Known) and isinstance(right, Known):
            return self.false
        if isinstance(left, Known):
            left, right = right, left
        if isinstance(right, Known):
            if truth:
                return left if right.value else self.not_(left)
            if isinstance(left, Chosen):
                then, other = (self.same(e, right, False) for e in (left.then, left.other))
                return self.choose(left.condition, then, other, True)
        return self._node(Same, left, right)

    def below(self, left: Node, right: Node) -> Node:
        if isinstance(left, Known) and isinstance(right, Known):
            return self.known(int(left.value < right.value))
        return self.false if left is right else self._node(Below, left, right)

    def choose(self, condition: Node, then: Node, other: Node, truth: bool) -> Node:
        if isinstance(condition, Known):
            return then if condition.value else other
        if then is other:
            return then
        if truth and isinstance(then, Known):
            return (
                self.any((condition, other))
                if then.value
                else self.all((self.not_(condition), other))
            )
        if truth and isinstance(other, Known):
            return (
                self.any((self.not_(condition), then))
                if other.value
                else self.all((condition, then))
            )
        return self._node(Chosen, condition, then, other)

    def sum(self, parts: Iterable[Node]) -> Node:
        found: list[Node] = []
        known = 0
        for part in parts:
            for term in part.parts if isinstance(part, Sum) else (part,):
                if isinstance(term, Known):
                    known += term.value
                else:
                    found.append(term)
        if known or not found:
            found.append(self.known(known))
        return found[0] if len(found) == 1 else self._node(Sum, tuple(found))


def cells_of(node: Node, memo: dict[Node, frozenset[Cell]]) -> frozenset[Cell]:
    """The cells that a node reads, those of definitions included. `memo` is shared."""
    known = memo.get(node)
    if known is None:
        match node:
            case Known():
                known = frozenset()
            case Held(cell=cell):
                known = frozenset((cell,))
            case Negated(body=body) | Named(body=body):
                known = cells_of(body, memo)
            case All(parts=parts) | Any_(parts=parts) | Sum(parts=parts):
                known = frozenset[Cell]().union(*(cells_of(p, memo) for p in parts))
            case Same(left=left, right=right) | Below(left=left, right=right):
                known = cells_of(left, memo) | cells_of(right, memo)
            case Chosen(condition=condition, then=then, other=other):
                known = frozenset[Cell]().union(
                    *(cells_of(p, memo) for p in (condition, then, other))
                )
            case _:
                assert_never(node)
        memo[node] = known
    return known
