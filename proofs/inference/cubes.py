"""Clauses, by what they exclude: a cube is a conjunction of literals about some elements.

The clause `∀ x. ¬(l₁ ∧ … ∧ lₙ)` excludes every state in which some elements satisfy the cube. The
variables of cubes are canonical, so that equal literals of different cubes are the same node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import permutations, product
from typing import TypeAlias, assert_never

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
    SortDecl,
    Value,
    Var,
    free_variables,
    sort_of,
)

Cube: TypeAlias = tuple[Expr, ...]


def variable(sort: SortDecl, number: int) -> Var:
    """The canonical variable of a sort with this number."""
    return Var(f"{sort.name[:1].lower()}{number}", sort, number)


def is_first(element: Var) -> Expr:
    """That an element is the least, as `model.lang.least` writes it."""
    other = Var("other", element.sort, element.depth + 1)
    return Forall((other,), Not(Less(other, element)))


def opposite(literal: Expr) -> Expr:
    """The literal that is true where this one is false."""
    return literal.body if isinstance(literal, Not) else Not(literal)


def atom(literal: Expr) -> Expr:
    """What a literal says, or denies."""
    return literal.body if isinstance(literal, Not) else literal


def variables(cube: Iterable[Expr]) -> tuple[Var, ...]:
    """The variables of a cube, by sort and number."""
    found = {v for literal in cube for v in variables_of(literal)}
    return tuple(sorted(found, key=lambda v: (v.sort.name, v.depth)))


@lru_cache(maxsize=1 << 16)
def variables_of(literal: Expr) -> tuple[Var, ...]:
    """The variables of a literal, by sort and number."""
    found = free_variables(literal, {})
    return tuple(sorted(found, key=lambda v: (v.sort.name, v.depth)))


def substituted(expr: Expr, new: Mapping[Var, Expr]) -> Expr:
    """The expression with other terms for some variables, which it does not bind itself."""

    def of(node: Expr) -> Expr:
        return substituted(node, new)

    match expr:
        case Var():
            return new.get(expr, expr)
        case Lit() | Num() | Value():
            return expr
        case Apply(symbol=symbol, args=args, primed=primed):
            return Apply(symbol, tuple(map(of, args)), primed)
        case Equal(left=left, right=right):
            return Equal(of(left), of(right))
        case Less(left=left, right=right):
            return Less(of(left), of(right))
        case AtMost(left=left, right=right):
            return AtMost(of(left), of(right))
        case Not(body=body):
            return Not(of(body))
        case Implies(left=left, right=right):
            return Implies(of(left), of(right))
        case And(args=args):
            return And(tuple(map(of, args)))
        case Or(args=args):
            return Or(tuple(map(of, args)))
        case Add(args=args):
            return Add(tuple(map(of, args)))
        case Ite(condition=condition, then=then, other=other):
            return Ite(of(condition), of(then), of(other))
        case Forall(variables=bound, body=body):
            return Forall(bound, of(body))
        case Exists(variables=bound, body=body):
            return Exists(bound, of(body))
        case Count(variables=bound, body=body):
            return Count(bound, of(body))
        case Defined(name=name, args=args, body=body, primed=primed):
            return Defined(name, tuple(map(of, args)), of(body), primed)
        case _:
            assert_never(expr)


def numbered(cube: Cube) -> Cube:
    """The same cube about the variables of the least numbers."""
    bound = variables(cube)
    count: dict[SortDecl, int] = {}
    new: dict[Var, Expr] = {}
    for old in bound:
        new[old] = variable(old.sort, count.get(old.sort, 0))
        count[old.sort] = count.get(old.sort, 0) + 1
    if all(old is term for old, term in new.items()):
        return cube
    return tuple(substituted(literal, new) for literal in cube)


def renamings(bound: tuple[Var, ...]) -> list[dict[Var, Expr]]:
    """All ways to exchange variables of one sort."""
    sorts = list(dict.fromkeys(v.sort for v in bound))
    own = [[v for v in bound if v.sort is sort] for sort in sorts]
    found: list[dict[Var, Expr]] = []
    for chosen in product(*(permutations(each) for each in own)):
        pairs = zip(own, chosen, strict=True)
        found.append({a: b for one, other in pairs for a, b in zip(one, other, strict=True)})
    return found


def simplified(cube: Cube) -> Cube:
    """The same, with `f(x)` for a variable that is equal to it, and values for what excludes all
    others."""
    literals = list(_valued(dict.fromkeys(cube)))
    while True:
        for literal in literals:
            found = _definition(literal)
            if found is not None:
                name, term = found
                rest = (substituted(other, {name: term}) for other in literals if other != literal)
                literals = list(_valued(dict.fromkeys(rest)))
                break
        else:
            return numbered(tuple(literals))


def _valued(literals: Iterable[Expr]) -> Iterable[Expr]:
    """With `t = v` where t is said not to be any other value."""
    found = list(literals)
    denied: dict[Expr, set[int]] = {}
    for literal in found:
        match literal:
            case Not(body=Equal(left=left, right=Value(index=index))):
                denied.setdefault(left, set()).add(index)
            case _:
                pass
    for term, values in denied.items():
        sort = sort_of(term)
        assert sort.values is not None
        others = set(range(len(sort.values))) - values
        if len(others) == 1:
            gone = {Not(Equal(term, Value(sort, index))) for index in values}
            found = [literal for literal in found if literal not in gone]
            found.append(Equal(term, Value(sort, others.pop())))
    return dict.fromkeys(found)


def _definition(literal: Expr) -> tuple[Var, Expr] | None:
    if isinstance(literal, Equal):
        for name, term in ((literal.left, literal.right), (literal.right, literal.left)):
            if isinstance(name, Var) and name not in free_variables(term, {}):
                return name, term
    return None


def clause(cube: Cube) -> Expr:
    """The formula that excludes a cube: what is asserted implies what is denied."""
    premises = tuple(literal for literal in cube if not isinstance(literal, Not))
    denied = tuple(literal.body for literal in cube if isinstance(literal, Not))
    if not denied:
        body: Expr = Not(premises[0] if len(premises) == 1 else And(premises))
    else:
        body = denied[0] if len(denied) == 1 else Or(denied)
        if premises:
            body = Implies(premises[0] if len(premises) == 1 else And(premises), body)
    bound = variables(cube)
    if not bound:
        return body
    named = {old: Var(old.name, old.sort, depth) for depth, old in enumerate(bound)}
    return Forall(tuple(named.values()), substituted(body, named))


def subsumes(one: Cube, other: Cube) -> bool:
    """Whether what excludes the one plainly excludes the other."""
    return set(one) <= set(other)
