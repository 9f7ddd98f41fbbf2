"""The sorts and symbols of a spec in SMT-LIB.

- A sort of the spec is an uninterpreted sort: it may have any number of elements. An order is a
  relation with the axioms of a strict total order, and a constant for the least element.
- An enumeration is no sort of the solver's. What ranges over it is written out, value by value; a
  relation with an enumeration among its arguments is a relation for each value, and a function to
  an enumeration is a relation for each value, of which exactly one holds.
- The one fact about orders that first-order logic cannot say, that what is finite has a least
  element, is assumed by name: of each ordered sort here, of sets of elements in
  `proofs.induction.proof`.
- Every symbol stands for the state before a step. The state after it is written in terms of the
  state before (`proofs.smt.translate`), so what a step leaves alone needs no frame condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from model.lang.expr import (
    BOOL,
    Expr,
    Forall,
    Less,
    Not,
    SortDecl,
    Symbol,
    free_variables,
)
from model.lang.staged import Staged


def size(sort: SortDecl) -> int:
    """The number of values of an enumeration."""
    assert sort.values is not None
    return len(sort.values)


def is_enumeration(sort: SortDecl) -> bool:
    """Whether the spec names the elements of a sort."""
    return sort.values is not None


def order_of(sort: SortDecl) -> str:
    """The name of a sort's order relation."""
    return f"{sort.name}.less"


def first_of(sort: SortDecl) -> str:
    """The name of an ordered sort's least element."""
    return f"{sort.name}.first"


def least_of(expr: Expr) -> Expr | None:
    """The element that a formula says to be the least of an ordered sort, as `least(x)` does."""
    match expr:
        case Forall(variables=(y,), body=Not(body=Less(left=left, right=x))) if left is y:
            is_named = not is_enumeration(y.sort) and y not in free_variables(x, {})
            return x if is_named else None
        case _:
            return None


def name_of(symbol: Symbol, values: Sequence[int], result: int | None = None) -> str:
    """How a symbol is called where its enumerated arguments have these values.

    Args:
        symbol: the symbol.
        values: for each argument that is of an enumeration its value, in their order.
        result: of a function to an enumeration, the value that the relation is about.
    """
    enumerated = [sort for sort in symbol.sorts if is_enumeration(sort)]
    parts = [sort.values[v] for sort, v in zip(enumerated, values, strict=True) if sort.values]
    if result is not None:
        assert symbol.result.values is not None
        parts.append(symbol.result.values[result])
    return ".".join((symbol.name, *parts))


@dataclass(frozen=True)
class Declared:
    """A symbol of SMT-LIB, and the part of a spec's symbol that it is.

    Attributes:
        name: of the SMT-LIB symbol.
        symbol: the spec's.
        values: of the enumerated arguments.
        result: the value that it is about, of a function to an enumeration.
    """

    name: str
    symbol: Symbol
    values: tuple[int, ...]
    result: int | None

    @property
    def sorts(self) -> tuple[SortDecl, ...]:
        """The sorts of the arguments that are left."""
        return tuple(sort for sort in self.symbol.sorts if not is_enumeration(sort))

    @property
    def range(self) -> str:
        of_truth = self.symbol.result is BOOL or self.result is not None
        return "Bool" if of_truth else self.symbol.result.name


class Signature:
    """What is declared for a spec.

    Args:
        staged: the spec.

    Attributes:
        sorts: the uninterpreted sorts.
        declared: the symbols.
    """

    def __init__(self, staged: Staged) -> None:
        self.sorts = tuple(sort for sort in staged.sorts if not is_enumeration(sort))
        self.declared = tuple(self._declared(staged))

    def _declared(self, staged: Staged) -> Iterator[Declared]:
        for symbol in staged.symbols:
            enumerated = [range(size(sort)) for sort in symbol.sorts if is_enumeration(sort)]
            to_enumeration = symbol.result is not BOOL and is_enumeration(symbol.result)
            results = range(size(symbol.result)) if to_enumeration else (None,)
            for values in product(*enumerated):
                for result in results:
                    yield Declared(name_of(symbol, values, result), symbol, values, result)

    def declarations(self) -> Iterator[str]:
        """The commands that declare everything."""
        for sort in self.sorts:
            yield f"(declare-sort {sort.name} 0)"
            if sort.ordered:
                yield f"(declare-fun {order_of(sort)} ({sort.name} {sort.name}) Bool)"
                yield f"(declare-fun {first_of(sort)} () {sort.name})"
        for each in self.declared:
            sorts = " ".join(sort.name for sort in each.sorts)
            yield f"(declare-fun {each.name} ({sorts}) {each.range})"

    def axioms(self) -> Iterator[tuple[str, str]]:
        """What is true of orders and of functions to enumerations: a name and a formula each."""
        for sort in self.sorts:
            if sort.ordered:
                yield f"order of {sort.name}", _strict_total_order(sort)
                yield (
                    f"finite: {sort.name} has a least element",
                    f"(forall ((a {sort.name})) (not ({order_of(sort)} a {first_of(sort)})))",
                )
        to_enumeration: dict[tuple[Symbol, tuple[int, ...]], list[Declared]] = {}
        for each in self.declared:
            if each.result is not None:
                to_enumeration.setdefault((each.symbol, each.values), []).append(each)
        for parts in to_enumeration.values():
            yield f"values of {parts[0].symbol.name}", _exactly_one(parts)

    def edges(self) -> Iterator[tuple[SortDecl, SortDecl]]:
        """From the sort of an argument to that of the result, of each function."""
        for each in self.declared:
            if each.range != "Bool":
                for sort in each.sorts:
                    yield sort, each.symbol.result


def _strict_total_order(sort: SortDecl) -> str:
    less, s = order_of(sort), sort.name
    return (
        f"(and (forall ((a {s})) (not ({less} a a)))"
        f" (forall ((a {s}) (b {s}) (c {s}))"
        f" (=> (and ({less} a b) ({less} b c)) ({less} a c)))"
        f" (forall ((a {s}) (b {s})) (or ({less} a b) ({less} b a) (= a b))))"
    )


def _exactly_one(parts: Sequence[Declared]) -> str:
    variables = [f"a{i}" for i in range(len(parts[0].sorts))]
    points = [f"({each.name} {' '.join(variables)})" if variables else each.name for each in parts]
    pairs = [f"(not (and {p} {q}))" for i, p in enumerate(points) for q in points[:i]]
    body = f"(and (or {' '.join(points)}) {' '.join(pairs)})"
    if not variables:
        return body
    bound = " ".join(f"({v} {s.name})" for v, s in zip(variables, parts[0].sorts, strict=True))
    return f"(forall ({bound}) {body})"
