"""What a spec's text is written with: formulas, elements of sorts, numbers, quantifiers.

A term wraps a node of the expression graph and gives it operators. Terms are what the author of
a spec handles; everything that reads a spec handles nodes (`model.lang.expr`).

- formulas: `&`, `|`, `~`, `p.implies(q)`, `p.iff(q)`, `ite(p, a, b)`
- elements: `==`, `!=`, and `<`, `<=`, `>`, `>=` if the sort is ordered
- quantifiers (`model.lang.quantify`): `forall(Member, lambda m: ...)`,
  `exists(Member, View, lambda m, v: ...)`
- numbers: `count(Member, lambda m: ...)`, `+`, and comparisons

Using a term where Python needs a plain truth value (`if`, `and`, `not`, `a < b < c`) raises
`SpecError`: the text runs once, on symbols, so there is no value yet to branch on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NoReturn, TypeVar, overload

from model.lang.binder import innermost
from model.lang.errors import SpecError, Where, here
from model.lang.expr import (
    BOOL,
    FALSE,
    INT,
    TRUE,
    Add,
    And,
    AtMost,
    Equal,
    Expr,
    Implies,
    Ite,
    Less,
    Lit,
    Not,
    Num,
    Or,
    SortDecl,
    Value,
    free_variables,
    sort_of,
)


class Term:
    """An expression of a spec, with the operators of its kind.

    A term remembers the binder in whose body it was made: a variable that leaves its quantifier
    would otherwise be taken for another of the same name.
    """

    __slots__ = ("_binder", "_expr")
    __hash__ = None  # type: ignore[assignment]  # `==` builds a formula, so a term is no key

    def __init__(self, expr: Expr) -> None:
        self._expr = expr
        self._binder = innermost.get()

    @property
    def expr(self) -> Expr:
        """The node; `SpecError` if a variable in it has left its quantifier."""
        binder = self._binder
        while binder is not None:
            if not binder.open:
                for variable in free_variables(self._expr, {}) & set(binder.variables):
                    raise SpecError(
                        f"variable {variable.name!r} is used outside the quantifier that binds it"
                    )
            binder = binder.outer
        return self._expr

    def __bool__(self) -> NoReturn:
        raise SpecError(
            "a symbolic value has no truth value while the spec is staged: instead of `if`, "
            "`and`, `or`, `not` or a chained comparison write `ite(p, a, b)`, `&`, `|`, `~`, "
            "`(a < b) & (b < c)`"
        )

    def __iter__(self) -> Iterator[Any]:
        raise SpecError("a symbolic value cannot be iterated: write `forall` or `exists`")

    def __repr__(self) -> str:
        from model.lang.show import show

        return show(self.expr)


class Formula(Term):
    """Something that is true or false in a state.

    It knows the conjuncts it was put together from, each with the line that says it.
    """

    __slots__ = ("clauses",)

    def __init__(self, expr: Expr, clauses: tuple[tuple[Expr, Where], ...] = ()) -> None:
        super().__init__(expr)
        self.clauses = clauses or ((expr, here()),)

    def __and__(self, other: FormulaLike) -> Formula:
        return _conjunction(self, other)

    def __rand__(self, other: FormulaLike) -> Formula:
        return _conjunction(other, self)

    def __or__(self, other: FormulaLike) -> Formula:
        return Formula(_or(self.expr, formula(other)))

    def __ror__(self, other: FormulaLike) -> Formula:
        return Formula(_or(formula(other), self.expr))

    def __invert__(self) -> Formula:
        return Formula(negate(self.expr))

    def implies(self, other: FormulaLike) -> Formula:
        """True unless this holds and `other` does not."""
        return Formula(Implies(self.expr, formula(other)))

    def iff(self, other: FormulaLike) -> Formula:
        """True if both hold or neither does."""
        return Formula(Equal(self.expr, formula(other)))

    def __eq__(self, other: object) -> NoReturn:
        raise SpecError("formulas are not compared with `==`: write `p.iff(q)`")

    def __ne__(self, other: object) -> NoReturn:
        raise SpecError("formulas are not compared with `!=`: write `p.iff(~q)`")


class Number(Term):
    """A natural number that depends on the state, such as a `count`."""

    __slots__ = ()

    def __add__(self, other: NumberLike) -> Number:
        return Number(Add((self.expr, number(other))))

    def __radd__(self, other: NumberLike) -> Number:
        return Number(Add((number(other), self.expr)))

    def __le__(self, other: NumberLike) -> Formula:
        return Formula(AtMost(self.expr, number(other)))

    def __ge__(self, other: NumberLike) -> Formula:
        return Formula(AtMost(number(other), self.expr))

    def __lt__(self, other: NumberLike) -> Formula:
        return ~(self >= other)

    def __gt__(self, other: NumberLike) -> Formula:
        return ~(self <= other)

    def __sub__(self, other: object) -> NoReturn:
        raise SpecError(
            "natural numbers are only added and compared: instead of `a - b <= c` write "
            "`a <= b + c`"
        )

    __rsub__ = __mul__ = __rmul__ = __sub__

    def __eq__(self, other: NumberLike) -> Formula:  # type: ignore[override]
        return Formula(Equal(self.expr, number(other)))

    def __ne__(self, other: NumberLike) -> Formula:  # type: ignore[override]
        return ~(self == other)


class Sort(Term):
    """Base of the sorts of a spec: `class Member(Sort, ordered=True): ...`.

    The class is the sort, and annotates parameters; its instances are terms of that sort.
    """

    __slots__ = ()
    decl: ClassVar[SortDecl]

    def __init_subclass__(cls, *, ordered: bool = False) -> None:
        cls.decl = SortDecl(cls.__name__, ordered)

    def __eq__(self, other: object) -> Formula:  # type: ignore[override]
        return Formula(Equal(self.expr, self._peer(other, "==")))

    def __ne__(self, other: object) -> Formula:  # type: ignore[override]
        return Formula(Not(Equal(self.expr, self._peer(other, "!="))))

    def __lt__(self, other: object) -> Formula:
        return Formula(Less(self.expr, self._peer(other, "<", order=True)))

    def __gt__(self, other: object) -> Formula:
        return Formula(Less(self._peer(other, ">", order=True), self.expr))

    def __le__(self, other: object) -> Formula:
        return Formula(Not(Less(self._peer(other, "<=", order=True), self.expr)))

    def __ge__(self, other: object) -> Formula:
        return Formula(Not(Less(self.expr, self._peer(other, ">=", order=True))))

    def __and__(self, other: object) -> NoReturn:
        raise SpecError(
            "`&` and `|` bind tighter than comparisons: put parentheses round each comparison, "
            "as in `(a == b) & (c == d)`"
        )

    __or__ = __rand__ = __ror__ = __and__

    def __invert__(self) -> NoReturn:
        raise SpecError(
            f"`~` negates a formula, not {describe(self)}: put parentheses round a comparison, "
            "as in `~(a == b)`"
        )

    def _peer(self, other: object, operator: str, order: bool = False) -> Expr:
        sort = sort_of(self.expr)
        if not isinstance(other, Sort) or sort_of(other.expr) != sort:
            raise SpecError(f"`{operator}` compares {sort} with {describe(other)}")
        if order and not sort.ordered:
            raise SpecError(f"sort {sort} has no order: declare `class {sort}(Sort, ordered=True)`")
        return other.expr


E_ = TypeVar("E_", bound="Enumeration")


class Element:
    """Declares one element of an enumeration: `data = Element()`."""

    def __set_name__(self, owner: type[Enumeration], name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type[E_]) -> E_:
        values = owner.decl.values
        assert values is not None
        return owner(Value(owner.decl, values.index(self.name)))


class Enumeration(Sort):
    """Base of sorts whose elements the spec names, each declared by an `Element()`."""

    __slots__ = ()

    def __init_subclass__(cls, *, ordered: bool = False) -> None:
        values = tuple(name for name, value in vars(cls).items() if isinstance(value, Element))
        if not values:
            raise SpecError(f"enumeration {cls.__name__} names no element: `name = Element()`")
        cls.decl = SortDecl(cls.__name__, ordered, values)


FormulaLike = Formula | bool
NumberLike = Number | int

T = TypeVar("T", bound=Term)


def describe(value: object) -> str:
    """Names a Python value by what it is in the language, for messages."""
    match value:
        case Formula():
            return "a formula"
        case Number():
            return "a number"
        case Sort(expr=expr):
            return f"an element of {sort_of(expr)}"
        case _ if (name := getattr(value, "unapplied", None)) is not None:
            return f"{name} without its arguments"
        case _:
            return f"the Python value {value!r}"


def formula(value: object) -> Expr:
    """The node of a formula or Python truth value; `SpecError` for anything else."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, Formula):
        return value.expr
    raise SpecError(f"a formula is needed here, not {describe(value)}")


def number(value: object) -> Expr:
    """The node of a number or natural Python integer; `SpecError` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Num(value)
    if isinstance(value, Number):
        return value.expr
    raise SpecError(f"a natural number is needed here, not {describe(value)}")


def lift(value: object, sort: SortDecl) -> Expr:
    """The node of a value of this sort; `SpecError` if it is of another."""
    if sort is BOOL:
        return formula(value)
    if sort is INT:
        return number(value)
    if isinstance(value, Sort) and sort_of(value.expr) == sort:
        return value.expr
    raise SpecError(f"an element of {sort} is needed here, not {describe(value)}")


def negate(expr: Expr) -> Expr:
    """The negation, folded where that needs no thought."""
    match expr:
        case Lit(value=value):
            return FALSE if value else TRUE
        case Not(body=body):
            return body
        case _:
            return Not(expr)


def _conjunction(left: FormulaLike, right: FormulaLike) -> Formula:
    parts = [part if isinstance(part, Formula) else Formula(formula(part))
             for part in (left, right)]  # fmt: skip
    expr = _and(parts[0].expr, parts[1].expr)
    if isinstance(expr, Lit):
        return Formula(expr)
    clauses = tuple(c for part in parts for c in part.clauses if c[0] is not TRUE)
    return Formula(expr, clauses)


def _and(left: Expr, right: Expr) -> Expr:
    if isinstance(left, Lit):
        return right if left.value else FALSE
    if isinstance(right, Lit):
        return left if right.value else FALSE
    return And((*_flat(And, left), *_flat(And, right)))


def _or(left: Expr, right: Expr) -> Expr:
    if isinstance(left, Lit):
        return TRUE if left.value else right
    if isinstance(right, Lit):
        return TRUE if right.value else left
    return Or((*_flat(Or, left), *_flat(Or, right)))


def _flat(kind: type[And] | type[Or], expr: Expr) -> tuple[Expr, ...]:
    return expr.args if isinstance(expr, kind) else (expr,)


def all_of(*parts: FormulaLike) -> Formula:
    """The conjunction of the parts; true of none."""
    result = Formula(TRUE)
    for part in parts:
        result = _conjunction(result, part)
    return result


def any_of(*parts: FormulaLike) -> Formula:
    """The disjunction of the parts; false of none."""
    expr: Expr = FALSE
    for part in parts:
        expr = _or(expr, formula(part))
    return Formula(expr)


@overload
def ite(condition: FormulaLike, then: Formula, other: FormulaLike) -> Formula: ...
@overload
def ite(condition: FormulaLike, then: Number, other: NumberLike) -> Number: ...
@overload
def ite(condition: FormulaLike, then: T, other: T) -> T: ...
@overload
def ite(condition: FormulaLike, then: int, other: NumberLike) -> Any: ...  # bool is an int
def ite(condition: FormulaLike, then: Any, other: Any) -> Any:
    """`then` where the condition holds, else `other`; both of one sort.

    Raises:
        SpecError: the branches are of different sorts.
    """
    test = formula(condition)
    if isinstance(then, (bool, Formula)):
        a, b = formula(then), formula(other)
        return Formula(_or(_and(test, a), _and(negate(test), b)))
    if isinstance(then, (int, Number)):
        return Number(Ite(test, number(then), number(other)))
    if not isinstance(then, Sort):
        raise SpecError(f"`ite` chooses between terms, not {describe(then)}")
    return type(then)(Ite(test, then.expr, lift(other, sort_of(then.expr))))


def implies(premise: FormulaLike, conclusion: FormulaLike) -> Formula:
    """`premise → conclusion`, also where the premise is a plain Python truth value."""
    return Formula(Implies(formula(premise), formula(conclusion)))
