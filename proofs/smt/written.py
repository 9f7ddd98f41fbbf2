"""What a formula is written about, and what its text needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from model.lang.errors import Where
from model.lang.expr import Expr, SortDecl, Symbol, Var
from model.lang.staged import Update

Term: TypeAlias = "str | int"
"""An element: as text, or, of an enumeration, as the number of its value."""
Environment: TypeAlias = Mapping[Var, Term]


class Untranslatable(Exception):
    """Something that first-order logic cannot say.

    Attributes:
        where: the line that says it.
    """

    def __init__(self, problem: str, where: Where) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where


class When(Enum):
    """Which state a formula is about."""

    BEFORE = "before the step"
    AFTER = "after the step"
    STEP = "the step: primed symbols are read after it, the others before"


@dataclass(frozen=True)
class Reading:
    """A definition's body, read otherwise: equivalent wherever some lemma holds."""

    params: tuple[Var, ...]
    body: Expr


@dataclass(frozen=True)
class Dependency:
    """For each element of one sort there is one of another."""

    source: SortDecl
    target: SortDecl
    where: Where


@dataclass
class Effects:
    """What a step changes.

    Attributes:
        updates: of the action, or of the initial states.
        env: the action's parameters.
        initial: relations that are not assigned are empty.
    """

    updates: Mapping[Symbol, Sequence[Update]]
    env: Environment
    initial: bool = False

    @staticmethod
    def of(updates: Sequence[Update], env: Environment, *, initial: bool = False) -> Effects:
        """The effects of updates, in whatever order."""
        found: dict[Symbol, list[Update]] = {}
        for update in updates:
            found.setdefault(update.symbol, []).append(update)
        return Effects(found, env, initial)


NOTHING = Effects({}, {})


@dataclass
class Written:
    """What the text of one obligation needs.

    Args:
        prefix: of all names that are made, where several are put together.

    Attributes:
        constants: the names of constants with their sorts, in order of creation.
        dependencies: what depends on what.
        flags: constants that say whether a formula is true, each with what says so.
    """

    constants: dict[str, SortDecl] = field(default_factory=dict)
    dependencies: list[Dependency] = field(default_factory=list)
    flags: dict[str, list[str]] = field(default_factory=dict)
    prefix: str = ""
    _made: int = 0

    def constant(self, hint: str, sort: SortDecl) -> str:
        """A new constant."""
        name = f"{self.prefix}{hint}.{len(self.constants)}"
        self.constants[name] = sort
        return name

    def flag(self) -> str:
        """A new constant for a truth value; no name is given twice, even if one is taken back."""
        self._made += 1
        name = f"{self.prefix}flag.{self._made}"
        self.flags[name] = []
        return name
