"""The structure of a formula's text, before it is known what its names mean.

Both notations are read into this. Each piece knows its place, for messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from model.lang.parse.errors import Place

Quantifier: TypeAlias = Literal["forall", "exists", "count"]
Joint: TypeAlias = Literal["and", "or", "add"]
Comparison: TypeAlias = Literal["=", "≠", "<", "≤", ">", "≥"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name alone, or of the state after the step if `primed`."""

    text: str
    place: Place
    primed: bool = False


@dataclass(frozen=True, slots=True)
class Dotted:
    """`s.NAME`, `after.NAME` or `Sort.value`; the place is that of what stands behind the dot."""

    owner: Name
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Constant:
    """A truth value or a natural number."""

    value: bool | int
    place: Place


@dataclass(frozen=True, slots=True)
class Applied:
    """A symbol or a definition at its arguments."""

    head: Name | Dotted
    args: tuple[Syntax, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Negated:
    """`~p`, `¬p`."""

    body: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Joined:
    """Formulas joined by `and` or `or`, or numbers added; at least one, folded from the left."""

    kind: Joint
    written: str
    parts: tuple[Syntax, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Compared:
    """Two elements or two numbers; `written` is the sign in the notation of the text."""

    sign: Comparison
    written: str
    left: Syntax
    right: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Connected:
    """Implication or equivalence of two formulas."""

    kind: Literal["implies", "iff"]
    written: str
    left: Syntax
    right: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable that a quantifier binds: its name, its sort's, and how the body writes it."""

    name: str
    sort: Name
    written: str


@dataclass(frozen=True, slots=True)
class Quantified:
    """A quantifier or a count."""

    quantifier: Quantifier
    variables: tuple[Binding, ...]
    body: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Chosen:
    """`ite(condition, then, other)`."""

    condition: Syntax
    then: Syntax
    other: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Least:
    """`least(element)`."""

    body: Syntax
    place: Place


Syntax: TypeAlias = (
    Name
    | Dotted
    | Constant
    | Applied
    | Negated
    | Joined
    | Compared
    | Connected
    | Quantified
    | Chosen
    | Least
)
