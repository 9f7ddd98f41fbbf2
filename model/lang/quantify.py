"""Quantifiers and counts: a Python lambda over variables becomes a bound expression."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar, overload

from model.lang.errors import SpecError
from model.lang.expr import Count, Exists, Forall, Lit, Var
from model.lang.terms import Formula, FormulaLike, Number, Sort, describe, formula

_depth: ContextVar[int] = ContextVar("open binders", default=0)

S = TypeVar("S", bound=Sort)
S2 = TypeVar("S2", bound=Sort)
S3 = TypeVar("S3", bound=Sort)


def bind(sorts: tuple[Any, ...], make_body: Callable[..., Any]) -> tuple[tuple[Var, ...], object]:
    """Calls a function on one fresh variable a sort; gives the variables and what it returned.

    Raises:
        SpecError: something else than sorts is bound, or the numbers differ.
    """
    for sort in sorts:
        if not (isinstance(sort, type) and issubclass(sort, Sort) and hasattr(sort, "decl")):
            raise SpecError(f"a quantifier ranges over sorts, not {describe(sort)}")
    code = make_body.__code__
    names = code.co_varnames[: code.co_argcount]
    if len(names) != len(sorts):
        raise SpecError(f"{len(sorts)} sorts are bound but the lambda takes {len(names)}")
    depth = _depth.get()
    variables = tuple(
        Var(name, sort.decl, depth + i)
        for i, (name, sort) in enumerate(zip(names, sorts, strict=True))
    )
    token = _depth.set(depth + len(sorts))
    try:
        body = make_body(*(sort(v) for sort, v in zip(sorts, variables, strict=True)))
    finally:
        _depth.reset(token)
    return variables, body


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
    variables, body = bind(sorts_and_body[:-1], sorts_and_body[-1])
    expr = formula(body)
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
    variables, body = bind(sorts_and_body[:-1], sorts_and_body[-1])
    expr = formula(body)
    return Formula(expr if isinstance(expr, Lit) else Exists(variables, expr))


@overload
def count(a: type[S], body: Callable[[S], FormulaLike], /) -> Number: ...
@overload
def count(a: type[S], b: type[S2], body: Callable[[S, S2], FormulaLike], /) -> Number: ...
@overload
def count(*sorts_and_body: Any) -> Number: ...
def count(*sorts_and_body: Any) -> Number:
    """How many elements (or tuples of elements) satisfy the body."""
    variables, body = bind(sorts_and_body[:-1], sorts_and_body[-1])
    return Number(Count(variables, formula(body)))


def least(element: Sort) -> Formula:
    """True of the least element of an ordered sort."""
    return forall(type(element), lambda other: element <= other)
