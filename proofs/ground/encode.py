"""From the ground circuit to clauses: gates, transitions, and frames of time.

Rules:

- A gate has a variable once somebody asks for a literal above it: only the cone that is needed is
  encoded. (Tseitin, "On the complexity of derivation in propositional calculus", 1968.)
- A transition has one *selector* per ground step. At most one is true, at least one if the
  transition is made to `move`. A selected step is enabled, the bits it changes get their new
  values, and every other bit stays as it is.
- Nothing rests unasked: a state without enabled steps has no transition. So if no state can be
  reached by k steps, the clauses of k transitions contradict each other, which says that no
  behaviour is so long. That a state has no step, though it should, is a property (`deadlock`) of
  the one state, and so are properties of steps, see `targets.py`.
- A bit that no step changes has the same variable in all frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.ground import Circuit, Ground
from model.ground.circuit import AND
from proofs.ground.sat import Sat

Bits = tuple[int, ...]  # of a state, 0 or 1 by position


@dataclass(frozen=True)
class System:
    """What is proved something about: a ground spec with its initial states."""

    ground: Ground
    initial: tuple[Bits, ...]

    @property
    def size(self) -> int:
        """The bits of a state."""
        return self.ground.layout.size


class Frame:
    """The circuit at one point of time.

    Args:
        circuit: the gates.
        sat: where the clauses go.
        inputs: per bit its variable.
    """

    def __init__(self, circuit: Circuit, sat: Sat, inputs: Sequence[int]) -> None:
        self.circuit, self.sat = circuit, sat
        self.inputs = tuple(inputs)
        self._variables: dict[int, int] = {0: -sat.true}
        self._variables.update(enumerate(self.inputs, 1))

    def literal(self, literal: int) -> int:
        """The solver's literal for a literal of the circuit; its gates are encoded if need be."""
        self._encode(literal >> 1)
        return self._signed(literal)

    def bits(self) -> Bits:
        """The state that the solver found here."""
        return tuple(int(self.sat.value(v)) for v in self.inputs)

    def _signed(self, literal: int) -> int:
        variable = self._variables[literal >> 1]
        return -variable if literal & 1 else variable

    def _encode(self, node: int) -> None:
        known, circuit = self._variables, self.circuit
        first = 1 + circuit.inputs
        todo = [node]
        while todo:
            node = todo[-1]
            if node in known:
                todo.pop()
                continue
            left, right = circuit.left[node - first], circuit.right[node - first]
            missing = [x >> 1 for x in (left, right) if x >> 1 not in known]
            if missing:
                todo += missing
                continue
            todo.pop()
            known[node] = self._gate(circuit.kind[node - first], left, right)

    def _gate(self, kind: int, left: int, right: int) -> int:
        sat = self.sat
        a, b, c = self._signed(left), self._signed(right), sat.variable()
        if kind == AND:
            clauses = [[-c, a], [-c, b], [c, -a, -b]]
        else:
            clauses = [[-c, a, b], [-c, -a, -b], [c, -a, b], [c, a, -b]]
        for clause in clauses:
            sat.add(clause)
        return c


class Transition:
    """A step from one frame to the next.

    Args:
        ground: the steps.
        before: the frame in which a step is taken.
        move: the literal that makes it take a step; where it is false it may also rest.

    Attributes:
        selectors: per ground step the variable of "it is taken".
        after: per bit the variable after the step.
    """

    def __init__(self, ground: Ground, before: Frame, move: int | None = None) -> None:
        self.before = before
        sat = before.sat
        self.selectors = tuple(sat.variable() for _ in ground.steps)
        changed = {position for step in ground.steps for position, _ in step.changes}
        self.after = tuple(
            sat.variable() if position in changed else variable
            for position, variable in enumerate(before.inputs)
        )
        at_most_one(sat, self.selectors)
        sat.add([*([] if move is None else [-move]), *self.selectors])
        changers: dict[int, list[int]] = {}
        for selector, step in zip(self.selectors, ground.steps, strict=True):
            sat.add([-selector, before.literal(step.guard)])
            for position, literal in step.changes:
                changers.setdefault(position, []).append(selector)
                equal(sat, before.literal(literal), self.after[position], unless=[-selector])
        for position, by in changers.items():
            equal(sat, before.inputs[position], self.after[position], unless=by)

    def taken(self) -> int:
        """The number of the ground step that the solver found taken."""
        value = self.before.sat.value
        return next(number for number, s in enumerate(self.selectors) if value(s))


class Unrolling:
    """Frames of time after each other, as many as are asked for.

    Args:
        system: what is unrolled.
        sat: where the clauses go.
        initially: the first frame is an initial state; else it is any state.
    """

    def __init__(self, system: System, sat: Sat, initially: bool) -> None:
        self.system, self.sat = system, sat
        inputs = [sat.variable() for _ in range(system.size)]
        self.frames = [Frame(system.ground.circuit, sat, inputs)]
        self.transitions: list[Transition] = []
        if initially:
            begin(sat, inputs, system.initial)

    def frame(self, number: int) -> Frame:
        """The frame after so many steps."""
        while number >= len(self.frames):
            transition = Transition(self.system.ground, self.frames[-1])
            self.transitions.append(transition)
            circuit = self.system.ground.circuit
            self.frames.append(Frame(circuit, self.sat, transition.after))
        return self.frames[number]

    def states(self, number: int) -> list[Bits]:
        """The states that the solver found, up to the frame after so many steps."""
        return [frame.bits() for frame in self.frames[: number + 1]]


def begin(
    sat: Sat, inputs: Sequence[int], initial: Iterable[Bits], when: int | None = None
) -> None:
    """Says that bits are those of an initial state; only where `when` is true, if it is given."""
    states = list(initial)
    unless = [] if when is None else [-when]
    varying = []
    for position, variable in enumerate(inputs):
        values = {state[position] for state in states}
        if len(values) == 1:
            sat.add([*unless, variable if values == {1} else -variable])
        else:
            varying.append(position)
    if not varying:
        return
    chosen = [sat.variable() for _ in states]
    sat.add([*unless, *chosen])
    for choice, state in zip(chosen, states, strict=True):
        for position in varying:
            sat.add([-choice, inputs[position] if state[position] else -inputs[position]])


def equal(sat: Sat, a: int, b: int, unless: Sequence[int] = ()) -> None:
    """Says that two literals have the same value, unless one of some others is true."""
    sat.add([*unless, -a, b])
    sat.add([*unless, a, -b])


def at_most_one(sat: Sat, literals: Sequence[int]) -> None:
    """Says that at most one literal is true, by a chain of "one so far". (Sinz 2005.)"""
    so_far = None
    for literal in literals:
        longer = sat.variable()
        sat.add([-literal, longer])
        if so_far is not None:
            sat.add([-so_far, longer])
            sat.add([-so_far, -literal])
        so_far = longer


def differ(sat: Sat, one: Frame, other: Frame) -> None:
    """Says that the states of two frames are not the same."""
    somewhere = []
    for a, b in zip(one.inputs, other.inputs, strict=True):
        if a != b:
            bit = sat.variable()
            sat.add([-bit, a, b])
            sat.add([-bit, -a, -b])
            somewhere.append(bit)
    sat.add(somewhere)
