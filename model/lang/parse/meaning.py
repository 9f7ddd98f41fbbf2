"""From the structure of a text to a term: what its names mean, and whether its sorts fit.

Terms are put together with the operators that a spec's text uses, so that a formula read from
text is the very node that the same text in a spec would make.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, assert_never

from model.lang.errors import SpecError
from model.lang.expr import BOOL, Num, SortDecl, Var, sort_of
from model.lang.parse.errors import FormulaError, Place
from model.lang.parse.names import Definition, Names, nearest
from model.lang.parse.syntax import (
    Applied,
    Chosen,
    Compared,
    Connected,
    Constant,
    Dotted,
    Joined,
    Least,
    Name,
    Negated,
    Quantified,
    Syntax,
)
from model.lang.quantify import count, exists, forall, least
from model.lang.spec import Spec
from model.lang.terms import Formula, Number, Sort, all_of, any_of, describe, formula, implies, ite

Term = Formula | Number | Sort
Scope = Mapping[str, Sort]

_QUANTIFIERS: dict[str, Callable[..., Term]] = {"forall": forall, "exists": exists, "count": count}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "≠": operator.ne, "<": operator.lt,
    "≤": operator.le, ">": operator.gt, "≥": operator.ge,
}  # fmt: skip


class Meaning:
    """Makes terms.

    Args:
        text: the whole text, for messages.
        names: what names mean.
        is_step: it speaks of a step, so that the state after it may be named.

    Attributes:
        elements: the index of each element that was named, by the variable that stands for it.
    """

    def __init__(self, text: str, names: Names, is_step: bool) -> None:
        self.text, self.names, self.is_step = text, names, is_step
        self.elements: dict[Var, int] = {}

    def wrong(self, problem: str, place: Place) -> FormulaError:
        return FormulaError(problem, self.text, place)

    def term(self, syntax: Syntax, scope: Scope) -> Term:
        """The term that a piece of text means.

        Args:
            syntax: the piece.
            scope: the variables that it may use, as they are written.
        """
        try:
            return self._term(syntax, scope)
        except FormulaError:
            raise
        except SpecError as error:
            raise self.wrong(error.problem, syntax.place) from None

    def _term(self, syntax: Syntax, scope: Scope) -> Term:
        match syntax:
            case Constant(value=bool(truth)):
                return Formula(formula(truth))
            case Constant(value=number):
                return Number(Num(number))
            case Name():
                return self._alone(syntax, scope)
            case Dotted():
                return self._dotted(syntax)
            case Applied():
                return self._applied(syntax, scope)
            case Negated(body=body):
                return ~self._formula(body, scope, "`~` negates a formula")
            case Joined():
                return self._joined(syntax, scope)
            case Compared():
                return self._compared(syntax, scope)
            case Connected(kind=kind, written=written, left=left, right=right):
                role = f"`{written}` connects formulas"
                a, b = (self._formula(part, scope, role) for part in (left, right))
                return a.iff(b) if kind == "iff" else implies(a, b)
            case Quantified():
                return self._quantified(syntax, scope)
            case Chosen():
                return self._chosen(syntax, scope)
            case Least(body=body, place=place):
                element = self.term(body, scope)
                if not isinstance(element, Sort):
                    raise self.wrong(
                        f"`least` is said of an element, not of {describe(element)}", place
                    )
                return least(element)
            case _:
                assert_never(syntax)

    def _formula(self, part: Syntax, scope: Scope, role: str) -> Formula:
        found = self.term(part, scope)
        if not isinstance(found, Formula):
            raise self.wrong(f"{role}, and this is {describe(found)}", part.place)
        return found

    # -- names ----------------------------------------------------------------------------------

    def _alone(self, name: Name, scope: Scope) -> Term:
        """A variable, a flag or constant, a value of an enumeration, or an element."""
        text, place = name.text, name.place
        if text in scope and not name.primed:
            return scope[text]
        if text in self.names.symbols or text in self.names.definitions:
            return self._point(text, name.primed, (), (), place)
        if text in ("true", "false") and not name.primed:
            return Formula(formula(text == "true"))
        values = self.names.values(text)
        found = [*values, *([] if values else self.names.elements.get(text, []))]
        if len(found) == 1 and not name.primed:
            return values[0] if values else self._element(text, None, place)
        if found:
            one = next(s for s in self.names.sorts if self._has_value(s, text))
            raise self.wrong(
                f"{text!r} is the name of {len(found)} elements: say of which sort, as in "
                f"`{one}.{text}`", place,
            )  # fmt: skip
        raise self._unknown(text, place, scope)

    def _has_value(self, sort: str, text: str) -> bool:
        decl = self.names.sorts[sort].decl
        named = (s.decl for _, s, _ in self.names.elements.get(text, []))
        return text in (decl.values or ()) or decl in named

    def _unknown(self, text: str, place: Place, scope: Scope) -> FormulaError:
        if text in self.names.sorts:
            usage = f"`forall({text}, lambda x: ...)`"
            return self.wrong(f"{text} is a sort, which a quantifier binds: {usage}", place)
        if text in ("s", "after"):
            return self.wrong(f"`{text}` stands before a name only, as in `{text}.name`", place)
        near = self.names.nearest(text, scope)
        return self.wrong(f"{self.names.spec_name} declares no {text!r}{near}", place)

    def _element(self, text: str, sort: type[Sort] | None, place: Place) -> Sort:
        """An element of the scope, as the variable that stands for it."""
        for variable, its, index in self.names.elements.get(text, []):
            if sort is None or its.decl == sort.decl:
                self.elements[variable] = index
                return its(variable)
        assert sort is not None
        if sort.decl.values is None and not self.names.elements:
            raise self.wrong(f"elements of {sort.decl} have names only at a scope", place)
        known = sort.decl.values or [
            name for name, all_ in self.names.elements.items()
            if any(its.decl == sort.decl for _, its, _ in all_)
        ]  # fmt: skip
        has = f": it has {', '.join(known)}" if len(known) <= 12 else ""
        raise self.wrong(
            f"sort {sort.decl} has no element {text!r}{nearest(text, known) or has}", place
        )

    def _dotted(self, dotted: Dotted) -> Term:
        """`s.NAME` without arguments, or `Sort.value`."""
        owner, text = dotted.owner.text, dotted.text
        if owner in self.names.sorts:
            sort = self.names.sorts[owner]
            if sort.decl.values is not None and text in sort.decl.values:
                value: Sort = getattr(sort, text)
                return value
            return self._element(text, sort, dotted.place)
        return self._point(text, self._state(dotted), (), (), dotted.place)

    def _state(self, dotted: Dotted) -> bool:
        """Whether what `s.` or `after.` stands before is of the state after the step."""
        owner = dotted.owner
        if owner.text not in ("s", "after"):
            near = nearest(owner.text, self.names.sorts)
            raise self.wrong(
                f"{owner.text!r} is no sort of {self.names.spec_name}{near}; before a dot stands "
                "`s` or a sort", owner.place,
            )  # fmt: skip
        return owner.text == "after"

    # -- symbols and definitions ----------------------------------------------------------------

    def _applied(self, applied: Applied, scope: Scope) -> Term:
        head = applied.head
        if isinstance(head, Dotted):
            if head.owner.text in self.names.sorts:
                raise self.wrong(f"{head.owner.text}.{head.text} takes no arguments", head.place)
            primed = self._state(head)
        else:
            primed = head.primed
            if head.text in scope:
                problem = f"{head.text!r} is a variable here, which takes no arguments"
                raise self.wrong(problem, head.place)
        if head.text not in self.names.symbols and head.text not in self.names.definitions:
            raise self._unknown(head.text, head.place, {})
        args = tuple(self.term(arg, scope) for arg in applied.args)
        places = tuple(arg.place for arg in applied.args)
        return self._point(head.text, primed, args, places, head.place)

    def _point(
        self, name: str, primed: bool, args: tuple[Term, ...], places: tuple[Place, ...],
        place: Place,
    ) -> Term:  # fmt: skip
        """A symbol or a definition at its arguments."""
        if primed and not self.is_step:
            raise self.wrong("a formula over one state does not name the state after a step", place)
        spec = self.names.after if primed else self.names.before
        if (definition := self.names.definitions.get(name)) is not None:
            return self._defined(spec, definition, args, places, place)
        declaration = self.names.symbols.get(name)
        if declaration is None:
            raise self._unknown(name, place, {})
        symbol = declaration.symbol
        if len(args) != len(symbol.sorts):
            raise self.wrong(_arity(symbol.kind, name, symbol.sorts, len(args)), place)
        for number, (arg, sort) in enumerate(zip(args, symbol.sorts, strict=True)):
            self._fits(arg, sort, f"argument {number + 1} of {name}", places[number])
        found = getattr(spec, name)
        term: Term = found[tuple(args)] if symbol.sorts else found
        return term

    def _defined(
        self, spec: Spec, definition: Definition, args: tuple[Term, ...],
        places: tuple[Place, ...], place: Place,
    ) -> Term:  # fmt: skip
        wanted = definition.parameters
        if len(args) != len(wanted):
            given = f"{len(args)} argument{'' if len(args) == 1 else 's'}"
            raise self.wrong(f"{definition.usage} is given {given}", place)
        for arg, (name, sort), at in zip(args, wanted, places, strict=True):
            if sort is not None:
                self._fits(arg, sort.decl, f"{name} of {definition.name}", at)
        term: Term = getattr(spec, definition.name)(*args)
        return term

    def _fits(self, arg: Term, sort: SortDecl, role: str, place: Place) -> None:
        if sort_of(arg.expr) != sort:
            needed = "a formula" if sort is BOOL else f"an element of {sort}"
            raise self.wrong(f"{role} is {needed}, and this is {describe(arg)}", place)

    # -- operators ------------------------------------------------------------------------------

    def _joined(self, joined: Joined, scope: Scope) -> Term:
        written = joined.written
        if joined.kind == "add":
            numbers = [self.term(part, scope) for part in joined.parts]
            total = None
            for part, found in zip(joined.parts, numbers, strict=True):
                if not isinstance(found, Number):
                    problem = f"`+` adds numbers, and this is {describe(found)}"
                    raise self.wrong(problem, part.place)
                total = found if total is None else total + found
            assert total is not None
            return total
        role = f"`{written}` joins formulas"
        if written in ("&", "|"):
            role = f"`{written}` joins formulas (put parentheses round comparisons)"
        parts = [self._formula(part, scope, role) for part in joined.parts]
        return all_of(*parts) if joined.kind == "and" else any_of(*parts)

    def _compared(self, compared: Compared, scope: Scope) -> Term:
        written, place = compared.written, compared.place
        left, right = self.term(compared.left, scope), self.term(compared.right, scope)
        for part, found in ((compared.left, left), (compared.right, right)):
            if isinstance(found, Formula):
                instead = "`p.iff(q)`" if written in ("==", "!=", "<=", ">=") else "`p ↔ q`"
                raise self.wrong(
                    f"`{written}` compares elements or numbers, and this is a formula: of "
                    f"formulas write {instead}", part.place,
                )  # fmt: skip
        if sort_of(left.expr) != sort_of(right.expr):
            raise self.wrong(f"`{written}` compares {describe(left)} with {describe(right)}", place)
        result: Term = _COMPARISONS[compared.sign](left, right)
        return result

    def _chosen(self, chosen: Chosen, scope: Scope) -> Term:
        condition = self._formula(chosen.condition, scope, "`ite` has a formula as its condition")
        then, other = self.term(chosen.then, scope), self.term(chosen.other, scope)
        if sort_of(then.expr) != sort_of(other.expr):
            problem = f"`ite` chooses between {describe(then)} and {describe(other)}, of two sorts"
            raise self.wrong(problem, chosen.other.place)
        result: Term = ite(condition, then, other)
        return result

    def _quantified(self, quantified: Quantified, scope: Scope) -> Term:
        sorts = []
        for variable in quantified.variables:
            if variable.sort.text not in self.names.sorts:
                near = self.names.nearest_sort(variable.sort.text)
                raise self.wrong(
                    f"{self.names.spec_name} has no sort {variable.sort.text!r}{near}",
                    variable.sort.place,
                )
            sorts.append(self.names.sorts[variable.sort.text])
        written = [variable.written for variable in quantified.variables]

        def body(*bound: Sort) -> Term:
            inner = {**scope, **dict(zip(written, bound, strict=True))}
            return self._formula(quantified.body, inner, "a quantifier's body is a formula")

        names = tuple(variable.name for variable in quantified.variables)
        return _QUANTIFIERS[quantified.quantifier](*sorts, _Lambda(names, body))


class _Lambda:
    """A function whose parameters have names that are known only when a text is read.

    Quantifiers call their variables as the lambda does that they are given.
    """

    def __init__(self, names: tuple[str, ...], function: Callable[..., Term]) -> None:
        self.__code__ = SimpleNamespace(co_varnames=names, co_argcount=len(names))
        self.function = function

    def __call__(self, *args: Sort) -> Term:
        return self.function(*args)


def _arity(kind: str, name: str, sorts: tuple[SortDecl, ...], given: int) -> str:
    """What is wrong with the number of a symbol's arguments."""
    arguments = f"{given} argument{'' if given == 1 else 's'}"
    if not sorts:
        return f"{kind} {name} takes no arguments, {arguments} given"
    if given == 0:
        return f"{kind} {name}[{', '.join(s.name for s in sorts)}] is used without its arguments"
    return f"{name} takes [{', '.join(s.name for s in sorts)}], {arguments} given"
