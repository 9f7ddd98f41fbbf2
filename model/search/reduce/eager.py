"""Partial order: steps that may be taken at once, so that their interleavings need no search.

A step t is *eager* if it only sets bits, and for every other step a, wherever both are enabled:

1. a is still enabled after t, and what it writes does not depend on the bits that t sets;
2. either t is still enabled after a, and a writes none of t's bits, so that they *commute*;
   or a overwrites all of t's bits, so that t makes no difference: a *absorbs* t, as a crash that
   forgets what was delivered absorbs a delivery;

or else a and t are never enabled together. All of it is read off the circuit: which bits can make
a literal false when they are set, what it depends on at all, and what contradicts what. Nothing
is declared, and where the circuit does not show it, t is not eager. (Eager steps are left movers
in the sense of Lipton, "Reduction", 1975, but for those that are absorbed.)

The search takes eager steps at once, until none changes anything, and branches over the others.
That is enough, because *from every reachable state s eager steps lead to a state that the search
finds*. By induction over the steps to s: an initial state is where the search begins. Any other s
comes from a reachable r by a step a, and eager steps e1, ..., en lead from r to a state m that the
search finds.

- If a is eager: as long as ei is not a, it commutes with a or is absorbed by it (2), and a stays
  enabled (1). So if some ei is a, the eager steps after s lead to m as well, with a moved to the
  front. If none is, a is enabled in m, where it changes nothing: again they lead from s to m.
- If a is not eager: it is still enabled in m (1), where the search takes it. Each ei is either
  taken after a instead, or absorbed (2). So eager steps lead from s to a(m), and from there to
  where the search goes on.

What the search looks for must survive the way from s to the state that is found; see `tolerates`.
A formula that no eager step can make false, such as the negation of an invariant that deliveries
can only break, is true at the end if it is at the beginning. One that is true only where no eager
step is enabled, as every deadlock and every state of rest is, holds in s only if s itself is
found. Steps against which a formula that is looked for is not protected are not taken eagerly.

Shortest traces become shortest in steps that are not eager. Leads-to is judged only where every
behaviour comes to rest; other cycles may be left out of the graph.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.ground import Ground
from model.ground.circuit import AND, FALSE, TRUE, Circuit
from model.ground.implication import Implication

Bits = int  # a set of input bits, as a mask


class Polarity:
    """Of every literal the bits that can make it true, and those that can make it false, when set.

    Args:
        circuit: its gates so far.
    """

    def __init__(self, circuit: Circuit) -> None:
        self._up: list[Bits] = [0] + [1 << bit for bit in range(circuit.inputs)]
        self._down: list[Bits] = [0] * (1 + circuit.inputs)
        for kind, left, right in zip(circuit.kind, circuit.left, circuit.right, strict=True):
            up = self.up(left) | self.up(right)
            down = self.down(left) | self.down(right)
            if kind != AND:
                up = down = up | down
            self._up.append(up)
            self._down.append(down)

    def up(self, literal: int) -> Bits:
        """The bits that can make a literal true when they are set."""
        return (self._down if literal & 1 else self._up)[literal >> 1]

    def down(self, literal: int) -> Bits:
        """The bits that can make a literal false when they are set."""
        return (self._up if literal & 1 else self._down)[literal >> 1]

    def support(self, literal: int) -> Bits:
        """The bits that a literal may depend on."""
        return self._up[literal >> 1] | self._down[literal >> 1]


class Eager:
    """Finds the eager steps of a ground spec.

    Args:
        ground: the spec at its scope, with every gate that will be looked at.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.polarity = Polarity(ground.circuit)
        self.implication = Implication(ground.circuit)
        self.sets: list[Bits] = []
        self.clears: list[Bits] = []
        self.computes: list[Bits] = []
        self.reads: list[Bits] = []  # what the new values depend on
        for step in ground.steps:
            self.sets.append(_mask(p for p, new in step.changes if new == TRUE))
            self.clears.append(_mask(p for p, new in step.changes if new == FALSE))
            self.computes.append(_mask(p for p, new in step.changes if new not in (TRUE, FALSE)))
            reads = 0
            for _, new in step.changes:
                reads |= self.polarity.support(new)
            self.reads.append(reads)

    def find(self, looked_for: Iterable[int]) -> tuple[int, ...]:
        """The numbers of the eager steps for a search that looks for these literals."""
        looked_for = [literal for literal in looked_for if literal != FALSE]
        return tuple(
            number
            for number, step in enumerate(self.ground.steps)
            if step.changes
            and not self.clears[number]
            and not self.computes[number]
            and all(self.tolerates(literal, number) for literal in looked_for)
            and all(
                self.moves_before(number, other)
                for other in range(len(self.ground.steps))
                if other != number
            )
        )

    def tolerates(self, literal: int, t: int) -> bool:
        """Whether a literal that is true stays true when t is taken, or t is not enabled then."""
        if not self.polarity.down(literal) & self.sets[t]:
            return True
        return self.implication.contradict(self.ground.steps[t].guard, literal)

    def moves_before(self, t: int, a: int) -> bool:
        """Whether t may as well be taken before a; see the module's docstring."""
        set_by_t = self.sets[t]
        touched_by_a = self.sets[a] | self.clears[a] | self.computes[a]
        guard_t, guard_a = self.ground.steps[t].guard, self.ground.steps[a].guard
        undisturbed = not (self.polarity.down(guard_a) | self.reads[a]) & set_by_t
        absorbed = set_by_t & ~touched_by_a == 0
        commutes = not (
            touched_by_a & set_by_t
            or self.sets[a] & self.polarity.down(guard_t)
            or self.clears[a] & self.polarity.up(guard_t)
            or self.computes[a] & self.polarity.support(guard_t)
        )
        if undisturbed and (absorbed or commutes):
            return True
        return self.implication.contradict(guard_t, guard_a)


def _mask(bits: Iterable[int]) -> Bits:
    mask = 0
    for bit in bits:
        mask |= 1 << bit
    return mask
