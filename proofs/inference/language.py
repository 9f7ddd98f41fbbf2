"""A spec in one context of z3: its sorts, its symbols, and formulas read from their text.

The text is that of `proofs.smt.translate`: about a state, about the state after a step, or that a
state is initial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import z3

from model.lang.expr import Expr, SortDecl, Var
from model.lang.staged import Action, Staged
from proofs.smt.signature import Signature, first_of, is_enumeration, order_of, size
from proofs.smt.translate import Writer
from proofs.smt.written import NOTHING, Dependency, Effects, When, Written

NAMES = re.compile(r"[^\s()]+")


@dataclass(frozen=True)
class Move:
    """An action with values for its enumerated arguments."""

    action: Action
    values: tuple[int, ...]


def moves(staged: Staged) -> Iterator[Move]:
    """Every action, once for all values of its enumerated arguments."""
    for action in staged.actions:
        enumerated = [range(size(p.sort)) for p in action.params if is_enumeration(p.sort)]
        for values in product(*enumerated):
            yield Move(action, values)


class Language:
    """The sorts and symbols of a spec in one context of z3."""

    def __init__(self, staged: Staged) -> None:
        self.staged = staged
        self.signature = Signature(staged)
        self.context = z3.Context()
        self.sorts = {s.name: z3.DeclareSort(s.name, self.context) for s in self.signature.sorts}
        self.names: dict[str, z3.FuncDeclRef] = {}
        for each in self.signature.declared:
            range_ = z3.BoolSort(self.context) if each.range == "Bool" else self.sorts[each.range]
            domain = [self.sorts[s.name] for s in each.sorts]
            self.names[each.name] = _declared(each.name, domain, range_)
        for sort in self.signature.sorts:
            if sort.ordered:
                own = self.sorts[sort.name]
                less, first = order_of(sort), first_of(sort)
                self.names[less] = _declared(less, [own, own], z3.BoolSort(self.context))
                self.names[first] = _declared(first, [], own)

    def read(self, text: str) -> z3.BoolRef:
        """The formula that a text is."""
        # Only the names that occur: z3 takes each of them anew, every time.
        used = {name: self.names[name] for name in set(NAMES.findall(text)) & self.names.keys()}
        found = z3.parse_smt2_string(
            f"(assert {text})", sorts=self.sorts, decls=used, ctx=self.context
        )
        return found[0]

    def constant(self, name: str, sort: SortDecl) -> None:
        """Declares a constant, unless it is declared."""
        if name not in self.names:
            self.names[name] = _declared(name, [], self.sorts[sort.name])

    def truth(self, name: str) -> z3.BoolRef:
        """A constant that is true or false, which texts do not mention."""
        return z3.Bool(name, self.context)

    def element(self, var: Var) -> str:
        """The constant that stands for a canonical variable."""
        name = f"d.{var.sort.name}.{var.depth}"
        self.constant(name, var.sort)
        return name


def _declared(name: str, domain: Sequence[z3.SortRef], range_: z3.SortRef) -> z3.FuncDeclRef:
    return z3.Function(name, *domain, range_) if domain else z3.Const(name, range_).decl()


class Text:
    """Formulas about one state, or about the state after one step, read by z3."""

    def __init__(self, language: Language, prefix: str, effects: Effects | None = None) -> None:
        self.language = language
        self._written = Written(prefix=prefix)
        self._writer = Writer(self._written, effects or NOTHING)
        self._meanings = 0

    @property
    def dependencies(self) -> list[Dependency]:
        """What quantifiers alternate."""
        return self._written.dependencies

    def moved(self, move: Move) -> Effects:
        """The effects of a move whose arguments are constants of this text."""
        values = iter(move.values)
        env: dict[Var, str | int] = {}
        for param in move.action.params:
            if is_enumeration(param.sort):
                env[param] = next(values)
            else:
                env[param] = self._written.constant(param.name, param.sort)
        effects = Effects.of(move.action.updates, env)
        self._writer = Writer(self._written, effects)
        return effects

    def started(self) -> Effects:
        """The effects of the initial step."""
        env = {v: self._written.constant(v.name, v.sort) for v in self.language.staged.init_params}
        effects = Effects.of(self.language.staged.init, env, initial=True)
        self._writer = Writer(self._written, effects)
        return effects

    def formulas(
        self,
        expr: Expr,
        env: Mapping[Var, str | int],
        *,
        positive: bool = True,
        when: When = When.BEFORE,
    ) -> list[z3.BoolRef]:
        """The formula, and after it what is to be asserted besides."""
        text = self._writer.formula(expr, env, positive=positive, when=when)
        for name, sort in self._written.constants.items():
            self.language.constant(name, sort)
        for flag in self._written.flags:
            if flag not in self.language.names:
                self.language.names[flag] = z3.Bool(flag, self.language.context).decl()
        meanings = [each for texts in self._written.flags.values() for each in texts]
        new = meanings[self._meanings :]
        self._meanings = len(meanings)
        return [self.language.read(each) for each in (text, *new)]
