"""The actions of a spec, taken on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from model.lang.expr import BOOL, And, Defined, Expr, Forall, Implies, Not, Var
from model.lang.staged import Action, Clause, Staged, Update
from model.sparse.source import Source
from model.sparse.store import Point, Store


@dataclass(frozen=True)
class SparseAction:
    """An action over a store.

    Attributes:
        action: of the spec.
        enabled: from its arguments to whether its guard and its limits hold.
        clauses: each of them alone, to say which one fails.
        instances: gives the arguments with which it is enabled.
    """

    action: Action
    enabled: Callable[..., bool]
    clauses: tuple[tuple[Clause, Callable[..., bool]], ...]
    instances: Callable[[], set[Point]]
    _updates: tuple[_Update, ...]

    def failing(self, args: Point) -> Clause | None:
        """The first clause that is false for these arguments, or None."""
        return next((clause for clause, holds in self.clauses if not holds(*args)), None)

    def take(self, store: Store, args: Point) -> None:
        """Makes the updates, all at once; the action must be enabled."""
        changes = [change for update in self._updates for change in update.changes(args)]
        for number, point, value in changes:
            store.put(number, point, value)


class _Update:
    """An update, compiled: which points of a symbol get which values."""

    def __init__(
        self, store: Store, source: Source, params: tuple[Var, ...], update: Update
    ) -> None:
        self._number = store.number[update.symbol]
        self._relation = update.symbol.result is BOOL
        inner = (*params, *update.free)
        self._point = [source.formula(arg, inner) for arg in update.args]
        self._value = source.formula(update.value, inner)
        self._free = update.free
        self._domains = [store.domains[var.sort] for var in update.free]
        free = set(update.free)
        # As a rule the free variables are arguments, each once, and then sets can be compared.
        self._by_sets = self._relation and bool(free) and _all_once(update)
        if self._by_sets:
            self._positions = tuple(i for i, a in enumerate(update.args) if a not in free)
            self._solutions = source.solutions(
                update.value,
                params,
                tuple(a for a in update.args if a in free),
            )
            if self._positions:
                self._index = store.index(update.symbol, self._positions)
            self._all = store.relations[self._number]
            self._known = [source.formula(update.args[i], params) for i in self._positions]
            self._length = len(update.args)

    def changes(self, args: Point) -> Iterator[tuple[int, Point, int]]:
        """The points that change, and their values."""
        if not self._free:
            point = tuple([f(*args) for f in self._point])
            yield self._number, point, int(self._value(*args))
        elif self._by_sets:
            yield from self._set_changes(args)
        else:
            for inner in _valuations(self._domains):
                full = (*args, *inner)
                yield self._number, tuple([f(*full) for f in self._point]), int(self._value(*full))

    def _set_changes(self, args: Point) -> Iterator[tuple[int, Point, int]]:
        known = [f(*args) for f in self._known]
        if not known:
            before = set(self._all)
        else:
            key: Any = known[0] if len(known) == 1 else tuple(known)
            before = set(self._index.buckets.get(key, ()))
        after = {self._full(known, free) for free in self._solutions(*args)}
        for point in sorted(before - after):
            yield self._number, point, 0
        for point in sorted(after - before):
            yield self._number, point, 1

    def _full(self, known: list[int], free: Point) -> Point:
        rest, fixed = iter(free), iter(known)
        return tuple(
            [next(fixed) if i in self._positions else next(rest) for i in range(self._length)]
        )


def _all_once(update: Update) -> bool:
    variables = [arg for arg in update.args if arg in set(update.free)]
    return len(variables) == len(update.free) == len(set(variables))


def _valuations(domains: list[list[int]]) -> Iterator[Point]:
    if not domains:
        yield ()
        return
    for rest in _valuations(domains[1:]):
        for element in domains[0]:
            yield (element, *rest)


class Machine:
    """A spec over a store: its actions, and expressions of its text.

    Args:
        staged: the spec.
    """

    def __init__(self, staged: Staged) -> None:
        self.store = Store(staged)
        self._source = Source(self.store)
        self.actions = {action.name: self._action(action) for action in staged.actions}
        self._init = [
            _Update(self.store, self._source, staged.init_params, each) for each in staged.init
        ]

    def begin(self, args: Point = ()) -> None:
        """Makes the updates of `@init`; what is immutable must have been put, and is believed."""
        changes = [change for update in self._init for change in update.changes(args)]
        for number, point, value in changes:
            self.store.put(number, point, value)

    def take(self, name: str, args: Point) -> bool:
        """Takes a step if it is enabled; whether it was."""
        action = self.actions[name]
        if not action.enabled(*args):
            return False
        action.take(self.store, args)
        return True

    def formula(self, expr: Expr, params: tuple[Var, ...]) -> Callable[..., Any]:
        """A function from the parameters to the value of an expression in the store's state."""
        return self._source.formula(expr, params)

    def why_disabled(self, name: str, args: Point) -> tuple[Clause, Expr, dict[Var, int]] | None:
        """Why a step is not enabled.

        Returns:
            The first clause that is false, the smallest part of it that is, and for which
            elements; None if it is enabled.
        """
        action = self.actions[name]
        clause = action.failing(args)
        if clause is None:
            return None
        part, valuation = self._why_false(
            clause.expr, dict(zip(action.action.params, args, strict=True))
        )
        return clause, part, valuation

    def _why_false(self, expr: Expr, env: dict[Var, int]) -> tuple[Expr, dict[Var, int]]:
        """Peels a false formula: universal quantifiers, premises that hold, true conjuncts."""
        params, args = tuple(env), tuple(env.values())
        match expr:
            case Forall(variables=variables, body=body):
                false = self._source.solutions(Not(body), params, variables)(*args)
                inner = dict(zip(variables, min(false), strict=True))
                return self._why_false(body, {**env, **inner})
            case And(args=parts):
                part = next(p for p in parts if not self._source.formula(p, params)(*args))
                return self._why_false(part, env)
            case Implies(left=left, right=right) if self._source.formula(left, params)(*args):
                return self._why_false(right, env)
            case Defined(body=body) if isinstance(body, (Forall, And)):
                return self._why_false(body, env)
            case _:
                return expr, env

    def _action(self, action: Action) -> SparseAction:
        source, params = self._source, action.params
        clauses = (*action.guard, *action.limits)
        whole = And(tuple(clause.expr for clause in clauses))
        return SparseAction(
            action,
            source.formula(whole, params),
            tuple((clause, source.formula(clause.expr, params)) for clause in clauses),
            source.solutions(whole, (), params),
            tuple(_Update(self.store, source, params, update) for update in action.updates),
        )
