"""Formulas to Python functions over the sets of a store.

A quantifier becomes nested loops. What a variable ranges over is taken, in this order, from: an
equation with what is known; a relation that must hold, by the index of what is known of its
arguments; the sort, within the order's limits if there are some. Conditions stand as far out as
they can. That is the evaluation of conjunctive queries by index nested loops.

The text is made from typed nodes alone, and every name in it is one of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, assert_never

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
)
from model.sparse.store import Store

Names = dict[Var, str]
"""How the variables of a formula are called in the text."""


@dataclass(frozen=True)
class _Condition:
    """A formula that must be true (or false), and how its variables are called."""

    expr: Expr
    names: Names
    positive: bool


class Source:
    """Makes functions over a store.

    Args:
        store: whose sets they read, whatever is in them when they are called.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._globals: dict[str, Any] = {"EMPTY": frozenset()}
        self._variables = 0
        self._free: dict[Expr, frozenset[Var]] = {}

    def formula(self, expr: Expr, params: tuple[Var, ...]) -> Callable[..., Any]:
        """A function from the parameters to the value of an expression."""
        names, arguments = self._parameters(params)
        return self._function(arguments, self._text(expr, names))

    def solutions(
        self, expr: Expr, params: tuple[Var, ...], free: tuple[Var, ...]
    ) -> Callable[..., set[tuple[int, ...]]]:
        """A function from the parameters to the tuples of `free` that make a formula true."""
        names, arguments = self._parameters(params)
        parts = []
        for branch in _branches(expr):
            inner = {**names, **{v: self._fresh() for v in free}}
            made = "".join(f"{inner[v]}, " for v in free)
            unbound = {inner[v]: v for v in free}
            loops = self._loops([_Condition(branch, inner, True)], unbound)
            parts.append(f"{{({made}) {loops}}}")
        return self._function(arguments, " | ".join(parts))

    def _parameters(self, params: tuple[Var, ...]) -> tuple[Names, str]:
        names = {var: self._fresh() for var in params}
        return names, ", ".join(names.values())

    def _function(self, arguments: str, text: str) -> Callable[..., Any]:
        made: Callable[..., Any] = eval(f"lambda {arguments}: {text}", self._globals)
        return made

    def _fresh(self) -> str:
        self._variables += 1
        return f"x{self._variables}"

    def _named(self, prefix: str, number: object, value: object) -> str:
        name = f"{prefix}{number}"
        self._globals[name] = value
        return name

    # -- values -------------------------------------------------------------------------------

    def _text(self, expr: Expr, names: Names) -> str:
        """An expression as Python text."""

        def text(e: Expr) -> str:
            return self._text(e, names)

        match expr:
            case Lit(value=truth):
                return str(truth)
            case Num(value=n) | Value(index=n):
                return str(n)
            case Var():
                return names[expr]
            case Apply():
                return self._applied(expr, names)
            case Equal(left=left, right=right):
                return f"({text(left)} == {text(right)})"
            case Less(left=left, right=right):
                return f"({text(left)} < {text(right)})"
            case AtMost(left=left, right=right):
                return f"({text(left)} <= {text(right)})"
            case Not(body=body):
                return f"(not {text(body)})"
            case And(args=args):
                return f"({' and '.join(map(text, args))})" if args else "True"
            case Or(args=args):
                return f"({' or '.join(map(text, args))})" if args else "False"
            case Implies(left=left, right=right):
                return f"(not {text(left)} or {text(right)})"
            case Ite(condition=condition, then=then, other=other):
                return f"({text(then)} if {text(condition)} else {text(other)})"
            case Exists():
                return f"any({self._some(expr.variables, expr.body, names, True)})"
            case Forall():
                return f"(not any({self._some(expr.variables, expr.body, names, False)}))"
            case Count():
                return f"len({self._counted(expr, names)})"
            case Add(args=args):
                return f"({' + '.join(map(text, args))})" if args else "0"
            case Defined(body=body):
                return text(body)
            case _:
                assert_never(expr)

    def _applied(self, expr: Apply, names: Names) -> str:
        if expr.primed:
            raise ValueError(f"{expr.symbol} of the state after a step: only one state is held")
        number = self._store.number[expr.symbol]
        arguments = "".join(f"{self._text(a, names)}, " for a in expr.args)
        if expr.symbol.result is BOOL:
            name = self._named("R", number, self._store.relations[number])
            return f"(({arguments}) in {name})"
        name = self._named("F", number, self._store.functions[number])
        return f"{name}.get(({arguments}), 0)"

    def _some(self, variables: tuple[Var, ...], body: Expr, names: Names, positive: bool) -> str:
        """A generator that gives something if the body is true (false) for some valuation."""
        inner = {**names, **{v: self._fresh() for v in variables}}
        unbound = {inner[v]: v for v in variables}
        return f"True {self._loops([_Condition(body, inner, positive)], unbound)}"

    def _counted(self, expr: Count, names: Names) -> str:
        inner = {**names, **{v: self._fresh() for v in expr.variables}}
        unbound = {inner[v]: v for v in expr.variables}
        made = ", ".join(unbound) + ","
        return f"{{({made}) {self._loops([_Condition(expr.body, inner, True)], unbound)}}}"

    # -- loops --------------------------------------------------------------------------------

    def _loops(self, conditions: list[_Condition], unbound: dict[str, Var]) -> str:
        """`for … if …` over all unbound variables, such that all conditions hold."""
        pending: list[_Condition] = []
        for condition in conditions:
            self._split(condition, pending, unbound)
        parts: list[str] = []
        while unbound or pending:
            ready = [c for c in pending if not self._missing(c, unbound)]
            if ready:
                parts += [f"if {self._checked(c)}" for c in sorted(ready, key=_cost)]
                pending = [c for c in pending if c not in ready]
                continue
            parts.append(self._next_loop(pending, unbound))
        if not parts or parts[0].startswith("if"):
            parts.insert(0, "for _ in (0,)")  # a condition alone makes no loop
        return " ".join(parts)

    def _split(
        self, condition: _Condition, into: list[_Condition], unbound: dict[str, Var]
    ) -> None:
        """A conjunction into its parts; variables that only have to exist become unbound ones."""
        names, positive = condition.names, condition.positive

        def split(expr: Expr, positive: bool, names: Names = names) -> None:
            self._split(_Condition(expr, names, positive), into, unbound)

        match condition.expr:
            case And(args=args) if positive:
                for arg in args:
                    split(arg, True)
            case Or(args=args) if not positive:
                for arg in args:
                    split(arg, False)
            case Implies(left=left, right=right) if not positive:
                split(left, True)
                split(right, False)
            case Not(body=body):
                split(body, not positive)
            case Defined(body=body):
                split(body, positive)
            case (Exists() | Forall()) as quantified if positive == isinstance(quantified, Exists):
                inner = {**names, **{v: self._fresh() for v in quantified.variables}}
                unbound.update({inner[v]: v for v in quantified.variables})
                split(quantified.body, positive, inner)
            case _:
                into.append(condition)

    def _missing(self, condition: _Condition, unbound: dict[str, Var]) -> bool:
        return any(
            condition.names[v] in unbound for v in free_variables(condition.expr, self._free)
        )

    def _checked(self, condition: _Condition) -> str:
        text = self._text(condition.expr, condition.names)
        return text if condition.positive else f"not {text}"

    def _next_loop(self, pending: list[_Condition], unbound: dict[str, Var]) -> str:
        """Binds some of the variables, and takes what is thereby said from `pending`."""
        for condition in pending:
            equal = self._equation(condition, unbound)
            if equal is not None:
                pending.remove(condition)
                del unbound[equal[0]]
                return f"for {equal[0]} in ({equal[1]},)"
        atoms = [c for c in pending if self._known(c, unbound) >= 0]
        if atoms:
            best = max(atoms, key=lambda c: self._known(c, unbound))
            pending.remove(best)
            return self._scan(best, unbound)
        name, var = next(iter(unbound.items()))
        del unbound[name]
        domain = self._named("D", var.sort.name, self._store.domains[var.sort])
        return f"for {name} in {domain}"

    def _equation(self, condition: _Condition, unbound: dict[str, Var]) -> tuple[str, str] | None:
        expr, names = condition.expr, condition.names
        if not (isinstance(expr, Equal) and condition.positive):
            return None
        for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if (
                isinstance(one, Var)
                and names[one] in unbound
                and not any(names[v] in unbound for v in free_variables(other, self._free))
            ):
                return names[one], self._text(other, names)
        return None

    def _known(self, condition: _Condition, unbound: dict[str, Var]) -> float:
        """Which part of a relation's arguments is known, if it can be looped over; -1 if not."""
        expr, names = condition.expr, condition.names
        if not (isinstance(expr, Apply) and condition.positive and expr.symbol.result is BOOL):
            return -1
        known = 0
        for arg in expr.args:
            if not any(names[v] in unbound for v in free_variables(arg, self._free)):
                known += 1
            elif not isinstance(arg, Var):
                return -1
        return known / len(expr.args)

    def _scan(self, condition: _Condition, unbound: dict[str, Var]) -> str:
        """A loop over the tuples of a relation that have the known arguments."""
        expr, names = condition.expr, condition.names
        assert isinstance(expr, Apply)
        targets, keys, positions, twice = [], [], [], []
        fresh: set[str] = set()
        for position, arg in enumerate(expr.args):
            if isinstance(arg, Var) and names[arg] in unbound:
                name = names[arg]
                if name in fresh:
                    targets.append(self._fresh())
                    twice.append(f" if {targets[-1]} == {name}")
                else:
                    fresh.add(name)
                    targets.append(name)
            else:
                targets.append("_")
                keys.append(self._text(arg, names))
                positions.append(position)
        for name in fresh:
            del unbound[name]
        number = self._store.number[expr.symbol]
        loop = f"for {', '.join(targets)}, in "
        if not positions:
            loop += self._named("R", number, self._store.relations[number])
        else:
            index = self._store.index(expr.symbol, tuple(positions))
            label = f"{number}_{'_'.join(map(str, positions))}"
            key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
            loop += f"{self._named('I', label, index.buckets)}.get({key}, EMPTY)"
        return loop + "".join(twice)


def _cost(condition: _Condition) -> int:
    """Cheap conditions are checked first."""
    match condition.expr:
        case Var() | Lit() | Equal() | Less() | Value():
            return 0
        case Apply():
            return 1
        case _:
            return 2


def _branches(expr: Expr) -> Iterable[Expr]:
    """The formulas whose disjunction this is, at the top."""
    match expr:
        case Or(args=args):
            for arg in args:
                yield from _branches(arg)
        case Defined(body=body):
            yield from _branches(body)
        case _:
            yield expr
