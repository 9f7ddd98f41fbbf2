"""Specs that inference is tried with: classics, right and wrong, and small ones of its own."""

from __future__ import annotations

from model.lang import (
    Constant,
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    axiom,
    forall,
    implies,
    init,
    safety,
)
from model.scope import Scope
from tests.classics import (
    lock_server,
    paxos,
    peterson,
    philosophers,
    ring_leader,
    semaphore,
    ticket,
    toy_consensus,
    two_phase_commit,
)

RIGHT: dict[str, tuple[Spec, str, Scope]] = {
    "lock server": (lock_server.lock_server(), "exclusive", lock_server.scope(4)),
    "two-phase commit": (two_phase_commit.TwoPhase(), "consistent", two_phase_commit.scope(4)),
    "semaphore": (semaphore.semaphore(), "exclusive", semaphore.scope(4)),
    "Peterson": (peterson.peterson(), "exclusive", peterson.scope()),
    "toy consensus": (toy_consensus.ToyConsensus(), "agreement", toy_consensus.scope(4, 2)),
    "ticket lock": (ticket.ticket(), "exclusive", ticket.scope(3, 5)),
    "ring": (ring_leader.ring_leader(), "one_leader", ring_leader.scope(4)),
    "philosophers": (philosophers.Philosophers(), "one_hand_on_a_fork", philosophers.scope(5)),
}
"""With a property that holds at every size, and a scope larger than inference explores."""

WRONG: dict[str, tuple[Spec, str]] = {
    "lock server": (lock_server.lock_server(repeated=True), "exclusive"),
    "two-phase commit": (two_phase_commit.TwoPhase(hasty=True), "consistent"),
    "Peterson": (peterson.peterson(polite=False), "exclusive"),
    "ring": (ring_leader.ring_leader(unique=False), "one_leader"),
    "toy consensus": (toy_consensus.ToyConsensus(intersecting=False), "agreement"),
    "Paxos": (paxos.Paxos(intersecting=False), "agreement"),
}


class Guest(Sort): ...


class Crowd(Spec):
    """A room for four, which the fifth guest finds open: no small scope has so many guests."""

    inside = Relation(Guest)

    @init
    def start(s) -> None: ...

    @action
    def enter(s, g: Guest) -> None:
        s.inside[g] = True

    @safety
    def room_for_four(s) -> Formula:
        return forall(
            Guest, Guest, Guest, Guest, Guest,
            lambda a, b, c, d, e: implies(
                s.inside[a] & s.inside[b] & s.inside[c] & s.inside[d] & s.inside[e],
                (a == b) | (a == c) | (a == d) | (a == e) | (b == c) | (b == d) | (b == e)
                | (c == d) | (c == e) | (d == e),
            ),
        )  # fmt: skip


class Place(Sort, ordered=True): ...


class Climb(Spec):
    """Somebody starts somewhere and only climbs: an order, and constants in it."""

    at = Constant(Place)
    seen = Relation(Place)
    bottom = Constant(Place, immutable=True)

    @init
    def start(s) -> None:
        s.at = s.bottom

    @action
    def climb(s, p: Place) -> None:
        s.require(s.at < p)
        s.seen[s.at] = True
        s.at = p

    @safety
    def never_seen(s) -> Formula:
        """Where one is, one has not been."""
        return forall(Place, lambda p: implies(s.seen[p], p != s.at))


class Nowhere(Climb):
    """No place is the bottom."""

    @axiom
    def bottomless(s) -> Formula:
        return forall(Place, lambda p: p != s.bottom)
