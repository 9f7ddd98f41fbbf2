"""Lemmas about who speaks: R1, R2, R3, R5, R7."""

from __future__ import annotations

from model.lang import Formula, exists, forall, implies, safety
from model.protocol.sorts import Datum, Kind, Member, View
from proofs.exchange.rounds import RoundLemmas


class VoiceLemmas(RoundLemmas):
    """Of each subgroup at most one message ever gets out in a request."""

    @safety
    def IndicatorOnReceipt(s) -> Formula:
        """R3: receiving data of the member's subgroup sets it, until the next request."""
        return forall(
            Member, Member, View, View, View,
            lambda q, p, u, r, x: implies(
                s.delivered[q, Kind.data, p, u]
                & s.one_request(r, u, x)
                & s.same[r, q, p]
                & s.latest[q, x],
                s.indicator[q],
            ),
        )  # fmt: skip

    @safety
    def IndicatorOnSending(s) -> Formula:
        """Sending sets it, too: a message that waits is lost only with its sender."""
        return forall(
            Member, View, View, View,
            lambda q, u, r, x: implies(
                s.sent[Kind.data, q, u] & s.one_request(r, u, x) & s.latest[q, x],
                s.indicator[q],
            ),
        )  # fmt: skip

    @safety
    def OnlyLeadersSpeak(s) -> Formula:
        """R1: nobody of its subgroup in the view goes before who speaks."""
        return forall(
            Member, View, View, Member,
            lambda p, u, r, x: implies(
                s.sent[Kind.data, p, u]
                & s.belongs[u, r]
                & s.in_view[u, x]
                & s.same[r, x, p],
                ~s.switches.goes_before(x, p),
            ),
        )  # fmt: skip

    @safety
    def SuccessorsSpeakForTheUnheard(s) -> Formula:
        """R2, R5: who speaks later leads because p is gone, and p's message never gets out.

        If it had been placed before the later view, all there would have received it.
        """
        return forall(
            Member, Member, View, View, View,
            lambda p, q, u, v, r: implies(
                s.sent[Kind.data, p, u]
                & s.sent[Kind.data, q, v]
                & s.one_request(r, u, v)
                & s.same[r, p, q]
                & (u < v),
                ~s.in_view[v, p] & ~s.out[Kind.data, p, u],
            ),
        )  # fmt: skip

    @safety
    def OneVoice(s) -> Formula:
        """The mission: one message of each subgroup, at most, in a request."""
        return forall(
            Member, Member, View, View, View,
            lambda p, q, u, v, r: implies(
                s.out[Kind.data, p, u]
                & s.out[Kind.data, q, v]
                & s.one_request(r, u, v)
                & s.same[r, p, q],
                (p == q) & (u == v),
            ),
        )  # fmt: skip

    @safety
    def Voiced(s) -> Formula:
        """Who sent data in a round has spoken in the request."""
        return forall(
            Member, View, View,
            lambda p, u, r: implies(s.sent[Kind.data, p, u] & s.belongs[u, r], s.voiced[p, r]),
        ) & forall(
            Member, View,
            lambda p, r: implies(
                s.voiced[p, r],
                exists(View, lambda u: s.sent[Kind.data, p, u] & s.belongs[u, r]),
            ),
        )  # fmt: skip

    @safety
    def Heard(s) -> Formula:
        """Who received data of a subgroup has heard it."""
        return forall(
            Member, View, Member, Member, View,
            lambda m, r, x, p, u: implies(
                s.delivered[m, Kind.data, p, u] & s.belongs[u, r] & s.same[r, p, x],
                s.heard[m, r, x],
            ),
        ) & forall(
            Member, View, Member,
            lambda m, r, x: implies(
                s.heard[m, r, x],
                exists(
                    Member, View,
                    lambda p, u: s.delivered[m, Kind.data, p, u]
                    & s.belongs[u, r]
                    & s.same[r, p, x],
                ),
            ),
        )  # fmt: skip

    @safety
    def IndicatorTellsTheTruth(s) -> Formula:
        """R3: it is cleared with every request, and set for no other reason."""
        return forall(
            Member, View, View,
            lambda m, v, r: implies(
                s.indicator[m] & s.latest[m, v] & s.belongs[v, r],
                s.heard[m, r, m] | s.voiced[m, r],
            ),
        )  # fmt: skip

    @safety
    def NotedOnInstalling(s) -> Formula:
        """What a member holds it notes when a request reaches it."""
        return (
            forall(
                Member, View,
                lambda m, r: implies(s.installed[m, r] & s.belongs[r, r], s.noted[m, r]),
            )
            & forall(
                Kind, Member, View, View,
                lambda k, p, u, r: implies(s.sent[k, p, u] & s.belongs[u, r], s.noted[p, r]),
            )
            & forall(
                Member, View,
                lambda m, r: implies(
                    s.noted[m, r], s.belongs[r, r] & (s.crashed[m] | s.installed[m, r])
                ),
            )
            & forall(
                Member, View, Datum, lambda m, r, d: implies(s.held[m, r, d], s.noted[m, r])
            )
        )  # fmt: skip

    @safety
    def AcknowledgedAfterData(s) -> Formula:
        """R7: who leads and acknowledges has heard of its subgroup, or spoken."""
        return forall(
            Member, View, View, Datum,
            lambda m, v, r, d: implies(
                s.sent[Kind.ack, m, v] & s.belongs[v, r] & s.held[m, r, d] & ~s.crashed[m],
                s.heard[m, r, m]
                | s.voiced[m, r]
                | exists(
                    Member,
                    lambda x: s.in_view[v, x]
                    & s.same[r, x, m]
                    & s.switches.goes_before(x, m),
                ),
            ),
        )  # fmt: skip

    @safety
    def SpokenBeforeAcknowledging(s) -> Formula:
        """R7: and what it had heard or said is out, or will be before its acknowledgment."""
        return forall(
            Member, View, View, Datum,
            lambda m, v, r, d: implies(
                s.sent[Kind.ack, m, v] & s.belongs[v, r] & s.held[m, r, d],
                exists(
                    Member, View,
                    lambda p, u: s.sent[Kind.data, p, u]
                    & s.belongs[u, r]
                    & s.same[r, p, m]
                    & (u <= v)
                    & (s.out[Kind.data, p, u] | (p == m)),
                )
                | exists(
                    Member,
                    lambda x: s.in_view[v, x]
                    & s.same[r, x, m]
                    & s.switches.goes_before(x, m),
                ),
            ),
        )  # fmt: skip
