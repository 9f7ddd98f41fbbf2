"""Evaluating the circuit in one state, and which bits of the state are the reason for a value.

`reasons` gives bits that alone force some literals to be true: every state that has the same values
there makes them true as well. So one state that a solver found stands for a cube of states. (As
ternary simulation does for PDR: Eén, Mishchenko, Brayton, "Efficient implementation of property
directed reachability", 2011; here by following what each gate is due to.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from model.ground import Circuit, GroundStep
from model.ground.circuit import AND
from proofs.ground.certificate import Cube
from proofs.ground.encode import Bits


class Evaluation:
    """The values of a circuit in a state; a gate is evaluated when it is asked for.

    Args:
        circuit: its gates so far.
        bits: the state.
    """

    def __init__(self, circuit: Circuit, bits: Sequence[int]) -> None:
        self.circuit, self.bits = circuit, bits
        self._values: list[int | None] = [0, *bits, *([None] * len(circuit))]

    def value(self, literal: int) -> int:
        """The value of a literal, 0 or 1."""
        known = self._values[literal >> 1]
        return (self._evaluated(literal >> 1) if known is None else known) ^ (literal & 1)

    def _evaluated(self, node: int) -> int:
        circuit, values, first = self.circuit, self._values, 1 + self.circuit.inputs
        todo = [node]
        while todo:
            gate = todo[-1] - first
            a, b = circuit.left[gate], circuit.right[gate]
            x, y = values[a >> 1], values[b >> 1]
            is_and = circuit.kind[gate] == AND
            if x is None:
                todo.append(a >> 1)
            elif is_and and x == a & 1:  # false, whatever the other is
                values[todo.pop()] = 0
            elif y is None:
                todo.append(b >> 1)
            else:
                x, y = x ^ (a & 1), y ^ (b & 1)
                values[todo.pop()] = x & y if is_and else x ^ y
        found = values[node]
        assert found is not None
        return found

    def reasons(self, literals: Iterable[int], bits: Iterable[int] = ()) -> Cube:
        """The cube of the bits that force literals of the circuit to have the values they have.

        Args:
            literals: whose values matter.
            bits: positions that are in the cube in any case.
        """
        circuit, first = self.circuit, 1 + self.circuit.inputs
        seen = {1 + position for position in bits}
        needed = set(seen)
        todo = [literal >> 1 for literal in literals]
        undecided: list[int] = []  # gates that are false because of either operand
        while todo or undecided:
            node = todo.pop() if todo else undecided.pop()
            if node in seen:
                continue
            if node < first:
                seen.add(node)
                if node:
                    needed.add(node)
                continue
            left, right = circuit.left[node - first], circuit.right[node - first]
            if circuit.kind[node - first] == AND and not self.value(2 * node):
                false = [x >> 1 for x in (left, right) if not self.value(x)]
                if not any(x in seen for x in false):
                    if len(false) == 2 and todo:
                        undecided.append(node)  # perhaps what is still to do decides it
                        continue
                    todo.append(min(false))
                seen.add(node)
            else:
                seen.add(node)
                todo += [left >> 1, right >> 1]
        return tuple(node if self.bits[node - 1] else -node for node in sorted(needed))

    def taken(self, step: GroundStep) -> Bits:
        """The state after a step that is enabled here."""
        bits = list(self.bits)
        for position, literal in step.changes:
            bits[position] = self.value(literal)
        return tuple(bits)

    def before(self, step: GroundStep, cube: Cube) -> Cube:
        """States that all take the step into a cube, as the one here does."""
        new = dict(step.changes)
        literals, kept = [step.guard], []
        for x in cube:
            position = abs(x) - 1
            if position in new:
                literals.append(new[position])
            else:
                kept.append(position)
        return self.reasons(literals, kept)
