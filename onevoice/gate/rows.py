"""The requirements R1 to R13: where the spec says them, and which properties check them.

A row is cited by its name in the docstring of an action, a definition or a property of the spec,
of anything in the implementation, or of a test.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impl.core.variants import VARIANTS
from model.lang import Where
from model.protocol import VerifiedExchange
from onevoice.gate.check import ROOT
from onevoice.gate.records import SearchRecord

REQUIREMENTS = {
    "R1": "each member decides locally whether it leads, and speaks if it does",
    "R2": "a leader speaks only if its subgroup has not been spoken for",
    "R3": "an indicator says so: cleared by a request, set by the subgroup's data",
    "R4": "a member processes the data only with every acknowledgment",
    "R5": "after a failure the survivors' leader speaks, if nobody has",
    "R6": "a failure arrives as a change of membership",
    "R7": "a leader transmits before it acknowledges, others acknowledge only",
    "R8": "leadership compares something unique: by default the lowest name",
    "R9": "join: the existing members' data is transmitted once, a joiner has none",
    "R10": "merge: the data of each part is transmitted once, to all",
    "R11": "each subgroup, however many there are, has its own voice",
    "R12": "rounds repeat until one ends in which no member failed",
    "R13": "it is a program that is shipped and carries out requests",
}
_WRONG = ("variants.py",)  # members that are wrong on purpose implement nothing
_ROW = re.compile(r"\bR(?:1[0-3]|[1-9])\b")


@dataclass(frozen=True)
class Citation:
    """Something that cites a row in its docstring."""

    name: str
    where: Where


@dataclass(frozen=True)
class Row:
    """The evidence for a requirement.

    Attributes:
        specified: what says it in the spec, properties included.
        checked: the properties that cite it, each with the numbers of the runs (from 1) in
            which it held, and not vacuously.
        proved: the properties that cite it and are proved for every size.
        implemented: what cites it in the implementation.
        caught: members that are wrong in it on purpose, and were noticed.
        tested: the tests that cite it.
    """

    name: str
    requirement: str
    specified: tuple[Citation, ...]
    checked: dict[str, tuple[int, ...]]
    proved: tuple[Citation, ...]
    implemented: tuple[Citation, ...]
    caught: tuple[str, ...]
    tested: tuple[Citation, ...]


def rows(
    shipped: Iterable[SearchRecord], caught: Iterable[str] = (), proved: Iterable[str] = ()
) -> tuple[Row, ...]:
    """The table of the requirements.

    Args:
        shipped: the runs of the shipped protocol.
        caught: the wrong members that were noticed.
        proved: the properties that are proved for every size.
    """
    shipped, caught, proved = list(shipped), list(caught), frozenset(proved)
    spec = list(_cited_by_spec())
    implementation = [
        (row, c) for row, c in _cited_in(ROOT / "impl") if Path(c.where.file).name not in _WRONG
    ]
    tests = [(row, c) for row, c in _cited_in(ROOT / "tests") if c.name.startswith("test_")]
    held: dict[str, tuple[int, ...]] = {}
    for number, found in enumerate(shipped, start=1):
        for each in found.properties:
            numbers = held.setdefault(each.name, ())
            held[each.name] = (*numbers, number) if each.status == "holds" else numbers

    def of(row: str, citations: list[tuple[str, Citation]]) -> tuple[Citation, ...]:
        return tuple(citation for cited, citation in citations if cited == row)

    return tuple(
        Row(
            row, requirement, of(row, spec),
            {c.name: held[c.name] for c in of(row, spec) if c.name in held},
            tuple(c for c in of(row, spec) if c.name in proved), of(row, implementation),
            tuple(name for name in caught if row in against(name)), of(row, tests),
        )
        for row, requirement in REQUIREMENTS.items()
    )  # fmt: skip


def against(name: str) -> frozenset[str]:
    """The requirements that members are wrong in, by what their docstring says."""
    doc = getattr(VARIANTS[name], "__doc__", None) or ""
    return frozenset(_ROW.findall(doc.partition("(against")[2]))


def _cited_by_spec() -> Iterable[tuple[str, Citation]]:
    members: dict[str, Any] = {}
    for cls in reversed(VerifiedExchange.__mro__):
        members.update(vars(cls))
    for name, member in members.items():
        if not inspect.isfunction(member):
            continue
        text = getattr(member, "_definition", member)
        doc = inspect.getdoc(member) or ""
        where = Where(text.__code__.co_filename, text.__code__.co_firstlineno)
        for row in dict.fromkeys(_ROW.findall(doc)):
            yield row, Citation(name, where)


def _cited_in(folder: Path) -> Iterable[tuple[str, Citation]]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if _ROW.search(text) is None:
            continue  # to parse it takes much longer
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue  # somebody is writing it; other checks say so
        for node in ast.walk(tree):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                for row in dict.fromkeys(_ROW.findall(ast.get_docstring(node) or "")):
                    yield row, Citation(node.name, Where(str(path), node.lineno))
