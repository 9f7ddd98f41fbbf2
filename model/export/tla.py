"""A spec at a scope as TLA+, with a configuration for TLC (Lamport, "Specifying Systems", ch. 14).

The same atomic steps: one TLA+ action for each action, its parameters bound by \\E in `Next`; so

    distinct states = states, and states generated = transitions + initial states,

counting an initial state for each reading of the immutables and valuation of `@init`'s parameters.

- Relations are functions to BOOLEAN. Immutables that the scope gives are constant definitions;
  the others are variables that `Init` chooses under the axioms.
- Definitions are operators, docstrings comments.
- A guard that TLC would split into alternatives is written `(guard) = TRUE`: it would generate
  the same step for each of them.
- The sets are literals, so no SYMMETRY is declared: TLC would ignore it with a mere warning, and
  it is unsound for temporal properties anyway.
- There is no CONSTRAINT, under which TLC's temporal properties hold vacuously: what bounds a
  search (`limit`) is part of the actions here, as everywhere in finite scopes.
- A step property is [][...]_vars, so TLC does not look at steps that change nothing; we do.
- Fairness is WF_vars or SF_vars of each instance of an action.
- If the spec says where it may rest, deadlock is the invariant `NoDeadlock`, else TLC's own check.
"""

from __future__ import annotations

from model.export.cells import immutables
from model.export.definitions import Definitions
from model.export.names import TIE, WIDTH, Names, commented, filled
from model.export.tla_terms import RESERVED, Env, TlaTerms, splits
from model.lang.errors import ScopeError
from model.lang.expr import (
    BOOL,
    FALSE,
    TRUE,
    And,
    Apply,
    AtMost,
    Expr,
    Forall,
    Implies,
    Symbol,
    Var,
    applications,
)
from model.lang.staged import Action, Bound, Clause, Invariant, LeadsTo, Update
from model.scope import Finite


def tla(finite: Finite) -> tuple[str, str]:
    """The TLA+ module of a spec at a scope, and TLC's configuration for it.

    Raises:
        ScopeError: the axioms allow no reading of the immutables.
    """
    if next(immutables(finite), None) is None:
        raise ScopeError(f"the axioms of {finite.staged.name} exclude this scope")
    writer = _Writer(finite)
    module = "\n".join(writer.module()).replace(TIE, " ")
    return module + "\n", "\n".join(writer.configuration()) + "\n"


class _Writer:
    """Writes one module."""

    def __init__(self, finite: Finite) -> None:
        self.finite, self.staged = finite, finite.staged
        self.names = Names(RESERVED)
        given = frozenset(s for s in self.staged.symbols if s.name in finite.scope.given)
        self.terms = TlaTerms(finite, self.names, Definitions(self.staged), given)
        self.variables = [s for s in self.staged.symbols if s not in given]
        self.actions = {a: self.names.claim(a.name) for a in self.staged.actions}
        self.axioms = [
            self.names.claim("Axiom", str(i + 1)) for i, _ in enumerate(self.staged.axioms)
        ]
        self.properties = {p.name: self.names.claim(p.name) for p in self.staged.properties}

    def module(self) -> list[str]:
        """The module."""
        title = f" MODULE {self.staged.name} "
        return [
            title.center(76, "-"),
            *commented(self.staged.doc, "\\*"),
            "EXTENDS Naturals, FiniteSets",
            "",
            *self._sorts(),
            *(line for s in self.staged.symbols for line in self._constant(s)),
            "",
            *filled(", ".join(self.terms.symbols[s] for s in self.variables), "VARIABLES "),
            "",
            *filled(f"<<{', '.join(self.terms.symbols[s] for s in self.variables)}>>", "vars == "),
            "",
            *self._type(),
            "",
            *(
                line
                for d, name in self.terms.defined.items()
                for line in self._operator(name, d.params, d.body)
            ),
            *self._axioms(),
            *self._init(),
            *(line for action in self.staged.actions for line in self._action(action)),
            *self._next(),
            *self._fairness(),
            "Spec == Init /\\ [][Next]_vars /\\ Fairness",
            "",
            *self._deadlock(),
            *(line for p in self.staged.properties for line in self._property(p)),
            "=" * 76,
        ]

    def configuration(self) -> list[str]:
        """What TLC is to check."""
        rests = self.staged.final.expr is not FALSE
        invariants = ["TypeOK", *(["NoDeadlock"] if rests else [])]
        temporal: list[str] = []
        for prop in self.staged.properties:
            is_state = isinstance(prop, Bound) or (isinstance(prop, Invariant) and not prop.is_step)
            (invariants if is_state else temporal).append(self.properties[prop.name])
        lines = ["SPECIFICATION Spec", "INVARIANTS", *(f"  {name}" for name in invariants)]
        lines += ["PROPERTIES", *(f"  {name}" for name in temporal)] if temporal else []
        return [*lines, f"CHECK_DEADLOCK {'FALSE' if rests else 'TRUE'}"]

    # -- sorts, constants, variables ----------------------------------------------------------

    def _sorts(self) -> list[str]:
        lines = []
        for sort in self.staged.sorts:
            size, name = self.finite.size(sort), self.terms.sorts[sort]
            names = [self.finite.element(sort, i) for i in range(size)]
            if sort.ordered:
                lines.append(f"{name} == 0 .. {size - 1} \\* {', '.join(names)}")
            else:
                elements = ", ".join(self.terms.element(sort, i) for i in range(size))
                lines += filled(f"{{{elements}}}", f"{name} == ")
        for names_of in self.terms.elements.values():
            lines += [f"{name} == {index}" for index, name in enumerate(names_of)]
        return lines

    def _constant(self, symbol: Symbol) -> list[str]:
        """The definition of an immutable that the scope gives."""
        table = self.finite.given_table(symbol) if symbol in self.terms.constant else None
        if table is None:
            return []
        name = self.terms.symbols[symbol]
        if not symbol.sorts:
            return [f"{name} == {self.terms.element(symbol.result, table[0])}"]
        params = tuple(Var(f"x{i + 1}", s, i) for i, s in enumerate(symbol.sorts))
        env, bounds = self.terms.bind(params, {})
        points: dict[int, list[str]] = {}
        for value, point in zip(table, self.finite.points(symbol), strict=True):
            elements = [self.terms.element(s, i) for s, i in zip(symbol.sorts, point, strict=True)]
            tuple_ = f"<<{', '.join(elements)}>>" if len(elements) > 1 else elements[0]
            points.setdefault(value, []).append(tuple_)
        here = ", ".join(env[p] for p in params)
        here = f"<<{here}>>" if len(params) > 1 else here
        if symbol.result is BOOL:
            text = f"{here} \\in {{{', '.join(points.get(1, []))}}}"
        else:
            usual = max(points, key=lambda v: len(points[v]))
            cases = [
                f"IF {here} \\in {{{', '.join(where)}}} THEN "
                f"{self.terms.element(symbol.result, index)} ELSE "
                for index, where in points.items()
                if index != usual
            ]
            text = "".join(cases) + self.terms.element(symbol.result, usual)
        return filled(f"[{bounds} |-> {text}]", f"{name} == ", "  ")

    def _set(self, symbol: Symbol) -> str:
        result = self.terms.sorts[symbol.result]
        if not symbol.sorts:
            return result
        domain = " \\X ".join(self.terms.sorts[s] for s in symbol.sorts)
        return f"[{domain} -> {result}]"

    def _type(self) -> list[str]:
        lines = [f"/\\ {self.terms.symbols[s]} \\in {self._set(s)}" for s in self.variables]
        return ["TypeOK ==", *(f"  {line}" for line in lines)]

    def _operator(self, name: str, params: tuple[Var, ...], body: Expr) -> list[str]:
        env, _ = self.terms.bind(params, {})
        head = f"{name}({', '.join(env[p] for p in params)})" if params else name
        text = self.terms.text(body, env)
        if len(head) + len(text) + 4 <= WIDTH:
            return [*filled(text, f"{head} == "), ""]
        return [f"{head} ==", *self.terms.lines(body, env, "  ", "  "), ""]

    # -- the initial states -------------------------------------------------------------------

    def _axioms(self) -> list[str]:
        """Axioms over constants are assumed; the others are conjuncts of `Init`."""
        lines: list[str] = []
        for clause, name in zip(self.staged.axioms, self.axioms, strict=True):
            lines += self._operator(name, (), clause.expr)
            if self._is_constant(clause):
                lines += [f"ASSUME {name}", ""]
        return lines

    def _is_constant(self, clause: Clause) -> bool:
        return all(a.symbol in self.terms.constant for a in applications(clause.expr))

    def _init(self) -> list[str]:
        env, bounds = self.terms.bind(self.staged.init_params, {})
        lines = ["Init ==", *filled(f"\\E {bounds} :", "  ")] if bounds else ["Init =="]
        item = "    /\\ " if bounds else "  /\\ "
        for symbol in self.variables:
            if symbol.immutable:
                lines.append(f"{item}{self.terms.symbols[symbol]} \\in {self._set(symbol)}")
        for clause, name in zip(self.staged.axioms, self.axioms, strict=True):
            if not self._is_constant(clause):
                lines.append(f"{item}{name} = TRUE" if splits(clause.expr) else item + name)
        for symbol in self.staged.mutable:
            updates = [u for u in self.staged.init if u.symbol == symbol]
            value = self._initial(symbol, updates, env)
            lines += filled(value, f"{item}{self.terms.symbols[symbol]} = ", _deeper(item))
        return [*lines, ""]

    def _initial(self, symbol: Symbol, updates: list[Update], env: Env) -> str:
        nothing = FALSE if symbol.result is BOOL else TRUE  # else `@init` assigns all of it
        return self._function(symbol, updates, nothing, env)

    # -- actions ------------------------------------------------------------------------------

    def _action(self, action: Action) -> list[str]:
        env, _ = self.terms.bind(action.params, {})
        params = ", ".join(env[p] for p in action.params)
        name, item = self.actions[action], "  /\\ "
        lines = [*commented(action.doc, "\\*"), f"{name}({params}) ==" if params else f"{name} =="]
        for clause in (*action.guard, *action.limits):
            if splits(clause.expr):
                text = self.terms.text(clause.expr, env, atom=True)
                lines += filled(f"{text} = TRUE", item, _deeper(item))
            else:
                lines += self.terms.lines(clause.expr, env, item, "     ")
        updated = dict.fromkeys(u.symbol for u in action.updates)
        for symbol in updated:
            updates = [u for u in action.updates if u.symbol == symbol]
            value = self._updated(symbol, updates, env)
            lines += filled(value, f"{item}{self.terms.symbols[symbol]}' = ", _deeper(item))
        kept = [self.terms.symbols[s] for s in self.variables if s not in updated]
        if kept:
            lines += filled(f"<<{', '.join(kept)}>>", f"{item}UNCHANGED ", _deeper(item))
        return [*lines, ""]

    def _updated(self, symbol: Symbol, updates: list[Update], env: Env) -> str:
        """The value of a symbol after updates: EXCEPT at points, a function for whole rows."""
        if symbol.sorts and not any(u.free for u in updates):
            changes = ", ".join(
                f"![{', '.join(self.terms.text(a, env) for a in u.args)}] = "
                f"{self.terms.text(u.value, env)}"
                for u in updates
            )
            return f"[{self.terms.symbols[symbol]} EXCEPT {changes}]"
        return self._function(symbol, updates, None, env)

    def _function(
        self, symbol: Symbol, updates: list[Update], nothing: Expr | None, env: Env
    ) -> str:
        """A symbol's value point by point: the last update that is about it, or what it was."""
        whole = updates[-1].free if updates and updates[-1].args == updates[-1].free else None
        points = whole or tuple(Var(f"x{i + 1}", s, -2 - i) for i, s in enumerate(symbol.sorts))
        inner, bounds = self.terms.bind(points, env)
        if nothing is None:
            old = self.terms.text(Apply(symbol, points, False), inner)
        else:
            old = self.terms.text(nothing, inner)
        value = old
        for update in updates:
            places = list(zip(update.args, points, strict=True))
            names = {a: inner[p] for a, p in places if isinstance(a, Var) and a in update.free}
            here = [
                f"{inner[p]} = {self.terms.text(a, inner, atom=True)}"
                for a, p in places
                if a not in names
            ]
            text = self.terms.text(update.value, {**inner, **names})
            condition = " /\\ ".join(here)
            value = f"IF {condition} THEN {text} ELSE {value}" if here else text
        if points:
            return f"[{bounds} |-> {value}]"
        return f"({value})" if {" ", TIE} & set(value) else value

    def _next(self) -> list[str]:
        lines = []
        for action, name in self.actions.items():
            env, bounds = self.terms.bind(action.params, {})
            call = f"{name}({', '.join(env[p] for p in action.params)})" if env else name
            lines.append(f"  \\/ \\E {bounds} : {call}" if bounds else f"  \\/ {call}")
        return ["Next ==", *lines, ""]

    def _fairness(self) -> list[str]:
        lines = []
        for action, name in self.actions.items():
            if action.fair != "none":
                env, bounds = self.terms.bind(action.params, {})
                call = f"{name}({', '.join(env[p] for p in action.params)})" if env else name
                fair = f"{'WF' if action.fair == 'weak' else 'SF'}_vars({call})"
                lines.append(f"  /\\ \\A {bounds} : {fair}" if bounds else f"  /\\ {fair}")
        return ["Fairness ==", *(lines or ["  TRUE"]), ""]

    # -- properties ---------------------------------------------------------------------------

    def _deadlock(self) -> list[str]:
        if self.staged.final.expr is FALSE:
            return []
        return [
            *filled(self.terms.text(self.staged.final.expr, {}), "Final == ", "  "),
            "",
            "NoDeadlock == Final \\/ ENABLED Next",
            "",
        ]

    def _property(self, prop: Invariant | Bound | LeadsTo) -> list[str]:
        name = self.properties[prop.name]
        doc = commented(prop.doc, "\\*")
        match prop:
            case Invariant(clauses=clauses, is_step=False):
                return [*doc, *self._operator(name, (), _conjunction(clauses))]
            case Invariant(clauses=clauses):
                text = self.terms.text(_conjunction(clauses), {})
                return [*doc, *filled(f"[][{text}]_vars", f"{name} == ", "  "), ""]
            case Bound(params=params, premise=premise, value=value, at_most=at_most):
                within = Implies(premise, AtMost(value, at_most))
                whole = Forall(params, within) if params else within
                return [*doc, *self._operator(name, (), whole)]
            case LeadsTo(params=params, premise=premise, goal=goal):
                env, bounds = self.terms.bind(params, {})
                lines = filled(f"{name} ==" + (f" \\A {bounds} :" if params else ""), "", "  ")
                lines += filled(f"({self.terms.text(premise, env)})", "  ", "    ")
                lines += filled(f"~> ({self.terms.text(goal, env)})", "    ", "      ")
                return [*doc, *lines, ""]


def _conjunction(clauses: tuple[Clause, ...]) -> Expr:
    return (
        And(tuple(c.expr for c in clauses))
        if len(clauses) > 1
        else (clauses[0].expr if clauses else TRUE)
    )


def _deeper(item: str) -> str:
    """The indentation of the further lines of an item of a list."""
    return " " * (len(item) + 2)
