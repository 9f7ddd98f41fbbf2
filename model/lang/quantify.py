"""Quantifiers and counts: a Python lambda over variables becomes a bound expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from model.lang.binder import Binder, innermost
from model.lang.errors import SpecError
from model.lang.expr import Count, Exists, Expr, Forall, Lit, Var
from model.lang.terms import (
    Formula,
    FormulaLike,
    Number,
    Sort,
    describe,
    formula,
)

S = TypeVar("S", bound=Sort)
S2 = TypeVar("S2", bound=Sort)
S3 = TypeVar("S3", bound=Sort)


def bind(
    sorts: tuple[Any, ...], make_body: Callable[..., Any], lifted: Callable[[object], Expr]
) -> tuple[tuple[Var, ...], Expr]:
    """Calls a function on one fresh variable a sort.

    Args:
        sorts: what the variables range over.
        make_body: takes a term for each variable.
        lifted: makes the node of what it returns.

    Returns:
        The variables and the node.

    Raises:
        SpecError: something else than sorts is bound, or the numbers differ.
    """
    for sort in sorts:
        if not (isinstance(sort, type) and issubclass(sort, Sort) and hasattr(sort, "decl")):
            raise SpecError(f"a quantifier ranges over sorts, not {describe(sort)}")
    code = getattr(make_body, "__code__", None)
    if code is None:
        raise SpecError(
            f"a quantifier ends in a lambda over its variables, not in {describe(make_body)}"
        )
    names = code.co_varnames[: code.co_argcount]
    if len(names) != len(sorts):
        raise SpecError(f"{len(sorts)} sorts are bound but the lambda takes {len(names)}")
    outer = innermost.get()
    depth = 0 if outer is None else outer.variables[-1].depth + 1
    variables = tuple(
        Var(name, sort.decl, depth + i)
        for i, (name, sort) in enumerate(zip(names, sorts, strict=True))
    )
    if not variables:
        return (), lifted(make_body())
    binder = Binder(variables, outer)
    token = innermost.set(binder)
    try:
        terms = (sort(v) for sort, v in zip(sorts, variables, strict=True))
        return variables, lifted(make_body(*terms))
    finally:
        innermost.reset(token)
        binder.open = False


def _bind(sorts_and_body: tuple[Any, ...]) -> tuple[tuple[Var, ...], Expr]:
    if len(sorts_and_body) < 2:
        raise SpecError("a quantifier binds variables of sorts: `forall(Member, lambda m: ...)`")
    return bind(sorts_and_body[:-1], sorts_and_body[-1], formula)


@overload
def forall(a: type[S], body: Callable[[S], FormulaLike], /) -> Formula: ...
@overload
def forall(a: type[S], b: type[S2], body: Callable[[S, S2], FormulaLike], /) -> Formula: ...
@overload
def forall(
    a: type[S], b: type[S2], c: type[S3], body: Callable[[S, S2, S3], FormulaLike], /
) -> Formula: ...
@overload
def forall(*sorts_and_body: Any) -> Formula: ...
def forall(*sorts_and_body: Any) -> Formula:
    """True if the body holds for every element: `forall(Member, View, lambda m, v: ...)`."""
    variables, expr = _bind(sorts_and_body)
    return Formula(expr if isinstance(expr, Lit) else Forall(variables, expr))


@overload
def exists(a: type[S], body: Callable[[S], FormulaLike], /) -> Formula: ...
@overload
def exists(a: type[S], b: type[S2], body: Callable[[S, S2], FormulaLike], /) -> Formula: ...
@overload
def exists(
    a: type[S], b: type[S2], c: type[S3], body: Callable[[S, S2, S3], FormulaLike], /
) -> Formula: ...
@overload
def exists(*sorts_and_body: Any) -> Formula: ...
def exists(*sorts_and_body: Any) -> Formula:
    """True if the body holds for some element."""
    variables, expr = _bind(sorts_and_body)
    return Formula(expr if isinstance(expr, Lit) else Exists(variables, expr))


@overload
def count(a: type[S], body: Callable[[S], FormulaLike], /) -> Number: ...
@overload
def count(a: type[S], b: type[S2], body: Callable[[S, S2], FormulaLike], /) -> Number: ...
@overload
def count(*sorts_and_body: Any) -> Number: ...
def count(*sorts_and_body: Any) -> Number:
    """How many elements (or tuples of elements) satisfy the body."""
    variables, expr = _bind(sorts_and_body)
    return Number(Count(variables, expr))


def least(element: Sort) -> Formula:
    """True of the least element of an ordered sort."""
    return forall(type(element), lambda other: element <= other)
