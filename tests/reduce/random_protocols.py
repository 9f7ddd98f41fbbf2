"""Random small specs that can often be reduced: alike elements, and much that is only ever set.

The specs of `tests/agreement/random_specs.py` show every construct of the language, and hardly
ever anything to reduce. These speak of elements of one sort, mostly by variables alone, and have
steps like sending, delivering and crashing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from model.scope import Scope
from tests.agreement.random_specs import RandomSpec

Variables = tuple[str, ...]
FUNCTIONS_TO = ("K.x", "K.y", "K.z")


@st.composite
def random_protocol(draw: Any) -> RandomSpec:
    """Draws a spec and a scope for it."""
    return _Author(draw).spec()


class _Author:
    """Writes one spec over the sort A, whose elements are ordered, or B, whose are not."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.sort = self.pick("A", "B")
        self.size = self.pick(2, 3)
        self.names_one = self.number(0, 9) == 9
        self.groups = self.number(0, 3) == 3
        self.compares = self.sort == "A" and self.number(0, 2) == 2
        self.pairs = self.size == 2 and self.chance()
        self.lines: list[str] = []

    def number(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    # -- formulas -----------------------------------------------------------------------------

    def atom(self, variables: Variables, state: str = "s") -> str:
        """A fact of some of the variables, or of none."""
        facts = [f"{state}.flag"]
        for v in variables:
            facts += [f"{state}.sent[{v}]", f"{state}.got[{v}]", f"({state}.at[{v}] == K.x)"]
            if self.groups:
                facts.append(f"{state}.inside[{v}]")
            if self.names_one:
                facts.append(f"({v} == s.one)")
            for w in variables:
                facts += [f"{state}.told[{v}, {w}]"] if self.pairs else []
                if v != w:
                    facts.append(f"({v} {'<' if self.compares else '=='} {w})")
        return f"{'~' if self.number(0, 2) == 2 else ''}{self.pick(*facts)}"

    def formula(self, variables: Variables, depth: int = 2, state: str = "s") -> str:
        match self.number(0, 3) if depth else 0:
            case 1:
                parts = (self.formula(variables, depth - 1, state) for _ in range(2))
                return f"{self.pick('all_of', 'any_of')}({', '.join(parts)})"
            case 2 | 3:
                new = f"v{len(variables)}"
                body = self.formula((*variables, new), depth - 1, state)
                return f"{self.pick('forall', 'exists')}({self.sort}, lambda {new}: {body})"
            case _:
                return self.atom(variables, state)

    # -- methods ------------------------------------------------------------------------------

    def spec(self) -> RandomSpec:
        sort = self.sort
        self.lines = ["class Random(Spec):", "    flag = Flag()"]
        self.lines += [f"    {name} = Relation({sort})" for name in ("sent", "got")]
        self.lines += [f"    at = Function({sort}, to=K)"]
        self.lines += [f"    told = Relation({sort}, {sort})"] if self.pairs else []
        self.lines += [f"    one = Constant({sort}, immutable=True)"] if self.names_one else []
        self.lines += [f"    inside = Relation({sort}, immutable=True)"] if self.groups else []
        begins = ["s.at[:] = K.x", *(["s.sent[:] = True"] if self.number(0, 3) == 3 else [])]
        self.method("init", "start(s)", begins)
        for i in range(self.number(2, 4)):
            self.action(i)
        self.properties()
        given: dict[str, Any] = {"one": 0} if self.names_one else {}
        if self.groups:
            given["inside"] = set(range(self.number(0, self.size)))
        return RandomSpec("\n".join(self.lines) + "\n", Scope({sort: self.size}, given))

    def method(self, decorator: str, head: str, body: list[str]) -> None:
        self.lines += ["", f"    @{decorator}", f"    def {head}:"]
        self.lines += [f"        {line}" for line in body]

    def action(self, number: int) -> None:
        variables = ("p", "q")[: self.pick(1, 1, 2)] if number else ("p",)
        match self.number(0, 3) if number else 0:
            case 0:  # sent in any case, so that something happens
                body = [f"s.require({self.formula(variables, 1)})"] if number else []
                body.append("s.sent[p] = True")
            case 1:  # delivered
                body = ["s.require(s.sent[p])"]
                body += [f"s.require({self.atom(variables)})"] if self.chance() else []
                body.append(self.pick("s.got[p] = True", "s.flag = True"))
            case 2:  # crashed, and all is forgotten
                body = [f"s.require({self.atom(variables)})"]
                body += ["s.got[p] = False", *(["s.sent[p] = False"] if self.chance() else [])]
            case _:
                body = [f"s.require({self.formula(variables)})"]
                body += self.draw(
                    st.lists(
                        st.sampled_from(self.updates(variables)),
                        max_size=2,
                        min_size=1,
                        unique_by=lambda line: line.replace("[", " ").split()[0],
                    )
                )
        body += [f"s.require({v} == {v})" for v in variables]  # so that it is used
        signature = "".join(f", {v}: {self.sort}" for v in variables)
        fair = self.pick("none", "none", "weak", "strong")
        self.method(f'action(fair="{fair}")', f"a{number}(s{signature})", body)

    def updates(self, variables: Variables) -> list[str]:
        last = variables[-1]
        found = [
            f"s.got[{last}] = True",
            "s.flag = True",
            f"s.flag = {self.atom(variables)}",
            "s.got[:] = False",
            f"s.at[p] = {self.pick(*FUNCTIONS_TO)}",
            f"s.sent[p] = {self.atom(variables)}",
        ]
        return [*found, f"s.told[p, {last}] = True"] if self.pairs else found

    def properties(self) -> None:
        each = f"lambda x: implies({self.formula(('x',), 1)}, {self.formula(('x',), 1)})"
        self.method("safety", "safe(s)", [f"return forall({self.sort}, {each})"])
        before, after = self.atom(("x",)), self.atom(("x",), "after")
        each = f"lambda x: implies({before}, {after})"
        self.method("step", "moves(s, after)", [f"return forall({self.sort}, {each})"])
        counted = f"count({self.sort}, lambda x: {self.formula(('x',), 1)})"
        self.method("bound", "few(s)", [f"return measure({counted}, at_most={self.pick(1, 2)})"])
        promise = f"{self.formula(('p',), 1)}, {self.formula(('p',), 1)}"
        self.method("leads_to", f"leads(s, p: {self.sort})", [f"return {promise}"])
        if self.chance():
            self.method("final", "rests(s)", [f"return all_of({self.formula((), 2)})"])
