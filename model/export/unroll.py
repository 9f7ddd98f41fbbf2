"""A spec unrolled at its scope: quantifiers become conjunctions and disjunctions over elements.

For languages without quantifiers, and to find out which cells a scope leaves to vary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, assert_never

from model.export.nodes import Cell, Held, Known, Named, Negated, Node, Nodes
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
from model.lang.staged import Update
from model.scope import Finite, Step

Valuation: TypeAlias = Mapping[Var, int]


class Unroller:
    """Unrolls the formulas of a spec at a scope.

    Args:
        finite: the spec and its scope.
        known: the cells whose value is known in every state that matters.
        after: what cells hold after a step, for primed symbols; by default what they held.
        nodes: makes the nodes.
    """

    def __init__(
        self,
        finite: Finite,
        known: Mapping[Cell, int],
        after: Mapping[Cell, Node] | None = None,
        nodes: Nodes | None = None,
    ) -> None:
        self.finite, self.known = finite, known
        self.after = {} if after is None else after
        self.nodes = Nodes() if nodes is None else nodes
        self._free: dict[Expr, frozenset[Var]] = {}
        self._order: dict[Expr, tuple[Var, ...]] = {}
        self._memo: dict[tuple[object, ...], Node] = {}

    def after_step(self, changes: Mapping[Cell, Node]) -> Unroller:
        """The same, with primed symbols that read these changes."""
        return Unroller(self.finite, self.known, changes, self.nodes)

    def guard(self, step: Step) -> Node:
        """Whether the step can be taken."""
        env = dict(zip(step.action.params, step.args, strict=True))
        clauses = (*step.action.guard, *step.action.limits)
        return self.nodes.all(self.unrolled(c.expr, env) for c in clauses)

    def changes(self, step: Step) -> dict[Cell, Node]:
        """What the step puts into cells, over the state before; what stays is left out."""
        env = dict(zip(step.action.params, step.args, strict=True))
        return self.updated(step.action.updates, env)

    def updated(self, updates: Iterable[Update], env: Valuation) -> dict[Cell, Node]:
        """What updates put into cells; a later one of the same cell wins."""
        new: dict[Cell, Node] = {}
        for update in updates:
            truth = update.symbol.result is BOOL
            for inner in self.finite.valuations(update.free):
                full = {**env, **inner}
                value = self.unrolled(update.value, full)
                args = tuple(self.unrolled(a, full) for a in update.args)
                for cell, here in self._cells(update.symbol, args):
                    old = new.get(cell, self.held(cell))
                    new[cell] = self.nodes.choose(here, value, old, truth)
        return {cell: value for cell, value in new.items() if value is not self.held(cell)}

    def unrolled(self, expr: Expr, env: Valuation) -> Node:
        """The expression under a valuation of its free variables."""
        order = self._order.get(expr)
        if order is None:
            order = self._order[expr] = tuple(free_variables(expr, self._free))
        key = (expr, *(env[v] for v in order))
        node = self._memo.get(key)
        if node is None:
            node = self._memo[key] = self._unrolled(expr, env)
        return node

    def _unrolled(self, expr: Expr, env: Valuation) -> Node:
        nodes = self.nodes

        def of(e: Expr) -> Node:
            return self.unrolled(e, env)

        def over(variables: tuple[Var, ...], body: Expr) -> Iterable[Node]:
            for inner in self.finite.valuations(variables):
                yield self.unrolled(body, {**env, **inner})

        match expr:
            case Lit(value=truth):
                return nodes.known(int(truth))
            case Num(value=number) | Value(index=number):
                return nodes.known(number)
            case Var():
                return nodes.known(env[expr])
            case Apply(symbol=symbol, args=args, primed=primed):
                return self._applied(symbol, tuple(of(a) for a in args), primed)
            case Equal(left=left, right=right):
                return nodes.same(of(left), of(right), sort_of(left) is BOOL)
            case Less(left=left, right=right):
                return nodes.below(of(left), of(right))
            case AtMost(left=left, right=right):
                return nodes.not_(nodes.below(of(right), of(left)))
            case Not(body=body):
                return nodes.not_(of(body))
            case And(args=args):
                return nodes.all(of(a) for a in args)
            case Or(args=args):
                return nodes.any(of(a) for a in args)
            case Implies(left=left, right=right):
                return nodes.any((nodes.not_(of(left)), of(right)))
            case Ite(condition=condition, then=then, other=other):
                return nodes.choose(of(condition), of(then), of(other), sort_of(then) is BOOL)
            case Forall(variables=variables, body=body):
                return nodes.all(over(variables, body))
            case Exists(variables=variables, body=body):
                return nodes.any(over(variables, body))
            case Count(variables=variables, body=body):
                return nodes.sum(over(variables, body))
            case Add(args=args):
                return nodes.sum(of(a) for a in args)
            case Defined():
                return self._defined(expr, env)
            case _:
                assert_never(expr)

    def _defined(self, defined: Defined, env: Valuation) -> Node:
        """The definition by its name, if it is worth one."""
        body = self.unrolled(defined.body, env)
        simple = body.body if isinstance(body, Negated) else body
        if defined.primed or isinstance(simple, (Known, Held, Named)):
            return body
        elements = []
        for arg in defined.args:
            node, sort = self.unrolled(arg, env), sort_of(arg)
            if not isinstance(node, Known) or sort in (BOOL, INT):
                return body
            elements.append(self.finite.element(sort, node.value))
        return self.nodes.named(defined.name, tuple(elements), body)

    # -- cells --------------------------------------------------------------------------------

    def held(self, cell: Cell) -> Node:
        """What a cell holds before a step."""
        value = self.known.get(cell)
        return self.nodes.held(cell) if value is None else self.nodes.known(value)

    def _applied(self, symbol: Symbol, args: tuple[Node, ...], primed: bool) -> Node:
        def value(cell: Cell) -> Node:
            held = self.held(cell)
            return self.after.get(cell, held) if primed else held

        cells = self._cells(symbol, args)
        if symbol.result is BOOL:
            return self.nodes.any(self.nodes.all((here, value(cell))) for cell, here in cells)
        node = value(cells[-1][0])
        for cell, here in reversed(cells[:-1]):
            node = self.nodes.choose(here, value(cell), node, truth=False)
        return node

    def _cells(self, symbol: Symbol, args: tuple[Node, ...]) -> list[tuple[Cell, Node]]:
        """The cells that the symbol can mean at these arguments, each with the condition."""
        found: list[tuple[int, Node]] = [(0, self.nodes.true)]
        for sort, arg in zip(symbol.sorts, args, strict=True):
            size = self.finite.size(sort)
            options = self._options(arg, size)
            found = [
                (offset * size + element, self.nodes.all((before, here)))
                for offset, before in found
                for element, here in options
            ]
        possible = [(offset, here) for offset, here in found if here is not self.nodes.false]
        return [(Cell(symbol, offset), here) for offset, here in possible]

    def _options(self, node: Node, size: int) -> list[tuple[int, Node]]:
        """The elements that a term can be, each with the condition that it is."""
        if isinstance(node, Known):
            return [(node.value, self.nodes.true)]
        options = [(i, self.nodes.same(node, self.nodes.known(i), False)) for i in range(size)]
        return [(i, here) for i, here in options if here is not self.nodes.false]
