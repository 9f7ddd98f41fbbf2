"""Which steps are taken at once: those that commute with all others, or are absorbed by them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, event, given, note, settings

from model.ground import Ground
from model.lang import ScopeError, Spec
from model.scope import Finite, State, Step
from model.search.reduce.eager import Eager
from model.search.watches import watches
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.reduce import specs
from tests.reduce.classics import SMALL
from tests.reduce.graphs import Whole, grounded, reduced, values
from tests.reduce.random_protocols import random_protocol

always_the_same = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


def delivers_eagerly(spec: Spec) -> bool:
    """Whether a search of the spec takes deliveries eagerly: to both processes, or to none."""
    ground, found = reduced(specs.post(spec), "order")
    return is_delivery(ground, found.eager)


def could_deliver_eagerly(spec: Spec) -> bool:
    """The same, if nothing were looked for."""
    ground, _ = grounded(specs.post(spec))
    return is_delivery(ground, Eager(ground).find([]))


def is_delivery(ground: Ground, eager: tuple[int, ...]) -> bool:
    """Whether deliveries are among these steps, all of them or none."""
    names = [ground.steps[number].step.action.name for number in eager]
    assert names.count("deliver") in (0, 2)
    return "deliver" in names


# -- on small specs ---------------------------------------------------------------------------


def test_a_delivery_that_commutes_with_everything_is_eager() -> None:
    assert delivers_eagerly(specs.Post())


def test_a_delivery_that_a_crash_absorbs_is_eager() -> None:
    assert delivers_eagerly(specs.Forgetful())


def test_a_delivery_of_which_a_crash_forgets_a_part_is_not() -> None:
    assert not could_deliver_eagerly(specs.HalfForgetful())


def test_a_step_that_disables_another_is_not_eager() -> None:
    assert not could_deliver_eagerly(specs.Jealous())


def test_a_step_that_another_disables_is_not_eager() -> None:
    assert not could_deliver_eagerly(specs.Recalled())


def test_a_step_whose_bit_the_new_value_of_another_reads_is_not_eager() -> None:
    assert not could_deliver_eagerly(specs.Copied())


def test_a_step_that_clears_a_bit_is_not_eager() -> None:
    assert not could_deliver_eagerly(specs.Clearing())


def test_a_step_that_computes_a_bit_is_not_eager() -> None:
    assert not could_deliver_eagerly(specs.Computing())


def test_a_step_that_makes_false_what_is_looked_for_is_not_eager() -> None:
    assert could_deliver_eagerly(specs.Unread())
    assert not delivers_eagerly(specs.Unread())


def test_a_step_that_can_only_bring_about_what_is_looked_for_is_eager() -> None:
    assert delivers_eagerly(specs.Undelivered())


def test_steps_that_are_never_enabled_together_need_not_commute() -> None:
    assert could_deliver_eagerly(specs.Apart())


# -- what is looked for -----------------------------------------------------------------------


def delivery(ground: Ground, process: int) -> int:
    """The number of the step that delivers to a process."""
    steps = [(step.step.action.name, step.step.args) for step in ground.steps]
    return steps.index(("deliver", (process,)))


def test_a_literal_that_a_step_cannot_make_false_tolerates_it() -> None:
    ground, _ = grounded(specs.post(specs.Post()))
    got = {name: ground.circuit.input(i) for i, name in enumerate(ground.layout.names())}
    mine, yours = got["got(process0)"], got["got(process1)"]
    either = ground.circuit.or_(mine, yours ^ 1)
    eager, deliver = Eager(ground), delivery(ground, 0)
    assert eager.tolerates(mine, deliver), "it makes it true"
    assert eager.tolerates(yours ^ 1, deliver), "it has nothing to do with it"
    assert eager.tolerates(either, deliver)
    assert not eager.tolerates(mine ^ 1, deliver)
    assert not eager.tolerates(either ^ 1, deliver)


def test_a_literal_that_excludes_a_step_tolerates_it() -> None:
    ground, _ = grounded(specs.post(specs.Post()))
    bit = {name: ground.circuit.input(i) for i, name in enumerate(ground.layout.names())}
    nothing = ground.circuit.and_(bit["sent(process0)"] ^ 1, bit["got(process0)"] ^ 1)
    eager = Eager(ground)
    assert eager.tolerates(nothing, delivery(ground, 0)), "it is not enabled where this is true"


# -- by brute force ---------------------------------------------------------------------------


def must_be_eager(whole: Whole, ground: Ground, t: Step) -> None:
    """In every reachable state the step commutes with every other one, or is absorbed by it."""
    encode = ground.layout.encode
    for state, steps in whole.after.items():
        if t not in steps:
            continue
        changes = zip(encode(state), encode(steps[t]), strict=True)
        assert all(before <= after for before, after in changes), "it only sets bits"
        for a, after_a in steps.items():
            if a != t:
                late = whole.after[steps[t]]
                assert a in late, "what was enabled stays enabled"
                commutes = whole.after[after_a].get(t) == late[a]
                assert commutes or after_a == late[a]


def must_be_sound(finite: Finite) -> int:
    """Checks every step that is called eager, whatever is looked for; returns how many are."""
    ground, _ = grounded(finite)
    found = Eager(ground).find([])
    if found:
        whole = Whole.of(finite)
        for number in found:
            must_be_eager(whole, ground, ground.steps[number].step)
    return len(found)


def must_be_tolerant(finite: Finite) -> None:
    """Where a literal tolerates a step, no reachable state shows the contrary."""
    ground, _ = grounded(finite)
    literals = {look.literal for look in watches(ground)}
    eager = Eager(ground)
    tolerated = [
        (literal, step.step)
        for literal in literals
        for number, step in enumerate(ground.steps)
        if step.changes and not eager.clears[number] and not eager.computes[number]
        if eager.tolerates(literal, number)
    ]
    whole = Whole.of(finite)
    nodes = {state: values(ground.circuit, ground.layout.encode(state)) for state in whole.after}

    def holds(literal: int, state: State) -> int:
        return nodes[state][literal >> 1] ^ (literal & 1)

    for literal, step in tolerated:
        for state, steps in whole.after.items():
            if step in steps and holds(literal, state):
                assert holds(literal, steps[step])


@pytest.mark.parametrize("finite", SMALL)
def test_every_eager_step_of_a_classic_moves_before_all_others(finite: Finite) -> None:
    must_be_sound(finite)


@always_the_same
@given(random_protocol())
def test_every_eager_step_of_a_random_protocol_moves_before_all_others(random: RandomSpec) -> None:
    note(repr(random))
    event(f"eager steps: {must_be_sound(random.finite())}")


@always_the_same
@given(random_spec())
def test_every_eager_step_of_a_random_spec_moves_before_all_others(random: RandomSpec) -> None:
    note(repr(random))
    try:
        event(f"eager steps: {must_be_sound(random.finite())}")
    except ScopeError:
        event("the axioms exclude the scope")


@settings(always_the_same, max_examples=30)
@given(random_protocol())
def test_what_tolerates_a_step_of_a_random_protocol_stays_true(random: RandomSpec) -> None:
    note(repr(random))
    must_be_tolerant(random.finite())
