"""Lemmas about what members install, receive and complete: E2, R4, R12."""

from __future__ import annotations

from model.lang import Formula, exists, forall, implies, safety
from model.protocol.sorts import Kind, Member, View
from proofs.exchange.messages import MessageLemmas
from proofs.induction.proof import corollary


class RoundLemmas(MessageLemmas):
    """Members go from view to view, with all messages; who goes on from a full round is done."""

    @safety
    def InstalledByMembers(s) -> Formula:
        """A member installs views that it is in, and forgets them when it crashes."""
        return forall(
            Member, View,
            lambda m, v: implies(s.installed[m, v], s.in_view[v, m] & s.joined[m]),
        ) & forall(
            Member, lambda m: implies(s.crashed[m], ~s.joined[m] & ~s.indicator[m])
        )  # fmt: skip

    @safety
    def LatestIsTheLast(s) -> Formula:
        """A member installs later views only."""
        return (
            forall(Member, View, lambda m, v: implies(s.latest[m, v], s.installed[m, v]))
            & forall(
                Member, View, View,
                lambda m, v, w: implies(s.latest[m, v] & s.installed[m, w], w <= v),
            )
            & forall(
                Member, lambda m: implies(s.joined[m], exists(View, lambda v: s.latest[m, v]))
            )
        )  # fmt: skip

    @safety
    def AtIsLatest(s) -> Formula:
        """A member is in the view that it installed last."""
        return forall(Member, View, lambda m, v: s.at(m, v).iff(s.latest[m, v]))

    @safety
    def InstalledAllBefore(s) -> Formula:
        """A member goes from one view to the next."""
        return forall(
            Member, View, View,
            lambda m, v, u: implies(
                s.installed[m, v] & s.in_view[u, m] & (u < v), s.installed[m, u]
            ),
        )  # fmt: skip

    @safety
    def SendersHaveInstalled(s) -> Formula:
        """A member sends in the view that it is in."""
        return forall(
            Kind, Member, View,
            lambda k, p, v: implies(s.sent[k, p, v] & ~s.crashed[p], s.installed[p, v]),
        )  # fmt: skip

    @safety
    def DeliveredIsOut(s) -> Formula:
        """What a member received is in the set of its view, or of one before."""
        return forall(
            Member, Kind, Member, View,
            lambda q, k, p, v: implies(s.delivered[q, k, p, v], s.out[k, p, v] & s.joined[q]),
        ) & forall(
            Member, Kind, Member, View, View,
            lambda q, k, p, v, x: implies(
                s.delivered[q, k, p, v] & s.latest[q, x], s.known_at(x, k, p, v)
            ),
        )  # fmt: skip

    @safety
    def AllDelivered(s) -> Formula:
        """E2: who has gone on from a view has received all of it."""
        return forall(
            Member, View, View, Kind, Member, View,
            lambda m, v, u, k, p, w: implies(
                s.installed[m, v] & (u < v) & s.in_view[u, m] & s.placed[u, k, p, w],
                s.delivered[m, k, p, w],
            ),
        )  # fmt: skip

    @safety
    def AllOfTheRequestDelivered(s) -> Formula:
        """E2: so it has received all that was placed in earlier rounds of the request."""
        return forall(
            Member, View, Kind, Member, View, View,
            lambda m, w, k, p, u, r: implies(
                s.installed[m, w] & s.earlier_view[w, k, p, u] & s.one_request(r, u, w),
                s.delivered[m, k, p, u],
            ),
        )  # fmt: skip

    @safety
    def DeliveredInOrder(s) -> Formula:
        """E1: of the messages of one sender in one view the earlier one is delivered first."""
        return forall(
            Member, View, Kind, Member, View, Kind, View,
            lambda q, w, k, p, v, j, u: implies(
                s.latest[q, w]
                & s.placed[w, k, p, v]
                & s.placed[w, j, p, u]
                & s.earlier(j, u, k, v, p)
                & s.delivered[q, k, p, v],
                s.delivered[q, j, p, u],
            ),
        )  # fmt: skip

    @safety
    def FinishedIsCompleted(s) -> Formula:
        """A member has finished a request if it completed it in one of its rounds."""
        return forall(
            Member, View, View,
            lambda m, v, r: implies(s.completed[m, v] & s.belongs[v, r], s.finished[m, r]),
        ) & forall(
            Member, View,
            lambda m, r: implies(
                s.finished[m, r],
                exists(View, lambda v: s.completed[m, v] & s.belongs[v, r]),
            ),
        )  # fmt: skip

    @safety
    def ExchangingIsUnfinished(s) -> Formula:
        """A member takes part in the exchange of its view until it has finished the request."""
        return forall(
            Member, View,
            lambda m, v: s.exchanging(m, v).iff(
                s.latest[m, v]
                & forall(View, lambda r: implies(s.belongs[v, r], ~s.finished[m, r]))
            ),
        )  # fmt: skip

    @safety
    def CompletedWithAllAcknowledgments(s) -> Formula:
        """R4: and these are of the round, so they were placed in its view."""
        return forall(
            Member, View, Member,
            lambda m, v, p: implies(
                s.completed[m, v] & s.in_view[v, p], s.placed[v, Kind.ack, p, v]
            ),
        ) & forall(
            Member, View,
            lambda m, v: implies(
                s.completed[m, v],
                s.full[v] & s.in_view[v, m] & (s.crashed[m] | s.installed[m, v]),
            ),
        )  # fmt: skip

    @safety
    def FinishedIfEnded(s) -> Formula:
        """R4: who goes on from a view with all acknowledgments has completed the request first."""
        return forall(
            View, View, View, Member,
            lambda v, u, r, m: implies(
                s.prev[v, u]
                & s.installed[m, v]
                & s.in_view[u, m]
                & s.belongs[u, r]
                & s.ended[v],
                s.finished[m, r],
            ),
        )  # fmt: skip

    @corollary
    @safety
    def FinishedIfSettled(s) -> Formula:
        """R4: who is in a settled round has completed the request."""
        return forall(
            View, View, Member,
            lambda u, r, m: implies(
                s.settled[u] & s.belongs[u, r] & s.installed[m, u], s.finished[m, r]
            ),
        )  # fmt: skip

    @safety
    def CompletedBeforeSettled(s) -> Formula:
        """In a settled round there is nothing left to complete."""
        return forall(
            Member, View, View, View,
            lambda m, w, x, r: implies(
                s.completed[m, w] & s.one_request(r, w, x) & s.settled[x], w < x
            ),
        )  # fmt: skip

    @safety
    def EndedIfCompleted(s) -> Formula:
        """R12: after a round that somebody has completed, the exchange is over."""
        return forall(
            View, View, View, View, Member,
            lambda v, u, w, r, m: implies(
                s.prev[v, u] & s.completed[m, w] & (w <= u) & s.one_request(r, w, u),
                s.ended[v],
            ),
        )  # fmt: skip
