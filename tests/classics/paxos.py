"""Paxos for one decision, without leaders or learners, as the messages ever sent.

L. Lamport, "The part-time parliament", TOCS 16(2), 1998, in the atomic steps of his `Paxos.tla`
(tlaplus/Examples). His variables maxBal, maxVBal and maxVal are functions of the messages an
acceptor has sent, so that leaving them out, as Padon et al. do ("Paxos made EPR", OOPSLA 2017),
changes no number of states. The proposer's step names the quorum and, if one binds it, the
acceptor whose vote it repeats, so that it counts as often as TLC generates it.
"""

from __future__ import annotations

from itertools import combinations

from model.lang import (
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    all_of,
    any_of,
    axiom,
    define,
    exists,
    forall,
    implies,
    init,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Acceptor(Sort): ...


class Quorum(Sort): ...


class Ballot(Sort, ordered=True): ...


class Choice(Sort): ...


class Paxos(Spec):
    """Single-decree Paxos.

    Args:
        intersecting: any two quorums have an acceptor in common.
    """

    member = Relation(Acceptor, Quorum, immutable=True)
    opened = Relation(Ballot)  # phase 1a
    promised = Relation(Acceptor, Ballot)  # phase 1b, …
    reported = Relation(Acceptor, Ballot, Ballot, Choice)  # … with the last vote before, if any
    proposed = Relation(Ballot, Choice)  # phase 2a
    voted = Relation(Acceptor, Ballot, Choice)  # phase 2b

    def __init__(self, intersecting: bool = True) -> None:
        self.intersecting = intersecting

    @axiom
    def quorums(s) -> Formula:
        """Quorums intersect, or at least none is empty."""
        if s.intersecting:
            return forall(
                Quorum,
                Quorum,
                lambda p, q: exists(Acceptor, lambda a: s.member[a, p] & s.member[a, q]),
            )
        return forall(Quorum, lambda q: exists(Acceptor, lambda a: s.member[a, q]))

    @define
    def active_in(s, a: Acceptor, b: Ballot) -> Formula:
        """The acceptor promised or voted in the ballot."""
        return any_of(s.promised[a, b], exists(Choice, lambda v: s.voted[a, b, v]))

    @define
    def last_vote(s, a: Acceptor, b: Ballot, v: Choice) -> Formula:
        later = exists(Ballot, Choice, lambda c, w: (b < c) & s.voted[a, c, w])
        return all_of(s.voted[a, b, v], ~later)

    @define
    def all_promised(s, q: Quorum, b: Ballot) -> Formula:
        return forall(Acceptor, lambda a: implies(s.member[a, q], s.promised[a, b]))

    @define
    def unproposed(s, b: Ballot) -> Formula:
        return ~exists(Choice, lambda v: s.proposed[b, v])

    @define
    def chosen(s, v: Choice) -> Formula:
        return exists(
            Ballot,
            Quorum,
            lambda b, q: forall(Acceptor, lambda a: implies(s.member[a, q], s.voted[a, b, v])),
        )

    @init
    def start(s) -> None: ...

    @action
    def open_ballot(s, b: Ballot) -> None:
        s.opened[b] = True

    @action
    def promise(s, a: Acceptor, b: Ballot) -> None:
        s.require(s.opened[b])
        s.require(~exists(Ballot, lambda c: (b <= c) & s.active_in(a, c)))
        s.promised[a, b] = True
        s.reported[a, b, :, :] = lambda c, v: s.last_vote(a, c, v)

    @action
    def propose_any(s, b: Ballot, v: Choice, q: Quorum) -> None:
        """No acceptor of the quorum reported a vote, so the proposer is free."""
        s.require(s.unproposed(b), s.all_promised(q, b))
        s.require(
            ~exists(
                Acceptor,
                Ballot,
                Choice,
                lambda a, c, w: s.member[a, q] & s.reported[a, b, c, w],
            )
        )
        s.proposed[b, v] = True

    @action
    def propose_again(s, b: Ballot, v: Choice, q: Quorum, a: Acceptor) -> None:
        """Of the votes that the quorum reported the one of `a` is of the highest ballot."""
        s.require(s.member[a, q], s.promised[a, b], s.unproposed(b))
        s.require(
            exists(
                Ballot,
                lambda c: (
                    s.reported[a, b, c, v]
                    & ~exists(
                        Acceptor,
                        Ballot,
                        Choice,
                        lambda m, d, w: (c < d) & s.member[m, q] & s.reported[m, b, d, w],
                    )
                ),
            )
        )
        s.require(s.all_promised(q, b))
        s.proposed[b, v] = True

    @action
    def vote(s, a: Acceptor, b: Ballot, v: Choice) -> None:
        s.require(s.proposed[b, v])
        s.require(~exists(Ballot, lambda c: (b < c) & s.active_in(a, c)))
        s.voted[a, b, v] = True

    @safety
    def agreement(s) -> Formula:
        """At most one value is chosen."""
        return forall(Choice, Choice, lambda v, w: implies(s.chosen(v) & s.chosen(w), v == w))

    @safety
    def one_proposal(s) -> Formula:
        """At most one value is proposed in a ballot."""
        return forall(
            Ballot,
            Choice,
            Choice,
            lambda b, v, w: implies(s.proposed[b, v] & s.proposed[b, w], v == w),
        )


def scope(
    acceptors: int, ballots: int, values: int, quorums: tuple[tuple[int, ...], ...] | None = None
) -> Scope:
    """Acceptors with these quorums, or with their least majorities."""
    if quorums is None:
        quorums = tuple(combinations(range(acceptors), acceptors // 2 + 1))
    member = {(a, q) for q, members in enumerate(quorums) for a in members}
    sizes = {"Acceptor": acceptors, "Quorum": len(quorums), "Ballot": ballots, "Choice": values}
    return Scope(sizes, {"member": member})


GOLDEN = (
    Golden(
        Paxos(),
        scope(1, 2, 1),
        states=25,
        transitions=81,
        depth=8,
        source="tlaplus/Examples Paxos/MCPaxos.cfg: 25 distinct, 82 generated, depth 9",
    ),
    Golden(
        Paxos(),
        scope(3, 2, 2),
        states=3_921,
        transitions=23_562,
        depth=16,
        source="tlaplus/Examples PaxosHowToWinATuringAward/MCPaxosTiny.cfg: 3,921 distinct, 23,563 "
        "generated, depth 17",
    ),
)
