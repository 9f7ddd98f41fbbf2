"""Which cells of a scope vary, so that a text without needless variables can be written.

First the initial states are listed: `@init` and the axioms read immutables only, so that they
fold to values. Then the cells that never change are found, by an optimistic fixpoint: assume that
every cell keeps its initial value, unroll the steps, let vary what a step that may be enabled
could change, repeat. What is still assumed at the end is true of every reachable state, by
induction over steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from model.export.nodes import Cell, Known, Node
from model.export.unroll import Unroller
from model.lang.errors import ScopeError
from model.scope import Finite

Contents = dict[Cell, int]
INITIAL_STATES_MAX = 4096


def immutables(finite: Finite) -> Iterator[Contents]:
    """The cells of the immutables, in every reading that the scope and the axioms allow."""
    symbols = [s for s in finite.staged.symbols if s.immutable]
    for tables in product(*(list(finite.interpretations(s)) for s in symbols)):
        known = {
            Cell(symbol, offset): value
            for symbol, table in zip(symbols, tables, strict=True)
            for offset, value in enumerate(table)
        }
        unroller = Unroller(finite, known)
        if all(_value(unroller.unrolled(a.expr, {})) for a in finite.staged.axioms):
            yield known


def initial_states(finite: Finite) -> list[Contents]:
    """The distinct initial states, all cells of each.

    Raises:
        ScopeError: there is none, or there are too many to write each of them down.
    """
    staged = finite.staged
    found: dict[tuple[int, ...], Contents] = {}
    cells = [Cell(s, i) for s in staged.symbols for i, _ in enumerate(finite.points(s))]
    for fixed in immutables(finite):
        blank = {cell: fixed.get(cell, 0) for cell in cells}
        unroller = Unroller(finite, blank)
        for env in finite.valuations(staged.init_params):
            new = unroller.updated(staged.init, env)
            state = blank | {cell: _value(node) for cell, node in new.items()}
            found.setdefault(tuple(state.values()), state)
            if len(found) > INITIAL_STATES_MAX:
                raise ScopeError(
                    f"more than {INITIAL_STATES_MAX} initial states are too many to write down: "
                    "give the immutables values, or take a smaller scope"
                )
    if not found:
        raise ScopeError(f"no initial state: the axioms of {staged.name} exclude this scope")
    return list(found.values())


def unvarying(finite: Finite, initial: list[Contents]) -> Contents:
    """The cells that hold one value in all reachable states, with this value."""
    known = {
        cell: value
        for cell, value in initial[0].items()
        if all(state[cell] == value for state in initial)
    }
    while True:
        unroller = Unroller(finite, known)
        changed: set[Cell] = set()
        for step in finite.steps:
            if unroller.guard(step) is not unroller.nodes.false:
                changed.update(cell for cell in unroller.changes(step) if cell in known)
        if not changed:
            return known
        for cell in changed:
            del known[cell]


def _value(node: Node) -> int:
    assert isinstance(node, Known), "immutables decide it"
    return node.value
