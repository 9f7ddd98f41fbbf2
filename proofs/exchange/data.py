"""Lemmas about what members hold: R4, R9, R10."""

from __future__ import annotations

from collections.abc import Callable

from model.lang import Formula, exists, forall, implies, safety
from model.protocol.sorts import Datum, Kind, Member, View
from model.protocol.switches import Delivery
from proofs.exchange.voice import VoiceLemmas
from proofs.induction.proof import corollary, finite_least


class DataLemmas(VoiceLemmas):
    """Whoever completes a request holds what was spoken of in it, and all speak of the truth."""

    @finite_least
    def of_a_subgroup(
        s, v: View, r: View, x: Member
    ) -> tuple[type[Member], Callable[[Member], Formula], Callable[[Member, Member], Formula]]:
        """The members of a subgroup in a view are finitely many, and a policy is an order (R8)."""
        return Member, lambda y: s.in_view[v, y] & s.same[r, y, x], s.switches.goes_before

    @safety
    def SilentWhenSettled(s) -> Formula:
        """Who is in a settled round has completed, and says no more."""
        return forall(
            Member, View,
            lambda p, u: implies(s.sent[Kind.data, p, u], ~s.settled[u]),
        )  # fmt: skip

    @safety
    def NothingWaitsWhenFull(s) -> Formula:
        """R4: who acknowledged has nothing to say that waits, and who has not is gone."""
        return forall(
            View, View, Member, View, View,
            lambda v, r, p, u, w: implies(
                s.full[v]
                & s.one_request(r, u, v)
                & s.sent[Kind.data, p, u]
                & ~s.out[Kind.data, p, u]
                & s.opened[w],
                ~s.in_view[w, p],
            ),
        )  # fmt: skip

    @corollary
    @safety
    def NothingWaitsWhenEnded(s) -> Formula:
        """R4: there was a full round, then."""
        return forall(
            View, View, View, Member, View, View,
            lambda x, v, r, p, u, w: implies(
                s.prev[x, v]
                & s.ended[x]
                & s.one_request(r, u, v)
                & s.sent[Kind.data, p, u]
                & ~s.out[Kind.data, p, u]
                & s.opened[w],
                ~s.in_view[w, p],
            ),
        )  # fmt: skip

    @corollary
    @safety
    def SomebodySpoke(s) -> Formula:
        """R9, R10: a subgroup in a full round has a leader there, and that has acknowledged."""
        return forall(
            View, View, Member, Datum,
            lambda v, r, x, d: implies(
                s.full[v] & s.belongs[v, r] & s.in_view[v, x] & s.held[x, r, d],
                exists(
                    Member, View,
                    lambda p, u: s.sent[Kind.data, p, u]
                    & s.belongs[u, r]
                    & s.same[r, p, x]
                    & (u <= v)
                    & (s.out[Kind.data, p, u] | s.in_view[v, p]),
                ),
            ),
        )  # fmt: skip

    @corollary
    @safety
    def FullRoundHasTheOutcome(s) -> Formula:
        """R4: what is held by a member of a full round is spoken of in it, or was before."""
        return forall(
            View, View, Member, Datum,
            lambda v, r, x, d: implies(
                s.full[v] & s.belongs[v, r] & s.in_view[v, x] & s.held[x, r, d], s.outcome[r, d]
            ),
        )  # fmt: skip

    @corollary
    @safety
    def ReceivedWithAcknowledgments(s) -> Formula:
        """E1, E2: with the acknowledgment of a full round comes what its sender said before."""
        return forall(
            Member, View, View, Member, View,
            lambda m, v, r, p, u: implies(
                s.latest[m, v]
                & s.full[v]
                & s.one_request(r, u, v)
                & s.out[Kind.data, p, u]
                & implies(s.in_view[v, p], s.delivered[m, Kind.ack, p, v]),
                s.delivered[m, Kind.data, p, u],
            ),
        )  # fmt: skip

    @corollary
    @safety
    def UnfinishedHoldsWhatItNoted(s) -> Formula:
        """R4: a member that has not completed its request holds what it did when it began."""
        return forall(
            Member, View, View, Datum,
            lambda m, v, r, d: implies(
                s.latest[m, v] & s.belongs[v, r] & ~s.finished[m, r],
                s.held[m, r, d].iff(s.holds[m, d]),
            ),
        )  # fmt: skip

    @corollary
    @safety
    def HoldsTheNextSubject(s) -> Formula:
        """Who has received all of the view before a request holds what it is to hold in it."""
        return forall(
            View, View, View, Member, Datum,
            lambda v, u, r, m, d: implies(
                s.prev[v, u]
                & s.belongs[v, v]
                & s.in_view[v, m]
                & s.latest[m, u]
                & s.belongs[u, r]
                & implies(s.ended[v], s.finished[m, r]),
                s.holds[m, d].iff(s.subject[v, m, d]),
            ),
        )  # fmt: skip

    @safety
    def CompletedKnowsAll(s) -> Formula:
        """R4: who completes has received all that is said in the request."""
        return forall(
            Member, View, View, Member, View,
            lambda a, v, r, p, u: implies(
                s.completed[a, v]
                & s.one_request(r, u, v)
                & s.out[Kind.data, p, u]
                & ~s.crashed[a],
                s.delivered[a, Kind.data, p, u],
            ),
        )  # fmt: skip

    @safety
    def CompletedHeardAll(s) -> Formula:
        """R9, R10: every subgroup that bears data has a leader in the view, who acknowledged."""
        return forall(
            Member, View, View, Member, Datum,
            lambda m, v, r, x, d: implies(
                s.completed[m, v]
                & ~s.crashed[m]
                & s.belongs[v, r]
                & s.in_view[v, x]
                & s.held[x, r, d],
                s.heard[m, r, x],
            ),
        )  # fmt: skip

    @safety
    def Outcome(s) -> Formula:
        """What is in a request's outcome was held by somebody who spoke, and got out."""
        return forall(
            Member, View, View, Datum,
            lambda p, u, r, d: implies(
                s.out[Kind.data, p, u] & s.belongs[u, r] & s.held[p, r, d], s.outcome[r, d]
            ),
        ) & forall(
            View, Datum,
            lambda r, d: implies(
                s.outcome[r, d],
                exists(
                    Member, View,
                    lambda p, u: s.out[Kind.data, p, u]
                    & s.belongs[u, r]
                    & s.held[p, r, d],
                ),
            ),
        )  # fmt: skip

    @safety
    def Newcomers(s) -> Formula:
        """Who has not been told of a view holds what it brings."""
        return (
            forall(
                Member, View,
                lambda m, v: implies(s.completed[m, v], s.joined[m] | s.crashed[m]),
            )
            & forall(
                Member, Datum,
                lambda m, d: implies(
                    ~s.joined[m] & ~s.crashed[m], s.holds[m, d].iff(s.brings[m, d])
                ),
            )
            & forall(
                Member, View, Datum,
                lambda m, v, d: implies(
                    s.came[m, v],
                    s.in_view[v, m]
                    & s.belongs[v, v]
                    & s.subject[v, m, d].iff(s.brings[m, d]),
                ),
            )
            & forall(
                Member, View,
                lambda m, v: implies(
                    s.in_view[v, m] & ~s.came[m, v],
                    exists(View, lambda u: s.prev[v, u] & s.in_view[u, m]),
                ),
            )
            & forall(
                Member, View, View,
                lambda m, v, u: implies(s.came[m, v] & (u < v), ~s.in_view[u, m]),
            )
        )  # fmt: skip

    @safety
    def SubgroupsHoldTheSame(s) -> Formula:
        """Who completed together holds the same, and so does who came with the same."""
        return forall(
            View, Member, Member, Datum,
            lambda r, x, y, d: implies(
                s.same[r, x, y] & s.subject[r, x, d], s.subject[r, y, d]
            ),
        )  # fmt: skip

    @safety
    def SubjectOfWhoStays(s) -> Formula:
        """The outcome of the request before, if that is over; if not, the same subject again."""
        return forall(
            View, View, View, Member, Datum,
            lambda v, u, r, x, d: implies(
                s.prev[v, u]
                & s.belongs[v, v]
                & s.in_view[v, x]
                & s.in_view[u, x]
                & s.belongs[u, r],
                (s.ended[v] & s.subject[v, x, d].iff(s.outcome[r, d]))
                | (~s.ended[v] & s.subject[v, x, d].iff(s.subject[r, x, d])),
            ),
        )  # fmt: skip

    @safety
    def HeldIsSubject(s) -> Formula:
        """What a member notes is what it was to hold when the request began."""
        return forall(
            Member, View, Datum,
            lambda m, r, d: implies(
                s.noted[m, r], s.held[m, r, d].iff(s.subject[r, m, d])
            ),
        )  # fmt: skip

    @safety
    def Renewed(s) -> Formula:
        """A member holds something else than it noted only after it has completed."""
        return (
            forall(
                Member, View, View,
                lambda m, r, w: implies(s.completed[m, w] & (r <= w), s.renewed[m, r]),
            )
            & forall(
                Member, View,
                lambda m, r: implies(
                    s.renewed[m, r], exists(View, lambda w: (r <= w) & s.completed[m, w])
                ),
            )
            & forall(
                Member, View, Datum,
                lambda m, r, d: implies(
                    s.belongs[r, r] & s.installed[m, r] & ~s.renewed[m, r],
                    s.held[m, r, d].iff(s.holds[m, d]),
                ),
            )
        )  # fmt: skip

    @safety
    def FinishedHoldsTheOutcome(s) -> Formula:
        """R4: who has completed a request holds its outcome until it goes on to another."""
        return forall(
            Member, View, View, Datum,
            lambda m, v, r, d: implies(
                s.finished[m, r] & s.latest[m, v] & s.belongs[v, r],
                s.holds[m, d].iff(s.outcome[r, d]),
            ),
        )  # fmt: skip

    @safety
    def LastOutcome(s) -> Formula:
        """And until it completes another."""
        return (
            forall(
                Member, View, View, Datum,
                lambda m, v, r, d: implies(
                    s.last_done[m, v] & s.belongs[v, r],
                    s.holds[m, d].iff(s.outcome[r, d]),
                ),
            )
            & forall(Member, View, lambda m, v: implies(s.last_done[m, v], s.completed[m, v]))
            & forall(
                Member, View,
                lambda m, w: implies(
                    s.completed[m, w], exists(View, lambda v: (w <= v) & s.last_done[m, v])
                ),
            )
        )  # fmt: skip

    @safety
    def HoldsWhatItReceived(s) -> Formula:
        """R4: only completing adds to what a member holds, and adds what it received."""
        return forall(
            Member, Datum,
            lambda m, d: implies(
                s.holds[m, d] & ~s.crashed[m] & ~s.brings[m, d],
                exists(
                    Member, View, View,
                    lambda p, u, r: s.received(m, p, u) & s.belongs[u, r] & s.held[p, r, d],
                ),
            ),
        )  # fmt: skip

    @safety
    def TheLiveStay(s) -> Formula:
        """E3: only who has failed is excluded."""
        return forall(
            View, View, Member,
            lambda u, w, m: implies(
                s.in_view[u, m] & s.formed[w] & (u < w) & ~s.crashed[m], s.in_view[w, m]
            ),
        )  # fmt: skip

    @safety
    def WaitsInItsView(s) -> Formula:
        """E4: under sending-view delivery a view is flushed of the messages of those who go on."""
        is_flushed = s.switches.delivery is Delivery.SENDING_VIEW
        return forall(
            Kind, Member, View, View,
            lambda k, p, v, w: implies(
                s.sent[k, p, v] & ~s.out[k, p, v] & s.opened[w] & s.in_view[w, p],
                (v == w) if is_flushed else (v <= w),
            ),
        )  # fmt: skip
