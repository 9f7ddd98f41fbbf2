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
    free_variables,
    sort_of,
)

# Binding strength, loosest first; a child looser than its place gets parentheses.
_QUANTIFIER, _IFF, _IMPLIES, _OR, _AND, _COMPARE, _ADD, _NOT, _ATOM = range(9)


def show(expr: Expr) -> str:
    """The expression in the usual notation: `∀ m: Member. in_view(v, m) → ¬crashed(m)`.

    A bound variable whose name is taken where it is bound gets a number: `other2`.
    """
    return _Printer({v: v.name for v in free_variables(expr, {})}).text(expr)


class _Printer:
    """Prints under binders; `names` says how each variable in scope is called."""

    def __init__(self, names: dict[Var, str]) -> None:
        self.names = names

    def text(self, expr: Expr) -> str:
        return self.parts(expr)[0]

    def parts(self, expr: Expr) -> tuple[str, int]:
        """The text and how strongly it binds."""
        match expr:
            case Lit(value=value):
                return ("true" if value else "false"), _ATOM
            case Num(value=n):
                return str(n), _ATOM
            case Value(sort=sort, index=index):
                assert sort.values is not None
                return sort.values[index], _ATOM
            case Var():
                return self.names[expr], _ATOM
            case Apply(symbol=symbol, args=args, primed=primed):
                return self.call(symbol.name, args, primed), _ATOM
            case Defined(name=name, args=args, primed=primed):
                return self.call(name, args, primed), _ATOM
            case Not(body=Equal(left=left, right=right)):
                sign, strength = ("↮", _IFF) if sort_of(left) is BOOL else ("≠", _COMPARE)
                return self.infix(sign, strength, left, right), strength
            case Not(body=Less(left=left, right=right)):
                return self.infix("≤", _COMPARE, right, left), _COMPARE
            case Not(body=AtMost(left=left, right=right)):
                return self.infix(">", _COMPARE, left, right), _COMPARE
            case Not(body=body):
                return "¬" + self.at(body, _NOT), _NOT
            case Equal(left=left, right=right):
                sign, strength = ("↔", _IFF) if sort_of(left) is BOOL else ("=", _COMPARE)
                return self.infix(sign, strength, left, right), strength
            case Less(left=left, right=right):
                return self.infix("<", _COMPARE, left, right), _COMPARE
            case AtMost(left=left, right=right):
                return self.infix("≤", _COMPARE, left, right), _COMPARE
            case Implies(left=left, right=right):
                return f"{self.at(left, _OR)} → {self.at(right, _IMPLIES)}", _IMPLIES
            case And(args=args):
                return " ∧ ".join(self.at(a, _AND + 1) for a in args), _AND
            case Or(args=args):
                return " ∨ ".join(self.at(a, _OR + 1) for a in args), _OR
            case Add(args=args):
                return " + ".join(self.at(a, _ADD + 1) for a in args), _ADD
            case Ite(condition=condition, then=then, other=other):
                return (
                    f"if {self.text(condition)} then {self.text(then)} else {self.text(other)}",
                    _QUANTIFIER,
                )
            case Forall(variables=variables, body=body):
                return self.bound("∀ ", variables, ". ", body, ""), _QUANTIFIER
            case Exists(variables=variables, body=body):
                return self.bound("∃ ", variables, ". ", body, ""), _QUANTIFIER
            case Count(variables=variables, body=body):
                return self.bound("#{", variables, " | ", body, "}"), _ATOM
            case _:
                assert_never(expr)

    def call(self, name: str, args: tuple[Expr, ...], primed: bool) -> str:
        head = name + ("′" if primed else "")
        return f"{head}({', '.join(self.text(a) for a in args)})" if args else head

    def at(self, expr: Expr, place: int) -> str:
        text, strength = self.parts(expr)
        return text if strength >= place else f"({text})"

    def infix(self, sign: str, strength: int, left: Expr, right: Expr) -> str:
        return f"{self.at(left, strength + 1)} {sign} {self.at(right, strength + 1)}"

    def bound(
        self, opening: str, variables: tuple[Var, ...], middle: str, body: Expr, closing: str
    ) -> str:
        visible = free_variables(body, {})
        names = {v: name for v, name in self.names.items() if v in visible}
        groups: list[tuple[str, list[str]]] = []
        for variable in variables:
            name, number = variable.name, 2
            while name in names.values():
                name, number = f"{variable.name}{number}", number + 1
            names[variable] = name
            if groups and groups[-1][0] == variable.sort.name:
                groups[-1][1].append(name)
            else:
                groups.append((variable.sort.name, [name]))
        binders = "; ".join(f"{', '.join(group)}: {sort}" for sort, group in groups)
        return f"{opening}{binders}{middle}{_Printer(names).text(body)}{closing}"
