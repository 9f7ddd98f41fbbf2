"""Expressions as readable mathematics."""

from __future__ import annotations

from typing import assert_never

from model.lang.expr import (
    BOOL,
    Add,
    And,
    Apply,
    AtMost,
    Count,
    Defined,
    Equal,
    Exists,
    Expr,
    Forall,
    Implies,
    Ite,
    Less,
    Lit,
    Not,
    Num,
    Or,
    Value,
    Var,
    sort_of,
)

# Binding strength, loosest first; a child looser than its place gets parentheses.
_QUANTIFIER, _IFF, _IMPLIES, _OR, _AND, _COMPARE, _ADD, _NOT, _ATOM = range(9)


def show(expr: Expr) -> str:
    """The expression in the usual notation: `∀ m: Member. in_view(v, m) → ¬crashed(m)`."""
    return _show(expr)[0]


def _show(expr: Expr) -> tuple[str, int]:
    match expr:
        case Lit(value=value):
            return ("true" if value else "false"), _ATOM
        case Num(value=n):
            return str(n), _ATOM
        case Value(sort=sort, index=index):
            assert sort.values is not None
            return sort.values[index], _ATOM
        case Var(name=name):
            return name, _ATOM
        case Apply(symbol=symbol, args=args, primed=primed):
            return _call(symbol.name, args, primed), _ATOM
        case Defined(name=name, args=args, primed=primed):
            return _call(name, args, primed), _ATOM
        case Not(body=Equal(left=left, right=right)):
            sign, strength = ("↮", _IFF) if sort_of(left) is BOOL else ("≠", _COMPARE)
            return _infix(sign, strength, left, right), strength
        case Not(body=Less(left=left, right=right)):
            return _infix("≤", _COMPARE, right, left), _COMPARE
        case Not(body=AtMost(left=left, right=right)):
            return _infix(">", _COMPARE, left, right), _COMPARE
        case Not(body=body):
            return "¬" + _at(body, _NOT), _NOT
        case Equal(left=left, right=right):
            sign, strength = ("↔", _IFF) if sort_of(left) is BOOL else ("=", _COMPARE)
            return _infix(sign, strength, left, right), strength
        case Less(left=left, right=right):
            return _infix("<", _COMPARE, left, right), _COMPARE
        case AtMost(left=left, right=right):
            return _infix("≤", _COMPARE, left, right), _COMPARE
        case Implies(left=left, right=right):
            return f"{_at(left, _OR)} → {_at(right, _IMPLIES)}", _IMPLIES
        case And(args=args):
            return " ∧ ".join(_at(a, _AND + 1) for a in args), _AND
        case Or(args=args):
            return " ∨ ".join(_at(a, _OR + 1) for a in args), _OR
        case Add(args=args):
            return " + ".join(_at(a, _ADD + 1) for a in args), _ADD
        case Ite(condition=condition, then=then, other=other):
            return f"if {show(condition)} then {show(then)} else {show(other)}", _QUANTIFIER
        case Forall(variables=variables, body=body):
            return f"∀ {_binders(variables)}. {show(body)}", _QUANTIFIER
        case Exists(variables=variables, body=body):
            return f"∃ {_binders(variables)}. {show(body)}", _QUANTIFIER
        case Count(variables=variables, body=body):
            return f"#{{{_binders(variables)} | {show(body)}}}", _ATOM
        case _:
            assert_never(expr)


def _call(name: str, args: tuple[Expr, ...], primed: bool) -> str:
    head = name + ("′" if primed else "")
    return f"{head}({', '.join(show(a) for a in args)})" if args else head


def _at(expr: Expr, place: int) -> str:
    text, strength = _show(expr)
    return text if strength >= place else f"({text})"


def _infix(sign: str, strength: int, left: Expr, right: Expr) -> str:
    return f"{_at(left, strength + 1)} {sign} {_at(right, strength + 1)}"


def _binders(variables: tuple[Var, ...]) -> str:
    groups: list[tuple[str, list[str]]] = []
    for variable in variables:
        if groups and groups[-1][0] == variable.sort.name:
            groups[-1][1].append(variable.name)
        else:
            groups.append((variable.sort.name, [variable.name]))
    return "; ".join(f"{', '.join(names)}: {sort}" for sort, names in groups)
