"""What must be true of the exchange: safety, steps, bounds, liveness. Each per request."""

from __future__ import annotations

from model.lang import (
    Formula,
    Measure,
    Number,
    Relation,
    action,
    bound,
    count,
    define,
    exists,
    final,
    forall,
    implies,
    leads_to,
    measure,
    safety,
    step,
)
from model.protocol.exchange import Exchange
from model.protocol.sorts import Datum, Kind, Member, View


class VerifiedExchange(Exchange):
    """The exchange with its properties."""

    @define
    def received(s, m: Member, p: Member, u: View) -> Formula:
        """The data that p sent in view u was delivered to m."""
        return s.delivered[m, Kind.data, p, u]

    @define
    def spoke(s, p: Member, r: View) -> Formula:
        """p sent its subgroup's data in some round of request r."""
        return exists(View, lambda u: s.belongs[u, r] & s.sent[Kind.data, p, u])

    @define
    def done(s, m: Member, u: View) -> Formula:
        """m has completed the request of view u, in u or an earlier round."""
        return exists(View, lambda w: s.in_request(w, u) & (w <= u) & s.completed[m, w])

    # -- safety -------------------------------------------------------------------------------

    @safety
    def AtMostOnce(s) -> Formula:
        """R2, R11: no member receives the group data of one subgroup twice in a request."""
        return forall(
            Member, Member, Member, View, View,
            lambda m, p, q, u, v: implies(
                s.received(m, p, u)
                & s.received(m, q, v)
                & s.in_request(u, v)
                & s.together(u, p, q),
                (p == q) & (u == v),
            ),
        )  # fmt: skip

    @safety
    def Complete(s) -> Formula:
        """R9, R10: who completes has the data of every data-bearing subgroup still in the view.

        Stronger than needed: of a member that crashed and is not yet excluded, too.
        """
        return forall(
            Member, View, Member,
            lambda m, v, x: implies(
                s.completed[m, v] & ~s.crashed[m] & s.in_view[v, x] & s.bears_data(x, v),
                exists(
                    Member, View,
                    lambda p, u: s.in_request(u, v) & s.together(v, p, x) & s.received(m, p, u),
                ),
            ),
        )  # fmt: skip

    @safety
    def Agreement(s) -> Formula:
        """Members that complete in the same view have received the same data.

        Of one that crashed since, SameData speaks: what it received is forgotten, what it made of
        it is not.
        """
        return forall(
            Member, Member, View, Member, View,
            lambda a, b, v, p, u: implies(
                s.completed[a, v]
                & s.completed[b, v]
                & ~s.crashed[b]
                & s.in_request(u, v)
                & s.received(a, p, u),
                s.received(b, p, u),
            ),
        )  # fmt: skip

    @safety
    def SameData(s) -> Formula:
        """Agreement, after: they hold the same group data until the next exchange ends."""
        return forall(
            Member, Member, View, Datum,
            lambda a, b, v, d: implies(
                s.completed[a, v]
                & s.completed[b, v]
                & ~exists(View, lambda w: (v < w) & (s.completed[a, w] | s.completed[b, w]))
                & s.holds[a, d],
                s.holds[b, d],
            ),
        )  # fmt: skip

    @safety
    def Uniform(s) -> Formula:
        """R4, R12: who goes together from one view to the next: all have completed, or none."""
        return forall(
            Member, Member, View, View,
            lambda a, b, v, u: implies(
                s.prev[v, u]
                & s.installed[a, v]
                & s.installed[b, v]
                & s.in_view[u, a]
                & s.in_view[u, b]
                & s.done(a, u),
                s.done(b, u),
            ),
        )  # fmt: skip

    @safety
    def Announced(s) -> Formula:
        """R9, R10: the subgroups of a request are announced by who has really completed.

        Whoever goes on knows whether the exchange is over, and who has completed together is one
        subgroup in the next request.
        """
        return forall(
            Member, View, View,
            lambda a, v, u: implies(
                s.prev[v, u] & s.installed[a, v] & s.in_view[u, a],
                s.done(a, u).iff(s.over(u)),
            ),
        ) & forall(
            View, View, Member, Member,
            lambda v, u, a, b: implies(
                s.belongs[v, v]
                & s.prev[v, u]
                & s.installed[a, v]
                & s.installed[b, v]
                & s.done(a, u)
                & s.done(b, u),
                s.same[v, a, b],
            ),
        )  # fmt: skip

    @safety
    def NothingInvented(s) -> Formula:
        """R4: what a member holds it brought along, or received from one that held it."""
        return forall(
            Member, Datum,
            lambda m, d: implies(
                s.holds[m, d] & ~s.crashed[m],
                s.brings[m, d]
                | exists(
                    Member, View, View,
                    lambda p, u, r: s.received(m, p, u) & s.belongs[u, r] & s.held[p, r, d],
                ),
            ),
        )  # fmt: skip

    @safety
    def SpeaksOfItsOwn(s) -> Formula:
        """R9: until it completes, a member holds what it noted when the request reached it."""
        return forall(
            Member, View, Datum,
            lambda m, r, d: implies(
                s.belongs[r, r]
                & s.installed[m, r]
                & ~exists(View, lambda w: (r <= w) & s.completed[m, w]),
                s.held[m, r, d].iff(s.holds[m, d]),
            ),
        )  # fmt: skip

    @safety
    def OneLeader(s) -> Formula:
        """R1, R8: of the members of a view, at most one of each subgroup believes it leads."""
        return forall(
            View, Member, Member,
            lambda v, a, b: implies(
                s.leads(a, v) & s.leads(b, v) & s.together(v, a, b), a == b
            ),
        )  # fmt: skip

    @safety
    def OwnVoice(s) -> Formula:
        """Data sent for a subgroup equals the data that all its members held.

        A message speaks for the subgroup of its sender, with what the sender held when the
        request reached it.
        """
        return forall(
            Member, View, Member, Datum,
            lambda p, r, c, d: implies(
                s.spoke(p, r) & s.same[r, p, c] & s.installed[c, r],
                s.held[p, r, d].iff(s.held[c, r, d]),
            ),
        )  # fmt: skip

    @safety
    def Truthful(s) -> Formula:
        """R3: a set indicator implies that the subgroup's data was received, or sent by itself."""
        return forall(
            Member, View,
            lambda m, v: implies(
                s.indicator[m] & s.exchanging(m, v),
                exists(
                    Member, View,
                    lambda p, u: s.in_request(u, v)
                    & s.together(v, p, m)
                    & (s.received(m, p, u) | ((p == m) & s.sent[Kind.data, p, u])),
                ),
            ),
        )  # fmt: skip

    @step
    def SilentIfSpokenFor(s, after: VerifiedExchange) -> Formula:
        """R2: a member whose indicator is set never transmits."""
        return forall(
            Member, View,
            lambda m, v: implies(
                after.sent[Kind.data, m, v] & ~s.sent[Kind.data, m, v], ~s.indicator[m]
            ),
        )  # fmt: skip

    @safety
    def AckAfterData(s) -> Formula:
        """R7: a leader has spoken, or been spoken for, before it acknowledges."""
        return forall(
            Member, View,
            lambda m, v: implies(
                s.sent[Kind.ack, m, v] & ~s.crashed[m] & s.leads(m, v) & s.bears_data(m, v),
                exists(
                    Member, View,
                    lambda p, u: s.in_request(u, v)
                    & s.together(v, p, m)
                    & (s.received(m, p, u) | ((p == m) & s.sent[Kind.data, p, u]))
                    & ~((u == v) & s.late[p, u]),
                ),
            ),
        )  # fmt: skip

    @step
    def NoEarlyProcessing(s, after: VerifiedExchange) -> Formula:
        """R4: who completes has the acknowledgment of every member, of the same round."""
        return forall(
            Member,
            View,
            lambda m, v: implies(
                after.completed[m, v] & ~s.completed[m, v], s.has_every_acknowledgment(m, v)
            ),
        )

    # -- bounds -------------------------------------------------------------------------------

    @bound
    def rounds(s, r: View) -> Measure:
        """R12: acknowledgment rounds of a request ≤ 1 + failures during it."""
        return measure(
            count(View, lambda v: s.belongs[v, r] & s._has_round(v)),
            at_most=1
            + count(
                Member,
                lambda m: (
                    s.in_view[r, m]
                    & exists(View, lambda v: s.belongs[v, r] & s._has_round(v) & ~s.in_view[v, m])
                ),
            ),
            where=s.belongs[r, r],
        )

    def _has_round(s, v: View) -> Formula:
        return s.formed[v] & ~s.settled[v]

    @bound
    def transmissions(s, r: View, x: Member) -> Measure:
        """R2, R5: transmissions for x's subgroup ≤ 1 + crashes of leaders that had spoken."""
        return measure(
            count(
                Member, View,
                lambda p, u: s.belongs[u, r] & s.same[r, p, x] & s.sent[Kind.data, p, u],
            ),
            at_most=1
            + count(Member, lambda p: s.same[r, p, x] & s.crashed[p] & s.spoke(p, r)),
            where=s.same[r, x, x],
        )  # fmt: skip

    @bound
    def messages(s, r: View) -> Measure:
        """R9, R10: messages without failures ≤ one for each subgroup with data + one a member."""
        return measure(
            s._messages(r),
            at_most=s._needed_messages(r),
            where=s.belongs[r, r] & ~s._disturbed(r),
        )

    @safety
    def ExactCost(s) -> Formula:
        """R9, R10: a completed request without failures has cost exactly the messages it needs."""
        return forall(
            View, Member,
            lambda r, m: implies(
                s.belongs[r, r] & s.completed[m, r] & ~s._disturbed(r),
                s._messages(r) == s._needed_messages(r),
            ),
        )  # fmt: skip

    def _messages(s, r: View) -> Number:
        return count(Kind, Member, View, lambda k, p, u: s.belongs[u, r] & s.sent[k, p, u])

    def _needed_messages(s, r: View) -> Number:
        """One for each subgroup with data, counted by its lowest name, and one a member."""
        speaks_for = count(
            Member,
            lambda m: (
                s.same[r, m, m]
                & s.bears_data(m, r)
                & ~exists(Member, lambda x: (x < m) & s.same[r, x, m])
            ),
        )
        return speaks_for + count(Member, lambda m: s.in_view[r, m])

    def _disturbed(s, r: View) -> Formula:
        """Some member of the request's first view has failed."""
        return exists(Member, lambda m: s.in_view[r, m] & s.failed(m))

    # -- liveness -----------------------------------------------------------------------------

    @leads_to
    def Termination(s, m: Member, r: View) -> tuple[Formula, Formula]:
        """R6, R12: every request is completed by all that stay up, itself or by a later one."""
        return (
            s.belongs[r, r] & s.in_view[r, m],
            s.crashed[m] | exists(View, lambda v: (r <= v) & s.completed[m, v]),
        )

    @leads_to
    def Coverage(s, x: Member, m: Member, r: View, d: Datum) -> tuple[Formula, Formula]:
        """R5, R11: what x, which stays up, holds when a request starts reaches all that stay up."""
        return (
            s.belongs[r, r] & s.in_view[r, x] & s.in_view[r, m] & s.holds[x, d],
            s.crashed[x] | s.crashed[m] | s.holds[m, d],
        )

    @final
    def at_rest(s) -> Formula:
        """Every live member of the open view has completed its request."""
        return forall(
            Member, View,
            lambda m, v: implies(
                s.open_view(v) & s.in_view[v, m] & ~s.crashed[m], s.done(m, v)
            ),
        )  # fmt: skip


class TotallyOrderedExchange(VerifiedExchange):
    """E5: the messages of a view are delivered in one order, the same everywhere.

    `ahead[j, q, u, k, p, v]`: message (j, q, u) was placed before (k, p, v).
    """

    ahead = Relation(Kind, Member, View, Kind, Member, View)

    @action(by="environment", fair="weak")
    def order(s, k: Kind, p: Member, v: View, w: View) -> None:
        """E1, E4, E5: a message is placed after all that are there."""
        super().order(k, p, v, w)
        s.ahead[:, :, :, k, p, v] = lambda j, q, u: s.placed[w, j, q, u]

    @action(by="environment", fair="weak")
    def deliver(s, q: Member, k: Kind, p: Member, v: View) -> None:
        """E5: a member gets a message when it has all that were placed before it."""
        super().deliver(q, k, p, v)
        s.require(
            forall(
                Kind, Member, View,
                lambda j, x, u: implies(s.ahead[j, x, u, k, p, v], s.delivered[q, j, x, u]),
            )
        )  # fmt: skip
