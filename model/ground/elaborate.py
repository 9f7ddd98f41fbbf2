"""Expressions to literals: quantifiers become gates over every element of their sort.

A formula becomes a literal; a number its bits; a term of a sort the literal of "it is this
element" for each element it can be, exactly one of which is true.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from model.ground.circuit import FALSE, TRUE, Bits, Circuit, natural
from model.ground.layout import Layout
from model.lang.expr import (
    BOOL,
    INT,
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
    Symbol,
    Value,
    Var,
    free_variables,
    sort_of,
)

Choice: TypeAlias = tuple[tuple[int, int], ...]  # (element, literal that the term is it)
Valuation: TypeAlias = dict[Var, int]


class Elaborator:
    """Turns expressions into literals of one circuit.

    Args:
        circuit: where the gates go; its inputs are the layout's bits.
        layout: the bits of the state before a step.
        after: for primed symbols, the literals of the bits that a step changes.
    """

    def __init__(
        self, circuit: Circuit, layout: Layout, after: dict[int, int] | None = None
    ) -> None:
        self.circuit = circuit
        self.layout = layout
        self.finite = layout.finite
        self.after = after
        self._free: dict[Expr, frozenset[Var]] = {}
        self._order: dict[Expr, tuple[Var, ...]] = {}
        self._memo: dict[tuple[object, ...], int] = {}
        self._cells: dict[tuple[Symbol, int, bool], Choice] = {}

    def literal(self, formula: Expr, env: Valuation) -> int:
        """The literal of a formula under a valuation of its free variables."""
        order = self._order.get(formula)
        if order is None:
            order = tuple(free_variables(formula, self._free))
            self._order[formula] = order
        key = (formula, *(env[v] for v in order))
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = self._literal(formula, env)
        return known

    def _literal(self, expr: Expr, env: Valuation) -> int:
        circuit = self.circuit
        match expr:
            case Lit(value=value):
                return TRUE if value else FALSE
            case Apply():
                return dict(self.choice(expr, env)).get(1, FALSE)
            case Not(body=body):
                return self.literal(body, env) ^ 1
            case And(args=args):
                return self._conjunction(args, env, 0)
            case Or(args=args):
                return self._conjunction(args, env, 1) ^ 1
            case Implies(left=left, right=right):
                premise = self.literal(left, env)
                if premise == FALSE:
                    return TRUE
                return circuit.or_(premise ^ 1, self.literal(right, env))
            case Forall(variables=variables, body=body):
                return self._quantified(variables, body, env, 0)
            case Exists(variables=variables, body=body):
                return self._quantified(variables, body, env, 1) ^ 1
            case Equal(left=left, right=right) if sort_of(left) is BOOL:
                return circuit.xor(self.literal(left, env), self.literal(right, env)) ^ 1
            case Equal(left=left, right=right) if sort_of(left) is INT:
                return circuit.equal(self.number(left, env), self.number(right, env))
            case Equal(left=left, right=right):
                other = dict(self.choice(right, env))
                return circuit.any(
                    circuit.and_(lit, other[value])
                    for value, lit in self.choice(left, env)
                    if value in other
                )
            case Less(left=left, right=right):
                above = self.choice(right, env)
                return circuit.any(
                    circuit.and_(lit, bigger)
                    for value, lit in self.choice(left, env)
                    for other_value, bigger in above
                    if value < other_value
                )
            case AtMost(left=left, right=right):
                return circuit.at_most(self.number(left, env), self.number(right, env))
            case Ite(condition=condition, then=then, other=other_branch):
                return circuit.ite(
                    self.literal(condition, env),
                    self.literal(then, env),
                    self.literal(other_branch, env),
                )
            case Defined(body=body):
                return self.literal(body, env)
            case Num() | Value() | Var() | Count() | Add():
                raise TypeError(f"no formula: {expr}")
            case _:
                assert_never(expr)

    def _conjunction(self, args: tuple[Expr, ...], env: Valuation, sign: int) -> int:
        """The conjunction of the args, each complemented by `sign`; stops at a false one."""
        literals = []
        for arg in args:
            literal = self.literal(arg, env) ^ sign
            if literal == FALSE:
                return FALSE
            literals.append(literal)
        return self.circuit.all(literals)

    def _quantified(self, variables: tuple[Var, ...], body: Expr, env: Valuation, sign: int) -> int:
        literals = []
        for inner in self.finite.valuations(variables):
            literal = self.literal(body, {**env, **inner}) ^ sign
            if literal == FALSE:
                return FALSE
            literals.append(literal)
        return self.circuit.all(literals)

    def choice(self, term: Expr, env: Valuation) -> Choice:
        """The elements that a term can be, each with its literal."""
        match term:
            case Value(index=index):
                return ((index, TRUE),)
            case Var():
                return ((env[term], TRUE),)
            case Defined(body=body):
                return self.choice(body, env)
            case Ite(condition=condition, then=then, other=other):
                test = self.literal(condition, env)
                merged: dict[int, list[int]] = {}
                for sign, branch in ((0, then), (1, other)):
                    if test ^ sign == FALSE:
                        continue
                    for value, lit in self.choice(branch, env):
                        merged.setdefault(value, []).append(self.circuit.and_(test ^ sign, lit))
                return self._merged(merged)
            case Apply(symbol=symbol, args=args, primed=primed):
                points = self.points(symbol, args, env)
                if len(points) == 1 and points[0][1] == TRUE:
                    return self.cell(symbol, points[0][0], primed)
                merged = {}
                for offset, when in points:
                    for value, lit in self.cell(symbol, offset, primed):
                        merged.setdefault(value, []).append(self.circuit.and_(when, lit))
                return self._merged(merged)
            case _:
                raise TypeError(f"no element of a sort: {term}")

    def _merged(self, ways: dict[int, list[int]]) -> Choice:
        """Each element with the literal of "one of the ways to it is taken"."""
        return _possible({value: self.circuit.any(ways[value]) for value in ways})

    def points(
        self, symbol: Symbol, args: tuple[Expr, ...], env: Valuation
    ) -> list[tuple[int, int]]:
        """The offsets in a symbol's table that arguments can mean, each with its literal."""
        points = [(0, TRUE)]
        for sort, arg in zip(symbol.sorts, args, strict=True):
            size, options = self.finite.size(sort), self.choice(arg, env)
            points = [
                (offset * size + value, self.circuit.and_(when, lit))
                for offset, when in points
                for value, lit in options
            ]
        return points

    def cell(self, symbol: Symbol, offset: int, primed: bool) -> Choice:
        """The values of a symbol at a point of its table, each with its literal."""
        key = (symbol, offset, primed)
        known = self._cells.get(key)
        if known is None:
            known = self._cells[key] = self._cell(symbol, offset, primed)
        return known

    def _cell(self, symbol: Symbol, offset: int, primed: bool) -> Choice:
        table = self.finite.index[symbol]
        if symbol in self.layout.constant:
            return ((self.layout.fixed[table][offset], TRUE),)
        cell = self.layout.cells[table, offset]
        bits = [
            self._bit(position, primed) if position is not None else constant or 0
            for position, constant in cell.bits
        ]
        values = range(self.finite.size(symbol.result))
        return _possible(
            {v: self.circuit.all(b ^ (~v >> i & 1) for i, b in enumerate(bits)) for v in values}
        )

    def _bit(self, position: int, primed: bool) -> int:
        literal = self.circuit.input(position)
        if primed:
            assert self.after is not None, "primed symbol outside a step"
            return self.after.get(position, literal)
        return literal

    def number(self, term: Expr, env: Valuation) -> Bits:
        """The bits of a number."""
        match term:
            case Num(value=value):
                return natural(value)
            case Add(args=args):
                return self.circuit.sum([self.number(a, env) for a in args])
            case Count(variables=variables, body=body):
                literals = [
                    self.literal(body, {**env, **inner})
                    for inner in self.finite.valuations(variables)
                ]
                return self.circuit.sum([(x,) for x in literals if x != FALSE])
            case Ite(condition=condition, then=then, other=other):
                test = self.literal(condition, env)
                yes, no = self.number(then, env), self.number(other, env)
                size = max(len(yes), len(no))
                pad = (FALSE,) * size
                pairs = zip((*yes, *pad)[:size], (*no, *pad)[:size], strict=True)
                return tuple(self.circuit.ite(test, a, b) for a, b in pairs)
            case Defined(body=body):
                return self.number(body, env)
            case _:
                raise TypeError(f"no number: {term}")


def _possible(merged: dict[int, int]) -> Choice:
    return tuple((value, lit) for value, lit in sorted(merged.items()) if lit != FALSE)
