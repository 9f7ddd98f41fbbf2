"""Lemmas about messages: E1 and where a message is."""

from __future__ import annotations

from model.lang import Formula, forall, implies, safety
from model.protocol.sorts import Kind, Member, View
from proofs.exchange.views import ViewLemmas


class MessageLemmas(ViewLemmas):
    """A message is sent, waits, and is in the set of one view."""

    @safety
    def SentInItsView(s) -> Formula:
        """A member sends in the view it has installed."""
        return forall(
            Kind, Member, View, lambda k, p, v: implies(s.sent[k, p, v], s.in_view[v, p])
        )  # fmt: skip

    @safety
    def PlacedWasSent(s) -> Formula:
        """The service invents no message, and takes it into a view that its sender is in."""
        return forall(
            View, Kind, Member, View,
            lambda w, k, p, v: implies(
                s.placed[w, k, p, v],
                s.sent[k, p, v] & s.in_view[w, p] & (v <= w) & s.out[k, p, v],
            ),
        ) & forall(
            Kind, Member, View, lambda k, p, v: implies(s.out[k, p, v], s.sent[k, p, v])
        )  # fmt: skip

    @safety
    def PlacedOnce(s) -> Formula:
        """What is in a view's set waits no longer."""
        return forall(
            View, View, Kind, Member, View,
            lambda w, x, k, p, v: implies(s.placed[w, k, p, v] & s.placed[x, k, p, v], w == x),
        )  # fmt: skip

    @safety
    def WaitingIsNotOut(s) -> Formula:
        """A message waits until it is in a view's set."""
        return forall(
            Kind, Member, View,
            lambda k, p, v: s.waiting(k, p, v).iff(s.sent[k, p, v] & ~s.out[k, p, v]),
        )  # fmt: skip

    @safety
    def EarlierViews(s) -> Formula:
        """What was placed before a view was formed, and stays so."""
        return (
            forall(
                View, Kind, Member, View,
                lambda w, k, p, v: implies(
                    s.earlier_view[w, k, p, v], s.out[k, p, v] & s.formed[w] & (v < w)
                ),
            )
            & forall(
                View, View, Kind, Member, View,
                lambda w, x, k, p, v: implies(
                    s.placed[x, k, p, v] & s.formed[w], (x < w).iff(s.earlier_view[w, k, p, v])
                ),
            )
            & forall(
                View, View, Kind, Member, View,
                lambda w, x, k, p, v: implies(
                    s.earlier_view[w, k, p, v] & (w < x) & s.formed[x], s.earlier_view[x, k, p, v]
                ),
            )
            & forall(
                View, View, Kind, Member, View,
                lambda w, u, k, p, v: implies(
                    s.prev[w, u], s.earlier_view[w, k, p, v].iff(s.known_at(u, k, p, v))
                ),
            )
        )  # fmt: skip

    @safety
    def OutByNow(s) -> Formula:
        """What is out is in the set of the open view, or of one before it."""
        return forall(
            View, Kind, Member, View,
            lambda w, k, p, v: implies(s.opened[w] & s.out[k, p, v], s.known_at(w, k, p, v)),
        )  # fmt: skip

    @safety
    def SentInOrder(s) -> Formula:
        """E1: what its sender sent earlier is in the same view's set, or in one before."""
        return forall(
            View, Kind, Member, View, Kind, View,
            lambda w, k, p, v, j, u: implies(
                s.placed[w, k, p, v] & s.sent[j, p, u] & s.earlier(j, u, k, v, p),
                s.known_at(w, j, p, u),
            ),
        )  # fmt: skip

    @safety
    def GoneBefore(s) -> Formula:
        """Of a member that is excluded no message is placed any more."""
        return forall(
            Kind, Member, View, View,
            lambda k, p, u, v: implies(
                s.out[k, p, u] & s.formed[v] & (u < v) & ~s.in_view[v, p],
                s.earlier_view[v, k, p, u],
            ),
        )  # fmt: skip
