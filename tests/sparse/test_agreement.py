"""In every state of random walks, the same steps are enabled, and they lead to the same states."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given, note, settings

from model.interp import Interpreter
from model.lang import ScopeError, stage
from model.protocol import Delivery, Variant
from model.scope import Finite, State, Step
from model.sparse import Machine
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.classics import Golden
from tests.classics.every import CLASSICS
from traces.run import Run


class Twin:
    """A sparse machine that is brought into states of the interpreter."""

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        self.machine = Machine(finite.staged)
        self.store = self.machine.store
        for sort in self.store.domains:
            for element in range(finite.size(sort)):
                self.store.extend(sort, element)

    def load(self, state: State) -> None:
        for symbol, table in zip(self.finite.staged.symbols, state, strict=True):
            self.store.load(symbol, zip(self.finite.points(symbol), table, strict=True))

    def state(self) -> State:
        tables = []
        for number, symbol in enumerate(self.finite.staged.symbols):
            relation, function = self.store.relations[number], self.store.functions[number]
            values = [
                int(point in relation) or function.get(point, 0)
                for point in self.finite.points(symbol)
            ]
            tables.append(tuple(values))
        return tuple(tables)

    def steps(self) -> set[Step]:
        return {
            Step(each.action, args)
            for each in self.machine.actions.values()
            for args in each.instances()
        }


def walk(finite: Finite, seed: int, length: int) -> int:
    """Compares along a random walk; how many steps were compared."""
    chance, interpreter, twin = random.Random(seed), Interpreter(finite), Twin(finite)
    state = next(iter(interpreter.initial_states()))
    twin.load(state)
    compared = 0
    for _ in range(length):
        successors = dict(interpreter.successors(state))
        assert twin.steps() == set(successors)
        for step in finite.steps:
            action = twin.machine.actions[step.action.name]
            assert action.enabled(*step.args) == (step in successors)
            assert (action.failing(step.args) is None) == (step in successors)
        fingerprint = twin.store.fingerprint
        for step, after in successors.items():
            mark = twin.store.mark()
            twin.machine.actions[step.action.name].take(twin.store, step.args)
            assert twin.state() == after
            twin.store.undo(mark)
            assert twin.state() == state
            assert twin.store.fingerprint == fingerprint
            compared += 1
        if not successors:
            break
        step = chance.choice(list(successors))
        state = successors[step]
        assert twin.machine.take(step.action.name, step.args)
    return compared


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("groups", ["1+1", "2+1j", "1,1j"])
def test_it_agrees_on_the_protocol(groups: str, delivery: Delivery) -> None:
    assert walk(Run(groups, failures=1, delivery=delivery).finite, seed=1, length=25) >= 30


@pytest.mark.parametrize("variant", Variant)
def test_it_agrees_on_the_variants(variant: Variant) -> None:
    assert walk(Run("1+1", failures=1, variant=variant).finite, seed=2, length=15) >= 20


SMALLEST = [module.GOLDEN[0] for module in CLASSICS]


@pytest.mark.parametrize("golden", SMALLEST, ids=lambda golden: type(golden.spec).__name__)
def test_it_agrees_on_the_classics(golden: Golden) -> None:
    assert walk(Finite(stage(golden.spec), golden.scope), seed=3, length=10) > 0


@settings(max_examples=150, deadline=None)
@given(random_spec())
def test_it_agrees_on_random_specs(drawn: RandomSpec) -> None:
    note(repr(drawn))
    finite = drawn.finite()
    with suppress(ScopeError):  # its axioms may exclude the scope
        walk(finite, seed=4, length=4)
