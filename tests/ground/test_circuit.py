"""The circuit's rules change how a function is written, never the function."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.ground.circuit import AND, FALSE, TRUE, XOR, Circuit
from tests.ground.tables import Tables

INPUTS = 4
exactly = settings(max_examples=60, derandomize=True, database=None, deadline=None)


def ite(tables: Tables, c: int, a: int, b: int) -> int:
    return c & a | (c ^ tables.full) & b


@st.composite
def circuits(draw: st.DrawFn) -> tuple[Circuit, list[int]]:
    """A circuit and some of its literals, grown by random calls of its methods."""
    circuit = Circuit(INPUTS)
    literals = [FALSE, TRUE, *(circuit.input(bit) for bit in range(INPUTS))]
    for _ in range(draw(st.integers(1, 12))):
        a, b, c = (draw(st.sampled_from(literals)) ^ draw(st.integers(0, 1)) for _ in range(3))
        match draw(st.sampled_from(["and", "or", "xor", "ite", "all", "any"])):
            case "and":
                literals.append(circuit.and_(a, b))
            case "or":
                literals.append(circuit.or_(a, b))
            case "xor":
                literals.append(circuit.xor(a, b))
            case "ite":
                literals.append(circuit.ite(a, b, c))
            case "all":
                literals.append(circuit.all([a, b, c]))
            case "any":
                literals.append(circuit.any([a, b, c]))
            case _:
                raise AssertionError
    return circuit, literals


@pytest.fixture(scope="module")
def shallow() -> tuple[Circuit, list[int]]:
    """Every literal of three inputs, and of every gate over two of them."""
    circuit = Circuit(3)
    literals = [FALSE, TRUE] + [circuit.input(bit) ^ sign for bit in range(3) for sign in (0, 1)]
    gates = [f(a, b) for a in literals for b in literals for f in (circuit.and_, circuit.xor)]
    return circuit, sorted({lit ^ sign for lit in (*literals, *gates) for sign in (0, 1)})


def test_every_gate_over_two_shallow_circuits_is_right(shallow: tuple[Circuit, list[int]]) -> None:
    circuit, literals = shallow
    tables = Tables(circuit)
    for a, b in product(literals, repeat=2):
        x, y = tables.of(a), tables.of(b)
        assert tables.of(circuit.and_(a, b)) == x & y
        assert tables.of(circuit.or_(a, b)) == x | y
        assert tables.of(circuit.xor(a, b)) == x ^ y


def test_every_choice_between_inputs_and_gates_is_right(
    shallow: tuple[Circuit, list[int]],
) -> None:
    circuit, literals = shallow
    tables = Tables(circuit)
    for c, a, b in product(literals[::3], literals[:8], literals):
        assert tables.of(circuit.ite(c, a, b)) == ite(tables, *(tables.of(x) for x in (c, a, b)))


@exactly
@given(circuits(), st.data())
def test_whatever_is_built_means_what_was_asked_for(
    made: tuple[Circuit, list[int]], data: st.DataObject
) -> None:
    circuit, literals = made
    tables = Tables(circuit)
    a, b, c = (data.draw(st.sampled_from(literals)) ^ data.draw(st.integers(0, 1)) for _ in "abc")
    x, y, z = tables.of(a), tables.of(b), tables.of(c)
    assert tables.of(a ^ 1) == x ^ tables.full
    assert tables.of(circuit.and_(a, b)) == x & y
    assert tables.of(circuit.or_(a, b)) == x | y
    assert tables.of(circuit.xor(a, b)) == x ^ y
    assert tables.of(circuit.ite(a, b, c)) == ite(tables, x, y, z)
    assert tables.of(circuit.all([a, b, c])) == x & y & z
    assert tables.of(circuit.any([a, b, c])) == x | y | z


@exactly
@given(circuits())
def test_gates_are_in_normal_form(made: tuple[Circuit, list[int]]) -> None:
    circuit, _ = made
    gates = list(zip(circuit.kind, circuit.left, circuit.right, strict=True))
    assert len(set(gates)) == len(gates) == len(circuit), "equal gates are shared"
    for number, (kind, left, right) in enumerate(gates):
        assert kind in (AND, XOR)
        assert 1 < left < right < 2 * (1 + circuit.inputs + number), "ordered, none constant"
        assert left >> 1 != right >> 1
        assert kind == AND or not (left | right) & 1, "xor-gates have no complemented operands"


@exactly
@given(circuits(), st.data())
def test_the_order_of_operands_does_not_matter(
    made: tuple[Circuit, list[int]], data: st.DataObject
) -> None:
    circuit, literals = made
    a, b, c = (data.draw(st.sampled_from(literals)) for _ in "abc")
    assert circuit.and_(a, b) == circuit.and_(b, a)
    assert circuit.xor(a, b) == circuit.xor(b, a)
    assert circuit.all([a, b, c]) == circuit.all([c, a, b, a])
    assert circuit.any([a, b, c]) == circuit.any([b, b, c, a])


def test_nothing_is_true_of_all_and_of_any() -> None:
    circuit = Circuit(1)
    assert (circuit.all([]), circuit.any([])) == (TRUE, FALSE)


def test_rules_that_need_two_levels_add_no_gate() -> None:
    circuit = Circuit(2)
    a, b = circuit.input(0), circuit.input(1)
    both = circuit.and_(a, b)
    gates = len(circuit)
    assert circuit.and_(a, both) == both
    assert circuit.and_(a ^ 1, both) == FALSE
    assert circuit.and_(a ^ 1, both ^ 1) == a ^ 1
    assert circuit.or_(a, both) == a
    assert circuit.xor(a, a ^ 1) == TRUE
    assert len(circuit) == gates


@exactly
@given(circuits(), st.data())
def test_the_support_holds_every_input_that_matters(
    made: tuple[Circuit, list[int]], data: st.DataObject
) -> None:
    circuit, literals = made
    literal = data.draw(st.sampled_from(literals))
    tables = Tables(circuit)
    matter = {
        bit
        for bit in range(INPUTS)
        if any(
            tables.at(literal, row) != tables.at(literal, row ^ 1 << bit)
            for row in range(tables.rows)
        )
    }
    assert matter <= circuit.support(literal) <= set(range(INPUTS))
    assert circuit.support(literal) == circuit.support(literal ^ 1)


def test_constants_have_no_support() -> None:
    assert Circuit(3).support(TRUE) == set()
    assert Circuit(3).support(Circuit(3).input(2)) == {2}


@exactly
@given(circuits(), st.data())
def test_substitution_is_composition(made: tuple[Circuit, list[int]], data: st.DataObject) -> None:
    circuit, literals = made
    literal = data.draw(st.sampled_from(literals)) ^ data.draw(st.integers(0, 1))
    new = data.draw(st.dictionaries(st.integers(0, INPUTS - 1), st.sampled_from(literals)))
    tables = Tables(circuit)
    moved = circuit.substitute(literal, new)
    for row in range(tables.rows):
        bits = [tables.at(new[bit], row) if bit in new else row >> bit & 1 for bit in range(INPUTS)]
        there = sum(value << bit for bit, value in enumerate(bits))
        assert tables.at(moved, row) == tables.at(literal, there)


def test_substituting_nothing_changes_nothing() -> None:
    circuit = Circuit(2)
    literal = circuit.and_(circuit.input(0), circuit.input(1) ^ 1)
    assert circuit.substitute(literal, {}) == literal
