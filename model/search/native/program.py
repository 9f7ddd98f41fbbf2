"""A ground circuit as plain arrays for the kernels: gates, steps, and outputs to watch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground, Layout
from model.ground.circuit import FALSE, TRUE, Circuit
from model.scope import State
from model.search.native.kernels import Code


@dataclass(frozen=True)
class Program:
    """What the kernels run.

    Attributes:
        words: 64-bit words a state.
        nodes: circuit nodes: constant false, inputs, gates.
        code: the arrays.
            gates: int32[n, 3], (kind, left literal, right literal), operands before results.
            guards: int32[steps], literals.
            keep, put: uint64[steps, words]: a successor is `old & keep | put | computed`.
            computed_from: int32[steps + 1], where each step's rows in `computed` begin.
            computed: int32[m, 3], (word, bit of the word, literal of the new value).
            grows: uint64[2, words], the bits of `growing_bits`.
            action_of: int32[steps], the number of each step's action.
            watched: int32[outputs], literals whose first true state is wanted.
            final: the literal of "may rest".
            measured_from, measured: int32, per bound instance the literals of its value's bits.
            inputs: varying bits a state; they are the nodes 1..inputs.
    """

    words: int
    nodes: int
    code: Code


def live_gates(circuit: Circuit, outputs: list[int]) -> tuple[NDArray[np.int32], dict[int, int]]:
    """The gates that the outputs need, renumbered.

    Returns:
        The gates as rows (kind, left, right), and the new node of each node that is kept.
    """
    first = 1 + circuit.inputs
    needed = set()
    todo = [o >> 1 for o in outputs]
    while todo:
        node = todo.pop()
        if node >= first and node not in needed:
            needed.add(node)
            todo.append(circuit.left[node - first] >> 1)
            todo.append(circuit.right[node - first] >> 1)
    new = {node: node for node in range(first)}
    rows = []
    for node in sorted(needed):
        gate = node - first
        left, right = circuit.left[gate], circuit.right[gate]
        rows.append(
            (
                circuit.kind[gate],
                2 * new[left >> 1] | left & 1,
                2 * new[right >> 1] | right & 1,
            )
        )
        new[node] = first + len(rows) - 1
    return np.array(rows, np.int32).reshape(-1, 3), new


def words_of(layout: Layout) -> int:
    """The 64-bit words that a state takes."""
    return max(1, (layout.size + 63) // 64)


def pack(layout: Layout, state: State) -> NDArray[np.uint64]:
    """A state as one row of words: uint64[1, words]."""
    packed = [0] * words_of(layout)
    for position, bit in enumerate(layout.encode(state)):
        packed[position // 64] |= bit << position % 64
    return np.array([packed], np.uint64)


def growing_bits(ground: Ground) -> tuple[set[int], set[int]]:
    """Two sets of bits, by which a search can tell that no state is ever reached again.

    Bits of the first are only ever set. Bits of the second are only ever set, but by steps that
    also set one of the first. So if every transition sets a bit of the first that was clear, or
    else clears none of the second and sets one, the pair (how many of the first are set, how
    many of the second) grows lexicographically, and the graph has no cycle but resting.
    """

    def only_set(excused: set[int]) -> set[int]:
        changed: dict[int, bool] = {}
        for step in ground.steps:
            set_here = {position for position, literal in step.changes if literal == TRUE}
            for position, literal in step.changes:
                fine = literal == TRUE or bool(set_here & excused)
                changed[position] = changed.get(position, True) and fine
        return {position for position, fine in changed.items() if fine}

    first = only_set(set())
    return first, only_set(first) - first


def build(ground: Ground, watched: list[int]) -> Program:
    """The program of a ground spec that watches these literals."""
    circuit, layout = ground.circuit, ground.layout
    words = words_of(layout)
    outputs = [ground.final, *watched]
    outputs += [s.guard for s in ground.steps]
    outputs += [lit for s in ground.steps for _, lit in s.changes]
    outputs += [lit for b in ground.bounds for lit in b.value]
    gates, new = live_gates(circuit, outputs)

    def moved(literal: int) -> int:
        return 2 * new[literal >> 1] | literal & 1

    keep = np.full((len(ground.steps), words), ~np.uint64(0))
    put = np.zeros((len(ground.steps), words), np.uint64)
    computed, computed_from = [], [0]
    for i, step in enumerate(ground.steps):
        for position, literal in step.changes:
            word, bit = divmod(position, 64)
            keep[i, word] &= ~(np.uint64(1) << np.uint64(bit))
            if literal == TRUE:
                put[i, word] |= np.uint64(1) << np.uint64(bit)
            elif literal != FALSE:
                computed.append((word, bit, moved(literal)))
        computed_from.append(len(computed))
    grows = np.zeros((2, words), np.uint64)
    for tier, positions in enumerate(growing_bits(ground)):
        for position in positions:
            grows[tier, position // 64] |= np.uint64(1) << np.uint64(position % 64)
    numbers = {a.name: i for i, a in enumerate(ground.finite.staged.actions)}
    measured_from = np.cumsum([0, *(len(b.value) for b in ground.bounds)])
    code = Code(
        gates,
        np.array([moved(s.guard) for s in ground.steps], np.int32),
        keep,
        put,
        np.array(computed_from, np.int32),
        np.array(computed, np.int32).reshape(-1, 3),
        grows,
        np.array([numbers[s.step.action.name] for s in ground.steps], np.int32),
        np.array([moved(w) for w in watched], np.int32),
        moved(ground.final),
        measured_from.astype(np.int32),
        np.array([moved(x) for b in ground.bounds for x in b.value], np.int32),
        layout.size,
    )
    return Program(words, 1 + layout.size + len(gates), code)
