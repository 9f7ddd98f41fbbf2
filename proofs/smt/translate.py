"""Formulas of the language as SMT-LIB text.

A formula is written in negation normal form. On the way

- what exists and depends on nothing becomes a constant (Skolem), by whose name it can be used;
  a quantified formula that mentions no variable from outside is given a name first;
- the dependencies that are left, from the sort of a universal variable to that of an existential
  one inside, are noted with the line that says it. If they have no cycle, the text is in the
  decidable fragment (`proofs.smt.fragment`);
- what a step makes true of a symbol is written in terms of the state before, from its updates;
- a definition may be read as another formula that is equivalent by a proved lemma (`Reading`).

Numbers, and so counts, are outside of first-order logic and are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from model.lang.expr import (
    BOOL,
    INT,
    And,
    Apply,
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
    Or,
    SortDecl,
    Symbol,
    Value,
    Var,
    free_variables,
    sort_of,
)
from model.lang.staged import Update
from proofs.smt.signature import first_of, is_enumeration, least_of, name_of, order_of, size
from proofs.smt.text import conjunction, disjunction, ite, literal
from proofs.smt.written import (
    NOTHING,
    Dependency,
    Effects,
    Environment,
    Reading,
    Term,
    Untranslatable,
    When,
    Written,
)


class Writer:
    """Writes formulas, into one `Written`.

    Args:
        written: where constants and dependencies are noted.
        effects: of the step that formulas about the state after it are about.
        readings: of definitions, by name.
        keep: of these definitions the body is taken as it is, in the state after the step.
    """

    def __init__(
        self,
        written: Written,
        effects: Effects = NOTHING,
        readings: Mapping[str, Reading] | None = None,
        keep: frozenset[str] = frozenset(),
    ) -> None:
        self.written, self._effects = written, effects
        self._readings = readings or {}
        self._keep = keep
        self._bound: set[str] = set()
        self._flags: dict[tuple[object, ...], str] = {}

    def formula(
        self,
        expr: Expr,
        env: Environment,
        *,
        positive: bool = True,
        when: When = When.BEFORE,
    ) -> str:
        """The formula, or its negation.

        Args:
            expr: of sort Bool.
            env: what its free variables are.
            positive: false for the negation.
            when: the state that it is about.

        Raises:
            Untranslatable: it is about numbers.
        """
        return self._formula(expr, env, positive, when, ())

    def _formula(
        self,
        expr: Expr,
        env: Environment,
        positive: bool,
        when: When,
        above: tuple[SortDecl, ...] | None,
    ) -> str:
        """`above`: the sorts of the universal variables around; None inside a term."""

        def f(e: Expr, positive: bool = positive) -> str:
            return self._formula(e, env, positive, when, above)

        match expr:
            case Lit(value=value):
                return "true" if value == positive else "false"
            case Not(body=body):
                return f(body, not positive)
            case And(args=args):
                return (conjunction if positive else disjunction)([f(e) for e in args])
            case Or(args=args):
                return (disjunction if positive else conjunction)([f(e) for e in args])
            case Implies(left=left, right=right):
                join = disjunction if positive else conjunction
                return join([f(left, not positive), f(right)])
            case Ite(condition=c, then=then, other=other):
                return disjunction(
                    [conjunction([f(c, True), f(then)]), conjunction([f(c, False), f(other)])]
                )
            case Equal(left=left, right=right) if sort_of(left) is BOOL:
                same = conjunction([f(left, True), f(right, positive)])
                return disjunction([same, conjunction([f(left, False), f(right, not positive)])])
            case Equal(left=left, right=right):
                return self._equal(left, right, env, positive, when)
            case Less(left=left, right=right) if is_enumeration(sort_of(left)):
                return literal(self._before(left, right, env, when), positive)
            case Less(left=left, right=right):
                sort = sort_of(left)
                return literal(
                    f"({order_of(sort)} {self._term(left, env, when)} "
                    f"{self._term(right, env, when)})", positive
                )  # fmt: skip
            case Apply():
                return self._apply(expr, None, env, positive, when, above)
            case Defined():
                inner, env, when = self._unfolded(expr, env, when)
                return self._formula(inner, env, positive, when, above)
            case Forall() | Exists():
                least = least_of(expr)  # which has a name
                if least is not None:
                    first = first_of(sort_of(least))
                    return literal(f"(= {self._term(least, env, when)} {first})", positive)
                return self._quantified(expr, env, positive, when, above)
            case Var() | Value():
                raise Untranslatable("an element is no formula", expr.where)
            case _:
                raise Untranslatable(
                    "numbers and counts are outside of first-order logic", expr.where
                )

    def _unfolded(
        self, expr: Defined, env: Environment, when: When
    ) -> tuple[Expr, Environment, When]:
        """The body of a definition, or what it is read as."""
        after = when is When.AFTER or (when is When.STEP and expr.primed)
        reading = self._readings.get(expr.name)
        if reading is None or (after and expr.name in self._keep):
            return expr.body, env, when
        args = [self._element(arg, env, when) for arg in expr.args]
        if when is When.STEP:
            when = When.AFTER if after else When.BEFORE
        return reading.body, dict(zip(reading.params, args, strict=True)), when

    def _quantified(
        self,
        expr: Forall | Exists,
        env: Environment,
        positive: bool,
        when: When,
        above: tuple[SortDecl, ...] | None,
    ) -> str:
        if above is None:
            raise Untranslatable("a quantifier inside of a term", expr.where)
        universal = isinstance(expr, Forall) == positive
        used = {v: env[v] for v in free_variables(expr, {})}
        if above and not self._bound.intersection(map(str, used.values())):
            return literal(self._flag(expr, used, when), positive)
        enumerated = [v for v in expr.variables if is_enumeration(v.sort)]
        others = [v for v in expr.variables if not is_enumeration(v.sort)]
        inner = dict(env)
        join = conjunction if universal else disjunction
        if not universal and not above:
            # Each value of the enumerated variables may have constants of its own: one will do.
            for v in others:
                inner[v] = self.written.constant(v.name, v.sort)
            binding = ""
        else:
            names = []
            for v in others:
                name = f"{v.name}.v{len(self._bound)}"
                self._bound.add(name)
                inner[v] = name
                names.append(f"({name} {v.sort.name})")
            binding = f"{'forall' if universal else 'exists'} ({' '.join(names)})" if names else ""
        if universal:
            below = tuple(dict.fromkeys((*above, *(v.sort for v in others))))
        else:
            below = above
            self.written.dependencies += [
                Dependency(source, v.sort, expr.where) for source in above for v in others
            ]
        parts = []
        for values in product(*(range(size(v.sort)) for v in enumerated)):
            inner.update(zip(enumerated, values, strict=True))
            parts.append(self._formula(expr.body, dict(inner), positive, when, below))
        body = join(parts)
        return f"({binding} {body})" if binding and body not in ("true", "false") else body

    def _flag(self, expr: Expr, env: Environment, when: When) -> str:
        """The name of a closed formula: what exists in it depends on nothing around it."""
        key = (expr, tuple(env.items()), when)
        flag = self._flags.get(key)
        if flag is None or flag not in self.written.flags:
            flag = self._flags[key] = self.written.flag()
            for positive in (True, False):
                text = self._formula(expr, env, positive, when, ())
                self.written.flags[flag].append(disjunction([literal(flag, not positive), text]))
        return flag

    # -- atoms --------------------------------------------------------------------------------

    def _equal(self, left: Expr, right: Expr, env: Environment, positive: bool, when: When) -> str:
        sort = sort_of(left)
        if sort is INT:
            raise Untranslatable("numbers are outside of first-order logic", left.where)
        if not is_enumeration(sort):
            a, b = self._term(left, env, when), self._term(right, env, when)
            return literal("true" if a == b else f"(= {a} {b})", positive)
        cases = [
            conjunction([self._is(left, value, env, when), self._is(right, value, env, when)])
            for value in range(size(sort))
        ]
        return literal(disjunction(cases), positive)

    def _before(self, left: Expr, right: Expr, env: Environment, when: When) -> str:
        """That one value of an enumeration comes before another."""
        values = range(size(sort_of(left)))
        return disjunction(
            [
                conjunction([self._is(left, low, env, when), self._is(right, high, env, when)])
                for high in values
                for low in range(high)
            ]
        )

    def _is(self, expr: Expr, value: int, env: Environment, when: When) -> str:
        """That an expression of an enumeration has this value."""
        match expr:
            case Value(index=index):
                return "true" if index == value else "false"
            case Var():
                return "true" if env[expr] == value else "false"
            case Apply():
                return self._apply(expr, value, env, True, when, None)
            case Ite(condition=c, then=then, other=other):
                condition = self._formula(c, env, True, when, None)
                return ite(
                    condition, self._is(then, value, env, when), self._is(other, value, env, when)
                )
            case Defined():
                inner, env, when = self._unfolded(expr, env, when)
                return self._is(inner, value, env, when)
            case _:
                raise AssertionError(f"{expr} is of an enumeration")

    def _element(self, expr: Expr, env: Environment, when: When) -> Term:
        """An element that is an argument of a definition."""
        if not is_enumeration(sort_of(expr)):
            return self._term(expr, env, when)
        match expr:
            case Value(index=index):
                return index
            case Var():
                return env[expr]
            case _:
                raise Untranslatable("a definition is given a computed value", expr.where)

    def _term(self, expr: Expr, env: Environment, when: When) -> str:
        match expr:
            case Var():
                term = env[expr]
                assert isinstance(term, str)
                return term
            case Apply():
                return self._apply(expr, None, env, True, when, None)
            case Ite(condition=c, then=then, other=other):
                condition = self._formula(c, env, True, when, None)
                return ite(condition, self._term(then, env, when), self._term(other, env, when))
            case Defined():
                inner, env, when = self._unfolded(expr, env, when)
                return self._term(inner, env, when)
            case _:
                raise AssertionError(f"{expr} is an element")

    def _apply(
        self,
        expr: Apply,
        result: int | None,
        env: Environment,
        positive: bool,
        when: When,
        above: tuple[SortDecl, ...] | None,
    ) -> str:
        """A symbol at a point: the relation that it is, or that its value is `result`."""
        after = when is When.AFTER or (when is When.STEP and expr.primed)
        choices: list[list[tuple[str, Term]]] = []
        for arg in expr.args:
            sort = sort_of(arg)
            if not is_enumeration(sort):
                choices.append([("true", self._term(arg, env, when))])
            else:
                found = [(self._is(arg, v, env, when), v) for v in range(size(sort))]
                choices.append([each for each in found if each[0] != "false"])
        points = list(product(*choices))
        if len(points) == 1:
            args = [term for _, term in points[0]]
            return self._read(expr.symbol, args, result, positive, after, above)
        if expr.symbol.result is not BOOL and result is None:
            raise Untranslatable("a function is given a computed value", expr.where)
        cases = []
        for point in points:
            conditions = [literal(condition, positive) for condition, _ in point]
            args = [term for _, term in point]
            value = self._read(expr.symbol, args, result, positive, after, above)
            cases.append((conjunction if positive else disjunction)([*conditions, value]))
        return (disjunction if positive else conjunction)(cases)

    def _read(
        self,
        symbol: Symbol,
        args: Sequence[Term],
        result: int | None,
        positive: bool,
        after: bool,
        above: tuple[SortDecl, ...] | None,
    ) -> str:
        updates = self._effects.updates.get(symbol, ()) if after else ()
        initial = after and self._effects.initial and not symbol.immutable
        of_truth = symbol.result is BOOL or result is not None
        if initial and symbol.result is BOOL:
            text = literal("false", positive)
        else:
            values = [arg for arg in args if isinstance(arg, int)]
            name = name_of(symbol, values, result)
            rest = " ".join(arg for arg in args if isinstance(arg, str))
            text = f"({name} {rest})" if rest else name
            text = literal(text, positive) if of_truth else text
        for update in updates:
            condition, env = self._matches(update, args)
            if condition == "false":
                continue
            if symbol.result is BOOL:
                new = self._formula(update.value, env, positive, When.BEFORE, above)
            elif result is not None:
                new = literal(self._is(update.value, result, env, When.BEFORE), positive)
            else:
                new = self._term(update.value, env, When.BEFORE)
            text = ite(condition, new, text)
        return text

    def _matches(self, update: Update, args: Sequence[Term]) -> tuple[str, dict[Var, Term]]:
        """Whether an update is of this point, and what its variables are there."""
        env = dict(self._effects.env)
        free = frozenset(update.free)
        parts = []
        for at, arg in zip(update.args, args, strict=True):
            if isinstance(at, Var) and at in free:
                env[at] = arg
        for at, arg in zip(update.args, args, strict=True):
            if isinstance(at, Var) and at in free:
                continue
            if isinstance(arg, int):
                parts.append(self._is(at, arg, env, When.BEFORE))
            else:
                term = self._term(at, env, When.BEFORE)
                parts.append("true" if term == arg else f"(= {arg} {term})")
        return conjunction(parts), env
