"""The proof of leader election on a ring, for any number of nodes and any identities.

What is behind it: the initiator of the smallest identity, here the *rightful* one, never loses, and
nobody swallows its message, so in the end it comes home; and a message makes each node that it
passes lose, so none but this one comes home to a node that has not lost.
"""

from __future__ import annotations

from collections.abc import Callable

from model.lang import (
    Fairness,
    Formula,
    Relation,
    action,
    define,
    exists,
    forall,
    implies,
    safety,
)
from proofs.induction.certificate import Hint
from proofs.induction.obligations import Instances
from proofs.induction.proof import Proof, corollary, finite_least, proof_of
from proofs.liveness import RestProof, at_rest, grows, liveness_of, taken_for_granted
from tests.classics.ring_leader import Identity, Node, RingLeader, Standing

HINTS = {
    "EverybodyHasStarted: implied": Hint(
        frozenset({"EverybodyHasNext", "no initiate", "no stand_by"}), Instances.NAMING_FIRST
    ),
    "NothingIsInTransit: implied": Hint(
        frozenset(
            {"EverybodyHasNext", "EverybodyHasStarted", "no forward", "no swallow", "no win"}
        ),
        Instances.NAMING_FIRST,
    ),
}
"""What the prover finds, too, after some seconds."""


class RingProof(RingLeader):
    """At most one node wins, and it is the rightful one."""

    left = Relation(Identity, Node)
    """The message with this identity has arrived at this node, and is there no more."""

    @action(fair=lambda s: s.fair)
    def forward(s, i: Identity, n: Node, after: Node) -> None:
        RingLeader.forward(s, i, n, after)
        s.left[i, n] = True

    @action(fair=lambda s: s.fair)
    def swallow(s, i: Identity, n: Node) -> None:
        RingLeader.swallow(s, i, n)
        s.left[i, n] = True

    @action(fair=lambda s: s.fair)
    def win(s, i: Identity, n: Node) -> None:
        RingLeader.win(s, i, n)
        s.left[i, n] = True

    @define
    def rightful(s, m: Node) -> Formula:
        """m is the initiator of the smallest identity."""
        return s.initiator[m] & forall(
            Node, lambda x: implies(s.initiator[x], s.identity[m] <= s.identity[x])
        )

    @finite_least
    def who_stands(s) -> tuple[type[Identity], Callable[[Identity], Formula]]:
        """The identities of initiators are finitely many."""
        return Identity, lambda i: exists(Node, lambda n: s.initiator[n] & (s.identity[n] == i))

    @corollary
    @safety
    def SomebodyIsRightful(s) -> Formula:
        """If there is an initiator, one has the smallest identity."""
        return implies(
            exists(Node, lambda n: s.initiator[n]), exists(Node, lambda m: s.rightful(m))
        )

    @safety
    def InitiatorsStand(s) -> Formula:
        """Who is no initiator has lost from the start."""
        return forall(Node, lambda n: implies(s.standing[n] != Standing.lost, s.initiator[n]))

    @safety
    def SentByInitiators(s) -> Formula:
        """A message has the identity of an initiator."""
        return forall(
            Identity, Node,
            lambda i, n: implies(
                s.in_transit[i, n] | s.left[i, n],
                exists(Node, lambda x: s.initiator[x] & (s.identity[x] == i)),
            ),
        )  # fmt: skip

    @safety
    def SentOnceStarted(s) -> Formula:
        """No message is there before its sender has started."""
        return forall(
            Node, Node,
            lambda x, n: implies(
                s.in_transit[s.identity[x], n] | s.left[s.identity[x], n], s.started[x]
            ),
        )  # fmt: skip

    @safety
    def TheRightfulNeverLoses(s) -> Formula:
        """No message has a smaller identity."""
        return forall(Node, lambda m: implies(s.rightful(m), s.standing[m] != Standing.lost))

    @safety
    def OneMessageEach(s) -> Formula:
        """A node sends once."""
        return forall(
            Identity, Node, Node,
            lambda i, n, p: implies(s.in_transit[i, n] & s.in_transit[i, p], n == p),
        )  # fmt: skip

    @safety
    def PassedHaveLost(s) -> Formula:
        """On its way from x to n a message passes what is between."""
        return forall(
            Node, Node, Node,
            lambda x, m, n: implies(
                s.in_transit[s.identity[x], n] & s.between[x, m, n], s.standing[m] == Standing.lost
            ),
        )  # fmt: skip

    @safety
    def HomeHavingPassedAll(s) -> Formula:
        """A message that comes home has passed all other nodes."""
        return forall(
            Node, Node,
            lambda x, m: implies(
                s.in_transit[s.identity[x], x] & (m != x), s.standing[m] == Standing.lost
            ),
        )  # fmt: skip

    @safety
    def OthersHaveLost(s) -> Formula:
        """Who wins has passed all others."""
        return forall(
            Node, Node,
            lambda n, m: implies(
                (s.standing[n] == Standing.won) & (m != n), s.standing[m] == Standing.lost
            ),
        )  # fmt: skip

    @safety
    def NeverBack(s) -> Formula:
        """Where a message is it has not been, and it is behind the nodes that it has left."""
        return forall(
            Node, Node, Node,
            lambda x, n, p: implies(
                s.in_transit[s.identity[x], n] & s.left[s.identity[x], p],
                (p != n) & (p != x) & ((n == x) | s.between[x, p, n]),
            ),
        )  # fmt: skip

    @safety
    def TheRightfulIsHeard(s) -> Formula:
        """The message of the rightful one is on its way until it comes home."""
        return forall(
            Node,
            lambda m: implies(
                s.rightful(m) & s.started[m],
                (s.standing[m] == Standing.won)
                | exists(Node, lambda n: s.in_transit[s.identity[m], n]),
            ),
        )


class RingRest(RingProof):
    """At rest somebody has won."""

    @grows
    def is_started(s, n: Node) -> Formula:
        """Nodes that have started."""
        return s.started[n]

    @grows
    def is_left(s, i: Identity, n: Node) -> Formula:
        """Where messages have been."""
        return s.left[i, n]

    @taken_for_granted
    def EverybodyHasNext(s, n: Node) -> Formula:
        """The ring is finite, and has two nodes at least: of one node alone nothing is heard."""
        return exists(Node, lambda after: s.next_is(n, after))

    @at_rest
    @safety
    def EverybodyHasStarted(s) -> Formula:
        """Who has not could."""
        return forall(Node, lambda n: s.started[n])

    @at_rest
    @safety
    def NothingIsInTransit(s) -> Formula:
        """A message could be forwarded, or swallowed, or wins."""
        return forall(Identity, Node, lambda i, n: ~s.in_transit[i, n])


def ring_safety(fair: Fairness = "weak") -> Proof:
    """The proof that at most one node wins, and that it is the rightful one."""
    return proof_of(RingLeader(fair, unique=True), RingProof(fair, unique=True))


def ring_liveness(fair: Fairness = "weak") -> RestProof:
    """The proof that somebody wins if somebody stands."""
    return liveness_of(RingLeader(fair, unique=True), RingRest(fair, unique=True))
