"""Lemmas about what a request costs, and the proof as a whole.

Bounds and ExactCost compare numbers of things, which first-order logic cannot. What it can say is
which thing belongs to which, so that there are no more of one than of the other:

- `rounds`: each round but the first has lost a member, and no member is lost twice
  (EachRoundLosesSomebody, NobodyReturns);
- `transmissions`: of all who spoke for a subgroup all but the last have crashed
  (EarlierSpeakersCrashed), and nobody speaks twice (SuccessorsSpeakForTheUnheard);
- `messages`, ExactCost: without failures there is one round (OneRoundWithoutFailures), in which
  each member acknowledges once, for a message is its kind, its sender and its view, and each
  subgroup with data is spoken for by its leader and nobody else (OnlyLeadersSpeak,
  SpeakersHaveData, SomebodySpoke).
"""

from __future__ import annotations

from model.lang import Formula, exists, forall, implies, safety
from model.protocol.sorts import Datum, Kind, Member, View
from proofs.exchange.data import DataLemmas
from proofs.induction.proof import corollary


class ExchangeProof(DataLemmas):
    """All lemmas."""

    @safety
    def EachRoundLosesSomebody(s) -> Formula:
        """R12: a new round is begun only because a member has failed."""
        return forall(
            View, View, View,
            lambda v, u, r: implies(
                s.prev[v, u] & s.one_request(r, u, v),
                exists(Member, lambda m: s.in_view[u, m] & ~s.in_view[v, m] & s.crashed[m]),
            ),
        )  # fmt: skip

    @safety
    def SpeakersHaveData(s) -> Formula:
        """R9: who has nothing says nothing."""
        return forall(
            Member, View, View,
            lambda p, u, r: implies(
                s.sent[Kind.data, p, u] & s.belongs[u, r],
                exists(Datum, lambda d: s.held[p, r, d]),
            ),
        )  # fmt: skip

    @corollary
    @safety
    def EarlierSpeakersCrashed(s) -> Formula:
        """R2, R5: who spoke before another of its subgroup is gone, and only the failed go."""
        return forall(
            Member, Member, View, View, View,
            lambda p, q, u, v, r: implies(
                s.sent[Kind.data, p, u]
                & s.sent[Kind.data, q, v]
                & s.one_request(r, u, v)
                & s.same[r, p, q]
                & (u < v),
                s.crashed[p],
            ),
        )  # fmt: skip

    @corollary
    @safety
    def OneRoundWithoutFailures(s) -> Formula:
        """R12: the round of the request itself."""
        return forall(
            View, View,
            lambda u, r: implies(s.belongs[u, r] & ~s._disturbed(r), u == r),
        )  # fmt: skip
