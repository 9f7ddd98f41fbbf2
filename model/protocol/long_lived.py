"""The exchange as a part of what a group goes through that lives on for long.

Separated parts are not side by side in the specification: it has one view after the other, and
whoever goes another way is gone for those who stay. But the parts of a real group meet again, and
may then still hold the same; and what is held changes between exchanges. Logs of real groups are
held against this form. It adds to what may happen, and takes nothing away.
"""

from __future__ import annotations

from model.lang import Formula, action, define, exists, forall
from model.protocol.properties import VerifiedExchange
from model.protocol.sorts import Arrival, Datum, Member, View


class LongLivedExchange(VerifiedExchange):
    """Who arrives holding what members who stay hold is of their subgroup; updates happen."""

    @action(by="environment")
    def update(s, m: Member, v: View, d: Datum) -> None:
        """Between exchanges, an application changes what a member holds."""
        s.require(~s.crashed[m] & s.at(m, v) & ~s.exchanging(m, v))
        s.holds[m, d] = True

    def _are_one_subgroup(s, x: Member, y: Member, u: View, a: Arrival) -> Formula:
        """R10: subgroups are who hold the same, also if they were separated in between."""
        return (
            super()._are_one_subgroup(x, y, u, a)
            | s._meet_again(x, y, u, a)
            | s._meet_again(y, x, u, a)
        )

    def _meet_again(s, x: Member, y: Member, u: View, a: Arrival) -> Formula:
        """x stays, and y arrives with what some member of x's subgroup holds already."""
        return (
            s._stays(x, u)
            & s.arrives[y, a]
            & exists(
                Member,
                lambda z: (
                    s._stays(z, u)
                    & ((s.over(u) & s.is_done(z, u)) | (~s.over(u) & s.together(u, x, z)))
                    & s.holds_what_is_brought(z, y)
                ),
            )
        )

    @define
    def is_done(s, m: Member, u: View) -> Formula:
        """m has completed the request of view u."""
        return exists(View, lambda w: s.completed[m, w] & s.in_request(w, u))

    @define
    def holds_what_is_brought(s, x: Member, y: Member) -> Formula:
        """x holds the data that y arrives with, and it is data."""
        return exists(Datum, lambda d: s.brings[y, d]) & forall(
            Datum, lambda d: s.brings[y, d].iff(s.holds[x, d])
        )
