"""All reachable states of small instances: what a clause must not exclude, and what refutes.

An instance is explored in layers, as the circuit of `model.ground` says; all states of a layer are
looked at together, each gate being one operation on long integers with a bit for each state. A
state that violates the property makes a counterexample, which the interpreter replays. What was
reached, in full or up to a limit, then tells which cubes cannot be excluded.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import product

from model.ground import Circuit
from model.ground.circuit import AND
from model.lang.errors import ScopeError
from model.lang.expr import Expr, Var
from model.lang.staged import Staged
from model.scope import Finite, Scope
from model.search.result import Finding
from proofs.ground.encode import Bits
from proofs.ground.replay import Replay
from proofs.ground.targets import targets
from proofs.inference.cubes import Cube, variables, variables_of
from proofs.inference.outcome import Limits
from proofs.inference.scopes import scopes, scopes_at

STATES_IN_ALL = 60_000


class Vectors:
    """The values of a circuit in many states: of each gate an integer with a bit for each."""

    def __init__(self, circuit: Circuit, states: Sequence[int]) -> None:
        self._circuit = circuit
        self.all = (1 << len(states)) - 1
        self._values = [0]
        texts = [format(state, f"0{circuit.inputs}b") for state in reversed(states)]
        for column in range(circuit.inputs - 1, -1, -1):
            self._values.append(int("".join(text[column] for text in texts), 2))

    def value(self, literal: int) -> int:
        """In which states a literal is true."""
        circuit, values = self._circuit, self._values
        first = 1 + circuit.inputs
        for gate in range(len(values) - first, (literal >> 1) - first + 1):
            a, b = circuit.left[gate], circuit.right[gate]
            x = values[a >> 1] ^ (self.all if a & 1 else 0)
            y = values[b >> 1] ^ (self.all if b & 1 else 0)
            values.append(x & y if circuit.kind[gate] == AND else x ^ y)
        return values[literal >> 1] ^ (self.all if literal & 1 else 0)


def bits(vector: int) -> Iterator[int]:
    """The numbers of the states in a vector."""
    while vector:
        low = vector & -vector
        yield low.bit_length() - 1
        vector ^= low


class Instance:
    """A spec at a small scope, with what was reached of it.

    Args:
        staged: the spec.
        scope: the sizes.
        name: of the property.

    Attributes:
        states: reached, each as an integer with its bits.
        finding: the violation of the property, if there is one.
        complete: all reachable states were reached.

    Raises:
        ScopeError: no state is initial at this scope.
    """

    def __init__(self, staged: Staged, scope: Scope, name: str) -> None:
        self.finite = Finite(staged, scope)
        self._replay = Replay(self.finite)
        self._ground = self._replay.system.ground
        self._target = targets(self._ground, (name,))[0]
        self._from: dict[int, int | None] = {}
        self.finding: Finding | None = None
        self.complete = False
        self._vectors: dict[tuple[object, ...], int] = {}

    @property
    def states(self) -> list[int]:
        return list(self._from)

    def explore(self, states_max: int, until: float) -> None:
        """Reaches what it can, layer by layer, until enough or at this time."""
        layer = [_number(state) for state in self._replay.system.initial]
        self._from = dict.fromkeys(layer)
        while layer:
            vectors = Vectors(self._ground.circuit, layer)
            bad = next(bits(vectors.value(self._target.bad)), None)
            if bad is not None:
                self._violated(layer[bad])
                return
            if len(self._from) > states_max or time.monotonic() > until:
                return
            found: list[int] = []
            for step in self._ground.steps:
                enabled = vectors.value(step.guard)
                if not enabled:
                    continue
                changes = [(1 << bit, vectors.value(new)) for bit, new in step.changes]
                kept = ~sum(bit for bit, _ in changes)
                for number in bits(enabled):
                    old = layer[number]
                    new = old & kept
                    for bit, value in changes:
                        if value >> number & 1:
                            new |= bit
                    if new not in self._from:
                        self._from[new] = old
                        found.append(new)
            layer = found
        self.complete = True

    def _violated(self, state: int) -> None:
        behaviour: list[Bits] = []
        at: int | None = state
        while at is not None:
            behaviour.append(tuple(at >> i & 1 for i in range(self._ground.circuit.inputs)))
            at = self._from[at]
        self.finding = self._replay.finding(self._target, behaviour[::-1])

    # -- what is true in it -------------------------------------------------------------------

    @cached_property
    def _reached(self) -> Vectors:
        return Vectors(self._ground.circuit, self.states)

    def where(self, formula: Expr, free: tuple[Var, ...], values: tuple[int, ...]) -> int:
        """In which states a formula is true of some elements."""
        key = (formula, values)
        known = self._vectors.get(key)
        if known is None:
            literal = self._ground.literal(formula, dict(zip(free, values, strict=True)))
            known = self._vectors[key] = self._reached.value(literal)
        return known

    def everywhere(self, formula: Expr) -> bool:
        """Whether a closed formula is true in all states that were reached."""
        return self.where(formula, (), ()) == self._reached.all

    def meets(self, cube: Cube, bound: tuple[Var, ...]) -> bool:
        """Whether some elements satisfy a cube in a state that was reached."""
        placed: list[list[tuple[Expr, tuple[Var, ...]]]] = [[] for _ in range(len(bound) + 1)]
        for literal in cube:
            free = variables_of(literal)
            last = max((bound.index(v) + 1 for v in free), default=0)
            placed[last].append((literal, free))
        chosen: dict[Var, int] = {}

        def search(depth: int, vector: int) -> bool:
            for literal, free in placed[depth]:
                vector &= self.where(literal, free, tuple(chosen[v] for v in free))
                if not vector:
                    return False
            if depth == len(bound):
                return True
            for value in range(self.finite.size(bound[depth].sort)):
                chosen[bound[depth]] = value
                if search(depth + 1, vector):
                    return True
            return False

        return search(0, self._reached.all)

    def rows(self, atoms: Sequence[Expr], bound: tuple[Var, ...]) -> Iterator[list[int]]:
        """Per choice of elements, different ones of a sort: for each atom where it is true."""
        free = [variables_of(atom) for atom in atoms]
        for values in product(*(range(self.finite.size(v.sort)) for v in bound)):
            chosen = dict(zip(bound, values, strict=True))
            if len({(v.sort, value) for v, value in chosen.items()}) == len(bound):
                yield [
                    self.where(atom, own, tuple(chosen[v] for v in own))
                    for atom, own in zip(atoms, free, strict=True)
                ]

    def __len__(self) -> int:
        return len(self._from)


def _number(state: Bits) -> int:
    return sum(bit << i for i, bit in enumerate(state))


def violation(
    staged: Staged, name: str, sizes: Mapping[str, int], limits: Limits
) -> Instance | None:
    """An instance of some sizes in which a property is violated, if one is found in time."""
    until = time.monotonic() + limits.search_seconds
    whole = {s.name: sizes.get(s.name, 1) for s in staged.sorts if s.values is None}
    for scope in scopes_at(staged, whole, random.Random(limits.seed)):
        with suppress(ScopeError):
            instance = Instance(staged, scope, name)
            instance.explore(STATES_IN_ALL, until)
            if instance.finding is not None:
                return instance
        if time.monotonic() > until:
            break
    return None


class Small:
    """Small instances of a spec, explored.

    Args:
        staged: the spec.
        name: of the property.
        limits: how long.

    Attributes:
        instances: those that have states; if the property is violated, the last is where.
    """

    def __init__(self, staged: Staged, name: str, limits: Limits) -> None:
        self.instances: list[Instance] = []
        self._known: dict[Cube, bool] = {}
        until = time.monotonic() + limits.search_seconds
        total = 0
        for scope in scopes(staged, limits.seed):
            if time.monotonic() > until or total > STATES_IN_ALL:
                break
            try:
                instance = Instance(staged, scope, name)
            except ScopeError:
                continue
            instance.explore(limits.states_max, until)
            total += len(instance)
            self.instances.append(instance)
            if instance.finding is not None:
                break
        if self.violated is None:
            self.instances = [i for i in self.instances if not self._is_covered(i)]
        self._recent = list(reversed(self.instances))

    def _is_covered(self, instance: Instance) -> bool:
        """Whether a larger one, wholly explored, has most probably all that this one has."""
        sizes = instance.finite.scope.sizes
        return any(
            other.complete
            and other.finite.scope.sizes != sizes
            and all(other.finite.scope.sizes[sort] >= size for sort, size in sizes.items())
            for other in self.instances
        )

    @property
    def sizes(self) -> list[Mapping[str, int]]:
        """Of the instances, each once, the largest first."""
        found = {tuple(i.finite.scope.sizes.items()): i.finite.scope.sizes for i in self.instances}
        return sorted(found.values(), key=lambda sizes: -sum(sizes.values()))

    @property
    def violated(self) -> Instance | None:
        """The instance in which the property is violated."""
        last = self.instances[-1] if self.instances else None
        return last if last is not None and last.finding is not None else None

    def reached(self, cube: Cube) -> bool:
        """Whether some elements of a state that was reached satisfy a cube."""
        known = self._known.get(cube)
        if known is None:
            known = self._known[cube] = self._meets(cube)
        return known

    def always(self, formula: Expr) -> bool:
        """Whether a closed formula is true in all states that were reached."""
        return all(each.everywhere(formula) for each in self.instances)

    def _meets(self, cube: Cube) -> bool:
        bound = variables(cube)
        for place, instance in enumerate(self._recent):
            if instance.meets(cube, bound):
                self._recent.insert(0, self._recent.pop(place))  # it may well do so again
                return True
        return False
