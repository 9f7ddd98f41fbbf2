"""The expression graph that staging records: typed, immutable, interned.

Rules of the graph:

- A node is made by calling its class; equal calls give the *same* object, so that identity is
  structural equality, shared subexpressions are shared, and a memo may be keyed by the node.
- The set of node classes is closed (`Expr`). Whoever reads the graph matches all of them.
- `where` is the line of the spec that first made the node. It takes no part in identity.
- A bound variable is (name, sort, depth); depth counts the binders that were open when it was
  made, so that equal quantified formulas intern to one node and no binder captures another's.

The idea of staging a program by running it once on symbolic arguments is that of JAX and
tinygrad; interning is hash-consing (Ershov 1958; Filliâtre & Conchon, "Type-safe modular
hash-consing", 2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias
from weakref import WeakValueDictionary

from model.lang.errors import Where, here


@dataclass(frozen=True, slots=True)
class SortDecl:
    """A finite set of elements. `values` names them if the spec itself does (an enumeration)."""

    name: str
    ordered: bool = False
    values: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.name


BOOL = SortDecl("Bool")
INT = SortDecl("Int")


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A relation (result is `BOOL`), function or constant (no arguments) of a spec.

    Each declaration makes one; symbols of equal name in two specs are two symbols.
    """

    name: str
    sorts: tuple[SortDecl, ...]
    result: SortDecl
    immutable: bool
    where: Where

    @property
    def kind(self) -> str:
        if self.result is BOOL:
            return "relation" if self.sorts else "flag"
        return "function" if self.sorts else "constant"

    def __str__(self) -> str:
        return self.name


class _Interned(type):
    """Makes equal calls of a node class return the same node."""

    _table: ClassVar[WeakValueDictionary[tuple[Any, ...], Any]] = WeakValueDictionary()

    def __call__(cls, *fields: Any) -> Any:
        key = (cls, *fields)
        node = _Interned._table.get(key)
        if node is None:
            node = super().__call__(*fields)
            object.__setattr__(node, "where", here())
            _Interned._table[key] = node
        return node


@dataclass(frozen=True, eq=False)
class Node(metaclass=_Interned):
    """What all nodes share: the line of the spec that first made it."""

    where: Where = field(init=False, repr=False)


@dataclass(frozen=True, eq=False)
class Lit(Node):
    """True or false."""

    value: bool


@dataclass(frozen=True, eq=False)
class Num(Node):
    """A natural number."""

    value: int


@dataclass(frozen=True, eq=False)
class Value(Node):
    """The element of an enumeration that has this index."""

    sort: SortDecl
    index: int


@dataclass(frozen=True, eq=False)
class Var(Node):
    """A parameter of an action or property, or a variable bound by a quantifier."""

    name: str
    sort: SortDecl
    depth: int


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """The value of a symbol at a point; of the state after the step if `primed`."""

    symbol: Symbol
    args: tuple[Expr, ...]
    primed: bool


@dataclass(frozen=True, eq=False)
class Equal(Node):
    """Equality of two elements of one sort, two truth values, or two numbers."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Less(Node):
    """The strict order of an ordered sort."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Not(Node):
    """Negation."""

    body: Expr


@dataclass(frozen=True, eq=False)
class And(Node):
    """Conjunction."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Or(Node):
    """Disjunction."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Implies(Node):
    """left → right."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Ite(Node):
    """`then` if the condition holds, else `other`; both of one sort."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, eq=False)
class Forall(Node):
    """True if the body holds for every valuation of the variables."""

    variables: tuple[Var, ...]
    body: Expr


@dataclass(frozen=True, eq=False)
class Exists(Node):
    """True if the body holds for some valuation of the variables."""

    variables: tuple[Var, ...]
    body: Expr


@dataclass(frozen=True, eq=False)
class Count(Node):
    """How many valuations of the variables satisfy the body."""

    variables: tuple[Var, ...]
    body: Expr


@dataclass(frozen=True, eq=False)
class Add(Node):
    """Sum of numbers."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class AtMost(Node):
    """left ≤ right, of numbers."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Defined(Node):
    """A named definition of the spec at these arguments; it means its body and prints as itself."""

    name: str
    args: tuple[Expr, ...]
    body: Expr
    primed: bool


Expr: TypeAlias = (
    Lit
    | Num
    | Value
    | Var
    | Apply
    | Equal
    | Less
    | Not
    | And
    | Or
    | Implies
    | Ite
    | Forall
    | Exists
    | Count
    | Add
    | AtMost
    | Defined
)

TRUE = Lit(True)
FALSE = Lit(False)


def sort_of(expr: Expr) -> SortDecl:
    """The sort of an expression; `BOOL` for formulas and `INT` for numbers."""
    match expr:
        case Value(sort=sort) | Var(sort=sort):
            return sort
        case Apply(symbol=symbol):
            return symbol.result
        case Ite(then=then):
            return sort_of(then)
        case Defined(body=body):
            return sort_of(body)
        case Num() | Count() | Add():
            return INT
        case _:
            return BOOL


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions, in reading order."""
    match expr:
        case Lit() | Num() | Value() | Var():
            return ()
        case Apply(args=args) | And(args=args) | Or(args=args) | Add(args=args):
            return args
        case Not(body=body) | Forall(body=body) | Exists(body=body) | Count(body=body):
            return (body,)
        case Ite(condition=condition, then=then, other=other):
            return (condition, then, other)
        case Defined(args=args, body=body):
            return (*args, body)
        case (
            Equal(left=left, right=right)
            | Less(left=left, right=right)
            | Implies(left=left, right=right)
            | AtMost(left=left, right=right)
        ):
            return (left, right)


def free_variables(expr: Expr, memo: dict[Expr, frozenset[Var]]) -> frozenset[Var]:
    """The variables that no quantifier inside `expr` binds. `memo` is shared between calls."""
    known = memo.get(expr)
    if known is None:
        if isinstance(expr, Var):
            known = frozenset((expr,))
        else:
            known = frozenset[Var]().union(*(free_variables(e, memo) for e in children(expr)))
            if isinstance(expr, (Forall, Exists, Count)):
                known -= frozenset(expr.variables)
        memo[expr] = known
    return known


def nodes(*exprs: Expr) -> Iterator[Expr]:
    """Every node of some expressions, each once."""
    seen: set[Expr] = set()
    todo = list(exprs)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(children(node))
            yield node


def applications(expr: Expr) -> set[Apply]:
    """Every application of a symbol inside `expr`."""
    return {node for node in nodes(expr) if isinstance(node, Apply)}


def definitions(expr: Expr) -> set[str]:
    """The names of the definitions inside `expr`, and inside these."""
    return {node.name for node in nodes(expr) if isinstance(node, Defined)}


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """The formulas whose conjunction `expr` is, looking through nested conjunctions."""
    if isinstance(expr, And):
        return tuple(c for arg in expr.args for c in conjuncts(arg))
    return (expr,)
