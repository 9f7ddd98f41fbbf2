"""Expressions as Murphi, in the dialect of Rumur."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from model.export.definitions import Definition, Definitions
from model.export.names import LIST, TIE, Names
from model.lang.expr import (
    BOOL,
    INT,
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
    Symbol,
    Value,
    Var,
    sort_of,
)
from model.scope import Finite

# Binding strength, loosest first. Operators of one strength are not mixed without parentheses.
_LOOSE, _COMPARE, _ADD, _ATOM = range(4)

# The keywords of Murphi and of Rumur, and what both know without declaration.
RESERVED = """
    alias aliasrule aliasruleset array assert assume begin boolean by case choose clear const cover
    do else elsif end endalias endaliasrule endaliasruleset endassert endcase endchoose endclear
    endconst endcover enddo endexists endfor endforall endfunction endif endinvariant endliveness
    endprocedure endput endrecord endreturn endrule endruleset endstartstate endswitch endtype
    endvar endwhile enum error exists externfun externproc false for forall from function if in
    interleaved invariant isundefined ismember liveness log_read_only multiset multisetadd
    multisetcount multisetremove multisetremovepred none of procedure process program put real
    record return rule ruleset scalarset startstate string switch symmetry then to traceuntil true
    type undefine undefined union var while property
"""

Env = Mapping[Var, str]


class MurphiTerms:
    """Writes expressions, and gives sorts, elements, symbols and definitions their names.

    Args:
        finite: the spec and its scope.
        names: the identifiers of the text.
        definitions: the definitions of the spec; each becomes a function.
        constant: symbols that are functions without state.
    """

    def __init__(
        self,
        finite: Finite,
        names: Names,
        definitions: Definitions,
        constant: frozenset[Symbol],
    ) -> None:
        self.finite, self.names, self.definitions = finite, names, definitions
        self.constant = constant
        staged = finite.staged
        self.symbols = {s: names.claim(s.name) for s in staged.symbols}
        self.defined = {d: names.claim(d.name) for d in definitions.ordered}
        self.sorts = {s: names.claim(s.name) for s in staged.sorts} | {BOOL: "boolean"}
        self.elements = {
            sort: tuple(names.claim(sort.name, value) for value in sort.values)
            for sort in staged.sorts
            if sort.values is not None
        }

    def element(self, sort: SortDecl, index: int) -> str:
        """An element of a sort, or a truth value."""
        if sort is BOOL:
            return "true" if index else "false"
        return self.elements[sort][index] if sort in self.elements else str(index)

    def params(self, variables: tuple[Var, ...], env: Env) -> tuple[dict[Var, str], str]:
        """Names for variables beside those in `env`, and their declarations."""
        inner = dict(env)
        for variable in variables:
            inner[variable] = self.names.fresh(variable.name, inner.values())
        return inner, "; ".join(f"{inner[v]}: {self.sorts[v.sort]}" for v in variables)

    def text(
        self, expr: Expr, env: Env, after: Mapping[Symbol, str] | None = None, atom: bool = False
    ) -> str:
        """The expression in the state that the variables of the text hold.

        Args:
            env: what the variables of the expression are called.
            after: where the symbols that a step changes are found after it.
            atom: with parentheses, if it needs any.
        """
        text, strength = self._text(expr, env, {} if after is None else after)
        return f"({text})" if atom and strength < _ATOM else text

    def result(self, definition: Definition) -> str:
        """The type of a definition."""
        sort = sort_of(definition.body)
        return f"0 .. {self._most(definition.body)}" if sort is INT else self.sorts[sort]

    def _text(self, expr: Expr, env: Env, after: Mapping[Symbol, str]) -> tuple[str, int]:
        def at(e: Expr, place: int = _COMPARE) -> str:
            text, strength = self._text(e, env, after)
            return text if strength >= place else f"({text})"

        def infix(left: Expr, sign: str, right: Expr) -> tuple[str, int]:
            return f"{at(left, _ADD)}{TIE}{sign}{TIE}{at(right, _ADD)}", _COMPARE

        match expr:
            case Lit(value=truth):
                return ("true" if truth else "false"), _ATOM
            case Num(value=number):
                return str(number), _ATOM
            case Value(sort=sort, index=index):
                return self.element(sort, index), _ATOM
            case Var():
                return env[expr], _ATOM
            case Apply(symbol=symbol, args=args, primed=primed):
                points = [at(a, _LOOSE) for a in args]
                if symbol in self.constant:
                    return f"{self.symbols[symbol]}({LIST.join(points)})", _ATOM
                base = after.get(symbol) if primed else None
                name = self.symbols[symbol] if base is None else base
                return name + "".join(f"[{p}]" for p in points), _ATOM
            case Defined(body=body, args=args, primed=primed):
                definition = self.definitions.of(expr)
                if primed or definition is None:
                    return self._text(body, env, after)
                return (
                    f"{self.defined[definition]}({LIST.join(at(a, _LOOSE) for a in args)})",
                    _ATOM,
                )
            case Not(body=Equal(left=left, right=right)):
                return infix(left, "!=", right)
            case Not(body=Less(left=left, right=right)):
                return infix(right, "<=", left)
            case Not(body=AtMost(left=left, right=right)):
                return infix(right, "<", left)
            case Not(body=body):
                return "!" + at(body, _ATOM), _ATOM
            case Equal(left=left, right=right):
                return infix(left, "=", right)
            case Less(left=left, right=right):
                return infix(left, "<", right)
            case AtMost(left=left, right=right):
                return infix(left, "<=", right)
            case And(args=args):
                return " & ".join(at(a) for a in args), _LOOSE
            case Or(args=args):
                return " | ".join(at(a) for a in args), _LOOSE
            case Implies(left=left, right=right):
                return f"{at(left)} -> {at(right)}", _LOOSE
            case Ite(condition=condition, then=then, other=other):
                return f"({at(condition)} ? {at(then)} : {at(other)})", _ATOM
            case Forall(variables=variables, body=body):
                return self._quantified("forall", variables, body, env, after), _ATOM
            case Exists(variables=variables, body=body):
                return self._quantified("exists", variables, body, env, after), _ATOM
            case Count(variables=variables, body=body):
                return self._counted(variables, body, env, after)
            case Add(args=args):
                return " + ".join(at(a, _ATOM) for a in args), _ADD
            case _:
                assert_never(expr)

    def _quantified(
        self,
        word: str,
        variables: tuple[Var, ...],
        body: Expr,
        env: Env,
        after: Mapping[Symbol, str],
    ) -> str:
        inner, _ = self.params(variables, env)
        text, _ = self._text(body, inner, after)
        for variable in reversed(variables):
            text = f"{word} {inner[variable]}:{TIE}{self.sorts[variable.sort]} do {text} end"
        return text

    def _counted(
        self, variables: tuple[Var, ...], body: Expr, env: Env, after: Mapping[Symbol, str]
    ) -> tuple[str, int]:
        """Murphi cannot count in an expression, so a count is a sum over the elements."""
        parts = []
        for inner in self.finite.valuations(variables):
            named = {v: self.element(v.sort, index) for v, index in inner.items()}
            text, strength = self._text(body, {**env, **named}, after)
            parts.append(f"({text if strength >= _COMPARE else f'({text})'} ? 1 : 0)")
        return " + ".join(parts), (_ADD if len(parts) > 1 else _ATOM)

    def _most(self, expr: Expr) -> int:
        """A number is at most this."""
        match expr:
            case Num(value=number):
                return number
            case Add(args=args):
                return sum(self._most(a) for a in args)
            case Count(variables=variables):
                return sum(1 for _ in self.finite.valuations(variables))
            case Ite(then=then, other=other):
                return max(self._most(then), self._most(other))
            case Defined(body=body):
                return self._most(body)
            case _:
                raise TypeError(f"{type(expr).__name__} is no number")
