"""What the text of a spec declares: symbols, actions, definitions, properties.

    class Lock(Spec):
        holder = Relation(Client)

        @init
        def start(s) -> None: ...

        @action(by="member", fair="weak")
        def take(s, c: Client) -> None:
            s.require(~exists(Client, lambda d: s.holder[d]))
            s.holder[c] = True

        @safety
        def exclusive(s) -> Formula:
            return forall(Client, Client, lambda a, b: implies(s.holder[a] & s.holder[b], a == b))

An instance of the class is the spec with its plain Python parameters (environment switches,
variants), which its text reads while it is staged. Rules of updates: the right-hand sides read
the state before the step; `s.r[m, :] = lambda v: ...` updates a whole row at once; what is not
updated stays. Relations not assigned by `@init` start empty; functions must be assigned.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, Protocol, TypeVar, overload

from model.lang.errors import SpecError, Where
from model.lang.expr import BOOL, Apply, Defined, SortDecl, Symbol
from model.lang.staged import Fairness, Owner
from model.lang.terms import (
    Formula,
    FormulaLike,
    Number,
    NumberLike,
    Sort,
    Term,
    describe,
    formula,
    lift,
    number,
)

R = TypeVar("R", bound=Sort)
T = TypeVar("T", bound=Term)
F = TypeVar("F", bound=Callable[..., Any])


class Recorder(Protocol):
    """Who listens while the body of an action is staged (`model.lang.stage`)."""

    def require(self, conditions: tuple[Any, ...]) -> None:
        """The body requires these."""

    def limit(self, conditions: tuple[Any, ...]) -> None:
        """The body bounds a finite search by these."""

    def update(self, declaration: Declaration, args: tuple[Any, ...], value: Any) -> None:
        """The body updates a symbol at a point or a row."""


class Declaration:
    """A symbol of a spec class; reading it from an instance gives it in a state."""

    def __init__(self, sorts: tuple[type[Sort], ...], result: type[Sort] | None, immutable: bool):
        for sort in (*sorts, *((result,) if result is not None else ())):
            if not (isinstance(sort, type) and issubclass(sort, Sort) and hasattr(sort, "decl")):
                raise SpecError(
                    f"a symbol is declared over sorts, not {describe(sort)}: "
                    "`class Member(Sort): ...` declares one"
                )
        self.sorts = sorts
        self.result = result
        self.immutable = immutable
        self.where = SpecError("").where

    def __set_name__(self, owner: type[Spec], name: str) -> None:
        self.symbol = Symbol(
            name,
            tuple(s.decl for s in self.sorts),
            BOOL if self.result is None else self.result.decl,
            self.immutable,
            self.where,
        )

    def _wrap(self, spec: Spec, args: tuple[Any, ...]) -> Any:
        expr = Apply(self.symbol, args, spec._primed)
        return Formula(expr) if self.result is None else self.result(expr)


class Relation(Declaration):
    """A relation over sorts: `in_view = Relation(View, Member)`, read as `s.in_view[v, m]`."""

    def __init__(self, *sorts: type[Sort], immutable: bool = False) -> None:
        super().__init__(sorts, None, immutable)
        if not sorts:
            raise SpecError("a relation ranges over at least one sort; without, declare a Flag()")

    def __get__(self, spec: Spec, owner: type[Spec]) -> At[Formula]:
        return At(self, spec)


class Function(Declaration, Generic[R]):
    """A total function: `part = Function(Member, to=Part)`, read as `s.part[m]`."""

    def __init__(self, *sorts: type[Sort], to: type[R], immutable: bool = False) -> None:
        super().__init__(sorts, to, immutable)
        if not sorts:
            raise SpecError("a function takes at least one argument; without, declare a Constant")

    def __get__(self, spec: Spec, owner: type[Spec]) -> At[R]:
        return At(self, spec)


class Constant(Declaration, Generic[R]):
    """An element that the state (or, if immutable, the scope) names: `turn = Constant(Client)`."""

    def __init__(self, sort: type[R], immutable: bool = False) -> None:
        super().__init__((), sort, immutable)

    def __get__(self, spec: Spec, owner: type[Spec]) -> R:
        return self._wrap(spec, ())  # type: ignore[no-any-return]

    def __set__(self, spec: Spec, value: R) -> None:
        At[R](self, spec)[()] = value


class Flag(Declaration):
    """A truth value of the state."""

    def __init__(self, immutable: bool = False) -> None:
        super().__init__((), None, immutable)

    def __get__(self, spec: Spec, owner: type[Spec]) -> Formula:
        return self._wrap(spec, ())  # type: ignore[no-any-return]

    def __set__(self, spec: Spec, value: FormulaLike) -> None:
        At[Any](self, spec)[()] = value


class At(Generic[T]):
    """A relation or function in the state that a spec's text looks at; `[...]` takes a point."""

    __slots__ = ("declaration", "spec")

    def __init__(self, declaration: Declaration, spec: Spec) -> None:
        self.declaration = declaration
        self.spec = spec

    def __getitem__(self, point: Any) -> T:
        symbol = self.declaration.symbol
        args = self._arguments(point)
        return self.declaration._wrap(  # type: ignore[no-any-return]
            self.spec,
            tuple(self._argument(a, s) for a, s in zip(args, symbol.sorts, strict=True)),
        )

    def __setitem__(self, point: Any, value: Any) -> None:
        recorder = self.spec._recorder
        if recorder is None:
            raise SpecError(
                f"{self.declaration.symbol} is updated outside an action: only the bodies of "
                "`@action` and `@init` methods change the state"
            )
        recorder.update(self.declaration, self._arguments(point), value)

    @property
    def unapplied(self) -> str:
        """How messages call it where its arguments are missing."""
        symbol = self.declaration.symbol
        return f"{symbol.kind} {symbol}[{', '.join(s.name for s in symbol.sorts)}]"

    def __bool__(self) -> NoReturn:
        raise SpecError(f"{self.unapplied} is used without its arguments")

    def __and__(self, other: object) -> NoReturn:
        raise SpecError(f"{self.unapplied} is used without its arguments")

    __or__ = __rand__ = __ror__ = __and__

    def __invert__(self) -> NoReturn:
        raise SpecError(f"{self.unapplied} is used without its arguments")

    def _arguments(self, point: Any) -> tuple[Any, ...]:
        args = point if isinstance(point, tuple) else (point,)
        symbol = self.declaration.symbol
        if len(args) != len(symbol.sorts):
            expected = ", ".join(s.name for s in symbol.sorts)
            raise SpecError(f"{symbol} takes [{expected}], {len(args)} arguments were given")
        return args

    def _argument(self, value: Any, sort: SortDecl) -> Any:
        try:
            return lift(value, sort)
        except SpecError as error:
            raise SpecError(f"{self.declaration.symbol}: {error.problem}") from None


class Spec:
    """Base of specs. Subclasses declare; `model.lang.stage.stage` reads an instance."""

    _recorder: Recorder | None = None
    _primed: bool = False
    _staging: bool = False

    def require(self, *conditions: FormulaLike) -> None:
        """The action is enabled only where every condition holds."""
        self._recording("require").require(conditions)

    def limit(self, *conditions: FormulaLike) -> None:
        """Bounds a finite search, such as the number of failures; no part of the meaning.

        At a finite scope a limit restricts the action like a guard. An engine that works at
        every size leaves it out, which only adds behaviours.
        """
        self._recording("limit").limit(conditions)

    def _recording(self, what: str) -> Recorder:
        if self._recorder is None:
            raise SpecError(f"`{what}` belongs in the body of an `@action` method")
        return self._recorder

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            raise SpecError(f"{type(self).__name__} declares no {name!r}{self._nearest(name)}")

        def __setattr__(self, name: str, value: Any) -> None:
            declared = inspect.getattr_static(type(self), name, None)
            if isinstance(declared, (Relation, Function)):
                raise SpecError(f"{name} is updated at a point: `s.{name}[...] = ...`")
            if declared is None and self._staging:
                raise SpecError(f"{type(self).__name__} declares no {name!r}{self._nearest(name)}")
            object.__setattr__(self, name, value)

    def _nearest(self, name: str) -> str:
        names = [n for n in dir(type(self)) if not n.startswith("_")]
        near = difflib.get_close_matches(name, names, 1)
        return f": did you mean {near[0]!r}?" if near else ""


@dataclass(frozen=True)
class Role:
    """What a decorator says about a method of a spec."""

    kind: Literal["init", "axiom", "action", "safety", "step", "bound", "leads_to", "final"]
    where: Where
    by: Owner = "environment"
    fair: Fairness | Callable[[Any], Fairness] = "none"


@dataclass(frozen=True)
class Measure:
    """A quantity with its bound, where `where` holds."""

    value: Number
    at_most: Number
    where: Formula


def measure(value: NumberLike, *, at_most: NumberLike, where: FormulaLike = True) -> Measure:
    """What a `@bound` method returns: the quantity is measured, and checked against its bound."""
    return Measure(Number(number(value)), Number(number(at_most)), Formula(formula(where)))


@overload
def action(method: F) -> F: ...
@overload
def action(
    *, by: Owner = ..., fair: Fairness | Callable[[Any], Fairness] = ...
) -> Callable[[F], F]: ...
def action(
    method: F | None = None,
    *,
    by: Owner = "environment",
    fair: Fairness | Callable[[Any], Fairness] = "none",
) -> F | Callable[[F], F]:
    """Declares an action: its parameters are annotated with sorts, its body requires and updates.

    Args:
        by: who takes the step, a `member` or its `environment`.
        fair: `weak`: an instance that stays enabled is taken at last; `strong`: one that is
            enabled again and again is taken at last; `none`: it may never be taken. Or a
            function from the spec to one of these, where a parameter of the spec decides.
    """
    if by not in ("member", "environment"):
        raise SpecError(f"by={by!r}: an action is by 'member' or by 'environment'")
    mark = _mark("action", by=by, fair=fair)
    return mark if method is None else mark(method)


def _mark(kind: Any, **details: Any) -> Callable[[F], F]:
    def mark(method: F) -> F:
        code = method.__code__
        method._role = Role(  # type: ignore[attr-defined]
            kind, Where(code.co_filename, code.co_firstlineno), **details
        )
        return method

    return mark


def init(method: F) -> F:
    """Declares the initial states, by assignments that read immutables and parameters only.

    There is one initial state for each valuation of the parameters.
    """
    return _mark("init")(method)


def axiom(method: F) -> F:
    """Declares a formula over immutables that every scope must satisfy."""
    return _mark("axiom")(method)


def safety(method: F) -> F:
    """Declares a formula that holds in every reachable state."""
    return _mark("safety")(method)


def step(method: F) -> F:
    """Declares a formula over a step: `def grows(s, after): ...`, both of the spec's class."""
    return _mark("step")(method)


def bound(method: F) -> F:
    """Declares a quantity with a bound; the method returns a `measure`."""
    return _mark("bound")(method)


def leads_to(method: F) -> F:
    """Declares `premise ↝ goal` for each valuation of the parameters; returns the pair."""
    return _mark("leads_to")(method)


def final(method: F) -> F:
    """Declares the states that may rest; without it every state without a step is a deadlock."""
    return _mark("final")(method)


def define(method: F) -> F:
    """Declares a named definition: it means its body and prints as `name(arguments)`."""

    names = list(inspect.signature(method).parameters)[1:]
    usage = f"the definition {method.__name__}({', '.join(names)})"

    def call(spec: Spec, *args: Any) -> Any:
        if len(args) != len(names):
            raise SpecError(f"{usage} is given {len(args)} arguments")
        body = method(spec, *args)
        kind = type(body) if isinstance(body, (Number, Sort)) else Formula
        expr = formula(body) if kind is Formula else body.expr
        return kind(Defined(method.__name__, tuple(a.expr for a in args), expr, spec._primed))

    call.__name__, call.__doc__ = method.__name__, method.__doc__
    call._definition = method  # type: ignore[attr-defined]
    call.unapplied = usage  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]
