"""What unit propagation calls a contradiction is one; and it finds the plain ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.ground.circuit import FALSE, TRUE, Circuit
from model.ground.implication import Implication
from tests.ground.tables import Tables

INPUTS = 4
exactly = settings(max_examples=150, derandomize=True, database=None, deadline=None)


@st.composite
def circuits(draw: st.DrawFn) -> tuple[Circuit, list[int]]:
    """A circuit and literals of it, the last ones the deepest."""
    circuit = Circuit(INPUTS)
    literals = [circuit.input(bit) for bit in range(INPUTS)]
    for _ in range(draw(st.integers(1, 14))):
        a, b = (draw(st.sampled_from(literals)) ^ draw(st.integers(0, 1)) for _ in "ab")
        gate = draw(st.sampled_from([circuit.and_, circuit.and_, circuit.or_, circuit.xor]))
        literals.append(gate(a, b))
    return circuit, literals


@exactly
@given(circuits(), st.data())
def test_literals_that_can_all_be_true_are_never_called_contradictory(
    made: tuple[Circuit, list[int]], data: st.DataObject
) -> None:
    circuit, literals = made
    tables, implication = Tables(circuit), Implication(circuit)
    for _ in range(8):
        signed = st.builds(int.__xor__, st.sampled_from(literals), st.integers(0, 1))
        some = data.draw(st.lists(signed, min_size=1, max_size=4))
        together = tables.full
        for literal in some:
            together &= tables.of(literal)
        if implication.contradict(*some):
            assert together == 0, "there is a valuation that makes all of them true"


@exactly
@given(circuits())
def test_a_literal_contradicts_its_complement(made: tuple[Circuit, list[int]]) -> None:
    circuit, literals = made
    implication = Implication(circuit)
    assert all(implication.contradict(literal, literal ^ 1) for literal in literals)


@pytest.fixture
def circuit() -> Circuit:
    return Circuit(4)


def test_constants_are_known(circuit: Circuit) -> None:
    implication = Implication(circuit)
    assert implication.contradict(FALSE)
    assert not implication.contradict(TRUE)
    assert not implication.contradict()


def test_a_conjunction_makes_its_parts_true(circuit: Circuit) -> None:
    a, b, c = (circuit.input(bit) for bit in range(3))
    everything = circuit.all([a, b ^ 1, c])
    implication = Implication(circuit)
    assert implication.contradict(everything, a ^ 1)
    assert implication.contradict(b, everything)
    assert not implication.contradict(everything, a, c)


def test_false_parts_make_a_conjunction_false_and_true_parts_true(circuit: Circuit) -> None:
    a, b, c = (circuit.input(bit) for bit in range(3))
    both = circuit.and_(a, b)
    above = circuit.and_(both ^ 1, c)
    implication = Implication(circuit)
    assert implication.contradict(a, b, above), "upwards through two gates"
    assert not implication.contradict(a, above)


def test_a_false_conjunction_of_which_one_part_is_true_makes_the_other_false(
    circuit: Circuit,
) -> None:
    a, b = circuit.input(0), circuit.input(1)
    both = circuit.and_(a, b)
    above = circuit.and_(b, circuit.input(2))
    implication = Implication(circuit)
    assert implication.contradict(both ^ 1, a, above)
    assert implication.contradict(both ^ 1, b, a)


@pytest.mark.parametrize("sign", [0, 1])
def test_of_an_exclusive_or_two_values_give_the_third(circuit: Circuit, sign: int) -> None:
    a, b, c = (circuit.input(bit) for bit in range(3))
    odd = circuit.xor(a, b)
    needs_b, needs_a = circuit.and_(b ^ sign, c), circuit.and_(a ^ sign, c)
    implication = Implication(circuit)
    assert implication.contradict(odd ^ sign, a, needs_b), "down to the right"
    assert implication.contradict(odd ^ sign, b, needs_a), "down to the left"
    assert implication.contradict(odd ^ 1 ^ sign, a, b ^ 1 ^ sign), "upwards"
    assert not implication.contradict(odd ^ sign, needs_a)


def test_a_contradiction_in_each_case_of_a_disjunction_is_one(circuit: Circuit) -> None:
    a, b, c, d = (circuit.input(bit) for bit in range(4))
    one = circuit.any([a, b, c])
    none = circuit.all([circuit.and_(x, d) ^ 1 for x in (a, b, c)])
    implication = Implication(circuit)
    assert implication.contradict(one, none, d)
    assert not implication.contradict(one, none)


def test_a_case_that_can_be_is_no_contradiction(circuit: Circuit) -> None:
    a, b, c, d = (circuit.input(bit) for bit in range(4))
    one = circuit.any([a, b, c])
    two_excluded = circuit.all([circuit.and_(x, d) ^ 1 for x in (a, b)])
    assert not Implication(circuit).contradict(one, two_excluded, d)
