"""Dining philosophers who all take the left fork first, and so may starve together.

E. W. Dijkstra, "Hierarchical ordering of sequential processes", 1971, the attempt that deadlocks.

The count: round the table each philosopher thinks, has a left fork, or eats, and the right
neighbour of one who eats thinks. The number of such circles of n is the trace of the n-th power of
a matrix with the eigenvalues 0, 1 + √2 and 1 − √2: the Pell–Lucas numbers 6, 14, 34, 82, … (OEIS
A002203). The shortest way to the deadlock is that each takes the left fork: n steps.
"""

from __future__ import annotations

from model.lang import (
    Element,
    Enumeration,
    Formula,
    Function,
    Sort,
    Spec,
    action,
    define,
    exists,
    forall,
    implies,
    init,
    least,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Philosopher(Sort, ordered=True): ...


class Doing(Enumeration):
    thinking = Element()
    reaching = Element()  # with the left fork in hand
    eating = Element()


class Philosophers(Spec):
    """The table.

    Args:
        courteous: the least philosopher takes both forks at once or none, which is enough to
            prevent the deadlock.
    """

    doing = Function(Philosopher, to=Doing)

    def __init__(self, courteous: bool = False) -> None:
        self.courteous = courteous

    @define
    def neighbours(s, p: Philosopher, right: Philosopher) -> Formula:
        """`right` sits next to p: follows in the order, or is the least after the greatest."""
        follows = (p < right) & ~exists(Philosopher, lambda q: (p < q) & (q < right))
        return follows | (least(right) & forall(Philosopher, lambda q: q <= p))

    @init
    def start(s) -> None:
        s.doing[:] = Doing.thinking

    @action
    def reach(s, p: Philosopher, left: Philosopher) -> None:
        """Takes the left fork, which is the right fork of the left neighbour."""
        s.require(s.neighbours(left, p), s.doing[p] == Doing.thinking)
        s.require(s.doing[left] != Doing.eating)
        if s.courteous:
            s.require(~least(p))
        s.doing[p] = Doing.reaching

    @action
    def eat(s, p: Philosopher, right: Philosopher) -> None:
        s.require(s.neighbours(p, right), s.doing[p] == Doing.reaching)
        s.require(s.doing[right] == Doing.thinking)
        s.doing[p] = Doing.eating

    @action
    def take_both(s, p: Philosopher, left: Philosopher, right: Philosopher) -> None:
        s.require(s.courteous, least(p), s.neighbours(left, p), s.neighbours(p, right))
        s.require(s.doing[p] == Doing.thinking, s.doing[left] != Doing.eating)
        s.require(s.doing[right] == Doing.thinking)
        s.doing[p] = Doing.eating

    @action
    def think(s, p: Philosopher) -> None:
        s.require(s.doing[p] == Doing.eating)
        s.doing[p] = Doing.thinking

    @safety
    def one_hand_on_a_fork(s) -> Formula:
        """Whose left neighbour eats has no fork."""
        return forall(
            Philosopher,
            Philosopher,
            lambda p, right: implies(
                s.neighbours(p, right) & (s.doing[p] == Doing.eating),
                s.doing[right] == Doing.thinking,
            ),
        )


def scope(philosophers: int) -> Scope:
    """A table of at least two."""
    return Scope({"Philosopher": philosophers})


GOLDEN = tuple(
    Golden(
        Philosophers(),
        scope(n),
        states=states,
        source="the count in the module's docstring (Pell–Lucas numbers)",
    )
    for n, states in ((2, 6), (3, 14), (4, 34), (5, 82))
)
