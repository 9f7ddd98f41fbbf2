"""Identifiers, comments and long lines, alike for every language that is exported to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap

WIDTH = 100
TIE = "\0"  # a blank at which no line is broken
LIST = f",{TIE}"
_ASCII = str.maketrans(
    {"≤": "<=", "≥": ">=", "≠": "#", "→": "->", "↝": "~>", "′": "'", "–": "-", "—": "-"}
    | {"¬": "~", "∧": "/\\", "∨": "\\/", "∀": "forall ", "∃": "exists ", "…": "..."}
)


class Names:
    """The identifiers of one exported text: legal in its language, and each claimed once.

    Args:
        reserved: the words that the language keeps for itself, with blanks between.
    """

    def __init__(self, reserved: str) -> None:
        self.taken = set(reserved.split())

    def claim(self, *parts: str) -> str:
        """An identifier of these parts that nobody else has: `sent_data_a1`."""
        name = self.fresh("_".join(parts), ())
        self.taken.add(name)
        return name

    def fresh(self, wanted: str, bound: Iterable[str]) -> str:
        """An identifier like `wanted` that is neither claimed nor bound; it is not claimed."""
        name = re.sub(r"\W", "_", wanted, flags=re.ASCII)
        if not re.match(r"_*[A-Za-z]", name):
            name = "n" + name
        used = self.taken.union(bound)
        number, candidate = 1, name
        while candidate in used:
            number += 1
            candidate = f"{name}_{number}"
        return candidate


def ascii_only(text: str) -> str:
    """The text in ASCII: other people's parsers need not read more."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def filled(text: str, first: str = "", rest: str | None = None, end: str = "") -> list[str]:
    """The text in lines of at most `WIDTH` characters, broken at blanks only (not at a `TIE`).

    Args:
        first: stands before the first line.
        rest: stands before the others; as many blanks as `first` is long by default.
        end: stands after all lines but the last.
    """
    rest = " " * len(first) if rest is None else rest
    lines = wrap(
        text,
        WIDTH - len(end),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = [line.replace(TIE, " ") for line in lines]
    return [*(line + end for line in lines[:-1]), *lines[-1:]]


def commented(doc: str, sign: str) -> list[str]:
    """A docstring as comment lines, each after `sign`."""
    text = ascii_only(doc).replace("*/", "* /").replace("(*", "( *").replace("*)", "* )")
    found: list[str] = []
    for line in text.splitlines():
        indent = sign + " " * (1 + len(line) - len(line.lstrip()))
        found += filled(line.strip(), indent, indent) or [sign]
    return found
