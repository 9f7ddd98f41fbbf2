"""Staging: a spec's text is run once on symbols, and what it said is kept as expressions.

`stage(spec)` gives a `Staged` spec, which is all that any engine reads. Everything that can be
wrong with the text itself is found here and raised as `SpecError`, with file and line.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from model.lang.errors import SpecError, Where, here
from model.lang.expr import FALSE, TRUE, Expr, Var, conjuncts
from model.lang.quantify import bind
from model.lang.spec import Declaration, Measure, Role, Spec
from model.lang.staged import Action, Bound, Clause, Invariant, LeadsTo, Staged, Update
from model.lang.terms import Formula, Sort, Term, describe, formula, lift
from model.lang.wellformed import check_action, check_init, closed, only_immutables


@dataclass
class _Recording:
    """Collects what the body of one action (or of `@init`) says."""

    name: str
    initial: bool = False
    guard: list[Clause] = field(default_factory=list)
    limits: list[Clause] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)

    def require(self, conditions: tuple[Any, ...]) -> None:
        if self.initial:
            raise SpecError("`require` does not belong in `@init`: state it as an `@axiom`")
        self.guard += _clauses(conditions)

    def limit(self, conditions: tuple[Any, ...]) -> None:
        if self.initial:
            raise SpecError("`limit` does not belong in `@init`: it bounds an action")
        self.limits += _clauses(conditions)

    def update(self, declaration: Declaration, args: tuple[Any, ...], value: Any) -> None:
        symbol = declaration.symbol
        if symbol.immutable:
            raise SpecError(f"{symbol} is immutable: drop `immutable=True` or the update")
        free_sorts = tuple(
            sort
            for sort, arg in zip(declaration.sorts, args, strict=True)
            if isinstance(arg, slice)
        )
        if any(isinstance(a, slice) and a != slice(None) for a in args):
            raise SpecError(f"{symbol}: write `:` alone to update a whole row")
        if not (free_sorts and callable(value) and not isinstance(value, Term)):
            constant = value
            value = _placeholder(len(free_sorts), lambda: constant)

        def lifted(result: object) -> Expr:
            try:
                return lift(result, symbol.result)
            except SpecError as error:
                raise SpecError(f"{symbol}: {error.problem}") from None

        free, expr = bind(free_sorts, value, lifted)
        fill = iter(free)
        points = tuple(
            next(fill) if isinstance(arg, slice) else lift(arg, sort)
            for sort, arg in zip(symbol.sorts, args, strict=True)
        )
        self.updates.append(Update(symbol, points, free, expr, here()))


def _placeholder(n: int, value: Callable[[], Any]) -> Callable[..., Any]:
    """A function of n named parameters, for rows that are set to one value."""
    return (
        lambda: value(),
        lambda i: value(),
        lambda i, j: value(),
        lambda i, j, k: value(),
        lambda i, j, k, n: value(),
        lambda i, j, k, n, p: value(),
        lambda i, j, k, n, p, q: value(),
    )[n]


def _clauses(conditions: tuple[Any, ...]) -> list[Clause]:
    """The conjuncts of conditions, each with the line that says it."""
    return [
        Clause(part, where)
        for condition in conditions
        for expr, where in (
            condition.clauses if isinstance(condition, Formula) else ((formula(condition), here()),)
        )
        for part in conjuncts(expr)
        if part is not TRUE
    ]


def stage(spec: Spec) -> Staged:
    """Runs the spec's text on symbols.

    Returns:
        The staged spec. Actions whose guard is the Python value False under the spec's
        parameters are left out and named in `switched_off`.

    Raises:
        SpecError: the text is malformed.
    """
    return _Stager(spec).staged()


def applied(spec: Spec, method: Any, primed: bool = False) -> tuple[tuple[Var, ...], Any]:
    """Calls a method of a spec, which looks at a state, on a variable for each parameter.

    Args:
        spec: the spec.
        method: of its class; its parameters after `s` are annotated with sorts.
        primed: it looks at the state after a step.

    Returns:
        The variables, and what the method returns.
    """
    code = method.__code__
    params = _parameters(method, Where(code.co_filename, code.co_firstlineno))
    result = method(_view(spec, primed=primed), *(sort(v) for v, sort in params))
    return tuple(v for v, _ in params), result


class _Stager:
    """Runs the methods of one spec, each by its role, and collects what they say."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.cls = spec, type(spec)
        members = _members(self.cls)
        self.symbols = tuple(d.symbol for d in members.values() if isinstance(d, Declaration))
        self.methods = [(n, m, r) for n, m in members.items() if (r := _role(m)) is not None]
        self.before = _view(spec, primed=False)
        self.after = _view(spec, primed=True)
        self.axioms: list[Clause] = []
        self.actions: list[Action] = []
        self.off: list[str] = []
        self.invariants: list[Invariant] = []
        self.bounds: list[Bound] = []
        self.leads_to: list[LeadsTo] = []
        self.final = Clause(FALSE, _class_line(self.cls))

    def staged(self) -> Staged:
        name, where = self.cls.__name__, _class_line(self.cls)
        if not self.symbols:
            raise SpecError(f"{name} declares no relation, function or constant", where)
        init_params, init = self._init()
        for method_name, method, role in self.methods:
            _check_signature(method_name, method, role)
            match role.kind:
                case "init":
                    pass
                case "action":
                    self._action(method_name, method, role)
                case "safety" | "axiom" | "final":
                    self._state_formula(method_name, method, role)
                case "step":
                    result = method(self.before, self.after)
                    self._invariant(method_name, method, role, result, is_step=True)
                case "bound":
                    self._bound(method_name, method, role)
                case "leads_to":
                    self._leads_to(method_name, method, role)
                case _:
                    assert_never(role.kind)
        if not self.actions:
            raise SpecError(f"{name} declares no `@action` that is switched on", where)
        return Staged(
            name,
            {k: v for k, v in vars(self.spec).items() if not k.startswith("_")},
            self.symbols,
            tuple(self.axioms),
            init_params,
            init,
            tuple(self.actions),
            tuple(self.off),
            tuple(self.invariants),
            tuple(self.bounds),
            tuple(self.leads_to),
            self.final,
            inspect.cleandoc(self.cls.__doc__ or ""),
            _class_line(self.cls),
        )

    def _init(self) -> tuple[tuple[Var, ...], tuple[Update, ...]]:
        inits = [(n, m, r) for n, m, r in self.methods if r.kind == "init"]
        if len(inits) != 1:
            raise SpecError(
                f"{self.cls.__name__} needs exactly one `@init`, it has {len(inits)}",
                inits[-1][2].where if inits else _class_line(self.cls),
            )
        name, method, role = inits[0]
        params = _parameters(method, role.where)
        variables = tuple(v for v, _ in params)
        updates = _record(self.spec, name, method, params, initial=True).updates
        check_init(self.symbols, variables, updates)
        return variables, tuple(updates)

    def _action(self, name: str, method: Any, role: Role) -> None:
        params = _parameters(method, role.where)
        record = _record(self.spec, name, method, params)
        if any(c.expr is FALSE for c in record.guard):
            self.off.append(name)
            return
        fair = role.fair(self.spec) if callable(role.fair) else role.fair
        if fair not in ("none", "weak", "strong"):
            raise SpecError(
                f"{name}: fair={fair!r}, but fairness is 'none', 'weak' or 'strong'", role.where
            )
        action = Action(
            name,
            tuple(v for v, _ in params),
            role.by,
            fair,
            tuple(record.guard),
            tuple(record.limits),
            tuple(record.updates),
            inspect.getdoc(method) or "",
            role.where,
        )
        check_action(action)
        self.actions.append(action)

    def _state_formula(self, name: str, method: Any, role: Role) -> None:
        result = method(self.before)
        if role.kind == "safety":
            self._invariant(name, method, role, result, is_step=False)
            return
        expr = self._formula(name, role, result)
        if role.kind == "axiom":
            only_immutables(name, expr, role.where)
            self.axioms.append(Clause(expr, role.where))
        else:
            self.final = Clause(expr, role.where)

    def _formula(self, name: str, role: Role, result: Any) -> Expr:
        if not isinstance(result, Formula):
            raise SpecError(
                f"{name} returns {describe(result)}, not a formula over the state", role.where
            )
        closed(name, (), (result.expr,), role.where)
        return result.expr

    def _invariant(self, name: str, method: Any, role: Role, result: Any, is_step: bool) -> None:
        self._formula(name, role, result)
        clauses = tuple(_clauses((result,)))
        doc = inspect.getdoc(method) or ""
        self.invariants.append(Invariant(name, clauses, is_step, doc, role.where))

    def _bound(self, name: str, method: Any, role: Role) -> None:
        params = _parameters(method, role.where)
        result = method(self.before, *(sort(v) for v, sort in params))
        if not isinstance(result, Measure):
            raise SpecError(f"{name} must return `measure(...)`", role.where)
        parts = (result.where.expr, result.value.expr, result.at_most.expr)
        variables = tuple(v for v, _ in params)
        closed(name, variables, parts, role.where)
        doc = inspect.getdoc(method) or ""
        self.bounds.append(Bound(name, variables, *parts, doc, role.where))

    def _leads_to(self, name: str, method: Any, role: Role) -> None:
        params = _parameters(method, role.where)
        result = method(self.before, *(sort(v) for v, sort in params))
        if not (isinstance(result, tuple) and len(result) == 2):
            raise SpecError(f"{name} must return `premise, goal`", role.where)
        try:
            pair = (formula(result[0]), formula(result[1]))
        except SpecError as error:
            raise SpecError(f"{name}: {error.problem}", role.where) from None
        variables = tuple(v for v, _ in params)
        closed(name, variables, pair, role.where)
        doc = inspect.getdoc(method) or ""
        self.leads_to.append(LeadsTo(name, variables, *pair, doc, role.where))


_RESERVED = ("deadlock",)
_PARAMETERS = {"safety": 1, "axiom": 1, "final": 1, "step": 2}


def _check_signature(name: str, method: Any, role: Role) -> None:
    """A property takes what its decorator gives it, and has a name of its own."""
    if name in _RESERVED:
        raise SpecError(f"{name!r} is looked for in every spec: call this otherwise", role.where)
    wanted = _PARAMETERS.get(role.kind)
    if wanted is not None and len(inspect.signature(method).parameters) != wanted:
        takes = "(s, after)" if role.kind == "step" else "(s)"
        raise SpecError(
            f"{name}: a method declared `@{role.kind}` takes `{takes}`: other elements are bound "
            "by `forall`",
            role.where,
        )


def _members(cls: type[Spec]) -> dict[str, Any]:
    """The attributes of the class and its bases, bases first, overridden in place."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Spec):
            found.update(vars(base))
    return found


def _role(member: Any) -> Role | None:
    return getattr(member, "_role", None) if inspect.isfunction(member) else None


def _class_line(cls: type[Spec]) -> Where:
    try:
        return Where(inspect.getsourcefile(cls) or "?", inspect.getsourcelines(cls)[1])
    except (OSError, TypeError):  # a class that was made without a file
        return Where("?", 0)


def _view(spec: Spec, primed: bool, recorder: _Recording | None = None) -> Spec:
    """The spec looking at the state before a step, or after it if `primed`."""
    view = copy.copy(spec)
    view.__dict__["_primed"] = primed
    view.__dict__["_recorder"] = recorder
    view.__dict__["_staging"] = True
    return view


def _record(
    spec: Spec,
    name: str,
    method: Any,
    params: tuple[tuple[Var, type[Sort]], ...],
    initial: bool = False,
) -> _Recording:
    recorder = _Recording(name, initial)
    method(_view(spec, False, recorder), *(sort(v) for v, sort in params))
    return recorder


def _parameters(method: Any, where: Where) -> tuple[tuple[Var, type[Sort]], ...]:
    """The parameters after `s`, each a variable with the class of its sort."""
    try:
        annotations = inspect.get_annotations(method, eval_str=True)
    except NameError as error:
        raise SpecError(f"{method.__name__}: {error}", where) from None
    params = []
    for name in list(inspect.signature(method).parameters)[1:]:
        sort = annotations.get(name)
        if not (isinstance(sort, type) and issubclass(sort, Sort) and hasattr(sort, "decl")):
            raise SpecError(
                f"{method.__name__}: annotate parameter {name!r} with its sort, as in "
                f"`{name}: Member`",
                where,
            )
        params.append((Var(name, sort.decl, -1), sort))
    return tuple(params)
