"""Small scopes of a spec, with readings of its immutables that the axioms allow.

The sizes are tried from small to large. What the immutables are is found by a SAT solver at random
(with a seed), each reading once: so many as are asked for, or all there are.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from model.ground import Circuit, Layout
from model.ground.elaborate import Elaborator
from model.lang.expr import BOOL, Symbol
from model.lang.staged import Staged
from model.scope import Finite, Scope, State
from proofs.ground.encode import Frame
from proofs.ground.sat import Budget as SatBudget
from proofs.ground.sat import Sat

ELEMENTS_MAX = 3  # of a sort,
ORDERED_MAX = 4  # and of one that is ordered
BITS_MAX = 130  # of what changes, in a state
READINGS_MAX = 16  # of the immutables, at one size
DECISIONS = 8  # at random, of one reading


def scopes(staged: Staged, seed: int) -> Iterator[Scope]:
    """Scopes, small ones first."""
    free = [sort for sort in staged.sorts if sort.values is None]
    ranges = [range(1, (ORDERED_MAX if s.ordered else ELEMENTS_MAX) + 1) for s in free]
    chance = random.Random(seed)
    for chosen in sorted(product(*ranges), key=lambda found: (sum(found), max(found, default=0))):
        sizes = dict(zip((sort.name for sort in free), chosen, strict=True))
        yield from scopes_at(staged, sizes, chance)


def scopes_at(staged: Staged, sizes: Mapping[str, int], chance: random.Random) -> Iterator[Scope]:
    """Scopes of some sizes, unless their states are too large."""
    finite = Finite(staged, Scope(sizes))
    if sum(_bits(finite, symbol) for symbol in staged.mutable) <= BITS_MAX:
        yield from _readings(finite, chance)


def _bits(finite: Finite, symbol: Symbol) -> int:
    cells = math.prod(finite.size(sort) for sort in symbol.sorts)
    return cells * (finite.size(symbol.result) - 1).bit_length()


def _readings(finite: Finite, chance: random.Random) -> Iterator[Scope]:
    """The scope with values given to all immutables."""
    staged, sizes = finite.staged, finite.scope.sizes
    if not any(symbol.immutable for symbol in staged.symbols):
        yield finite.scope
        return
    blank = tuple(tuple(0 for _ in finite.points(symbol)) for symbol in staged.symbols)
    layout = Layout(finite, blank, frozenset(staged.mutable))
    elaborator = Elaborator(Circuit(layout.size), layout)
    sat = Sat("minisat22", SatBudget())
    frame = Frame(elaborator.circuit, sat, [sat.variable() for _ in range(layout.size)])
    for axiom in staged.axioms:
        sat.add([frame.literal(elaborator.literal(axiom.expr, {}))])
    for symbol in staged.symbols:
        if symbol.immutable and symbol.result is not BOOL:
            for offset, _ in enumerate(finite.points(symbol)):
                values = elaborator.cell(symbol, offset, primed=False)
                sat.add([frame.literal(literal) for _, literal in values])
    try:
        for _ in range(READINGS_MAX):
            decided: list[int] = []
            for variable in chance.sample(frame.inputs, min(DECISIONS, len(frame.inputs))):
                decision = variable * chance.choice((1, -1))
                if sat.solve([*decided, decision]):
                    decided.append(decision)
            if not sat.solve(decided):
                return
            yield Scope(sizes, _given(finite, layout.decode(list(frame.bits()))))
            sat.add([-v if sat.value(v) else v for v in frame.inputs])
    finally:
        sat.close()


def _given(finite: Finite, state: State) -> dict[str, Any]:
    """The immutables of a state as a scope gives them."""
    given: dict[str, Any] = {}
    for symbol, table in zip(finite.staged.symbols, state, strict=True):
        if symbol.immutable:
            points = list(finite.points(symbol))
            if not symbol.sorts:
                given[symbol.name] = table[0]
            elif symbol.result is BOOL:
                given[symbol.name] = {p for p, true in zip(points, table, strict=True) if true}
            else:
                given[symbol.name] = dict(zip(points, table, strict=True))
    return given
