"""Termination and Coverage of the exchange, for every size: why nothing is left undone."""

from __future__ import annotations

from collections.abc import Callable

from model.lang import Formula, exists, forall, implies, safety
from model.protocol.sorts import Kind, Member, View
from proofs.exchange.costs import ExchangeProof
from proofs.induction.proof import finite_least
from proofs.liveness import at_rest, grows, taken_for_granted


class ExchangeRest(ExchangeProof):
    """At rest every live member has completed the last request."""

    # -- every step adds to one of these ----------------------------------------------------------

    @grows
    def is_formed(s, v: View) -> Formula:
        """Views that are formed."""
        return s.formed[v]

    @grows
    def is_sent(s, k: Kind, p: Member, v: View) -> Formula:
        """Messages that are sent."""
        return s.sent[k, p, v]

    @grows
    def is_placed(s, w: View, k: Kind, p: Member, v: View) -> Formula:
        """Messages in a view's set."""
        return s.placed[w, k, p, v]

    @grows
    def is_delivered(s, q: Member, k: Kind, p: Member, v: View) -> Formula:
        """Messages that are delivered, or never will be."""
        return s.delivered[q, k, p, v] | s.crashed[q]

    @grows
    def is_installed(s, m: Member, v: View) -> Formula:
        """Views that are installed, or never will be."""
        return s.installed[m, v] | s.crashed[m]

    @grows
    def is_completed(s, m: Member, v: View) -> Formula:
        """Requests that are completed."""
        return s.completed[m, v]

    @grows
    def is_crashed(s, m: Member) -> Formula:
        """Members that have crashed."""
        return s.crashed[m]

    # -- what is assumed ----------------------------------------------------------------------

    @taken_for_granted
    def views_suffice(s) -> Formula:
        """There is a next view.

        Each view but the first takes in an arrival or leaves out a member for ever, so there are
        never more than arrivals and members together: with as many in the sort it never runs out.
        """
        return exists(View, lambda v: s.next_view(v))

    @finite_least
    def waiting_messages(s, p: Member) -> tuple[type[View], Callable[[View], Formula]]:
        """The messages that wait in a queue are finitely many."""
        return View, lambda v: s.waiting(Kind.data, p, v) | s.waiting(Kind.ack, p, v)

    @finite_least
    def messages_to_deliver(
        s, q: Member, p: Member, x: View
    ) -> tuple[type[View], Callable[[View], Formula]]:
        """The messages of one sender in a view are finitely many."""
        return (
            View,
            lambda v: (
                (s.placed[x, Kind.data, p, v] & ~s.delivered[q, Kind.data, p, v])
                | (s.placed[x, Kind.ack, p, v] & ~s.delivered[q, Kind.ack, p, v])
            ),
        )

    @finite_least
    def views_of(s, m: Member) -> tuple[type[View], Callable[[View], Formula]]:
        """The views that a member is in are finitely many."""
        return View, lambda v: s.in_view[v, m]

    # -- at rest ------------------------------------------------------------------------------

    @at_rest
    @safety
    def NothingWaits(s) -> Formula:
        """The first message that a member of the open view has in its queue could be placed."""
        return forall(
            Kind, Member, View, View,
            lambda k, p, v, w: implies(
                s.opened[w] & s.in_view[w, p] & s.sent[k, p, v], s.out[k, p, v]
            ),
        )  # fmt: skip

    @at_rest
    @safety
    def NothingToDeliver(s) -> Formula:
        """The first message of a sender that a member lacks could be delivered."""
        return forall(
            Member, View, Kind, Member, View,
            lambda q, x, k, p, v: implies(
                s.latest[q, x] & s.placed[x, k, p, v], s.delivered[q, k, p, v]
            ),
        )  # fmt: skip

    @at_rest
    @safety
    def CompletedWhatCouldBe(s) -> Formula:
        """A member with every acknowledgment could complete."""
        return forall(
            Member, View, lambda m, v: ~(s.exchanging(m, v) & s.has_every_acknowledgment(m, v))
        )  # fmt: skip

    @at_rest
    @safety
    def EverybodyHasJoined(s) -> Formula:
        """A live member could install the first view that it is in."""
        return forall(
            Member, View,
            lambda m, w: implies(s.in_view[w, m] & ~s.crashed[m], s.joined[m]),
        )  # fmt: skip

    @at_rest
    @safety
    def EverybodyIsInTheOpenView(s) -> Formula:
        """A live member could go on to the next view."""
        return forall(
            Member, View,
            lambda m, w: implies(
                s.opened[w] & s.in_view[w, m] & ~s.crashed[m], s.latest[m, w]
            ),
        )  # fmt: skip

    @at_rest
    @safety
    def EverybodyHasAcknowledged(s) -> Formula:
        """A member could speak, or acknowledge."""
        return forall(
            Member, View,
            lambda m, w: implies(s.opened[w] & s.exchanging(m, w), s.sent[Kind.ack, m, w]),
        )  # fmt: skip

    @at_rest
    @safety
    def NobodyIsToBeExcluded(s) -> Formula:
        """A view without the failed members could be formed."""
        return forall(
            View, Member, Member,
            lambda w, x, m: implies(
                s.opened[w] & s.in_view[w, x] & ~s.crashed[x] & s.in_view[w, m],
                ~s.crashed[m],
            ),
        )  # fmt: skip

    @at_rest
    @safety
    def EverybodyHasFinished(s) -> Formula:
        """All acknowledgments of the open view have come, or somebody had completed before."""
        return forall(
            Member, View, View,
            lambda m, w, r: implies(
                s.opened[w] & s.latest[m, w] & s.belongs[w, r], s.finished[m, r]
            ),
        )  # fmt: skip
