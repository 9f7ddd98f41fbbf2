"""Random small specs with their scopes, as text: what `random_spec()` draws can be pasted and run.

Every construct of the language occurs: relations, functions, constants, flags, enumerations,
immutables given and open, axioms, parameters of `@init`, guards, limits, updates of points, rows
and whole symbols, definitions, each kind of property, each kind of fairness.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from hypothesis import strategies as st

import model.lang
from model.lang import Spec, stage
from model.scope import Finite, Scope
from tests.agreement.expressions import SORTS, A, B, K, Symbol, Writer

# The spec's states are at most 2 to the power of this, times the values of its immutables.
BITS_MAX = 7
CELLS_MAX = 3  # of each immutable that the scope leaves open

ALWAYS = (
    Symbol("a", (), "A", immutable=True),
    Symbol("b", (), "B", immutable=True),
)


@dataclass(frozen=True)
class RandomSpec:
    """A spec's text and its scope; printing it gives a program that runs it."""

    text: str
    scope: Scope

    def __repr__(self) -> str:
        return (
            "\n# -- to reproduce: python THIS_FILE, with the project's root in PYTHONPATH\n"
            "from model.lang import *\nfrom model.scope import Finite, Scope\n"
            "from model.search import Limits, check\n"
            "from tests.agreement.expressions import A, B, K\n\n"
            f"{self.text}\n"
            f"finite = Finite(stage(Random()), {self.scope!r})\n"
            'for engine in ("interp", "native"):\n'
            "    print(check(finite, engine))\n# --\n"
        )

    def finite(self) -> Finite:
        names: dict[str, Any] = {n: getattr(model.lang, n) for n in model.lang.__all__}
        names |= {"A": A, "B": B, "K": K, "__name__": __package__}
        exec(compile(self.text, "<random spec>", "exec"), names)
        spec: Spec = names["Random"]()
        return Finite(stage(spec), self.scope)


@st.composite
def random_spec(draw: Any) -> RandomSpec:
    """Draws a spec and a scope for it."""
    return _Author(draw).spec()


class _Author:
    """Writes one spec."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.sizes = {"A": self.pick(2, 3, 1), "B": self.pick(2, 1), "K": 3}
        self.grows = self.number(0, 3) == 3  # relations are only ever set, where they were not
        self.symbols: tuple[Symbol, ...] = (*ALWAYS, *self.immutables(), *self.mutables())
        self.lines: list[str] = []
        self.definitions: dict[str, tuple[str, ...]] = {}

    def number(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def sorts(self, low: int, high: int) -> tuple[str, ...]:
        return tuple(self.pick(*SORTS) for _ in range(self.number(low, high)))

    def cells(self, sorts: tuple[str, ...]) -> int:
        return prod(self.sizes[sort] for sort in sorts)

    # -- what is declared ---------------------------------------------------------------------

    def immutables(self) -> list[Symbol]:
        found = []
        for i in range(self.number(0, 2)):
            sorts, result = self.sorts(0, 1), self.pick("Bool", "Bool", *SORTS)
            if self.cells(sorts) <= CELLS_MAX:
                found.append(Symbol(f"i{i}", sorts, result, immutable=True))
        return found

    def mutables(self) -> list[Symbol]:
        found, bits = [], 0
        if self.grows:
            found, bits = [Symbol("grown", ("A",), "Bool")], self.sizes["A"]
        for i in range(self.number(1, 4)):
            sorts, result = self.sorts(0, 2), self.pick("Bool", "Bool", "Bool", *SORTS)
            width = 1 if result == "Bool" else (self.sizes[result] - 1).bit_length()
            if bits + self.cells(sorts) * width <= BITS_MAX:
                bits += self.cells(sorts) * width
                found.append(Symbol(f"m{i}", sorts, result))
        return found or [Symbol("m", (), "Bool")]

    def changing(self) -> list[Symbol]:
        return [x for x in self.symbols if not x.immutable]

    def writer(
        self, *variables: tuple[str, str], fixed: bool = False, step: bool = False
    ) -> Writer:
        """Of expressions over all symbols, or over the immutables only (`fixed`)."""
        symbols = tuple(x for x in self.symbols if x.immutable or not fixed)
        states = ("s", "after") if step else ("s",)
        return Writer(self.draw, symbols, variables, states, {} if fixed else self.definitions)

    def params(self, low: int, high: int) -> tuple[list[tuple[str, str]], str]:
        """Parameters, and as text of a signature."""
        found = [(f"p{i}", sort) for i, sort in enumerate(self.sorts(low, high))]
        return found, "".join(f", {name}: {sort}" for name, sort in found)

    # -- methods ------------------------------------------------------------------------------

    def spec(self) -> RandomSpec:
        self.lines = ["class Random(Spec):"]
        self.lines += [f"    {x.declaration}" for x in self.symbols]
        self.initially()
        for name in ("d", "n", "eA", "eK"):  # later ones may call earlier ones
            if self.number(0, 2) == 2:
                self.definition(name)
        for i in range(self.number(1, 3)):
            self.action(i)
        self.properties()
        return RandomSpec("\n".join(self.lines) + "\n", self.scope())

    def method(self, decorator: str, head: str, body: list[str]) -> None:
        self.lines += ["", f"    @{decorator}", f"    def {head}:"]
        self.lines += [f"        {line}" for line in body or ["pass"]]

    def initially(self) -> None:
        if self.number(0, 3) == 3:
            axiom = self.writer(fixed=True).formula(2)
            self.method("axiom", "fits(s)", [f"return all_of({axiom})"])
        params, signature = self.params(0, 1)
        writer = self.writer(*params, fixed=True)
        body = []
        for symbol in self.changing():
            if symbol.result != "Bool" or self.chance():
                body.append(self.whole(symbol, writer))
        self.method("init", f"start(s{signature})", body)

    def whole(self, symbol: Symbol, writer: Writer) -> str:
        """An assignment to all points of a symbol."""
        if not symbol.sorts:
            return f"s.{symbol.name} = {self.value(symbol, writer)}"
        return self.assignment(symbol, [":"] * len(symbol.sorts), writer)

    def value(self, symbol: Symbol, writer: Writer) -> str:
        return writer.formula(2) if symbol.result == "Bool" else writer.term(symbol.result, 2)

    def assignment(self, symbol: Symbol, point: list[str], writer: Writer) -> str:
        free = [sort for sort, arg in zip(symbol.sorts, point, strict=True) if arg == ":"]
        if free and self.chance():
            inner, names = writer.inside(*free)
            value = f"lambda {names}: {self.value(symbol, inner)}"
        else:
            value = self.value(symbol, writer)
        return f"s.{symbol.name}[{', '.join(point)}] = {value}"

    def definition(self, name: str) -> None:
        params, signature = self.params(0, 2)
        writer = self.writer(*params)
        match name[0]:
            case "d":
                body = f"all_of({writer.formula(2)})"
            case "n":
                body = f"1 + {writer.number(1)}"
            case _:
                body = writer.term(name[1], 2)
        self.method("define", f"{name}(s{signature})", [f"return {body}"])
        self.definitions[name] = tuple(sort for _, sort in params)

    def action(self, number: int) -> None:
        params, signature = self.params(0, 2)
        writer = self.writer(*params)
        body = [f"s.require({writer.formula(2)})" for _ in range(self.number(0, 2))]
        if number == 0:  # one action is always switched on
            body = [f"s.require(any_of({line[10:-1]}, s.a == s.a))" for line in body]
        if self.number(0, 4) == 4:
            body.append(f"s.limit(any_of({writer.formula(1)}, s.a == s.a))")
        symbols = self.changing()
        grown = [symbol for symbol in symbols if symbol.result == "Bool" and symbol.sorts]
        if self.grows and grown:
            body += self.growth(self.pick(*grown), writer)
        else:
            updated = symbols[: self.number(1, 2)] if self.chance() else [self.pick(*symbols)]
            for symbol in updated:
                body += self.update(symbol, writer)
        body += [f"s.require({name} == {name})" for name, _ in params]  # so that it is used
        fair = self.pick("none", "weak", "strong")
        self.method(f'action(fair="{fair}")', f"a{number}(s{signature})", body)

    def growth(self, symbol: Symbol, writer: Writer) -> list[str]:
        point = ", ".join(writer.term(sort, 0) for sort in symbol.sorts)
        at = f"s.{symbol.name}[{point}]"
        return [f"s.require(~{at})", f"{at} = True"]

    def update(self, symbol: Symbol, writer: Writer) -> list[str]:
        if not symbol.sorts:
            return [self.whole(symbol, writer)]
        point = [":" if self.number(0, 3) == 3 else writer.term(s, 1) for s in symbol.sorts]
        lines = [self.assignment(symbol, point, writer)]
        if "K" in symbol.sorts and self.chance():  # two points of one symbol, surely different
            place = symbol.sorts.index("K")
            points = ([*point[:place], k, *point[place + 1 :]] for k in ("K.x", "K.z"))
            lines = [self.assignment(symbol, p, writer) for p in points]
        return lines

    def properties(self) -> None:
        for i in range(self.number(1, 2)):
            self.method("safety", f"safe{i}(s)", [f"return {self.property(self.writer())}"])
        body = [f"return {self.property(self.writer(step=True))}"]
        self.method("step", "moves(s, after)", body)
        params, signature = self.params(0, 1)
        writer = self.writer(*params)
        where = writer.formula(1) if self.chance() else "True"
        most = writer.number(1) if self.chance() else self.pick(*"0123")
        body = [f"return measure({writer.number(2)}, at_most={most}, where={where})"]
        self.method("bound", f"few(s{signature})", body)
        for i in range(self.number(1, 2)):
            params, signature = self.params(0, 1)
            writer = self.writer(*params)
            body = [f"return {writer.formula(2)}, {writer.formula(2)}"]
            self.method("leads_to", f"leads{i}(s{signature})", body)
        if self.chance():
            self.method("final", "rests(s)", [f"return all_of({self.writer().formula(1)})"])

    def property(self, writer: Writer) -> str:
        """Mostly with a premise, so that some are vacuous, and with several conjuncts."""
        inner, names = writer.inside("A")
        implication = f"implies({inner.formula(1)}, {inner.formula(2)})"
        parts = [f"forall(A, lambda {names}: {implication})"] if self.chance() else []
        return f"all_of({', '.join([*parts, writer.formula(2)])})"

    # -- the scope ----------------------------------------------------------------------------

    def scope(self) -> Scope:
        given: dict[str, Any] = {}
        for symbol in self.symbols:
            if symbol.immutable and self.chance():
                given[symbol.name] = self.given(symbol)
        return Scope({"A": self.sizes["A"], "B": self.sizes["B"]}, given)

    def given(self, symbol: Symbol) -> Any:
        result = 2 if symbol.result == "Bool" else self.sizes[symbol.result]
        values = [self.number(0, result - 1) for _ in range(self.cells(symbol.sorts))]
        if not symbol.sorts:
            return values[0]
        if symbol.result == "Bool":
            return {point for point, value in enumerate(values) if value}
        return dict(enumerate(values))
