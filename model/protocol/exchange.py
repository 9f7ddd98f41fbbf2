"""The members of the exchange (R1–R5, R7, R8, R11, R12): what each does, from what it knows.

A member knows the views it installed, with their subgroups; what it sent and what was delivered
to it; its indicator; what it holds. A round is a view of a running request: the member finds
out whether it leads its subgroup, speaks if it must, acknowledges, and waits. If everyone's
acknowledgment of the round arrives, it processes the data and has completed the request. If a
view without failed members comes first, that is the next round (R12).

The indicator is set when the member *sends* its subgroup's data, and when it *receives* data of
its subgroup. Setting it on receipt alone (the letter of R3) is not enough under same-view
delivery: a leader whose message still waits in its queue when the view changes would speak a
second time. Setting it on sending as well is right under both forms of E4, because a message
that waits is lost only with its sender; a survivor's message is always delivered, and before
its later acknowledgments (E1).
"""

from __future__ import annotations

from model.lang import Formula, action, any_of, define, exists, forall, implies
from model.protocol.service import Service
from model.protocol.sorts import Datum, Kind, Member, View
from model.protocol.switches import Delivery, Variant


class Exchange(Service):
    """The exchange of group data, over the service."""

    @define
    def leads(s, m: Member, v: View) -> Formula:
        """R1, R5, R8: nobody of m's subgroup in the view goes before m."""
        members = s.in_view
        if s.switches.is_(Variant.LEADER_OF_REQUEST):
            return s.in_view[v, m] & forall(
                Member, View,
                lambda x, r: implies(
                    s.belongs[v, r] & members[r, x] & s.together(v, x, m),
                    ~s.switches.goes_before(x, m),
                ),
            )  # fmt: skip
        return s.in_view[v, m] & forall(
            Member,
            lambda x: implies(members[v, x] & s.together(v, x, m), ~s.switches.goes_before(x, m)),
        )

    @define
    def bears_data(s, m: Member, v: View) -> Formula:
        """R9: m held data when the request of v reached it."""
        return exists(View, Datum, lambda r, d: s.belongs[v, r] & s.held[m, r, d])

    @define
    def must_speak(s, m: Member, v: View) -> Formula:
        """R2: m leads in this round, has data, and its subgroup has not been spoken for."""
        return (
            s.leads(m, v)
            & s.bears_data(m, v)
            & ~s.sent[Kind.data, m, v]
            & (True if s.switches.is_(Variant.IGNORES_INDICATOR) else ~s.indicator[m])
        )

    @define
    def in_round(s, m: Member, v: View) -> Formula:
        """R12: m is up and takes part in this round; in a view being flushed it cannot send."""
        blocked = s.switches.delivery is Delivery.SENDING_VIEW
        return ~s.crashed[m] & s.exchanging(m, v) & (s.open_view(v) if blocked else True)

    @action(by="member", fair="weak")
    def transmit(s, m: Member, v: View) -> None:
        """R1, R2, R5, R7, R11: the leader of a subgroup speaks for it, before it acknowledges."""
        late = s.switches.is_(Variant.ACK_BEFORE_TRANSMIT)
        acknowledged = s.sent[Kind.ack, m, v]
        s.require(
            s.in_round(m, v),
            s.must_speak(m, v),
            acknowledged if late else ~acknowledged,
        )
        s.sent[Kind.data, m, v] = True
        if not s.switches.is_(Variant.ON_RECEIPT_ONLY):
            s.indicator[m] = True
        if late:
            s.late[m, v] = True

    @action(by="member", fair="weak")
    def acknowledge(s, m: Member, v: View) -> None:
        """R4, R7: a member acknowledges once a round, when it has no more to say in it."""
        s.require(s.in_round(m, v), ~s.sent[Kind.ack, m, v])
        if not s.switches.is_(Variant.ACK_BEFORE_TRANSMIT):
            s.require(~s.must_speak(m, v))
        s.sent[Kind.ack, m, v] = True

    @action(by="member", fair="weak")
    def complete(s, m: Member, v: View) -> None:
        """R4: with every acknowledgment of the round, m processes what it received.

        Its data is then what it held together with the data of every subgroup.
        """
        s.require(~s.crashed[m], s.exchanging(m, v))
        if s.switches.is_(Variant.ACKS_WITHOUT_ROUND):
            s.require(
                forall(
                    Member,
                    lambda p: implies(
                        s.in_view[v, p],
                        exists(View, lambda u: s.in_request(u, v) & s.delivered[m, Kind.ack, p, u]),
                    ),
                )
            )
        elif not s.switches.is_(Variant.NO_WAITING):
            s.require(s.has_every_acknowledgment(m, v))
        s.completed[m, v] = True
        s.holds[m, :] = lambda d: any_of(
            s.holds[m, d],
            exists(
                Member, View, View,
                lambda p, u, r: s.belongs[v, r]
                & s.belongs[u, r]
                & s.delivered[m, Kind.data, p, u]
                & s.held[p, r, d],
            ),
        )  # fmt: skip
