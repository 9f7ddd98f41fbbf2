"""The proof of the ticket lock, for any number of threads and tickets.

That for every ticket between there is a thread that holds it makes a cycle with `mine`, from
threads to tickets: the proof leaves the decidable fragment there, and uses this lemma at constants
only. Nothing is taken for granted: who is inside holds the ticket that is served, so the next one
has been found already, when it was drawn.
"""

from __future__ import annotations

from collections.abc import Callable

from model.lang import Fairness, Formula, exists, forall, implies, safety
from proofs.induction.proof import Proof, finite_least, proof_of
from proofs.liveness import RestProof, at_rest, grows, liveness_of
from tests.classics.ticket import At, Thread, Ticket, TicketLock


class TicketProof(TicketLock):
    """At most one thread is inside."""

    @safety
    def TicketsInUse(s) -> Formula:
        """Who is not idle holds a ticket that is drawn and is not yet done with."""
        return forall(
            Thread,
            lambda t: implies(
                s.at[t] != At.idle, (s.service <= s.mine[t]) & (s.mine[t] < s.next_ticket)
            ),
        )

    @safety
    def HeldOnce(s) -> Formula:
        """No ticket is drawn twice."""
        return forall(
            Thread, Thread,
            lambda a, b: implies(
                (s.at[a] != At.idle) & (s.at[b] != At.idle) & (s.mine[a] == s.mine[b]), a == b
            ),
        )  # fmt: skip

    @safety
    def ServedInside(s) -> Formula:
        """Who is inside holds the ticket that is served: `enter` asks for no more, none is less."""
        return forall(Thread, lambda t: implies(s.at[t] == At.critical, s.mine[t] == s.service))

    @safety
    def ServedWasDrawn(s) -> Formula:
        """No ticket is served that is not drawn, but for the next one."""
        return s.service <= s.next_ticket

    @safety
    def EveryTicketIsHeld(s) -> Formula:
        """Tickets from the one that is served to the last one drawn: each is given back in turn."""
        return forall(
            Ticket,
            lambda k: implies(
                (s.service <= k) & (k < s.next_ticket),
                exists(Thread, lambda t: (s.mine[t] == k) & (s.at[t] != At.idle)),
            ),
        )


class TicketRest(TicketProof):
    """At rest nobody waits."""

    @grows
    def is_drawn(s, k: Ticket) -> Formula:
        """Tickets that were drawn."""
        return k < s.next_ticket

    @grows
    def is_used(s, k: Ticket) -> Formula:
        """Tickets that let somebody in."""
        return s.is_done_with(k) | (
            (k == s.service) & exists(Thread, lambda t: s.at[t] == At.critical)
        )

    @grows
    def is_done_with(s, k: Ticket) -> Formula:
        """Tickets that were served."""
        return k < s.service

    @finite_least
    def later_tickets(s) -> tuple[type[Ticket], Callable[[Ticket], Formula]]:
        """Tickets after the one that is served are finitely many."""
        return Ticket, lambda k: s.service < k

    @at_rest
    @safety
    def NobodyIsInside(s) -> Formula:
        """Who is inside could leave."""
        return forall(Thread, lambda t: s.at[t] != At.critical)

    @at_rest
    @safety
    def NobodyWaits(s) -> Formula:
        """Who holds the ticket that is served, the first `k`, could enter."""
        return forall(Thread, Ticket, lambda t, k: implies(k == s.service, s.at[t] != At.waiting))


def ticket_safety(entering: Fairness = "weak", leaving: Fairness = "weak") -> Proof:
    """The proof that at most one thread is inside."""
    return proof_of(TicketLock(entering, leaving), TicketProof(entering, leaving))


def ticket_liveness(entering: Fairness = "weak", leaving: Fairness = "weak") -> RestProof:
    """The proof that who draws a ticket enters."""
    return liveness_of(TicketLock(entering, leaving), TicketRest(entering, leaving))
