"""The definitions of a spec, recovered from where they are used.

A staged spec keeps of a definition only its uses: the name, the arguments, and the body at these
arguments. A text that reads like the spec needs the body at parameters. It is taken from a use
whose arguments are different variables, or else from any use, with the arguments replaced by
parameters. A use belongs to a definition only if the definition at its arguments *is* its body,
up to the names of bound variables; what fits none makes another definition of the same name. So a
use may be written as a call without a further thought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

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
    Value,
    Var,
    applications,
    children,
    free_variables,
    sort_of,
)
from model.lang.staged import Staged


@dataclass(frozen=True, eq=False)
class Definition:
    """name(params) means body, which is over the state before a step and closed but for params."""

    name: str
    params: tuple[Var, ...]
    body: Expr


class Definitions:
    """All definitions that a spec uses.

    Attributes:
        ordered: the definitions, each after those that its body uses.
    """

    def __init__(self, staged: Staged) -> None:
        uses = _uses(staged)
        by_name: dict[str, list[Definition]] = {}
        # The most general uses first, so that the others can be calls of what they define.
        for use in sorted(uses, key=_awkwardness):
            known = by_name.setdefault(use.name, [])
            if self._among(known, use) is None and (made := _define(use)) is not None:
                known.append(made)
        self._of = {use: self._among(by_name[use.name], use) for use in uses}
        self.ordered: list[Definition] = []
        for definitions in by_name.values():
            for definition in definitions:
                self._place(definition)

    def of(self, use: Defined) -> Definition | None:
        """The definition of a use; None if it must be written out.

        A use that is primed is the definition after the step: its arguments are the same then.
        """
        return self._of.get(use)

    @staticmethod
    def _among(known: list[Definition], use: Defined) -> Definition | None:
        if use.primed and any(not a.symbol.immutable for e in use.args for a in applications(e)):
            return None
        body = _unprimed(use.body)
        for definition in known:
            if len(definition.params) == len(use.args):
                env = dict(zip(definition.params, use.args, strict=True))
                if _means(definition.body, body, env):
                    return definition
        return None

    def _place(self, definition: Definition) -> None:
        if definition not in self.ordered:
            for used in _defined_in(definition.body):
                inner = self._of.get(used)
                if inner is not None and inner is not definition:
                    self._place(inner)
            self.ordered.append(definition)


def _uses(staged: Staged) -> list[Defined]:
    found: dict[Defined, None] = {}
    for expr in staged.expressions():
        found.update(dict.fromkeys(_defined_in(expr)))
    # Bodies of definitions are written without primes, so what they use must be known, too.
    for use in list(found):
        if use.primed:
            found.update(dict.fromkeys(_defined_in(_unprimed(use))))
    return list(found)


def _defined_in(expr: Expr) -> list[Defined]:
    """The uses inside an expression, those inside bodies included, in reading order."""
    found: dict[Defined, None] = {}
    seen: set[Expr] = set()

    def visit(node: Expr) -> None:
        if node not in seen:
            seen.add(node)
            if isinstance(node, Defined):
                found[node] = None
            for child in children(node):
                visit(child)

    visit(expr)
    return list(found)


def _awkwardness(use: Defined) -> int:
    """How little a use looks like what the spec's text says of the definition."""
    params = {arg.name for arg in use.args if isinstance(arg, Var)}
    if use.primed or len(params) < len(use.args):
        return 2
    todo, bound = [use.body], set[str]()
    while todo:
        node = todo.pop()
        if isinstance(node, (Forall, Exists, Count)):
            bound.update(v.name for v in node.variables)
        if not isinstance(node, Defined):
            todo.extend(children(node))
    return int(not bound.isdisjoint(params))


def _define(use: Defined) -> Definition | None:
    """The definition that a use is an instance of; None if its body is not closed."""
    params: list[Var] = []
    replaced: dict[Expr, Expr] = {}
    for position, arg in enumerate(use.args):
        if isinstance(arg, Var) and arg not in params:
            param = arg
        else:
            sort = sort_of(arg)
            param = Var(f"{sort.name[:1].lower()}{position + 1}", sort, -2 - position)
        params.append(param)
        replaced.setdefault(arg, param)
    body = _replaced(_unprimed(use.body), replaced)
    if free_variables(body, {}) <= set(params):
        return Definition(use.name, tuple(params), body)
    return None


def _unprimed(expr: Expr) -> Expr:
    return _rebuilt(expr, lambda e: None, unprime=True, memo={})


def _replaced(expr: Expr, by: Mapping[Expr, Expr]) -> Expr:
    return _rebuilt(expr, by.get, unprime=False, memo={})


def _rebuilt(
    expr: Expr, replace: Callable[[Expr], Expr | None], unprime: bool, memo: dict[Expr, Expr]
) -> Expr:
    """The expression with parts replaced, and with symbols and definitions of the state before."""

    def of(e: Expr) -> Expr:
        return _rebuilt(e, replace, unprime, memo)

    def each(es: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple(of(e) for e in es)

    known = replace(expr) or memo.get(expr)
    if known is not None:
        return known
    made: Expr
    match expr:
        case Lit() | Num() | Value() | Var():
            made = expr
        case Apply(symbol=symbol, args=args, primed=primed):
            made = Apply(symbol, each(args), primed and not unprime)
        case Defined(name=name, args=args, body=body, primed=primed):
            made = Defined(name, each(args), of(body), primed and not unprime)
        case Equal(left=left, right=right):
            made = Equal(of(left), of(right))
        case Less(left=left, right=right):
            made = Less(of(left), of(right))
        case AtMost(left=left, right=right):
            made = AtMost(of(left), of(right))
        case Implies(left=left, right=right):
            made = Implies(of(left), of(right))
        case Not(body=body):
            made = Not(of(body))
        case And(args=args):
            made = And(each(args))
        case Or(args=args):
            made = Or(each(args))
        case Add(args=args):
            made = Add(each(args))
        case Ite(condition=condition, then=then, other=other):
            made = Ite(of(condition), of(then), of(other))
        case Forall(variables=variables, body=body):
            made = Forall(variables, of(body))
        case Exists(variables=variables, body=body):
            made = Exists(variables, of(body))
        case Count(variables=variables, body=body):
            made = Count(variables, of(body))
        case _:
            assert_never(expr)
    memo[expr] = made
    return made


def _means(general: Expr, special: Expr, env: Mapping[Var, Expr]) -> bool:
    """Whether `general`, with its variables read as in `env`, is `special`."""
    if isinstance(general, Var):
        return env.get(general, general) is special
    if type(general) is not type(special):
        return False
    match general, special:
        case ((Lit() | Num() | Value()), _):
            return general is special
        case Apply(), Apply():
            if (general.symbol, general.primed) != (special.symbol, special.primed):
                return False
        case Defined(), Defined():
            if (general.name, general.primed) != (special.name, special.primed):
                return False
        case ((Forall() | Exists() | Count()), (Forall() | Exists() | Count())):
            variables = general.variables
            if [v.sort for v in variables] != [v.sort for v in special.variables]:
                return False
            env = {**env, **dict(zip(variables, special.variables, strict=True))}
        case _:
            pass  # operators have nothing but their children
    mine, other = children(general), children(special)
    return len(mine) == len(other) and all(
        _means(a, b, env) for a, b in zip(mine, other, strict=True)
    )
