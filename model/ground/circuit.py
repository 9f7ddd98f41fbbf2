"""A shared boolean circuit: and- and xor-gates over input bits, structurally hashed.

Rules:

- A *literal* is `2 * node + complemented`. Node 0 is the constant false, so literal 0 is false
  and literal 1 is true; nodes 1..inputs are the inputs; gates follow, operands before results.
- Gates are made by the methods only, which fold constants and equal or opposite operands and
  return an existing gate for equal operands. (And-inverter graphs: Kuehlmann et al., "Robust
  boolean reasoning for equivalence checking", 2002; the two-level rules are Brummayer & Biere,
  "Local two-level and-inverter graph minimization without blowup", 2006.)
- Numbers are little-endian tuples of literals, without leading zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FALSE, TRUE = 0, 1
AND, XOR = 0, 1

Bits = tuple[int, ...]


class Circuit:
    """A growing circuit.

    Args:
        inputs: the number of input bits.

    Attributes:
        kind, left, right: per gate its kind and operand literals; gate g is node
            `1 + inputs + g`.
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.kind: list[int] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self._known: dict[tuple[int, int, int], int] = {}

    def input(self, bit: int) -> int:
        """The literal of an input bit."""
        return 2 * (1 + bit)

    def __len__(self) -> int:
        """The number of gates."""
        return len(self.kind)

    def _gate(self, kind: int, a: int, b: int) -> int:
        key = (kind, a, b)
        literal = self._known.get(key)
        if literal is None:
            literal = 2 * (1 + self.inputs + len(self.kind))
            self._known[key] = literal
            self.kind.append(kind)
            self.left.append(a)
            self.right.append(b)
        return literal

    def _and_operands(self, literal: int) -> tuple[int, int] | None:
        gate = (literal >> 1) - 1 - self.inputs
        if gate >= 0 and self.kind[gate] == AND:
            return self.left[gate], self.right[gate]
        return None

    def and_(self, a: int, b: int) -> int:
        if a > b:
            a, b = b, a
        if a == FALSE or a == b ^ 1:
            return FALSE
        if a in (TRUE, b):
            return b
        for x, y in ((a, b), (b, a)):
            inner = self._and_operands(y)
            if inner is not None:
                if y & 1 == 0:
                    if x in inner:
                        return y
                    if x ^ 1 in inner:
                        return FALSE
                else:
                    if x ^ 1 in inner:  # x ∧ ¬(¬x ∧ z) = x
                        return x
                    if x in inner:  # x ∧ ¬(x ∧ z) = x ∧ ¬z
                        return self.and_(x, (inner[0] if inner[1] == x else inner[1]) ^ 1)
        return self._gate(AND, a, b)

    def or_(self, a: int, b: int) -> int:
        return self.and_(a ^ 1, b ^ 1) ^ 1

    def xor(self, a: int, b: int) -> int:
        sign = (a ^ b) & 1
        a, b = a & ~1, b & ~1
        if a > b:
            a, b = b, a
        if a == FALSE:
            return b ^ sign
        if a == b:
            return FALSE ^ sign
        return self._gate(XOR, a, b) ^ sign

    def ite(self, condition: int, then: int, other: int) -> int:
        if then == other or condition == TRUE:
            return then
        if condition == FALSE:
            return other
        return self.or_(self.and_(condition, then), self.and_(condition ^ 1, other))

    def all(self, literals: Iterable[int]) -> int:
        """The conjunction; operands are sorted so that equal sets share their gates."""
        distinct = set(literals)
        if FALSE in distinct or any(x ^ 1 in distinct for x in distinct):
            return FALSE
        result = TRUE
        for literal in sorted(distinct):
            result = self.and_(result, literal)
        return result

    def any(self, literals: Iterable[int]) -> int:
        """The disjunction."""
        return self.all(x ^ 1 for x in literals) ^ 1

    def conjuncts(self, literal: int) -> list[int]:
        """The literals that this one is the conjunction of."""
        found: list[int] = []
        todo = [literal]
        while todo:
            part = todo.pop()
            operands = None if part & 1 else self._and_operands(part)
            if operands is None:
                found.append(part)
            else:
                todo += operands
        return found

    def support(self, literal: int) -> set[int]:
        """The input bits that a literal may depend on."""
        found: set[int] = set()
        seen: set[int] = set()
        todo = [literal >> 1]
        while todo:
            node = todo.pop()
            if node in seen or node == 0:
                continue
            seen.add(node)
            if node <= self.inputs:
                found.add(node - 1)
            else:
                gate = node - 1 - self.inputs
                todo += [self.left[gate] >> 1, self.right[gate] >> 1]
        return found

    def substitute(self, literal: int, new: dict[int, int]) -> int:
        """The literal with other literals for some input bits."""
        memo = {0: 0}

        def moved(lit: int) -> int:
            node = lit >> 1
            if node not in memo:
                if node <= self.inputs:
                    memo[node] = new.get(node - 1, 2 * node)
                else:
                    gate = node - 1 - self.inputs
                    a, b = moved(self.left[gate]), moved(self.right[gate])
                    memo[node] = self.and_(a, b) if self.kind[gate] == AND else self.xor(a, b)
            return memo[node] ^ (lit & 1)

        return moved(literal)

    # -- numbers ------------------------------------------------------------------------------

    def add(self, a: Bits, b: Bits) -> Bits:
        total: list[int] = []
        carry = FALSE
        for i in range(max(len(a), len(b))):
            x = a[i] if i < len(a) else FALSE
            y = b[i] if i < len(b) else FALSE
            odd = self.xor(x, y)
            total.append(self.xor(odd, carry))
            carry = self.or_(self.and_(x, y), self.and_(odd, carry))
        return _trim((*total, carry))

    def sum(self, numbers: Sequence[Bits]) -> Bits:
        """The sum; numbers are sorted so that the same numbers share their gates."""
        return self._sum(sorted(numbers))

    def _sum(self, numbers: Sequence[Bits]) -> Bits:
        if not numbers:
            return ()
        if len(numbers) == 1:
            return numbers[0]
        middle = len(numbers) // 2
        return self.add(self._sum(numbers[:middle]), self._sum(numbers[middle:]))

    def at_most(self, a: Bits, b: Bits) -> int:
        """a ≤ b, decided from the lowest bit up."""
        result = TRUE
        for i in range(max(len(a), len(b))):
            x = a[i] if i < len(a) else FALSE
            y = b[i] if i < len(b) else FALSE
            result = self.ite(self.xor(x, y), y, result)
        return result

    def equal(self, a: Bits, b: Bits) -> int:
        size = max(len(a), len(b))
        pad = (FALSE,) * size
        pairs = zip((*a, *pad)[:size], (*b, *pad)[:size], strict=True)
        return self.all(self.xor(x, y) ^ 1 for x, y in pairs)


def _trim(bits: Bits) -> Bits:
    while bits and bits[-1] == FALSE:
        bits = bits[:-1]
    return bits


def natural(n: int) -> Bits:
    """A constant number."""
    return tuple(n >> i & 1 for i in range(n.bit_length()))
