"""Unrolled formulas as Promela expressions."""

from __future__ import annotations

from typing import assert_never

from model.export.names import Names
from model.export.nodes import (
    All,
    Any_,
    Below,
    Cell,
    Chosen,
    Held,
    Known,
    Named,
    Negated,
    Node,
    Same,
    Sum,
)
from model.lang.expr import BOOL, SortDecl
from model.scope import Finite

# Binding strength, loosest first (spinroot.com/spin/Man/operators.html: as in C).
_OR, _AND, _COMPARE, _ADD, _ATOM = range(5)

# Promela's keywords and predefined names, and C's, since SPIN writes C with the same names.
RESERVED = """
    active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan cond
    d_proctype d_step do else empty enabled end eval false fi for full get_priority goto hidden if
    init inline int in len ltl mtype nempty never nfull notrace np_ od of pc_value pid print printf
    printm priority proctype product provided run set_priority show short skip timeout trace true
    typedef unless unsigned xr xs select accept progress _ _last _nr_pr _pid _priority
    next_1 next_2 next_3 next_4 next_5 next_6 next_7 next_8 next_9
    auto case char const continue default double enum extern float long register return signed
    sizeof static struct switch union void volatile while now main main_ uchar ushort ulong State
"""


class PromelaTerms:
    """Writes unrolled formulas, and gives cells and definitions their names.

    Args:
        finite: the spec and its scope, for the names of elements.
        names: the identifiers of the text.
    """

    def __init__(self, finite: Finite, names: Names) -> None:
        self.finite, self.names = finite, names
        self.definitions: dict[Named, str] = {}  # in the order in which they must be written
        self._cells: dict[Cell, str] = {}
        self._elements: dict[tuple[SortDecl, int], str] = {}

    def cell(self, cell: Cell) -> str:
        """The variable of a cell: `sent_data_a1_v0`."""
        name = self._cells.get(cell)
        if name is None:
            rest, point = cell.offset, list[str]()
            for sort in reversed(cell.symbol.sorts):
                rest, index = divmod(rest, self.finite.size(sort))
                point.insert(0, self.finite.element(sort, index))
            name = self._cells[cell] = self.names.claim(cell.symbol.name, *point)
        return name

    def value(self, cell: Cell, node: Node) -> str:
        """What is put into a cell."""
        sort = cell.symbol.result
        if isinstance(node, Known) and sort is not BOOL:
            return self._element(sort, node.value)
        return self.text(node)

    @property
    def elements(self) -> dict[str, int]:
        """The names of elements that have been used, with their numbers."""
        return {name: index for (_, index), name in self._elements.items()}

    def text(self, node: Node) -> str:
        """The node as an expression. Definitions in it are first noted in `definitions`."""
        return self._text(node)[0]

    def _text(self, node: Node) -> tuple[str, int]:
        match node:
            case Known(value=value):
                return str(value), _ATOM
            case Held(cell=cell):
                return self.cell(cell), _ATOM
            case Negated(body=Same(left=left, right=right)):
                return f"{self._at(left, _ADD)} != {self._right(left, right)}", _COMPARE
            case Negated(body=Below(left=left, right=right)):
                return f"{self._at(right, _ADD)} <= {self._at(left, _ADD)}", _COMPARE
            case Negated(body=body):
                return "!" + self._at(body, _ATOM), _ATOM
            case All(parts=parts):
                return " && ".join(self._at(p, _COMPARE) for p in parts), _AND
            case Any_(parts=parts):
                return " || ".join(self._at(p, _COMPARE) for p in parts), _OR
            case Same(left=left, right=right):
                return f"{self._at(left, _ADD)} == {self._right(left, right)}", _COMPARE
            case Below(left=left, right=right):
                return f"{self._at(left, _ADD)} < {self._at(right, _ADD)}", _COMPARE
            case Chosen(condition=condition, then=then, other=other):
                test, a, b = (self._at(p, _ADD) for p in (condition, then, other))
                return f"({test} -> {a} : {b})", _ATOM
            case Sum(parts=parts):
                return " + ".join(self._at(p, _ATOM) for p in parts), _ADD
            case Named(name=name, args=args, body=body):
                if node not in self.definitions:
                    self._text(body)  # notes what it needs first
                    self.definitions[node] = self.names.claim(name, *args)
                return self.definitions[node], _ATOM
            case _:
                assert_never(node)

    def _at(self, node: Node, place: int) -> str:
        text, strength = self._text(node)
        return text if strength >= place else f"({text})"

    def _right(self, left: Node, right: Node) -> str:
        if isinstance(left, Held) and isinstance(right, Known):
            return self.value(left.cell, right)
        return self._at(right, _ADD)

    def _element(self, sort: SortDecl, index: int) -> str:
        name = self._elements.get((sort, index))
        if name is None:
            name = self.names.claim(sort.name, self.finite.element(sort, index))
            self._elements[sort, index] = name
        return name
