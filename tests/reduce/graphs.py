"""Whole graphs of small specs, by the interpreter, and what reductions claim of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from model.ground import Ground, ground
from model.ground.circuit import AND, Circuit
from model.interp import Interpreter
from model.scope import Finite, State, Step
from model.search.reduce import Reduced, Reduction
from model.search.reduce.reductions import reductions
from model.search.watches import watches

Permutation = tuple[int, ...]  # of bits, see `Reduced.symmetries`


@dataclass(frozen=True)
class Whole:
    """Every reachable state, with the enabled steps and where they lead."""

    finite: Finite
    initial: frozenset[State]
    after: dict[State, dict[Step, State]]

    @staticmethod
    def of(finite: Finite) -> Whole:
        interpreter = Interpreter(finite)
        initial = list(interpreter.initial_states())
        after: dict[State, dict[Step, State]] = {}
        todo = list(initial)
        while todo:
            state = todo.pop()
            if state not in after:
                after[state] = dict(interpreter.successors(state))
                todo += after[state].values()
        return Whole(finite, frozenset(initial), after)


def grounded(finite: Finite) -> tuple[Ground, list[State]]:
    """A spec's circuit, and its initial states."""
    initial = list(Interpreter(finite).initial_states())
    return ground(finite, initial), initial


def reduced(finite: Finite, *wanted: Reduction) -> tuple[Ground, Reduced]:
    """A spec's circuit, and what a search of all its properties may leave out."""
    found, initial = grounded(finite)
    return found, reductions(found, watches(found), initial, wanted)


def moves(ground: Ground, permutation: Permutation) -> Callable[[State], State]:
    """What a permutation of bits makes of a state."""

    def moved(state: State) -> State:
        bits = ground.layout.encode(state)
        return ground.layout.decode([bits[source] for source in permutation])

    return moved


def orbits(whole: Whole, ground: Ground, symmetries: tuple[Permutation, ...]) -> int:
    """How many states there are if those that symmetries turn into each other count as one."""
    moved = [moves(ground, permutation) for permutation in symmetries]
    return (
        len({min(state, *(move(state) for move in moved)) for state in whole.after})
        if moved
        else len(whole.after)
    )


def values(circuit: Circuit, bits: list[int]) -> list[int]:
    """The value of every node where the inputs have these."""
    found = [0, *bits]

    def of(literal: int) -> int:
        return found[literal >> 1] ^ (literal & 1)

    for kind, left, right in zip(circuit.kind, circuit.left, circuit.right, strict=True):
        a, b = of(left), of(right)
        found.append(a & b if kind == AND else a ^ b)
    return found
