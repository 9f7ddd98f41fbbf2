"""What follows at once if some literals are true: unit propagation over a circuit.

Incomplete on purpose: it says "contradiction" only where there is one, so whoever relies on a
contradiction is right. That is all that reductions need, and it takes no solver.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.ground.circuit import AND, Circuit

_UNKNOWN = -1


class Implication:
    """Propagates assumptions through a circuit that no longer grows.

    Args:
        circuit: its gates so far.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.first = 1 + circuit.inputs
        self.uses: list[list[int]] = [[] for _ in range(self.first + len(circuit))]
        for gate in range(len(circuit)):
            for operand in (circuit.left[gate], circuit.right[gate]):
                self.uses[operand >> 1].append(self.first + gate)

    def contradict(self, *literals: int) -> bool:
        """Whether the literals cannot all be true, as far as this sees.

        If propagation alone does not tell, each disjunction among them (and among what follows
        from them) is tried: a contradiction in all of its cases is one.
        """
        values = self._propagated({0: 0}, literals)
        if values is None:
            return True
        for node in [n for n, v in values.items() if v == 0 and n >= self.first]:
            cases = self._cases(values, node)
            if len(cases) > 1 and all(self._propagated(values, [c]) is None for c in cases):
                return True
        return False

    def _cases(self, values: dict[int, int], node: int) -> list[int]:
        """For an and-gate that is false: its operands, one of which must be false, complemented."""
        circuit = self.circuit
        cases: list[int] = []
        todo = [2 * node]
        while todo:
            literal = todo.pop()
            gate = (literal >> 1) - self.first
            if literal & 1 == 0 and gate >= 0 and circuit.kind[gate] == AND:
                todo += (circuit.left[gate], circuit.right[gate])
                continue
            value = values.get(literal >> 1, _UNKNOWN)
            if value == _UNKNOWN:
                cases.append(literal ^ 1)
            elif value ^ (literal & 1) == 0:
                return []  # the gate is false anyway
        return cases

    def _propagated(self, known: dict[int, int], literals: Iterable[int]) -> dict[int, int] | None:
        """All that follows, as node → value; None for a contradiction."""
        circuit, first = self.circuit, self.first
        values = dict(known)
        todo: list[int] = []

        def put(literal: int) -> bool:
            """Makes a literal true; false if it is known to be false."""
            node, value = literal >> 1, 1 ^ (literal & 1)
            old = values.get(node, _UNKNOWN)
            if old == _UNKNOWN:
                values[node] = value
                todo.append(node)
                return True
            return old == value

        def of(literal: int) -> int:
            value = values.get(literal >> 1, _UNKNOWN)
            return value if value == _UNKNOWN else value ^ (literal & 1)

        def settle(node: int) -> bool:
            """Draws the consequences between a gate and its operands, in both directions."""
            left, right = circuit.left[node - first], circuit.right[node - first]
            a, b, c = of(left), of(right), of(2 * node)
            if circuit.kind[node - first] == AND:
                if a == 0 or b == 0:
                    return put(2 * node + 1)
                if a == 1 and b == 1:
                    return put(2 * node)
                if c == 1:
                    return put(left) and put(right)
                if c == 0 and a == 1:
                    return put(right ^ 1)
                if c == 0 and b == 1:
                    return put(left ^ 1)
                return True
            if a != _UNKNOWN and b != _UNKNOWN:
                return put(2 * node + (1 ^ a ^ b))
            if c != _UNKNOWN and a != _UNKNOWN:
                return put(right ^ (1 ^ a ^ c))
            if c != _UNKNOWN and b != _UNKNOWN:
                return put(left ^ (1 ^ b ^ c))
            return True

        for literal in literals:
            if not put(literal):
                return None
        while todo:
            node = todo.pop()
            if node >= first and not settle(node):
                return None
            for user in self.uses[node]:
                if not settle(user):
                    return None
        return values
