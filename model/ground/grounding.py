"""A spec at a finite scope as one circuit: guards, updates and properties.

First the actions are elaborated over all bits. Then the bits that never change are found, by an
optimistic fixpoint: assume every bit keeps its initial value, evaluate the circuit in three
values (false, true, varying), let vary what some possibly enabled step could change, repeat. What
remains assumed is true of every reachable state, by induction over steps. Last, everything is
elaborated again over the bits that vary, with the others as constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from model.ground.circuit import AND, FALSE, TRUE, Bits, Circuit
from model.ground.elaborate import Elaborator, Valuation
from model.ground.layout import Layout
from model.lang.expr import BOOL, Expr, Symbol
from model.lang.staged import Bound
from model.scope import Finite, State, Step

_VARYING = 2


@dataclass(frozen=True)
class GroundStep:
    """An action instance that may be enabled: its guard and the bits it may change."""

    step: Step
    guard: int
    changes: tuple[tuple[int, int], ...]  # (position of the bit, literal of its new value)


@dataclass(frozen=True)
class GroundBound:
    """A bound for one valuation: literals of its premise and of its quantity's bits."""

    bound: Bound
    valuation: Valuation
    premise: int
    value: Bits
    at_most: Bits
    exceeded: int
    at_bound: int


@dataclass(frozen=True)
class Ground:
    """The circuit of a spec at a scope, and where to find what in it."""

    finite: Finite
    layout: Layout
    circuit: Circuit
    steps: tuple[GroundStep, ...]
    bounds: tuple[GroundBound, ...]
    final: int
    elaborator: Elaborator

    def literal(self, formula: Expr, valuation: Valuation) -> int:
        """The literal of a formula over the state; may add gates to the circuit."""
        return self.elaborator.literal(formula, valuation)

    def step_literals(self, formula: Expr) -> list[int]:
        """Per ground step the literal of "it is enabled, and the formula is true of it"."""
        return [
            self.circuit.and_(step.guard, after.literal(formula, {}))
            for step, after in zip(self.steps, self._afters, strict=True)
        ]

    @cached_property
    def _afters(self) -> list[Elaborator]:
        return [Elaborator(self.circuit, self.layout, dict(s.changes)) for s in self.steps]


def ground(finite: Finite, initial: list[State]) -> Ground:
    """Grounds a spec.

    Args:
        finite: the spec and its scope.
        initial: its initial states, at least one.

    Returns:
        The circuit over the bits that vary; steps that can never be enabled are left out.
    """
    constant = _untouched(finite, initial)
    everything = Layout(finite, initial[0], constant)
    draft = Circuit(everything.size)
    steps = _steps(Elaborator(draft, everything))
    varying = _varying(draft, steps, [everything.encode(s) for s in initial])

    layout = Layout(finite, initial[0], constant, varying)
    return _grounded(Elaborator(Circuit(layout.size), layout))


def reread(ground: Ground, layout: Layout) -> Ground:
    """The same spec read through another layout of the same bits, in the same circuit."""
    return _grounded(Elaborator(ground.circuit, layout))


def _grounded(elaborate: Elaborator) -> Ground:
    final = elaborate.finite.staged.final.expr
    return Ground(
        elaborate.finite, elaborate.layout, elaborate.circuit, _steps(elaborate),
        _bounds(elaborate), elaborate.literal(final, {}), elaborate,
    )  # fmt: skip


def _untouched(finite: Finite, initial: list[State]) -> frozenset[Symbol]:
    """The symbols that no action updates and that all initial states agree on."""
    updated = {u.symbol for action in finite.staged.actions for u in action.updates}
    return frozenset(
        symbol
        for symbol, table in finite.index.items()
        if symbol not in updated and all(s[table] == initial[0][table] for s in initial)
    )


def _steps(elaborate: Elaborator) -> tuple[GroundStep, ...]:
    found = (ground_step(elaborate, step) for step in elaborate.finite.steps)
    return tuple(step for step in found if step is not None)


def ground_step(elaborate: Elaborator, step: Step) -> GroundStep | None:
    """The guard and the changes of a step; None if it can never be enabled."""
    circuit, action = elaborate.circuit, step.action
    env = dict(zip(action.params, step.args, strict=True))
    guard = TRUE
    for clause in (*action.guard, *action.limits):
        guard = circuit.and_(guard, elaborate.literal(clause.expr, env))
        if guard == FALSE:
            return None
    return GroundStep(step, guard, tuple(sorted(_changes(elaborate, step, env).items())))


def _changes(elaborate: Elaborator, step: Step, env: Valuation) -> dict[int, int]:
    """The new value of every bit that the step's updates may change."""
    circuit, finite, layout = elaborate.circuit, elaborate.finite, elaborate.layout
    new: dict[int, int] = {}
    for update in step.action.updates:
        table = finite.index[update.symbol]
        if update.symbol in layout.constant:
            continue
        for inner in finite.valuations(update.free):
            full = {**env, **inner}
            options = elaborate.points(update.symbol, update.args, full)
            value = _value_bits(elaborate, update.symbol, update.value, full)
            for offset, when in options:
                for i, (position, _) in enumerate(layout.cells[table, offset].bits):
                    if position is not None:
                        old = new.get(position, circuit.input(position))
                        new[position] = circuit.ite(when, value[i], old)
    return {p: lit for p, lit in new.items() if lit != circuit.input(p)}


def _value_bits(elaborate: Elaborator, symbol: Symbol, expr: Expr, env: Valuation) -> list[int]:
    size = elaborate.finite.size(symbol.result)
    if symbol.result is BOOL:
        return [elaborate.literal(expr, env)]
    options = elaborate.choice(expr, env)
    return [
        elaborate.circuit.any(lit for value, lit in options if value >> i & 1)
        for i in range((size - 1).bit_length())
    ]


def _varying(
    circuit: Circuit, steps: tuple[GroundStep, ...], initial: list[list[int]]
) -> frozenset[int]:
    """The bits that may have two values in reachable states (see the module's docstring)."""
    first = 1 + circuit.inputs
    value = [0, *initial[0]] + [0] * len(circuit)
    varying = {
        bit for bit in range(circuit.inputs) if any(s[bit] != initial[0][bit] for s in initial)
    }
    gates = list(zip(circuit.kind, circuit.left, circuit.right, strict=True))

    def of(literal: int) -> int:
        v = value[literal >> 1]
        return v if v == _VARYING else v ^ (literal & 1)

    grown = True
    while grown:
        for bit in varying:
            value[1 + bit] = _VARYING
        for node, (kind, left, right) in enumerate(gates, first):
            a, b = value[left >> 1], value[right >> 1]
            if a != _VARYING:
                a ^= left & 1
            if b != _VARYING:
                b ^= right & 1
            if kind == AND:
                value[node] = 0 if a == 0 or b == 0 else max(a, b)
            else:
                value[node] = _VARYING if _VARYING in (a, b) else a ^ b
        grown = False
        for step in steps:
            if of(step.guard) != 0:
                for bit, literal in step.changes:
                    if bit not in varying and of(literal) != value[1 + bit]:
                        varying.add(bit)
                        grown = True
    return frozenset(varying)


def _bounds(elaborate: Elaborator) -> tuple[GroundBound, ...]:
    circuit = elaborate.circuit
    found = []
    for bound in elaborate.finite.staged.bounds:
        for env in elaborate.finite.valuations(bound.params):
            premise = elaborate.literal(bound.premise, env)
            if premise == FALSE:
                continue
            value = elaborate.number(bound.value, env)
            most = elaborate.number(bound.at_most, env)
            exceeded = circuit.and_(premise, circuit.at_most(value, most) ^ 1)
            at_bound = circuit.and_(premise, circuit.equal(value, most))
            value = tuple(circuit.and_(premise, b) for b in value)
            found.append(GroundBound(bound, env, premise, value, most, exceeded, at_bound))
    return tuple(found)
