"""What follows at once if some literals are true: unit propagation over a circuit.

Incomplete on purpose: it says "contradiction" only where there is one, so whoever relies on a
contradiction is right. That is all that reductions need, and it takes no solver.
"""

from __future__ import annotations

from typing import TypeAlias

from model.ground.circuit import AND, Circuit

Values: TypeAlias = dict[int, int]  # of nodes


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
        self._known: dict[int, Values | None] = {}
        self._cases: dict[int, list[list[Values]]] = {}

    def contradict(self, *literals: int) -> bool:
        """Whether literals cannot all be true, as far as this sees.

        If propagation alone does not tell, each disjunction that the first is a conjunction of is
        tried: a contradiction in all of its cases is one. What follows from the first literal is
        kept, for it is often asked about with many others.
        """
        if not literals:
            return False
        one, *others = literals
        if one not in self._known:
            self._known[one] = self._propagated({0: 0}, one)
        values = self._known[one]
        if values is None or self._propagated(values, *others) is None:
            return True
        if one not in self._cases:
            self._cases[one] = self._disjunctions(one, values)
        return any(
            all(self._propagated(case, *others) is None for case in cases)
            for cases in self._cases[one]
        )

    def _disjunctions(self, literal: int, values: Values) -> list[list[Values]]:
        """Per disjunction that a literal is a conjunction of, what follows in each case."""
        found = []
        for part in self.circuit.conjuncts(literal):
            if part & 1:
                cases = [operand ^ 1 for operand in self.circuit.conjuncts(part ^ 1)]
                if len(cases) > 1 and all(values.get(case >> 1) is None for case in cases):
                    followed = (self._propagated(values, case) for case in cases)
                    found.append([case for case in followed if case is not None])
        return found

    def _propagated(self, known: Values, *literals: int) -> Values | None:
        """All that follows if literals are true as well; None for a contradiction."""
        circuit, first = self.circuit, self.first
        kinds, lefts, rights, uses = circuit.kind, circuit.left, circuit.right, self.uses
        values = dict(known)
        get = values.get
        todo: list[int] = []
        due = list(literals)  # literals that must be true
        while True:
            for literal in due:
                node, value = literal >> 1, 1 ^ (literal & 1)
                old = get(node)
                if old is None:
                    values[node] = value
                    todo.append(node)
                elif old != value:
                    return None
            if not todo:
                return values
            node = todo.pop()
            due = []
            # The consequences between each gate that is touched and its operands, both ways.
            for touched in (node, *uses[node]):
                if touched < first:
                    continue
                left, right = lefts[touched - first], rights[touched - first]
                a, b, c = get(left >> 1), get(right >> 1), get(touched)
                a = None if a is None else a ^ (left & 1)
                b = None if b is None else b ^ (right & 1)
                if kinds[touched - first] == AND:
                    if a == 0 or b == 0:
                        due.append(2 * touched + 1)
                    elif a == 1 and b == 1:
                        due.append(2 * touched)
                    elif c == 1:
                        due += (left, right)
                    elif c == 0 and a == 1:
                        due.append(right ^ 1)
                    elif c == 0 and b == 1:
                        due.append(left ^ 1)
                elif a is not None and b is not None:
                    due.append(2 * touched + (1 ^ a ^ b))
                elif c is not None and a is not None:
                    due.append(right ^ (1 ^ a ^ c))
                elif c is not None and b is not None:
                    due.append(left ^ (1 ^ b ^ c))
