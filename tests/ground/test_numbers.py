"""Numbers of the circuit are Python's numbers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from model.ground.circuit import FALSE, TRUE, Bits, Circuit, natural
from tests.ground.tables import Tables

INPUTS = 5
exactly = settings(max_examples=60, derandomize=True, database=None, deadline=None)
bits = st.lists(st.integers(0, 2 * (1 + INPUTS) - 1), max_size=4).map(tuple)
counted = st.lists(st.integers(2, 2 * (1 + INPUTS) - 1), max_size=9)


def value(tables: Tables, number: Bits, row: int) -> int:
    return sum(tables.at(bit, row) << i for i, bit in enumerate(number))


def test_naturals_are_written_in_binary() -> None:
    assert [natural(n) for n in range(5)] == [
        (), (TRUE,), (FALSE, TRUE), (TRUE, TRUE), (FALSE, FALSE, TRUE),
    ]  # fmt: skip


@exactly
@given(bits, bits)
def test_a_sum_is_the_sum(a: Bits, b: Bits) -> None:
    circuit = Circuit(INPUTS)
    tables = Tables(circuit)
    total = circuit.add(a, b)
    assert not total or total[-1] != FALSE, "no leading zero"
    for row in range(tables.rows):
        assert value(tables, total, row) == value(tables, a, row) + value(tables, b, row)


@exactly
@given(bits, bits)
def test_numbers_are_compared_as_numbers(a: Bits, b: Bits) -> None:
    circuit = Circuit(INPUTS)
    tables = Tables(circuit)
    at_most, equal = circuit.at_most(a, b), circuit.equal(a, b)
    for row in range(tables.rows):
        x, y = value(tables, a, row), value(tables, b, row)
        assert tables.at(at_most, row) == (x <= y)
        assert tables.at(equal, row) == (x == y)


@exactly
@given(counted)
def test_a_sum_of_bits_counts_them(literals: list[int]) -> None:
    circuit = Circuit(INPUTS)
    tables = Tables(circuit)
    total = circuit.sum([(literal,) for literal in literals])
    for row in range(tables.rows):
        assert value(tables, total, row) == sum(tables.at(x, row) for x in literals)


@exactly
@given(st.integers(0, 70), st.integers(0, 70))
def test_constants_need_no_gates(m: int, n: int) -> None:
    circuit = Circuit(0)
    assert circuit.add(natural(m), natural(n)) == natural(m + n)
    assert circuit.sum([natural(m), natural(n), natural(m)]) == natural(2 * m + n)
    assert circuit.at_most(natural(m), natural(n)) == (TRUE if m <= n else FALSE)
    assert circuit.equal(natural(m), natural(n)) == (TRUE if m == n else FALSE)
    assert len(circuit) == 0


def test_no_numbers_add_up_to_zero() -> None:
    assert Circuit(1).sum([]) == natural(0)
