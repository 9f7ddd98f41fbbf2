"""In every reachable state the circuit of a ground spec says what the interpreter says."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, note, settings

from model.ground import Ground, ground
from model.ground.circuit import TRUE
from model.interp import Interpreter
from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Formula,
    Function,
    Relation,
    ScopeError,
    Sort,
    Spec,
    action,
    final,
    init,
    stage,
)
from model.scope import Finite, Scope, State
from tests.agreement.random_specs import RandomSpec, random_spec


class Evaluated:
    """The value of every literal in one state."""

    def __init__(self, ground: Ground, state: State) -> None:
        circuit = ground.circuit
        self.nodes = [0, *ground.layout.encode(state)]
        for kind, left, right in zip(circuit.kind, circuit.left, circuit.right, strict=True):
            a, b = self.of(left), self.of(right)
            self.nodes.append(a ^ b if kind else a & b)

    def of(self, literal: int) -> int:
        return self.nodes[literal >> 1] ^ (literal & 1)

    def number(self, bits: tuple[int, ...]) -> int:
        return sum(self.of(bit) << i for i, bit in enumerate(bits))


def reachable(finite: Finite, initial: list[State], most: int) -> list[State]:
    """Reachable states by the interpreter: all, if they are not more than about `most`."""
    interpreter = Interpreter(finite)
    found = dict.fromkeys(initial)
    todo = list(found)
    while todo and len(found) < most:
        for _, after in interpreter.successors(todo.pop()):
            if after not in found:
                found[after] = None
                todo.append(after)
    return list(found)


@settings(
    max_examples=40, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
@given(random_spec())
def test_a_ground_spec_means_what_the_interpreter_says(random: RandomSpec) -> None:
    note(repr(random))
    finite = random.finite()
    interpreter = Interpreter(finite)
    try:
        initial = list(interpreter.initial_states())
    except ScopeError:
        assume(False)
    grounded = ground(finite, initial)
    staged, value = finite.staged, interpreter.value
    properties = [clause for p in staged.invariants if not p.is_step for clause in p.clauses]
    literals = [grounded.literal(clause.expr, {}) for clause in properties]
    steps = {(s.step.action.name, s.step.args): s for s in grounded.steps}
    for state in reachable(finite, initial, 150):
        now = Evaluated(grounded, state)
        assert grounded.layout.decode(grounded.layout.encode(state)) == state
        assert now.of(grounded.final) == value(staged.final.expr, state)
        for clause, literal in zip(properties, literals, strict=True):
            assert now.of(literal) == value(clause.expr, state)
        for step in finite.steps:
            known = steps.get((step.action.name, step.args))
            enabled = interpreter.enabled(state, step)
            assert enabled == (known is not None and bool(now.of(known.guard)))
            if enabled and known is not None:
                bits = grounded.layout.encode(state)
                for position, literal in known.changes:
                    bits[position] = now.of(literal)
                assert grounded.layout.decode(bits) == interpreter.take(state, step)
        for bound in grounded.bounds:
            holds = value(bound.bound.premise, state, bound.valuation)
            measured = value(bound.bound.value, state, bound.valuation)
            most = value(bound.bound.at_most, state, bound.valuation)
            assert now.of(bound.premise) == holds
            assert now.number(bound.value) == (measured if holds else 0)
            assert now.of(bound.exceeded) == (holds and measured > most)
            assert now.of(bound.at_bound) == (holds and measured == most)


class Digit(Sort, ordered=True): ...


class Side(Enumeration):
    left = Element()
    right = Element()
    none = Element()


class Meter(Spec):
    """A digit that only ever counts to three, and things that never change."""

    digit = Constant(Digit)
    peak = Constant(Digit)
    seen = Relation(Digit)
    side = Function(Side, to=Side)
    stuck = Flag()
    broken = Flag()

    @init
    def start(s, d: Digit) -> None:
        s.digit = d
        s.peak = d
        s.side[:] = lambda k: k
        s.seen[:] = lambda e: e == d

    @action
    def up(s, d: Digit, e: Digit) -> None:
        s.require(s.digit == d, d < e, ~s.broken)
        s.digit = e

    @action
    def breaks(s) -> None:
        s.require(s.stuck)
        s.broken = True

    @action
    def jams(s) -> None:
        s.require(s.broken)
        s.stuck = True

    @action
    def turn(s, k: Side) -> None:
        s.require(k != Side.none)
        s.side[k] = s.side[k]

    @final
    def rests(s) -> Formula:
        return ~s.broken


def meter(digits: int) -> tuple[Finite, Ground, list[State]]:
    finite = Finite(stage(Meter()), Scope({"Digit": digits}))
    initial = list(Interpreter(finite).initial_states())
    return finite, ground(finite, initial), initial


def test_flags_that_wait_for_each_other_are_constant() -> None:
    _, grounded, _ = meter(3)
    assert not {"stuck()", "broken()"} & set(grounded.layout.names())
    assert {s.step.action.name for s in grounded.steps} == {"up", "turn"}
    assert grounded.final == TRUE


def test_what_is_only_ever_written_back_is_constant() -> None:
    _, grounded, _ = meter(3)
    assert not [name for name in grounded.layout.names() if name.startswith("side")]


def test_symbols_that_nothing_updates_vary_only_if_initial_states_differ() -> None:
    _, grounded, _ = meter(2)
    assert [n for n in grounded.layout.names() if n.startswith("peak")] == ["peak()"]
    alone, single, initial = meter(1)
    assert (single.layout.size, single.layout.names()) == (0, [])
    assert single.layout.decode([]) == initial[0]
    assert len(list(Interpreter(alone).initial_states())) == 1


def test_an_element_takes_as_few_bits_as_its_sort_needs() -> None:
    of_digit = {
        digits: len([n for n in meter(digits)[1].layout.names() if n.startswith("digit")])
        for digits in (2, 3, 4, 5, 8, 9)
    }
    assert of_digit == {2: 1, 3: 2, 4: 2, 5: 3, 8: 3, 9: 4}


def test_bits_are_named_after_their_points() -> None:
    _, grounded, _ = meter(3)
    assert grounded.layout.names() == [
        "digit().0", "digit().1", "peak().0", "peak().1",
        "seen(digit0)", "seen(digit1)", "seen(digit2)",
    ]  # fmt: skip


def test_encoding_and_decoding_go_round() -> None:
    finite, grounded, initial = meter(5)
    states = reachable(finite, initial, 1000)
    assert len(states) == 15, "a digit, and the one it began with, which is no higher"
    for state in states:
        bits = grounded.layout.encode(state)
        assert len(bits) == grounded.layout.size
        assert grounded.layout.decode(bits) == state
