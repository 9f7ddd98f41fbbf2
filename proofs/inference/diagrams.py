"""The diagram of a finite model: everything that is true of its elements, as a cube.

So a state excludes a cube if and only if the model is no part of it (a substructure, up to names).
What is most likely to be left out when cubes are generalised comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cmp_to_key
from itertools import combinations, product

import z3

from model.lang.expr import (
    Apply,
    Equal,
    Expr,
    Less,
    Not,
    SortDecl,
    Value,
    nodes,
    sort_of,
)
from model.lang.staged import Staged
from proofs.inference.cubes import Cube, is_first, variable
from proofs.smt.signature import Declared, Signature, least_of, order_of

FUNCTION, IMMUTABLE_FALSE, FALSE, IMMUTABLE_TRUE, ORDER, TRUE, DISTINCT = range(7)


class Atoms:
    """The atoms of a spec, and their values in models of z3.

    Args:
        staged: the spec.
        sorts: of z3, by name.
        names: of z3, by name.
    """

    def __init__(
        self,
        staged: Staged,
        sorts: Mapping[str, z3.SortRef],
        names: Mapping[str, z3.FuncDeclRef],
    ) -> None:
        signature = Signature(staged)
        self._sorts, self._names = sorts, names
        self._declared = signature.declared
        self._own = signature.sorts
        self._firsts = uses_first(staged)

    def elements(self, model: z3.ModelRef, sort: SortDecl) -> list[z3.ExprRef]:
        """The elements of a sort in a model, in order if it is ordered."""
        own = self._sorts[sort.name]
        found = list(model.get_universe(own) or [z3.Const(f"any.{sort.name}", own)])
        if sort.ordered:
            less = self._names[order_of(sort)]
            found.sort(key=cmp_to_key(lambda a, b: -1 if _holds(model, less(a, b)) else 1))
        return found

    def diagram(self, model: z3.ModelRef) -> Cube:
        """Everything that is true of the elements of a model."""
        elements = {sort: self.elements(model, sort) for sort in self._own}
        ranked: list[tuple[int, int, Expr]] = []

        def add(rank: int, literal: Expr) -> None:
            ranked.append((rank, len(ranked), literal))

        for sort, own in elements.items():
            for i, j in combinations(range(len(own)), 2):
                a, b = variable(sort, i), variable(sort, j)
                add(DISTINCT, Not(Equal(a, b)))
                if sort.ordered:
                    add(ORDER, Less(a, b))
                    add(ORDER, Not(Less(b, a)))
            if sort in self._firsts:
                add(ORDER, is_first(variable(sort, 0)))
                for i in range(1, len(own)):
                    add(ORDER, Not(is_first(variable(sort, i))))
        for each in self._declared:
            name = self._names[each.name]
            for point in product(*(range(len(elements[sort])) for sort in each.sorts)):
                value = name(*(elements[s][i] for s, i in zip(each.sorts, point, strict=True)))
                term = _applied(each, point)
                if each.range != "Bool":
                    sort = each.symbol.result
                    for rank, literal in _values(model, value, term, sort, elements[sort]):
                        add(rank, literal)
                    continue
                if each.result is not None:
                    term = Equal(term, Value(each.symbol.result, each.result))
                if _holds(model, value):
                    rank = FUNCTION if each.result is not None else TRUE
                    add(IMMUTABLE_TRUE if each.symbol.immutable else rank, term)
                else:
                    add(IMMUTABLE_FALSE if each.symbol.immutable else FALSE, Not(term))
        return tuple(literal for _, _, literal in sorted(ranked, key=lambda r: r[:2]))


def _values(
    model: z3.ModelRef, value: z3.ExprRef, term: Expr, sort: SortDecl, own: list[z3.ExprRef]
) -> Iterator[tuple[int, Expr]]:
    """Which element of a sort a value is, and which not."""
    result = model.eval(value, model_completion=True)
    for i, element in enumerate(own):
        same = Equal(term, variable(sort, i))
        yield (FUNCTION, same) if z3.eq(result, element) else (FALSE, Not(same))


def _holds(model: z3.ModelRef, formula: z3.ExprRef) -> bool:
    return bool(z3.is_true(model.eval(formula, model_completion=True)))


def _applied(each: Declared, point: tuple[int, ...]) -> Expr:
    """The symbol at a point, of values and canonical variables."""
    values, elements = iter(each.values), iter(point)
    args: list[Expr] = []
    for sort in each.symbol.sorts:
        if sort.values is not None:
            args.append(Value(sort, next(values)))
        else:
            args.append(variable(sort, next(elements)))
    return Apply(each.symbol, tuple(args), False)


def uses_first(staged: Staged) -> frozenset[SortDecl]:
    """The sorts of whose least element the spec speaks."""
    least = (least_of(node) for node in nodes(*staged.expressions()))
    return frozenset(sort_of(x) for x in least if x is not None)
