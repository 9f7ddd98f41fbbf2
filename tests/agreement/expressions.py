"""Random expressions of the language, as Python text, well-sorted by construction.

Text is what is drawn, so that whatever fails can be read, and pasted into a file as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from model.lang import Element, Enumeration, Sort

Draw = Callable[[st.SearchStrategy[str]], str]


class A(Sort, ordered=True): ...


class B(Sort): ...


class K(Enumeration, ordered=True):
    x = Element()
    y = Element()
    z = Element()


SORTS = ("A", "B", "K")
VALUES = {"K": ("K.x", "K.y", "K.z")}
ORDERED = ("A", "K")


@dataclass(frozen=True)
class Symbol:
    """A declared symbol: `result` is "Bool" for relations and flags."""

    name: str
    sorts: tuple[str, ...]
    result: str
    immutable: bool = False

    @property
    def declaration(self) -> str:
        """The line of the class that declares it."""
        fixed = "immutable=True" if self.immutable else ""
        sorts = ", ".join(self.sorts)
        match self.result, bool(self.sorts):
            case "Bool", True:
                inside = f"Relation({', '.join(x for x in (sorts, fixed) if x)})"
            case "Bool", False:
                inside = f"Flag({fixed})"
            case result, True:
                inside = f"Function({', '.join(x for x in (sorts, f'to={result}', fixed) if x)})"
            case result, _:
                inside = f"Constant({', '.join(x for x in (result, fixed) if x)})"
        return f"{self.name} = {inside}"


@dataclass(frozen=True)
class Writer:
    """Draws expressions over symbols and variables.

    Attributes:
        draw: of a Hypothesis composite.
        symbols: those that may be read.
        variables: name and sort of each variable in reach.
        states: the names of the states that may be looked at, `s` and perhaps `after`.
        definitions: parameters' sorts of each definition: of a formula `d`, of a number `n`,
            of an element of a sort `eA`, `eB` or `eK`.
    """

    draw: Draw
    symbols: tuple[Symbol, ...]
    variables: tuple[tuple[str, str], ...] = ()
    states: tuple[str, ...] = ("s",)
    definitions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def pick(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def inside(self, *sorts: str) -> tuple[Writer, str]:
        """The writer under a binder of these sorts, and the names bound."""
        names = [f"v{len(self.variables) + i}" for i in range(len(sorts))]
        bound = tuple(zip(names, sorts, strict=True))
        return replace(self, variables=(*self.variables, *bound)), ", ".join(names)

    def at(self, symbol: Symbol, depth: int) -> str:
        """A symbol at a point."""
        point = ", ".join(self.term(sort, depth - 1) for sort in symbol.sorts)
        state = self.pick(*self.states)
        return f"{state}.{symbol.name}[{point}]" if point else f"{state}.{symbol.name}"

    def term(self, sort: str, depth: int) -> str:
        """An element of a sort; there is always an immutable constant to fall back on."""
        simple = [name for name, its in self.variables if its == sort]
        simple += VALUES.get(sort, ())
        simple += [f"s.{x.name}" for x in self.symbols if x.result == sort and not x.sorts]
        functions = [x for x in self.symbols if x.result == sort and x.sorts]
        options = ("simple", "simple", "function", "ite", "define")
        kind = self.pick(*options) if depth > 0 else "simple"
        if kind == "function" and functions:
            chosen = self.pick(*(x.name for x in functions))
            return self.at(next(x for x in functions if x.name == chosen), depth)
        if kind == "ite":
            test = self.formula(depth - 1)
            return f"ite({test}, {self.term(sort, depth - 1)}, {self.term(sort, depth - 1)})"
        if kind == "define" and f"e{sort}" in self.definitions:
            return self.defined(f"e{sort}", depth)
        return self.pick(*simple)

    def number(self, depth: int) -> str:
        """A number that is no Python integer."""
        sorts = [self.pick(*SORTS)] + (
            [self.pick(*SORTS)] if self.pick("1", "1", "2") == "2" else []
        )
        writer, names = self.inside(*sorts)
        one = f"count({', '.join(sorts)}, lambda {names}: {writer.formula(depth - 1)})"
        match self.pick("count", "plus", "sum", "ite", "define") if depth > 1 else "count":
            case "plus":
                return f"({one} + {self.pick('0', '1', '2', '5')})"
            case "sum":
                return f"({self.number(depth - 1)} + {one})"
            case "ite":
                then, other = self.pick(one, "0", "3"), self.pick(self.number(depth - 1), "1")
                return f"ite({self.formula(depth - 1)}, {then}, {other})"
            case "define" if "n" in self.definitions:
                return self.defined("n", depth)
            case _:
                return one

    def formula(self, depth: int) -> str:
        """A formula (or, at the leaves, now and then a Python truth value)."""
        if depth <= 0:
            return self.leaf(0)
        match self.pick(
            "leaf", "not", "and", "or", "implies", "iff", "ite", "all", "some", "number", "leaf"
        ):
            case "not":
                return f"~all_of({self.formula(depth - 1)})"
            case "and":
                return f"all_of({self.formula(depth - 1)}, {self.formula(depth - 1)})"
            case "or":
                return f"any_of({self.formula(depth - 1)}, {self.formula(depth - 1)})"
            case "implies":
                return f"implies({self.formula(depth - 1)}, {self.formula(depth - 1)})"
            case "iff":
                return f"all_of({self.formula(depth - 1)}).iff({self.formula(depth - 1)})"
            case "ite":
                parts = (self.formula(depth - 1) for _ in range(3))
                return f"ite({', '.join(parts)})"
            case "all":
                return self.quantified("forall", depth)
            case "some":
                return self.quantified("exists", depth)
            case "number":
                sign = self.pick("<=", "<", ">=", ">", "==", "!=")
                right = self.number(depth - 1) if self.pick("n", "i") == "n" else self.pick(*"0123")
                return f"({self.number(depth - 1)} {sign} {right})"
            case _:
                return self.leaf(depth)

    def defined(self, name: str, depth: int) -> str:
        """A definition applied to terms."""
        args = ", ".join(self.term(sort, depth - 1) for sort in self.definitions[name])
        return f"{self.pick(*self.states)}.{name}({args})"

    def quantified(self, quantifier: str, depth: int) -> str:
        sorts = [self.pick(*SORTS)] + (
            [self.pick(*SORTS)] if self.pick("1", "1", "2") == "2" else []
        )
        writer, names = self.inside(*sorts)
        return f"{quantifier}({', '.join(sorts)}, lambda {names}: {writer.formula(depth - 1)})"

    def leaf(self, depth: int) -> str:
        """A formula without connectives."""
        relations = [x for x in self.symbols if x.result == "Bool"]
        match self.pick("relation", "relation", "relation", "equal", "less", "defined", "literal"):
            case "relation" if relations:
                chosen = self.pick(*(x.name for x in relations))
                return self.at(next(x for x in relations if x.name == chosen), depth)
            case "less":
                sort, sign = self.pick(*ORDERED), self.pick("<", "<=", ">", ">=")
                return f"({self.term(sort, depth)} {sign} {self.term(sort, depth)})"
            case "defined" if "d" in self.definitions:
                return self.defined("d", depth)
            case "literal":
                return self.pick("True", "False", f"least({self.term('A', depth)})")
            case _:
                sort, sign = self.pick(*SORTS), self.pick("==", "!=")
                return f"({self.term(sort, depth)} {sign} {self.term(sort, depth)})"
