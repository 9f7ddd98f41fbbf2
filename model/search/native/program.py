"""A ground circuit as plain arrays for the kernels: gates, steps, and outputs to watch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.ground import Ground, Layout
from model.ground.circuit import FALSE, TRUE, Circuit
from model.scope import State
from model.search.native.kernels.arrays import Code
from model.search.native.kernels.normal import Normal
from model.search.reduce import UNREDUCED, Reduced


@dataclass(frozen=True)
class Program:
    """What the kernels run.

    Attributes:
        words: 64-bit words a state.
        nodes: circuit nodes: constant false, inputs, gates.
        actions: of the spec.
        normal: the reductions in force.
        code: the arrays.
            gates: int32[n, 3], (kind, left literal, right literal), operands before results.
            guards: int32[steps], literals.
            eager: bool[steps], which steps are taken at once, and never branched over.
            keep, put: uint64[steps, words]: a successor is `old & keep | put | computed`.
            computed_from: int32[steps + 1], where each step's rows in `computed` begin.
            computed: int32[m, 3], (word, bit of the word, literal of the new value).
            action_of: int32[steps], the number of each step's action.
            watched: int32[outputs], literals whose first true state is wanted.
            final: the literal of "may rest".
            measured_from, measured: int32, per bound instance the literals of its value's bits.
            inputs: varying bits a state; they are the nodes 1..inputs.
    """

    words: int
    nodes: int
    actions: int
    normal: Normal
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
    """The 64-bit words that a state takes: at least two, since a state is cut into halves."""
    return max(2, (layout.size + 63) // 64)


def pack(layout: Layout, states: list[State]) -> NDArray[np.uint64]:
    """States as rows of words: uint64[states, words]."""
    rows = np.zeros((len(states), words_of(layout)), np.uint64)
    for row, state in zip(rows, states, strict=True):
        for position, bit in enumerate(layout.encode(state)):
            row[position // 64] |= np.uint64(bit << position % 64)
    return rows


def unpack(layout: Layout, row: NDArray[np.uint64]) -> State:
    """The state that a row of words is."""
    words = [int(word) for word in row]
    return layout.decode([words[i // 64] >> i % 64 & 1 for i in range(layout.size)])


def build(ground: Ground, watched: list[int], reduced: Reduced = UNREDUCED) -> Program:
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
    numbers = {a.name: i for i, a in enumerate(ground.finite.staged.actions)}
    measured_from = np.cumsum([0, *(len(b.value) for b in ground.bounds)])
    code = Code(
        gates,
        np.array([moved(s.guard) for s in ground.steps], np.int32),
        np.isin(np.arange(len(ground.steps)), reduced.eager),
        keep,
        put,
        np.array(computed_from, np.int32),
        np.array(computed, np.int32).reshape(-1, 3),
        np.array([numbers[s.step.action.name] for s in ground.steps], np.int32),
        np.array([moved(w) for w in watched], np.int32),
        moved(ground.final),
        measured_from.astype(np.int32),
        np.array([moved(x) for b in ground.bounds for x in b.value], np.int32),
        layout.size,
    )
    return Program(
        words, 1 + layout.size + len(gates), len(numbers), _normal(ground, reduced), code
    )


def _normal(ground: Ground, reduced: Reduced) -> Normal:
    """The reductions as arrays: see `normal.Normal`."""
    eager = [ground.steps[number] for number in reduced.eager]
    gates, new = live_gates(ground.circuit, [step.guard for step in eager])
    return Normal(
        gates,
        np.array([2 * new[s.guard >> 1] | s.guard & 1 for s in eager], np.int32),
        np.cumsum([0, *(len(s.changes) for s in eager)]).astype(np.int32),
        np.array([position for s in eager for position, _ in s.changes], np.int32),
        np.array([range(ground.layout.size), *reduced.symmetries], np.int32).reshape(
            1 + len(reduced.symmetries), ground.layout.size
        ),
    )
