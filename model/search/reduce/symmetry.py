"""Symmetry: permutations of elements that turn behaviours into behaviours.

A permutation π of the elements of sorts turns a state s into π(s), in which a symbol has at the
permuted point the permuted value. It is a *symmetry* of what is searched if

1. the set of initial states is the same after it;
2. for every step t with its arguments permuted, π(t): π(t) is enabled in π(s) just where t is
   enabled in s, and leads from π(s) to π(t(s));
3. what is looked for is true of π(s) just where it is true of s, and quantities that are measured
   are as large.

Then s and π(s) are worth the same, and of all states that symmetries turn into each other one is
enough: what can be reached from one has its like reached from the other (Ip & Dill, "Better
verification through symmetry", 1996). The order of members' names, say, need not be preserved as
such: only where the spec can observe it, for otherwise 2 would fail.

All of this is read off the circuit. The spec is elaborated again through a layout in which every
bit is that of the permuted point, in the same circuit, where equal formulas have equal literals;
so 2 and 3 are comparisons of literals. Where the circuit does not show it, π is not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from model.ground import Ground, Layout, reread
from model.ground.elaborate import Elaborator
from model.ground.grounding import GroundStep, ground_step
from model.lang.expr import BOOL, SortDecl, Symbol
from model.scope import Finite, State, Step
from model.search.watches import Looked, watches

Permutation = Mapping[SortDecl, tuple[int, ...]]  # of sorts that are not here, nothing moves

_MOST_CANDIDATES = 50_000
_MOST_SYMMETRIES = 720  # each costs a comparison per transition


def symmetries(
    ground: Ground, looked: Sequence[Looked], initial: Sequence[State]
) -> tuple[tuple[int, ...], ...]:
    """The symmetries of a search but for the identity, as permutations of bits.

    Args:
        ground: the spec at its scope.
        looked: what the search looks for.
        initial: its initial states.

    Returns:
        Per symmetry the bit of a state that becomes bit 0, 1, ... of the permuted state; then, with
        the number of bits added to all, the ground step that becomes step 0, 1, ....
    """
    finder = _Finder(ground, looked, initial)
    identity = tuple(range(ground.layout.size + len(ground.steps)))
    group = {identity}
    for permutation in candidates(ground.finite):
        if not finder.preserves_what_is_given(permutation):
            continue
        bits = finder.bits(permutation)
        if bits is None or not finder.is_new(permutation, bits, group):
            continue
        larger = _closed(group | {bits + finder.steps_moved(permutation)})
        if len(larger) > _MOST_SYMMETRIES:
            break
        group = larger
    return tuple(sorted(group - {identity}))


def candidates(finite: Finite) -> Iterator[Permutation]:
    """Permutations to try: of the sorts that immutables speak of together, of others alone."""
    sorts = [s for s in finite.staged.sorts if s.values is None and finite.size(s) > 1]
    given = {s for symbol in finite.staged.symbols if symbol.immutable for s in symbol.sorts}
    together = [s for s in sorts if s in given]
    for group in (together, *([s] for s in sorts if s not in given)):
        sizes = [finite.size(s) for s in group]
        if group and math.prod(map(math.factorial, sizes)) <= _MOST_CANDIDATES:
            for moved in product(*(permutations(range(size)) for size in sizes)):
                yield dict(zip(group, moved, strict=True))


class _Finder:
    def __init__(self, ground: Ground, looked: Sequence[Looked], initial: Sequence[State]) -> None:
        self.ground, self.finite = ground, ground.finite
        self.steps = {step.step: step for step in ground.steps}
        self.looked = _looked_for(ground, looked)
        self.initial = set(initial)
        self.offsets = {
            symbol: {point: i for i, point in enumerate(self.finite.points(symbol))}
            for symbol in self.finite.staged.symbols
        }

    def _moved(self, permutation: Permutation, symbol: Symbol) -> list[int]:
        """Per offset in a symbol's table, the offset of the permuted point."""
        moves = [permutation.get(sort) for sort in symbol.sorts]
        offsets = self.offsets[symbol]
        return [
            offsets[tuple(a if m is None else m[a] for m, a in zip(moves, point, strict=True))]
            for point in offsets
        ]

    def _permuted(self, permutation: Permutation, state: State) -> State:
        tables = []
        for symbol, table in zip(self.finite.staged.symbols, state, strict=True):
            values = permutation.get(symbol.result)
            new = list(table)
            for offset, target in enumerate(self._moved(permutation, symbol)):
                value = table[offset]
                new[target] = value if values is None else values[value]
            tables.append(tuple(new))
        return tuple(tables)

    def preserves_what_is_given(self, permutation: Permutation) -> bool:
        """Whether the symbols that no step changes are the same after it. Cheap, so asked first."""
        fixed = self.ground.layout.fixed
        for table, symbol in enumerate(self.finite.staged.symbols):
            if symbol in self.ground.layout.constant:
                values = permutation.get(symbol.result)
                for offset, target in enumerate(self._moved(permutation, symbol)):
                    value = fixed[table][offset]
                    if fixed[table][target] != (value if values is None else values[value]):
                        return False
        return True

    def bits(self, permutation: Permutation) -> tuple[int, ...] | None:
        """Per bit of the permuted state the bit that it comes from; None if bits do not match.

        They do not where a point that varies becomes one that does not, or where a value is an
        element that moves.
        """
        layout = self.ground.layout
        source = list(range(layout.size))
        for table, symbol in enumerate(self.finite.staged.symbols):
            if symbol in layout.constant:
                continue
            if symbol.result is not BOOL and symbol.result in permutation:
                return None
            for offset, target in enumerate(self._moved(permutation, symbol)):
                old, new = layout.cells[table, offset].bits, layout.cells[table, target].bits
                for (position, constant), (becomes, other) in zip(old, new, strict=True):
                    if (position is None) != (becomes is None) or constant != other:
                        return None
                    if position is not None and becomes is not None:
                        source[becomes] = position
        return tuple(source)

    def is_new(
        self, permutation: Permutation, bits: tuple[int, ...], group: set[tuple[int, ...]]
    ) -> bool:
        """Whether it is a symmetry that is not in the group already."""
        known = any(element[: len(bits)] == bits for element in group)
        return not known and self.is_symmetry(permutation)

    def steps_moved(self, permutation: Permutation) -> tuple[int, ...]:
        """Per ground step the step that becomes it, counted on from the bits; of a symmetry."""
        first = self.ground.layout.size
        numbers = {step.step: first + i for i, step in enumerate(self.ground.steps)}
        source = {numbers[self._moved_step(permutation, s)]: numbers[s] for s in numbers}
        return tuple(source[number] for number in sorted(source))

    def _moved_step(self, permutation: Permutation, step: Step) -> Step:
        moves = [permutation.get(variable.sort) for variable in step.action.params]
        args = (a if m is None else m[a] for m, a in zip(moves, step.args, strict=True))
        return Step(step.action, tuple(args))

    def is_symmetry(self, permutation: Permutation) -> bool:
        """Whether 1, 2 and 3 of the module's docstring hold."""
        if {self._permuted(permutation, state) for state in self.initial} != self.initial:
            return False
        layout = self._layout(permutation)
        elaborate = Elaborator(self.ground.circuit, layout)
        if not all(self._same_step(elaborate, permutation, step) for step in self._in_turn()):
            return False
        permuted = reread(self.ground, layout)
        return len(permuted.steps) == len(self.steps) and self.looked == _looked_for(
            permuted, watches(permuted)
        )

    def _layout(self, permutation: Permutation) -> Layout:
        """Where the bits of the permuted state are in the state."""
        source = {}
        for table, symbol in enumerate(self.finite.staged.symbols):
            if symbol not in self.ground.layout.constant:
                for offset, target in enumerate(self._moved(permutation, symbol)):
                    source[table, target] = (table, offset)
        return self.ground.layout.renamed(source)

    def _in_turn(self) -> list[GroundStep]:
        """The steps, one of each action first: most candidates fail at one of those."""
        seen: dict[str, int] = {}
        order = []
        for step in self.ground.steps:
            name = step.step.action.name
            seen[name] = seen.get(name, -1) + 1
            order.append((seen[name], step))
        return [step for _, step in sorted(order, key=lambda pair: pair[0])]

    def _same_step(self, elaborate: Elaborator, permutation: Permutation, step: GroundStep) -> bool:
        other = ground_step(elaborate, self._moved_step(permutation, step.step))
        return other is not None and other.guard == step.guard and other.changes == step.changes


def _looked_for(ground: Ground, looked: Sequence[Looked]) -> list[tuple[object, ...]]:
    """What must be the same after a permutation, whatever the elements it speaks of.

    Each premise by itself: a property has not been put to the test if one of two was never met.
    """
    literals: list[tuple[object, ...]] = [
        (*(look.watch if look.watch.kind == "premise" else look.watch[:2]), look.literal)
        for look in looked
    ]
    measured: list[tuple[object, ...]] = [
        ("measured", bound.bound.name, *bound.value) for bound in ground.bounds
    ]
    return sorted([*literals, *measured, ("final", "final", ground.final)], key=repr)


def _closed(permutations_: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """The group that they generate, as far as it is not too large."""
    group, todo = set(permutations_), list(permutations_)
    while todo and len(group) <= _MOST_SYMMETRIES:
        one = todo.pop()
        for other in list(group):
            for product_ in (tuple(one[i] for i in other), tuple(other[i] for i in one)):
                if product_ not in group:
                    group.add(product_)
                    todo.append(product_)
    return group
