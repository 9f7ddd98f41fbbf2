"""Lemmas about views, requests and subgroups."""

from __future__ import annotations

from model.lang import Formula, exists, forall, implies, least, safety
from model.protocol.sorts import Arrival, Kind, Member, View
from proofs.exchange.ghosts import Ghosts


class ViewLemmas(Ghosts):
    """Views are formed one from the other, and requests are stretches of them."""

    @safety
    def FormedFromTheFirst(s) -> Formula:
        """The next view is always the least that is not formed."""
        return forall(View, View, lambda v, w: implies(s.formed[v] & (w < v), s.formed[w]))

    @safety
    def FormedFromTheOneBefore(s) -> Formula:
        """A view is formed from the open one, after which none is formed yet."""
        return forall(
            View, View, lambda v, u: implies(s.prev[v, u], s.formed[v] & s.formed[u] & (u < v))
        ) & forall(
            View, View, View, lambda v, u, w: implies(s.prev[v, u] & (u < w), v <= w)
        )  # fmt: skip

    @safety
    def OpenedIsTheLast(s) -> Formula:
        """The view that is formed is the one opened, and no other is."""
        return forall(View, lambda v: implies(s.opened[v], s.formed[v])) & forall(
            View, View, lambda v, w: implies(s.opened[v] & s.formed[w], w <= v)
        )

    @safety
    def SomeViewIsOpened(s) -> Formula:
        """The first is, and then the one that was formed last."""
        return exists(View, lambda v: s.opened[v])

    @safety
    def OpenViewIsOpened(s) -> Formula:
        """A view without a next one is the last."""
        return forall(View, lambda v: s.open_view(v).iff(s.opened[v]))

    @safety
    def HasOneBefore(s) -> Formula:
        """Only the first view was not formed from another."""
        return forall(
            View,
            lambda v: implies(s.formed[v], least(v) | exists(View, lambda u: s.prev[v, u])),
        )

    @safety
    def MembersOfFormedViews(s) -> Formula:
        """Views get their members when they are formed."""
        return forall(View, Member, lambda v, m: implies(s.in_view[v, m], s.formed[v]))

    @safety
    def RequestsOfFormedViews(s) -> Formula:
        """A view belongs to itself, or to the request of the view that it was formed from."""
        return (
            forall(
                View, View,
                lambda v, r: implies(
                    s.belongs[v, r], s.formed[v] & (r <= v) & s.belongs[r, r]
                ),
            )
            & forall(
                View, View, View,
                lambda v, r, q: implies(s.belongs[v, r] & s.belongs[v, q], r == q),
            )
        )  # fmt: skip

    @safety
    def EveryViewBelongs(s) -> Formula:
        """So does every view."""
        return forall(View, lambda v: implies(s.formed[v], exists(View, lambda r: s.belongs[v, r])))

    @safety
    def RequestsAreStretches(s) -> Formula:
        """A round is formed from the round before."""
        return forall(
            View, View, View,
            lambda v, r, u: implies(s.belongs[v, r] & (r < u) & (u < v), s.belongs[u, r]),
        )  # fmt: skip

    @safety
    def RoundsLoseMembers(s) -> Formula:
        """Who is in a later round was in the request's first."""
        return forall(
            View, View, Member,
            lambda v, r, m: implies(s.belongs[v, r] & s.in_view[v, m], s.in_view[r, m]),
        )  # fmt: skip

    @safety
    def MembersHaveArrived(s) -> Formula:
        """With the first request, or with the one that brought them."""
        return forall(
            View, Member,
            lambda v, m: implies(
                s.in_view[v, m], exists(Arrival, lambda a: s.arrives[m, a] & s.arrived[a])
            ),
        )  # fmt: skip

    @safety
    def NobodyReturns(s) -> Formula:
        """A member arrives once, so who is in two views is in all between them."""
        return forall(
            View, View, View, Member,
            lambda u, x, v, m: implies(
                s.in_view[u, m] & s.in_view[v, m] & (u < x) & (x < v), s.in_view[x, m]
            ),
        )  # fmt: skip

    @safety
    def SubgroupsAreAnEquivalence(s) -> Formula:
        """Of the members of a request view: same data before, or same origin."""
        return (
            forall(
                View, Member, Member,
                lambda r, a, b: implies(
                    s.same[r, a, b],
                    s.belongs[r, r] & s.in_view[r, a] & s.in_view[r, b] & s.same[r, b, a],
                ),
            )
            & forall(
                View, Member, Member, Member,
                lambda r, a, b, c: implies(s.same[r, a, b] & s.same[r, b, c], s.same[r, a, c]),
            )
            & forall(
                View, Member,
                lambda r, a: implies(s.belongs[r, r] & s.in_view[r, a], s.same[r, a, a]),
            )
        )  # fmt: skip

    @safety
    def NobodyIsSuspected(s) -> Formula:
        """Only a variant suspects who is up, and only a variant acknowledges too early."""
        return forall(Member, lambda m: ~s.suspected[m]) & forall(
            Member, View, lambda m, v: ~s.late[m, v]
        )

    @safety
    def Settled(s) -> Formula:
        """A round is settled if the exchange was over when it was formed."""
        return forall(
            View, lambda v: implies(s.formed[v], s.settled[v].iff(s.ended[v] & ~s.belongs[v, v]))
        ) & forall(View, lambda v: implies(s.ended[v] | s.settled[v], s.formed[v]))

    @safety
    def TogetherAfterTheEnd(s) -> Formula:
        """Who completed together is one subgroup of the next request."""
        return forall(
            View, View, Member, Member,
            lambda v, u, a, b: implies(
                s.prev[v, u]
                & s.belongs[v, v]
                & s.ended[v]
                & s.in_view[u, a] & s.in_view[v, a]
                & s.in_view[u, b] & s.in_view[v, b],
                s.same[v, a, b],
            ),
        )  # fmt: skip

    @safety
    def FullIfAllAcknowledged(s) -> Formula:
        """A round is full when its last acknowledgment is placed; new views are not."""
        return forall(
            View, lambda v: s.everyone_acknowledged(v).iff(s.full[v] | ~s.formed[v])
        ) & forall(
            View, Member,
            lambda v, p: implies(
                s.full[v], s.formed[v] & implies(s.in_view[v, p], s.placed[v, Kind.ack, p, v])
            ),
        )  # fmt: skip

    @safety
    def EndedIfOver(s) -> Formula:
        """What was said in a view stays when it is closed, and nothing more is said in it."""
        return forall(
            View, View,
            lambda v, u: implies(s.prev[v, u], s.ended[v].iff(s.settled[u] | s.full[u])),
        )  # fmt: skip

    @safety
    def SettledStays(s) -> Formula:
        """Whoever goes on from a settled round has completed the exchange."""
        return forall(
            View, View, View,
            lambda x, w, r: implies(
                s.settled[x] & (x < w) & s.one_request(r, x, w), s.settled[w]
            ),
        )  # fmt: skip

    @safety
    def AcknowledgedSettles(s) -> Formula:
        """After a round with all acknowledgments, rounds are settled."""
        return forall(
            View, View, View,
            lambda v, u, r: implies(
                (v < u) & s.one_request(r, u, v) & s.full[v], s.settled[u]
            ),
        )  # fmt: skip

    @safety
    def SettledAfterAFullRound(s) -> Formula:
        """The exchange is over because of a round with all acknowledgments."""
        return forall(
            View,
            lambda x: implies(
                s.settled[x],
                exists(View, lambda v: (v < x) & s.full[v] & s.in_request(v, x)),
            ),
        )
