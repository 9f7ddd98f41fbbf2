"""What a spec's text must not do, beyond what a single operator can see. Raises `SpecError`."""

from __future__ import annotations

from model.lang.errors import SpecError, Where
from model.lang.expr import BOOL, Equal, Expr, Not, Symbol, Value, Var, applications, free_variables
from model.lang.staged import Action, Clause, Update


def check_action(action: Action) -> None:
    """An action updates something, each point once, and uses all its parameters."""
    if not action.updates:
        raise SpecError(f"{action.name} updates nothing, so it is no step", action.where)
    exprs = [c.expr for c in (*action.guard, *action.limits)]
    for clause in (*action.guard, *action.limits):
        closed(action.name, action.params, (clause.expr,), clause.where)
    for update in action.updates:
        inner = frozenset(update.free)
        memo: dict[Expr, frozenset[Var]] = {}
        exprs += [a for a in update.args if a not in inner]
        scope = (*action.params, *update.free)
        closed(action.name, scope, (update.value, *update.args), update.where)
        exprs += [v for v in free_variables(update.value, memo) if v not in inner]
    used = frozenset[Var]().union(*(free_variables(e, {}) for e in exprs))
    for param in action.params:
        if param not in used:
            raise SpecError(
                f"{action.name}: parameter {param.name!r} is used in no guard and no update: "
                "remove it, it would only multiply the steps",
                action.where,
            )
    for i, first in enumerate(action.updates):
        for second in action.updates[:i]:
            if first.symbol == second.symbol and not _apart(first, second, action.guard):
                raise SpecError(
                    f"{action.name} updates {first.symbol} twice, perhaps at one point (also at "
                    f"line {second.where.line}): require that the points differ, or write one "
                    f"update of the whole row with `ite`",
                    first.where,
                )


def _apart(a: Update, b: Update, guard: tuple[Clause, ...]) -> bool:
    """Whether two updates of one symbol can be seen to touch different points."""
    distinct = {c.expr for c in guard}
    for x, y in zip(a.args, b.args, strict=True):
        if isinstance(x, Value) and isinstance(y, Value) and x is not y:
            return True
        if Not(Equal(x, y)) in distinct or Not(Equal(y, x)) in distinct:
            return True
    return False


def check_init(symbols: tuple[Symbol, ...], params: tuple[Var, ...], updates: list[Update]) -> None:
    """`@init` assigns each symbol once, functions wholly, and reads nothing that changes."""
    seen: dict[Symbol, list[Update]] = {}
    for update in updates:
        for expr in (update.value, *update.args):
            only_immutables("@init", expr, update.where)
        closed("@init", (*params, *update.free), (update.value, *update.args), update.where)
        others = seen.setdefault(update.symbol, [])
        if not all(_apart(update, other, ()) for other in others):
            raise SpecError(f"@init assigns {update.symbol} twice", update.where)
        others.append(update)
    for symbol in symbols:
        if symbol.result is BOOL or symbol.immutable:
            continue
        if not any(len(u.free) == len(symbol.sorts) for u in seen.get(symbol, [])):
            dots = f"[{', '.join(':' for _ in symbol.sorts)}]" if symbol.sorts else ""
            raise SpecError(
                f"@init must assign all of {symbol.kind} {symbol}: `s.{symbol}{dots} = ...`",
                symbol.where,
            )


def only_immutables(what: str, expr: Expr, where: Where) -> None:
    """The expression reads immutables only."""
    for application in applications(expr):
        if not application.symbol.immutable:
            raise SpecError(
                f"{what} reads {application.symbol}, which is no immutable: nothing is before "
                "the initial state",
                where,
            )


def closed(name: str, params: tuple[Var, ...], exprs: tuple[Expr, ...], where: Where) -> None:
    """No variable has escaped from the quantifier that binds it."""
    memo: dict[Expr, frozenset[Var]] = {}
    for expr in exprs:
        for variable in free_variables(expr, memo):
            if variable not in params:
                raise SpecError(
                    f"{name}: variable {variable.name!r} is used outside the quantifier that "
                    "binds it",
                    where,
                )
