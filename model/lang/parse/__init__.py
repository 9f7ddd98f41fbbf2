"""Formulas from text: `parse("forall(Member, lambda m: s.held[m])", spec)`.

Two notations are read, and which one a text is in is seen from its signs:

- that of specs: `forall(Member, View, lambda m, v: implies(s.indicator[m], leads(m, v)))`. `s.` may
  be left out, and so may the sort of a value (`data` for `Kind.data`) where it is clear;
- that in which formulas are printed: `∀ m: Member; v: View. indicator(m) → leads(m, v)`, so that
  what a report shows can be copied. What `show` prints of a formula is read as that very node, or,
  where a quantifier was put round a quantified term that had been made before, as one that differs
  in the depths of bound variables only.

A text is parsed and never run. It may come from anybody: its length, its nesting and the size of
what it means are limited, and whatever is wrong with it is a `FormulaError`, with its place.

`syntax` is the structure of a text, `scan` looks at it first, `python` and `mathematics` read the
two notations, `names` knows the spec's names, and `meaning` puts terms together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.lang.binder import Binder, innermost
from model.lang.expr import Expr, SortDecl, Var, children
from model.lang.parse.errors import FormulaError, Place
from model.lang.parse.mathematics import read_mathematics
from model.lang.parse.meaning import Meaning, Term
from model.lang.parse.names import AtScope, Names
from model.lang.parse.python import read_python
from model.lang.parse.scan import notation_of, scan
from model.lang.spec import Spec
from model.lang.terms import Formula, Sort, describe

__all__ = ["FormulaError", "Parsed", "ParsedTerm", "parse", "parse_term"]

SIZE_MAX = 20_000  # pieces of a formula, definitions included, each as often as it stands there


@dataclass(frozen=True, eq=False)
class Parsed:
    """A formula that was read.

    Attributes:
        formula: over the variables of the valuation, and those that were given.
        valuation: the index of each element that the text names, by the variable for it.
    """

    formula: Formula
    valuation: dict[Var, int]

    @property
    def expr(self) -> Expr:
        """The node of the formula."""
        return self.formula.expr


@dataclass(frozen=True, eq=False)
class ParsedTerm:
    """A term that was read: a formula, a number, or an element of a sort. See `Parsed`."""

    term: Term
    valuation: dict[Var, int]


def parse(
    text: str,
    spec: Spec,
    elements: AtScope | None = None,
    variables: Sequence[Var] = (),
    is_step: bool = False,
) -> Parsed:
    """Reads a formula.

    Args:
        text: the formula, in either notation.
        spec: whose symbols and definitions it names.
        elements: a finite scope of the spec, whose elements it may name then: `indicator[a1]`, or
            `Member.a1` where a name is not clear.
        variables: what it may use without binding it, as the parameters of an action.
        is_step: it speaks of a step: `after.NAME`, `NAME′` is of the state after it.

    Raises:
        FormulaError: the text is no formula over the spec.
    """
    found = parse_term(text, spec, elements, variables, is_step)
    if not isinstance(found.term, Formula):
        problem = f"a formula is needed, and this is {describe(found.term)}"
        raise FormulaError(problem, text, scan(text)[0].place)
    return Parsed(found.term, found.valuation)


def parse_term(
    text: str,
    spec: Spec,
    elements: AtScope | None = None,
    variables: Sequence[Var] = (),
    is_step: bool = False,
) -> ParsedTerm:
    """Reads a formula, a number such as a `count`, or an element; otherwise as `parse`."""
    tokens = scan(text)
    names = Names(spec, elements)
    if notation_of(tokens) == "python":
        syntax = read_python(text)
    else:
        syntax = read_mathematics(text, tokens, tuple(v.name for v in variables))
    meaning = Meaning(text, names, is_step)
    # The quantifiers of the text stand inside of whatever binds the variables given.
    outside = Binder(tuple(variables), None) if variables else None
    token = innermost.set(outside)
    try:
        scope = {v.name: _sort(names, v.sort)(v) for v in variables}
        found = meaning.term(syntax, scope)
        expr = found.expr
    finally:
        innermost.reset(token)
    if _size(expr) > SIZE_MAX:
        raise FormulaError(
            f"what this says has {_size(expr):,} pieces, more than the {SIZE_MAX:,} that are "
            "evaluated: say it in parts", text, Place(1, 1),
        )  # fmt: skip
    return ParsedTerm(type(found)(expr), meaning.elements)


def _sort(names: Names, decl: SortDecl) -> type[Sort]:
    """The class of a sort; a variable of one that the spec does not name is just an element."""
    return names.sorts.get(decl.name, Sort)


def _size(expr: Expr) -> int:
    """How many nodes there are if each is counted as often as it stands there."""
    sizes: dict[Expr, int] = {}
    todo = [expr]
    while todo:
        node = todo[-1]
        below = children(node)
        missing = [child for child in below if child not in sizes]
        if missing:
            todo += missing
        else:
            sizes[node] = 1 + sum(sizes[child] for child in below)
            todo.pop()
    return sizes[expr]
