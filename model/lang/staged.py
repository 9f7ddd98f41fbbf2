"""A staged spec: what its text said, as data. All that any engine may know of a spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from model.lang.errors import Where
from model.lang.expr import (
    BOOL,
    Count,
    Exists,
    Expr,
    Forall,
    SortDecl,
    Symbol,
    Value,
    Var,
    children,
)

Owner = Literal["member", "environment"]
Fairness = Literal["none", "weak", "strong"]


@dataclass(frozen=True)
class Clause:
    """A formula of the text, with the line that says it."""

    expr: Expr
    where: Where


@dataclass(frozen=True)
class Update:
    """symbol[args] becomes `value`, for every valuation of the variables in `free`."""

    symbol: Symbol
    args: tuple[Expr, ...]
    free: tuple[Var, ...]
    value: Expr
    where: Where


@dataclass(frozen=True)
class Action:
    """Guard plus simultaneous update. `limits` restrict finite searches only."""

    name: str
    params: tuple[Var, ...]
    by: Owner
    fair: Fairness
    guard: tuple[Clause, ...]
    limits: tuple[Clause, ...]
    updates: tuple[Update, ...]
    doc: str
    where: Where


@dataclass(frozen=True)
class Invariant:
    """Holds in every reachable state; over a step if `is_step` (then with primed symbols)."""

    name: str
    clauses: tuple[Clause, ...]
    is_step: bool
    doc: str
    where: Where


@dataclass(frozen=True)
class Bound:
    """value ≤ at_most wherever `premise` holds, for every valuation of the parameters."""

    name: str
    params: tuple[Var, ...]
    premise: Expr
    value: Expr
    at_most: Expr
    doc: str
    where: Where


@dataclass(frozen=True)
class LeadsTo:
    """premise ↝ goal: whenever the premise holds the goal holds then or later."""

    name: str
    params: tuple[Var, ...]
    premise: Expr
    goal: Expr
    doc: str
    where: Where


@dataclass(frozen=True)
class Staged:
    """A spec as data: everything an engine may know of it."""

    name: str
    parameters: dict[str, Any]
    symbols: tuple[Symbol, ...]
    axioms: tuple[Clause, ...]
    init_params: tuple[Var, ...]
    init: tuple[Update, ...]
    actions: tuple[Action, ...]
    switched_off: tuple[str, ...]
    invariants: tuple[Invariant, ...]
    bounds: tuple[Bound, ...]
    leads_to: tuple[LeadsTo, ...]
    final: Clause
    doc: str
    where: Where

    @cached_property
    def sorts(self) -> tuple[SortDecl, ...]:
        """Every sort the spec uses, in order of first appearance."""
        found: dict[SortDecl, None] = {}
        for symbol in self.symbols:
            found.update(dict.fromkeys((*symbol.sorts, symbol.result)))
        seen: set[Expr] = set()
        todo: list[Expr] = [*self.init_params, *self.expressions()]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(children(node))
                if isinstance(node, (Var, Value)):
                    found.setdefault(node.sort)
                elif isinstance(node, (Forall, Exists, Count)):
                    todo.extend(node.variables)
        found.pop(BOOL, None)
        return tuple(found)

    def expressions(self) -> Iterator[Expr]:
        """Every expression of the spec, parameters of actions and properties included."""
        for clause in (*self.axioms, self.final):
            yield clause.expr
        for update in self.init:
            yield from (*update.args, *update.free, update.value)
        for action in self.actions:
            yield from action.params
            yield from (c.expr for c in (*action.guard, *action.limits))
            for update in action.updates:
                yield from (*update.args, *update.free, update.value)
        for invariant in self.invariants:
            yield from (c.expr for c in invariant.clauses)
        for bound in self.bounds:
            yield from (*bound.params, bound.premise, bound.value, bound.at_most)
        for leads_to in self.leads_to:
            yield from (*leads_to.params, leads_to.premise, leads_to.goal)

    def without_limits(self) -> Staged:
        """The spec at every size: without what limits its actions in finite searches only."""
        return replace(self, actions=tuple(replace(a, limits=()) for a in self.actions))

    @property
    def mutable(self) -> tuple[Symbol, ...]:
        return tuple(s for s in self.symbols if not s.immutable)

    @property
    def properties(self) -> tuple[Invariant | Bound | LeadsTo, ...]:
        return (*self.invariants, *self.bounds, *self.leads_to)
