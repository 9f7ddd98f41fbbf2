"""A spec at a scope as Murphi (D. L. Dill, "The Murphi verification system", CAV 1996), for Rumur.

Quantifiers, definitions and whole rows stay what they are, so that the text reads like the spec.
Symbols are arrays; a sort is an interval, an enumeration an `enum` (an interval, if ordered);
immutables that the scope gives are functions, so that they are no part of the state. Then

    states = states, and rules fired = transitions,

if the text has no error. A state where an invariant fails is an error, and Rumur goes no further
from there, nor does it take a step whose assertion (a step property) fails. Deadlock is an
invariant here, "the spec may rest or some guard is true": compile with
`rumur --deadlock-detection off`, which is about stuttering or takes every rest for an error.
Leads-to under fairness is beyond Rumur: it is named in a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.export.cells import immutables
from model.export.definitions import Definitions
from model.export.murphi_terms import RESERVED, MurphiTerms
from model.export.names import TIE, Names, commented, filled
from model.export.nodes import Cell
from model.lang.expr import BOOL, FALSE, TRUE, Symbol, Var, applications
from model.lang.staged import Action, Bound, Invariant, Update
from model.scope import Finite


def murphi(finite: Finite) -> str:
    """The Murphi text of a spec at a scope.

    Raises:
        ScopeError: the axioms allow no reading of the immutables.
    """
    return "\n".join(_Writer(finite).lines()) + "\n"


class _Writer:
    """Writes one text."""

    def __init__(self, finite: Finite) -> None:
        self.finite, self.staged = finite, finite.staged
        self.names = Names(RESERVED)
        given = frozenset(s for s in self.staged.symbols if s.name in finite.scope.given)
        self.terms = MurphiTerms(finite, self.names, Definitions(self.staged), given)
        self.variables = [s for s in self.staged.symbols if s not in given]
        self.guards = {a: self.names.claim("can", a.name) for a in self.staged.actions}
        self.afters = {s: self.names.claim("after", s.name) for s in self.staged.mutable}
        self.chosen = [s for s in self.variables if s.immutable]

    def lines(self) -> list[str]:
        """The whole text."""
        return [
            *self._head(),
            *self._types(),
            "",
            "var",
            *(f"  {self.terms.symbols[s]}: {self._type(s)};" for s in self.variables),
            *self._constants(),
            *self._functions(),
            *self._start(),
            *(line for action in self.staged.actions for line in self._action(action)),
            *self._properties(),
        ]

    # -- declarations -------------------------------------------------------------------------

    def _head(self) -> list[str]:
        return [
            f"-- {self.staged.name}",
            *commented(self.staged.doc, "--"),
            "--",
            "--   rumur --deadlock-detection off -o a.c FILE; cc -O3 -mcx16 a.c -lpthread; ./a.out",
            "-- (-mcx16 lets x86-64 compare and swap 16 bytes; other machines do not know it)",
            *(f"-- Not exported: {lt.name} (leads-to)." for lt in self.staged.leads_to),
            "",
        ]

    def _types(self) -> list[str]:
        lines = []
        for sort in self.staged.sorts:
            if sort.values is not None and sort.ordered:
                lines += [
                    f"  {self.terms.element(sort, i)}: {i};" for i, _ in enumerate(sort.values)
                ]
        lines = ["const", *lines] if lines else []
        lines.append("type")
        for sort in self.staged.sorts:
            size = self.finite.size(sort)
            name, elements = (
                self.terms.sorts[sort],
                [self.finite.element(sort, i) for i in range(size)],
            )
            if sort.values is not None and not sort.ordered:
                members = ", ".join(self.terms.element(sort, i) for i in range(size))
                lines.append(f"  {name}: enum {{ {members} }};")
            else:
                lines.append(f"  {name}: 0 .. {size - 1}; -- {', '.join(elements)}")
        return lines

    def _type(self, symbol: Symbol) -> str:
        dimensions = "".join(f"array [{self.terms.sorts[s]}] of " for s in symbol.sorts)
        return dimensions + self.terms.sorts[symbol.result]

    def _constants(self) -> list[str]:
        """The immutables that the scope gives."""
        lines = [""] if self.terms.constant else []
        for symbol in self.staged.symbols:
            table = self.finite.given_table(symbol) if symbol in self.terms.constant else None
            if table is None:
                continue
            params = tuple(Var(f"x{i + 1}", s, i) for i, s in enumerate(symbol.sorts))
            env, declared = self.terms.params(params, {})
            cases: dict[int, list[str]] = {}
            for value, point in zip(table, self.finite.points(symbol), strict=True):
                here = " & ".join(
                    f"{env[p]} = {self.terms.element(p.sort, index)}"
                    for p, index in zip(params, point, strict=True)
                )
                cases.setdefault(value, []).append(f"({here})" if here else "true")
            if symbol.result is BOOL:
                text = " | ".join(cases.get(1, ["false"]))
            else:
                usual = max(cases, key=lambda v: len(cases[v]))
                text = self.terms.element(symbol.result, usual)
                for index, points in cases.items():
                    if index != usual:
                        element = self.terms.element(symbol.result, index)
                        text = f"({' | '.join(points)} ? {element} : {text})"
            name, result = self.terms.symbols[symbol], self.terms.sorts[symbol.result]
            lines += self._function(name, declared, result, text)
        return lines

    def _functions(self) -> list[str]:
        """The definitions, and the guard of each action."""
        lines = [""]
        for definition, name in self.terms.defined.items():
            env, declared = self.terms.params(definition.params, {})
            value = self.terms.text(definition.body, env)
            lines += self._function(name, declared, self.terms.result(definition), value)
        for action, name in self.guards.items():
            env, declared = self.terms.params(action.params, {})
            lines += self._function(name, declared, "boolean", self._guard(action, env))
        return lines

    def _guard(self, action: Action, env: Mapping[Var, str]) -> str:
        clauses = [c.expr for c in (*action.guard, *action.limits)]
        return " & ".join(self.terms.text(e, env, atom=True) for e in clauses) or "true"

    def _function(self, name: str, params: str, result: str, value: str) -> list[str]:
        return [
            f"function {name}({params}): {result};",
            "begin",
            *filled(f"return {value};", "  ", "    "),
            "end;",
        ]

    # -- states and steps ---------------------------------------------------------------------

    def _start(self) -> list[str]:
        """One start state for each reading of the immutables and valuation of the parameters."""
        env, declared = self.terms.params(self.staged.init_params, {})
        lines = []
        for number, contents in enumerate(immutables(self.finite)):
            lines += ["", *([f"ruleset {declared} do"] if declared else [])]
            lines += [f'startstate "start {number + 1}"', "begin"]
            for symbol in self.chosen:
                for offset, point in enumerate(self.finite.points(symbol)):
                    places = zip(symbol.sorts, point, strict=True)
                    at = "".join(f"[{self.terms.element(s, index)}]" for s, index in places)
                    value = self.terms.element(symbol.result, contents[Cell(symbol, offset)])
                    lines.append(f"  {self.terms.symbols[symbol]}{at} := {value};")
            for symbol in self.staged.mutable:
                updates = [u for u in self.staged.init if u.symbol == symbol]
                if not updates or len(updates[0].free) < len(symbol.sorts):
                    lines += self._emptied(symbol)
                for update in updates:
                    lines += self._put(update, self.terms.symbols[symbol], env)
            lines += ["end;", *(["end;"] if declared else [])]
        return lines

    def _emptied(self, symbol: Symbol) -> list[str]:
        variables = tuple(Var(f"x{i + 1}", s, i) for i, s in enumerate(symbol.sorts))
        nothing = TRUE if symbol.result is not BOOL else FALSE
        return self._put(
            Update(symbol, variables, variables, nothing, symbol.where),
            self.terms.symbols[symbol],
            {},
        )

    def _put(self, update: Update, name: str, env: Mapping[Var, str]) -> list[str]:
        """Assigns what the update says to the variable of this name."""
        inner, _ = self.terms.params(update.free, env)
        at = "".join(f"[{self.terms.text(a, inner)}]" for a in update.args)
        value = self.terms.text(update.value, inner)
        loops = " ".join(f"for {inner[v]}: {self.terms.sorts[v.sort]} do" for v in update.free)
        put = filled(f"{name}{at} := {value};", "    " if loops else "  ", "      ")
        return [f"  {loops}", *put, "  " + " ".join("end;" for _ in update.free)] if loops else put

    def _action(self, action: Action) -> list[str]:
        env, declared = self.terms.params(action.params, {})
        copied = self._copied(action)
        after = {s: self.afters[s] for s in copied}
        call = f"{self.guards[action]}({', '.join(env[p] for p in action.params)})"
        lines = [
            "",
            *commented(action.doc, "--"),
            *([f"ruleset {declared} do"] if declared else []),
        ]
        lines += [f'rule "{action.name}" {call}', "==>"]
        if after:
            lines += ["var", *(f"  {name}: {self._type(s)};" for s, name in after.items())]
        lines += ["begin", *(f"  {name} := {self.terms.symbols[s]};" for s, name in after.items())]
        for update in action.updates:
            name = after.get(update.symbol, self.terms.symbols[update.symbol])
            lines += self._put(update, name, env)
        for invariant in self.staged.invariants:
            if invariant.is_step:
                holds = [self.terms.text(c.expr, {}, after, atom=True) for c in invariant.clauses]
                lines += filled(f'assert "{invariant.name}" {" & ".join(holds)};', "  ", "    ")
        lines += [f"  {self.terms.symbols[s]} := {name};" for s, name in after.items()]
        return [*lines, "end;", *(["end;"] if declared else [])]

    def _copied(self, action: Action) -> list[Symbol]:
        """The symbols that are still read when they are updated, so that a copy is updated."""
        updated = dict.fromkeys(u.symbol for u in action.updates)
        kept = set[Symbol]()
        for update in action.updates:
            reads = {a.symbol for e in (*update.args, update.value) for a in applications(e)}
            others = [u for u in action.updates if u is not update and u.symbol == update.symbol]
            if not update.free and not others:
                reads.discard(update.symbol)
            kept |= reads
        for invariant in self.staged.invariants:
            if invariant.is_step:
                kept |= {a.symbol for c in invariant.clauses for a in applications(c.expr)}
        return [s for s in updated if s in kept]

    # -- properties ---------------------------------------------------------------------------

    def _properties(self) -> list[str]:
        lines: list[str] = []
        for invariant in self.staged.invariants:
            if not invariant.is_step:
                holds = [self.terms.text(c.expr, {}, atom=True) for c in invariant.clauses]
                lines += self._invariant(invariant, " & ".join(holds) or "true")
        for bound in self.staged.bounds:
            lines += self._invariant(bound, self._within(bound))
        if self.staged.final.expr is not TRUE:
            rest = self.terms.text(self.staged.final.expr, {}, atom=True)
            some = " | ".join((rest, *(self._somewhere(a) for a in self.staged.actions)))
            lines += ["", *filled(f'invariant "deadlock" {some};', "", "  ")]
        return lines

    def _invariant(self, prop: Invariant | Bound, holds: str) -> Iterable[str]:
        first = filled(f'invariant "{prop.name}" {holds};', "", "  ")
        return ["", *commented(prop.doc, "--"), *first]

    def _within(self, bound: Bound) -> str:
        env, _ = self.terms.params(bound.params, {})
        premise, value, most = (
            self.terms.text(e, env, atom=True) for e in (bound.premise, bound.value, bound.at_most)
        )
        return self._over("forall", bound.params, env, f"{premise} -> ({value} <= {most})")

    def _somewhere(self, action: Action) -> str:
        env, _ = self.terms.params(action.params, {})
        call = f"{self.guards[action]}({', '.join(env[p] for p in action.params)})"
        return self._over("exists", action.params, env, call)

    def _over(
        self, word: str, variables: tuple[Var, ...], env: Mapping[Var, str], text: str
    ) -> str:
        for variable in reversed(variables):
            text = f"{word} {env[variable]}:{TIE}{self.terms.sorts[variable.sort]} do {text} end"
        return text
