"""Truth tables of a circuit's literals, by the plain meaning of its gates.

A table is an integer with one bit for each valuation of the inputs.
"""

from __future__ import annotations

from model.ground.circuit import AND, Circuit


class Tables:
    """The truth tables of a circuit's literals; gates that are added later are found too."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.rows = 1 << circuit.inputs
        self.full = (1 << self.rows) - 1
        self.known = [0] + [
            sum(1 << row for row in range(self.rows) if row >> bit & 1)
            for bit in range(circuit.inputs)
        ]

    def of(self, literal: int) -> int:
        """The table of a literal."""
        while len(self.known) <= literal >> 1:
            gate = len(self.known) - 1 - self.circuit.inputs
            left, right = self.circuit.left[gate], self.circuit.right[gate]
            assert max(left, right) >> 1 < len(self.known), "operands stand before results"
            a, b = self._signed(left), self._signed(right)
            self.known.append(a & b if self.circuit.kind[gate] == AND else a ^ b)
        return self._signed(literal)

    def _signed(self, literal: int) -> int:
        table = self.known[literal >> 1]
        return table ^ self.full if literal & 1 else table

    def at(self, literal: int, row: int) -> int:
        """The value of a literal under one valuation: bit i of `row` is input i."""
        return self.of(literal) >> row & 1
