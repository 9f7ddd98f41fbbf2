"""A spec with some of its properties: other checkers stop at an error, or know no leads-to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from model.lang.expr import TRUE
from model.lang.staged import Clause
from model.scope import Finite

DEADLOCK = "deadlock"


def of_safety(finite: Finite) -> Finite:
    """The spec without leads-to, of which only TLC knows."""
    return Finite(replace(finite.staged, leads_to=()), finite.scope)


def only(finite: Finite, names: Iterable[str]) -> Finite:
    """The spec with only these properties, `deadlock` among them or not."""
    staged, wanted = finite.staged, set(names)
    kept = replace(
        staged,
        invariants=tuple(p for p in staged.invariants if p.name in wanted),
        bounds=tuple(p for p in staged.bounds if p.name in wanted),
        leads_to=tuple(p for p in staged.leads_to if p.name in wanted),
    )
    if DEADLOCK not in wanted:
        kept = replace(kept, final=Clause(TRUE, staged.final.where))
    return Finite(kept, finite.scope)
