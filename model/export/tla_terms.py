"""Expressions as TLA+ (L. Lamport, "Specifying Systems", 2002, chapters 15 and 16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import assert_never

from model.export.definitions import Definitions
from model.export.names import LIST, TIE, WIDTH, Names, filled
from model.lang.expr import (
    BOOL,
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

# Reserved words, what Naturals and FiniteSets define, and the operators of every module of ours.
RESERVED = """
    ACTION ASSUME ASSUMPTION AXIOM BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS
    DOMAIN ELSE ENABLED EXCEPT EXTENDS HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW
    OBVIOUS OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE SF_ STATE STRONG SUBSET
    SUFFICES TAKE TEMPORAL THEN THEOREM UNCHANGED UNION USE VARIABLE VARIABLES WF_ WITH WITNESS
    BOOLEAN FALSE STRING TRUE Nat Int Real Cardinality IsFiniteSet
    vars Init Next Spec Fairness TypeOK Final NoDeadlock
"""

Env = Mapping[Var, str]


class TlaTerms:
    """Writes expressions, and gives sorts, elements, symbols and definitions their names.

    The elements of an ordered sort are numbers, those of another are strings.

    Args:
        finite: the spec and its scope.
        names: the identifiers of the text.
        definitions: the definitions of the spec; each becomes an operator.
        constant: the symbols that are constants.
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
        self.sorts = {s: names.claim(s.name) for s in staged.sorts} | {BOOL: "BOOLEAN"}
        self.symbols = {s: names.claim(s.name) for s in staged.symbols}
        self.defined = {d: names.claim(d.name) for d in definitions.ordered}
        self.elements = {
            sort: tuple(names.claim(sort.name, value) for value in sort.values)
            for sort in staged.sorts
            if sort.values is not None and sort.ordered
        }

    def element(self, sort: SortDecl, index: int) -> str:
        """An element of a sort, or a truth value."""
        if sort is BOOL:
            return "TRUE" if index else "FALSE"
        if sort in self.elements:
            return self.elements[sort][index]
        return str(index) if sort.ordered else f'"{self.finite.element(sort, index)}"'

    def bind(self, variables: tuple[Var, ...], env: Env) -> tuple[dict[Var, str], str]:
        """Names for variables beside those in `env`, and their bounds: `m, n \\in Member`."""
        inner = dict(env)
        for variable in variables:
            inner[variable] = self.names.fresh(variable.name, inner.values())
        bounds = []
        for sort, group in groupby(variables, lambda v: v.sort):
            names = LIST.join(inner[v] for v in group)
            bounds.append(f"{names}{TIE}\\in{TIE}{self.sorts[sort]}")
        return inner, ", ".join(bounds)

    def point(self, name: str, args: Iterable[str]) -> str:
        """A function at a point, or a variable that is no function."""
        points = LIST.join(args)
        return f"{name}[{points}]" if points else name

    def text(self, expr: Expr, env: Env, atom: bool = False) -> str:
        """The expression; in parentheses, if it needs any and `atom`."""
        text, strength = self._text(expr, env)
        return f"({text})" if atom and strength < _ATOM else text

    def _text(self, expr: Expr, env: Env) -> tuple[str, int]:
        def at(e: Expr, place: int = _COMPARE) -> str:
            return self._at(e, env, place)

        def infix(left: Expr, sign: str, right: Expr) -> tuple[str, int]:
            if sort_of(left) is BOOL:
                return f"{at(left, _ATOM)} <=> {at(right, _ATOM)}", _LOOSE
            return f"{at(left, _ADD)}{TIE}{sign}{TIE}{at(right, _ADD)}", _COMPARE

        match expr:
            case Lit(value=truth):
                return ("TRUE" if truth else "FALSE"), _ATOM
            case Num(value=number):
                return str(number), _ATOM
            case Value(sort=sort, index=index):
                return self.element(sort, index), _ATOM
            case Var():
                return env[expr], _ATOM
            case Apply(symbol=symbol, args=args, primed=primed):
                prime = "'" if primed and symbol not in self.constant else ""
                return self.point(
                    self.symbols[symbol] + prime, (at(a, _LOOSE) for a in args)
                ), _ATOM
            case Defined():
                return self._called(expr, env)
            case Not(body=Equal(left=left, right=right)) if sort_of(left) is not BOOL:
                return infix(left, "#", right)
            case Not(body=Less(left=left, right=right)):
                return infix(right, "<=", left)
            case Not(body=AtMost(left=left, right=right)):
                return infix(right, "<", left)
            case Not(body=body):
                return "~" + at(body, _ATOM), _ATOM
            case Equal(left=left, right=right):
                return infix(left, "=", right)
            case Less(left=left, right=right):
                return infix(left, "<", right)
            case AtMost(left=left, right=right):
                return infix(left, "<=", right)
            case And(args=args):
                return " /\\ ".join(at(a) for a in args), _LOOSE
            case Or(args=args):
                return " \\/ ".join(at(a) for a in args), _LOOSE
            case Implies(left=left, right=right):
                return f"{at(left)} => {at(right)}", _LOOSE
            case Ite(condition=condition, then=then, other=other):
                test, a, b = (at(e, _LOOSE) for e in (condition, then, other))
                return f"IF {test} THEN {a} ELSE {b}", _LOOSE
            case Forall(variables=variables, body=body):
                inner, bounds = self.bind(variables, env)
                return f"\\A {bounds} : {self._at(body, inner, _LOOSE)}", _LOOSE
            case Exists(variables=variables, body=body):
                inner, bounds = self.bind(variables, env)
                return f"\\E {bounds} : {self._at(body, inner, _LOOSE)}", _LOOSE
            case Count(variables=variables, body=body):
                return self._counted(variables, body, env), _ATOM
            case Add(args=args):
                return " + ".join(at(a, _ADD) for a in args), _ADD
            case _:
                assert_never(expr)

    def lines(self, expr: Expr, env: Env, first: str, indent: str) -> list[str]:
        """The expression after `first`, in lines that show how it is built if it is long.

        Args:
            indent: stands before every line but the first.
        """
        text = self.text(expr, env)
        if len(first) + len(text) <= WIDTH:
            return filled(text, first)
        deeper = indent + "  "
        match expr:
            case Forall(variables=variables, body=body):
                inner, bounds = self.bind(variables, env)
                head = filled(f"\\A {bounds} :", first, deeper)
                return head + self.lines(body, inner, indent + "  ", deeper)
            case Implies(left=left, right=right):
                head = filled(self._at(left, env, _COMPARE), first, deeper)
                return head + filled(f"=> {self._at(right, env, _COMPARE)}", deeper, deeper + "  ")
            case And(args=args) if first.strip() == "":
                return [
                    line
                    for arg in args
                    for line in self.lines(arg, env, first + "/\\ ", indent + "   ")
                ]
            case _:
                return filled(text, first, deeper)

    def _at(self, expr: Expr, env: Env, place: int) -> str:
        text, strength = self._text(expr, env)
        return text if strength >= place else f"({text})"

    def _called(self, use: Defined, env: Env) -> tuple[str, int]:
        definition = self.definitions.of(use)
        if definition is None:
            return self._text(use.body, env)
        args = LIST.join(self._at(a, env, _LOOSE) for a in use.args)
        call = self.defined[definition] + (f"({args})" if args else "")
        return call + ("'" if use.primed else ""), _ATOM

    def _counted(self, variables: tuple[Var, ...], body: Expr, env: Env) -> str:
        """The cardinality of a set of elements, or of tuples of them."""
        inner, bounds = self.bind(variables, env)
        text = self._at(body, inner, _LOOSE)
        if len(variables) == 1:
            return f"Cardinality({{{bounds} : {text}}})"
        names = ", ".join(inner[v] for v in variables)
        sets = " \\X ".join(self.sorts[v.sort] for v in variables)
        return f"Cardinality({{<<{names}>>{TIE}\\in{TIE}{sets} : {text}}})"


def splits(expr: Expr) -> bool:
    """Whether TLC would split the formula, as a conjunct of an action, into alternatives.

    It makes a successor for each alternative that holds, so that one step is generated many
    times over. Written as `(formula) = TRUE`, the formula is evaluated instead.
    """
    match expr:
        case Or() | Exists():
            return True
        case And(args=args):
            return any(splits(a) for a in args)
        case Forall(body=body) | Defined(body=body):
            return splits(body)
        case Implies(right=right):
            return splits(right)
        case Ite(then=then, other=other):
            return splits(then) or splits(other)
        case Not() | Lit() | Num() | Value() | Var() | Apply() | Equal() | Less() | AtMost():
            return False
        case Count() | Add():
            return False
        case _:
            assert_never(expr)
