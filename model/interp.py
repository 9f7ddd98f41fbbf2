"""What a spec means at a finite scope. Short and slow; every other engine is compared with it.

An expression means a value in a state (and, where it has primed symbols, in the state after a
step) under a valuation of its variables. An action means its steps: it is enabled where its
guard and limits hold, and all its updates happen at once, reading the state before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import assert_never

from model.lang.errors import ScopeError
from model.lang.expr import (
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
)
from model.lang.staged import Update
from model.scope import Finite, State, Step, Table

Valuation = Mapping[Var, int]


class Interpreter:
    """Evaluates a spec at a scope.

    Args:
        finite: the spec and its scope.
    """

    def __init__(self, finite: Finite) -> None:
        self.finite = finite

    def value(
        self, expr: Expr, state: State, env: Valuation | None = None, after: State | None = None
    ) -> int:
        """The value of an expression: 0 or 1, a number, or the index of an element."""
        env = {} if env is None else env

        def v(e: Expr) -> int:
            return self.value(e, state, env, after)

        def over(variables: tuple[Var, ...], body: Expr) -> Iterator[int]:
            for inner in self.finite.valuations(variables):
                yield self.value(body, state, {**env, **inner}, after)

        match expr:
            case Lit(value=truth):
                return int(truth)
            case Num(value=n):
                return n
            case Value(index=index):
                return index
            case Var():
                return env[expr]
            case Apply(symbol=symbol, args=args, primed=primed):
                table = (after if primed else state)[self.finite.index[symbol]]  # type: ignore[index]
                return table[self.finite.offset(symbol, tuple(v(a) for a in args))]
            case Equal(left=left, right=right):
                return int(v(left) == v(right))
            case Less(left=left, right=right):
                return int(v(left) < v(right))
            case AtMost(left=left, right=right):
                return int(v(left) <= v(right))
            case Not(body=body):
                return 1 - v(body)
            case And(args=args):
                return int(all(v(a) for a in args))
            case Or(args=args):
                return int(any(v(a) for a in args))
            case Implies(left=left, right=right):
                return int(not v(left) or v(right))
            case Ite(condition=condition, then=then, other=other):
                return v(then) if v(condition) else v(other)
            case Forall(variables=variables, body=body):
                return int(all(over(variables, body)))
            case Exists(variables=variables, body=body):
                return int(any(over(variables, body)))
            case Count(variables=variables, body=body):
                return sum(over(variables, body))
            case Add(args=args):
                return sum(v(a) for a in args)
            case Defined(body=body):
                return v(body)
            case _:
                assert_never(expr)

    def initial_states(self) -> Iterator[State]:
        """The distinct initial states: for each reading of the immutables that the axioms allow,
        and each valuation of the parameters of `@init`.

        Raises:
            ScopeError: the axioms allow none.
        """
        staged, found = self.finite.staged, set[State]()
        choices = [
            list(self.finite.interpretations(s)) if s.immutable else [self._empty(s)]
            for s in staged.symbols
        ]
        for blank in product(*choices):
            if all(self.value(axiom.expr, blank) for axiom in staged.axioms):
                for env in self.finite.valuations(staged.init_params):
                    state = self._updated(blank, staged.init, env)
                    if state not in found:
                        found.add(state)
                        yield state
        if not found:
            raise ScopeError(f"no initial state: the axioms of {staged.name} exclude this scope")

    def enabled(self, state: State, step: Step) -> bool:
        """Whether the step can be taken in the state."""
        env = self.environment(step)
        action = step.action
        return all(self.value(c.expr, state, env) for c in (*action.guard, *action.limits))

    def take(self, state: State, step: Step) -> State:
        """The state after a step that is enabled in `state`."""
        return self._updated(state, step.action.updates, self.environment(step))

    def successors(self, state: State) -> Iterator[tuple[Step, State]]:
        """Every enabled step with the state it leads to, in the order of `Finite.steps`."""
        for step in self.finite.steps:
            if self.enabled(state, step):
                yield step, self.take(state, step)

    @staticmethod
    def environment(step: Step) -> dict[Var, int]:
        """The valuation of the action's parameters that the step's arguments are."""
        return dict(zip(step.action.params, step.args, strict=True))

    def _empty(self, symbol: Symbol) -> Table:
        return tuple(0 for _ in self.finite.points(symbol))

    def _updated(self, state: State, updates: tuple[Update, ...], env: Valuation) -> State:
        tables = [list(table) for table in state]
        for update in updates:
            for inner in self.finite.valuations(update.free):
                full = {**env, **inner}
                point = tuple(self.value(a, state, full) for a in update.args)
                table = tables[self.finite.index[update.symbol]]
                offset = self.finite.offset(update.symbol, point)
                table[offset] = self.value(update.value, state, full)
        return tuple(tuple(table) for table in tables)
