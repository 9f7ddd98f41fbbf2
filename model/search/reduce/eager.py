"""Partial order: steps that may be taken at once, so that their interleavings need no search.

A step t is *eager* if it only sets bits, and for every other step a, wherever both are enabled:

1. a is still enabled after t, and what it then writes does not depend on the bits that t sets;
2. either t is still enabled after a, and a writes none of t's bits: they commute;
   or a overwrites all of t's bits, with t as without: a *absorbs* t (a crash that forgets what
   was delivered absorbs its delivery);

or else a and t are never enabled together. All of it is read off the circuit: which literals can
only become true when a bit is set (they are *unate*), what a literal depends on, and what
contradicts what. Nothing is declared, and where the circuit does not show it, t is not eager.

*Every state s that can be reached has a state n with s →* n by eager steps only, such that n has
no eager step that changes anything and n is found by a search that takes eager steps at once and
branches over the others.* By induction over the steps to s. If s is initial, n is what the search
starts from. Otherwise s comes from some r by a, and r →* m with m found. If a is eager, then by 1
and 2 the steps to m, with a moved to the front if it is among them, lead from s to m: nothing but
a could have disabled them, and eager steps only set bits. If a is not eager, it is still enabled
in m (1, step by step), and the search takes it there; by 2 each of the eager steps between r and m
is either taken after a instead, from s on, or absorbed. So s →* a(m) →* n, and n is found.
(Lipton, "Reduction", 1975: eager steps are left movers, or absorbed.)

What the search looks for must survive the way from s to n: see `tolerates`. A formula that no
eager step can make false, such as the negation of an invariant that deliveries can only break,
is true in n if it is in s. One that is true only where no eager step is enabled, as every deadlock
and every state of rest is, is true of n as well, because then n is s. Eager steps against which a
formula that is looked for is not protected in one of these ways are not taken eagerly.

Shortest traces become shortest in steps that are not eager. Leads-to is judged only where every
infinite behaviour comes to rest; graphs with other cycles are not reduced.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.ground import Ground
from model.ground.circuit import AND, FALSE, TRUE, Circuit
from model.ground.grounding import GroundStep
from model.ground.implication import Implication

Bits = int  # a set of input bits, as a mask


class Polarity:
    """Of every node: the bits that can make it true, and those that can make it false, when set.

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
        """The numbers of the eager steps for a search that looks for these literals.

        They need not be eager for each other's sake: every step is held against all others.
        """
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
        return self.implication.contradict(literal, self.ground.steps[t].guard)

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


def guards_of(ground: Ground, numbers: Iterable[int]) -> list[GroundStep]:
    """The steps with these numbers."""
    return [ground.steps[number] for number in numbers]
