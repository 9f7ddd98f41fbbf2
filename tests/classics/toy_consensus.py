"""Consensus by one vote of each node: a value that a quorum voted for is decided.

`examples/toy_consensus_epr.pyv` of mypyvy, after Padon et al., "Paxos Made EPR", OOPSLA 2017.

The count, for three nodes and majorities: each node voted for one of v values or not at all,
(v + 1)³ ways; and a value may be decided besides where it has a majority, which is by 3v ways with
two votes for each value and one with three: 3v + 1 for each.
"""

from __future__ import annotations

from itertools import combinations

from model.lang import (
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    axiom,
    exists,
    final,
    forall,
    implies,
    init,
    safety,
    step,
)
from model.scope import Scope
from tests.classics import Golden


class Node(Sort): ...


class Quorum(Sort): ...


class Choice(Sort): ...


class ToyConsensus(Spec):
    """One round of votes.

    Args:
        intersecting: any two quorums have a node in common.
    """

    member = Relation(Node, Quorum, immutable=True)
    voted = Relation(Node)
    vote = Relation(Node, Choice)
    decided = Relation(Choice)

    def __init__(self, intersecting: bool = True) -> None:
        self.intersecting = intersecting

    @axiom
    def quorums(s) -> Formula:
        """Quorums intersect, or at least none is empty."""
        if s.intersecting:
            return forall(
                Quorum,
                Quorum,
                lambda p, q: exists(Node, lambda n: s.member[n, p] & s.member[n, q]),
            )
        return forall(Quorum, lambda q: exists(Node, lambda n: s.member[n, q]))

    @init
    def start(s) -> None: ...

    @action
    def cast(s, n: Node, v: Choice) -> None:
        s.require(~s.voted[n])
        s.voted[n] = True
        s.vote[n, v] = True

    @action
    def decide(s, v: Choice, q: Quorum) -> None:
        s.require(forall(Node, lambda n: implies(s.member[n, q], s.vote[n, v])))
        s.decided[v] = True

    @final
    def all_voted(s) -> Formula:
        return forall(Node, lambda n: s.voted[n])

    @safety
    def agreement(s) -> Formula:
        """At most one value is decided."""
        return forall(Choice, Choice, lambda v, w: implies(s.decided[v] & s.decided[w], v == w))

    @step
    def votes_stand(s, after: ToyConsensus) -> Formula:
        """No vote is taken back."""
        return forall(Node, Choice, lambda n, v: implies(s.vote[n, v], after.vote[n, v]))


def scope(nodes: int, values: int, quorums: tuple[tuple[int, ...], ...] | None = None) -> Scope:
    """Nodes with these quorums, or with their least majorities."""
    if quorums is None:
        quorums = tuple(combinations(range(nodes), nodes // 2 + 1))
    member = {(n, q) for q, members in enumerate(quorums) for n in members}
    return Scope({"Node": nodes, "Quorum": len(quorums), "Choice": values}, {"member": member})


GOLDEN = tuple(
    Golden(
        ToyConsensus(),
        scope(3, v),
        states=(v + 1) ** 3 + v * (3 * v + 1),
        source="the count in the module's docstring",
    )
    for v in (1, 2, 3)
)
