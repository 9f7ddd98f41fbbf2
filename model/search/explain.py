"""Why a formula is false: the smallest part that is, and for which elements."""

from __future__ import annotations

from model.interp import Interpreter
from model.lang.expr import And, Defined, Expr, Forall, Implies, Var
from model.scope import State

Valuation = dict[Var, int]


def why_false(
    interpreter: Interpreter,
    expr: Expr,
    state: State,
    after: State | None = None,
    env: Valuation | None = None,
) -> tuple[Expr, Valuation]:
    """Peels a false formula: universal quantifiers, premises that hold, true conjuncts.

    Returns:
        A part of the formula that is false for the valuation returned with it.
    """
    env = {} if env is None else env

    def value(e: Expr, v: Valuation) -> int:
        return interpreter.value(e, state, v, after)

    match expr:
        case Forall(variables=variables, body=body):
            for inner in interpreter.finite.valuations(variables):
                if not value(body, {**env, **inner}):
                    return why_false(interpreter, body, state, after, {**env, **inner})
        case And(args=args):
            for arg in args:
                if not value(arg, env):
                    return why_false(interpreter, arg, state, after, env)
        case Implies(left=left, right=right) if value(left, env):
            return why_false(interpreter, right, state, after, env)
        case Defined(body=body) if isinstance(body, (Forall, And)):
            part, inner_env = why_false(interpreter, body, state, after, env)
            return part, inner_env
    return expr, env
