"""Leader election on a one-way ring.

E. Chang and R. Roberts, "An improved algorithm for decentralized extrema-finding in circular
configurations of processes", CACM 22(5), 1979. The atomic steps are those of
`chang_roberts/ChangRoberts.tla` in tlaplus/Examples (a message in transit is not sent twice, and
which nodes initiate is open); the axioms of the ring are those of Padon et al., "Ivy: Safety
Verification by Interactive Generalization", PLDI 2016. The smallest identity wins.
"""

from __future__ import annotations

from itertools import permutations

from model.lang import (
    Element,
    Enumeration,
    Fairness,
    Formula,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    all_of,
    axiom,
    define,
    exists,
    final,
    forall,
    implies,
    init,
    ite,
    leads_to,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Node(Sort): ...


class Identity(Sort, ordered=True): ...


class Standing(Enumeration):
    candidate = Element()
    lost = Element()
    won = Element()


class RingLeader(Spec):
    def __init__(self, fair: Fairness, unique: bool) -> None:
        self.fair, self.unique = fair, unique

    between = Relation(Node, Node, Node, immutable=True)
    identity = Function(Node, to=Identity, immutable=True)
    initiator = Relation(Node, immutable=True)
    started = Relation(Node)
    standing = Function(Node, to=Standing)
    in_transit = Relation(Identity, Node)

    @axiom
    def ring(s) -> Formula:
        """between[a, b, c]: going round from a, b comes before c."""
        b = s.between
        return (
            forall(
                Node,
                Node,
                Node,
                Node,
                lambda w, x, y, z: implies(b[w, x, y] & b[w, y, z], b[w, x, z]),
            )
            & forall(Node, Node, Node, lambda w, x, y: implies(b[w, x, y], ~b[w, y, x]))
            & forall(
                Node,
                Node,
                Node,
                lambda w, x, y: b[w, x, y] | b[w, y, x] | (w == x) | (w == y) | (x == y),
            )
            & forall(Node, Node, Node, lambda x, y, z: implies(b[x, y, z], b[y, z, x]))
        )

    @axiom
    def identities(s) -> Formula:
        same = s.identity
        return forall(Node, Node, lambda m, n: implies(same[m] == same[n], m == n) | (not s.unique))

    @define
    def next_is(s, n: Node, after: Node) -> Formula:
        return (n != after) & forall(
            Node, lambda z: (z == n) | (z == after) | s.between[n, after, z]
        )

    @define
    def arrives(s, i: Identity, n: Node) -> Formula:
        return all_of(s.started[n], s.in_transit[i, n])

    @init
    def start(s) -> None:
        s.standing[:] = lambda n: ite(s.initiator[n], Standing.candidate, Standing.lost)

    @action(fair=lambda s: s.fair)
    def initiate(s, n: Node, after: Node) -> None:
        s.require(~s.started[n], s.initiator[n], s.next_is(n, after))
        s.started[n] = True
        s.in_transit[s.identity[n], after] = True

    @action(fair=lambda s: s.fair)
    def stand_by(s, n: Node) -> None:
        s.require(~s.started[n], ~s.initiator[n])
        s.started[n] = True

    @action(fair=lambda s: s.fair)
    def forward(s, i: Identity, n: Node, after: Node) -> None:
        """A node that lost, or loses now to a smaller identity, passes the message on."""
        s.require(s.arrives(i, n), s.next_is(n, after), n != after)
        s.require((s.standing[n] == Standing.lost) | (i < s.identity[n]))
        s.standing[n] = Standing.lost
        s.in_transit[i, n] = False
        s.in_transit[i, after] = True

    @action(fair=lambda s: s.fair)
    def swallow(s, i: Identity, n: Node) -> None:
        s.require(s.arrives(i, n), s.standing[n] != Standing.lost, i > s.identity[n])
        s.in_transit[i, n] = False

    @action(fair=lambda s: s.fair)
    def win(s, i: Identity, n: Node) -> None:
        s.require(s.arrives(i, n), s.standing[n] != Standing.lost, i == s.identity[n])
        s.in_transit[i, n] = False
        s.standing[n] = Standing.won

    @safety
    def one_leader(s) -> Formula:
        """At most one node wins."""
        return forall(
            Node,
            Node,
            lambda m, n: implies(
                (s.standing[m] == Standing.won) & (s.standing[n] == Standing.won), m == n
            ),
        )

    @safety
    def rightful_leader(s) -> Formula:
        """Who wins is the initiator of the smallest identity, and all others know they lost."""
        return forall(
            Node,
            Node,
            lambda m, n: implies(
                (s.standing[n] == Standing.won) & (m != n),
                s.initiator[n]
                & (s.standing[m] == Standing.lost)
                & implies(s.initiator[m], s.identity[n] < s.identity[m]),
            ),
        )

    @leads_to
    def elected(s) -> tuple[Formula, Formula]:
        """If somebody stands, somebody wins."""
        return (
            exists(Node, lambda n: s.standing[n] == Standing.candidate),
            exists(Node, lambda n: s.standing[n] == Standing.won),
        )

    @final
    def quiet(s) -> Formula:
        return forall(Node, lambda n: s.started[n]) & ~exists(
            Identity, Node, lambda i, n: s.in_transit[i, n]
        )


def ring_leader(fair: Fairness = "weak", unique: bool = True) -> Spec:
    """Chang and Roberts's election.

    Args:
        fair: the fairness of every step.
        unique: no two nodes have one identity.
    """
    return RingLeader(fair, unique)


def scope(nodes: int, identities: tuple[int, ...] | None = None) -> Scope:
    """A ring of nodes 0, 1, …, with these identities, or with their own numbers."""
    ids = tuple(range(nodes)) if identities is None else identities
    given = {
        "between": {
            (a, b, c)
            for a, b, c in permutations(range(nodes), 3)
            if (b - a) % nodes < (c - a) % nodes
        },
        "identity": dict(enumerate(ids)),
    }
    return Scope({"Node": nodes, "Identity": max(ids) + 1}, given)


GOLDEN = (
    Golden(
        ring_leader(),
        scope(3),
        states=137,
        transitions=219,
        depth=9,
        source="tlaplus/Examples chang_roberts/MCChangRoberts.cfg: 137 distinct, 227 generated "
        "with 8 initial states, depth 10",
    ),
)
