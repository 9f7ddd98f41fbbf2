"""The state of the exchange, and the group communication service it runs over (E1–E5, R6).

A message is (kind, sender, view in which it was sent). A view is a *set* of messages, `placed`
one by one while it is open and fixed when it is closed, that is, when the next view is formed
from it. A member delivers the messages of a view in any order that E1 allows, and installs the
next view only when it has delivered them all (E2). A message that was sent and not yet placed
waits in its sender's queue; if the sender is excluded first, nobody will ever see it.

A member that leaves of its own will is, for those who stay, one that crashes.
"""

from __future__ import annotations

from typing import Literal

from model.lang import (
    Formula,
    Relation,
    Spec,
    action,
    axiom,
    count,
    define,
    exists,
    forall,
    implies,
    init,
    least,
)
from model.protocol.sorts import Arrival, Datum, Kind, Member, View
from model.protocol.switches import Delivery, Switches, Variant


class Service(Spec):
    """What the service knows and does; what members know is below it, in `exchange.py`."""

    # The scope: who arrives with which request, what they have in common, what they hold.
    arrives = Relation(Member, Arrival, immutable=True)
    origin = Relation(Member, Member, immutable=True)
    brings = Relation(Member, Datum, immutable=True)

    # Views. `prev[v, u]`: v was formed from u. `belongs[v, r]`: v is a round of the request that
    # view r started. `same[r, a, b]`: a and b are of one subgroup in request r. `settled[v]`:
    # the exchange was completed before v, so that v needs no round.
    formed = Relation(View)
    prev = Relation(View, View)
    in_view = Relation(View, Member)
    belongs = Relation(View, View)
    same = Relation(View, Member, Member)
    settled = Relation(View)
    arrived = Relation(Arrival)

    # Messages. `placed[w, k, p, v]`: message (k, p, v) is in the set of view w.
    # `late[p, v]`: p sent its data of view v after its acknowledgment (only a variant does).
    sent = Relation(Kind, Member, View)
    late = Relation(Member, View)
    placed = Relation(View, Kind, Member, View)
    delivered = Relation(Member, Kind, Member, View)

    # Members, as the service sees them.
    crashed = Relation(Member)
    suspected = Relation(Member)
    installed = Relation(Member, View)

    # What a member knows of its own: see exchange.py.
    indicator = Relation(Member)
    completed = Relation(Member, View)
    holds = Relation(Member, Datum)
    held = Relation(Member, View, Datum)

    def __init__(self, switches: Switches) -> None:
        self.switches = switches

    @axiom
    def origin_is_an_equivalence(s) -> Formula:
        """Members have the same origin if they hold the same data when they arrive."""
        return forall(
            Member, Member, Member,
            lambda a, b, c: s.origin[a, a]
            & implies(s.origin[a, b], s.origin[b, a])
            & implies(s.origin[a, b] & s.origin[b, c], s.origin[a, c]),
        ) & forall(
            Member, Member, Datum,
            lambda a, b, d: implies(s.origin[a, b] & s.brings[a, d], s.brings[b, d]),
        )  # fmt: skip

    @axiom
    def a_member_arrives_once(s) -> Formula:
        return forall(
            Member, Arrival, Arrival,
            lambda m, a, b: implies(s.arrives[m, a] & s.arrives[m, b], a == b),
        )  # fmt: skip

    @init
    def first_request(s) -> None:
        """The first request view is formed, and nobody has been told of it yet.

        Whoever brings data completed an earlier exchange, which left its indicator set.
        """

        def first(m: Member) -> Formula:
            return exists(Arrival, lambda a: least(a) & s.arrives[m, a])

        s.formed[:] = least
        s.in_view[:, :] = lambda v, m: least(v) & first(m)
        s.belongs[:, :] = lambda v, r: least(v) & (v == r)
        s.same[:, :, :] = lambda v, a, b: least(v) & first(a) & first(b) & s.origin[a, b]
        s.arrived[:] = least
        s.holds[:, :] = lambda m, d: s.brings[m, d]
        s.indicator[:] = lambda m: exists(Datum, lambda d: s.brings[m, d])

    # -- what is said of views, messages and members ---------------------------------------

    @define
    def open_view(s, v: View) -> Formula:
        """The view that was formed last: messages are placed in it."""
        return s.formed[v] & ~exists(View, lambda w: s.prev[w, v])

    @define
    def next_view(s, v: View) -> Formula:
        """The view that will be formed next."""
        return ~s.formed[v] & forall(View, lambda w: implies(w < v, s.formed[w]))

    @define
    def failed(s, m: Member) -> Formula:
        """The service takes the member for failed (E3)."""
        return s.crashed[m] | s.suspected[m]

    @define
    def at(s, m: Member, v: View) -> Formula:
        """The view that the member installed last."""
        return s.installed[m, v] & forall(View, lambda w: implies(v < w, ~s.installed[m, w]))

    @define
    def in_request(s, a: View, b: View) -> Formula:
        """Both views are rounds of one request."""
        return exists(View, lambda r: s.belongs[a, r] & s.belongs[b, r])

    @define
    def together(s, v: View, a: Member, b: Member) -> Formula:
        """The members are of one subgroup in the request of the view."""
        return exists(View, lambda r: s.belongs[v, r] & s.same[r, a, b])

    @define
    def waiting(s, k: Kind, p: Member, v: View) -> Formula:
        """The message is in its sender's queue."""
        return s.sent[k, p, v] & ~exists(View, lambda w: s.placed[w, k, p, v])

    @define
    def earlier(s, k: Kind, v: View, than: Kind, w: View, p: Member) -> Formula:
        """E1: of p's messages, (k, v) was sent before (than, w)."""
        usual = (k == Kind.data) & (than == Kind.ack) & ~s.late[p, w]
        return (v < w) | (
            (v == w) & (usual | ((k == Kind.ack) & (than == Kind.data) & s.late[p, w]))
        )

    @define
    def everyone_acknowledged(s, v: View) -> Formula:
        """Every member's acknowledgment of round v is in v, so v completes the exchange."""
        return forall(Member, lambda p: implies(s.in_view[v, p], s.placed[v, Kind.ack, p, v]))

    @define
    def over(s, v: View) -> Formula:
        """Whoever goes on from v has completed the exchange."""
        return s.settled[v] | s.everyone_acknowledged(v)

    # -- messages ---------------------------------------------------------------------------

    @action(by="environment", fair="weak")
    def order(s, k: Kind, p: Member, v: View, w: View) -> None:
        """E1, E4: the service takes a message from its sender's queue into the open view.

        Nothing that was sent earlier still waits, and nothing that was sent later is placed: each
        says it of reachable states, both of all, so that no proof needs to know which are.
        """
        s.require(
            v == w if s.switches.delivery is Delivery.SENDING_VIEW else v <= w,
            s.waiting(k, p, v),
            s.open_view(w) & s.in_view[w, p],
        )
        if not s.switches.is_(Variant.NO_FIFO):
            s.require(
                ~exists(Kind, View, lambda j, u: s.earlier(j, u, k, v, p) & s.waiting(j, p, u)),
                ~exists(
                    Kind, View, View,
                    lambda j, u, x: s.earlier(k, v, j, u, p) & s.placed[x, j, p, u],
                ),
            )  # fmt: skip
        s.placed[w, k, p, v] = True

    @action(by="environment", fair="weak")
    def deliver(s, q: Member, k: Kind, p: Member, v: View) -> None:
        """E1, R3: a member gets a message of its view; data of its subgroup sets its indicator.

        What belongs to another request than the member's is of no effect (E4).
        """
        s.require(
            ~s.crashed[q],
            ~s.delivered[q, k, p, v],
            exists(View, lambda w: s.at(q, w) & s.placed[w, k, p, v]),
        )
        if not s.switches.is_(Variant.NO_FIFO):
            s.require(
                ~exists(
                    Kind, View, View,
                    lambda j, u, w: s.at(q, w)
                    & s.earlier(j, u, k, v, p)
                    & s.placed[w, j, p, u]
                    & ~s.delivered[q, j, p, u],
                )
            )  # fmt: skip
        s.delivered[q, k, p, v] = True
        if not s.switches.is_(Variant.ON_SENDING_ONLY):
            s.indicator[q] = s.indicator[q] | (
                (k == Kind.data)
                & exists(View, lambda w: s.at(q, w) & s.in_request(w, v) & s.together(w, q, p))
            )

    # -- membership -------------------------------------------------------------------------

    @action(by="environment", fair="weak")
    def install(s, m: Member, v: View) -> None:
        """E2, R3, R6: a member is told of a view; if it starts a request, the indicator clears.

        Before, it has delivered every message of the view it leaves, and completed the exchange
        if those complete it. Who has installed a view goes on from one view to the next. It notes
        what it holds: that is what it speaks of in this request.
        """
        s.require(
            s.formed[v] & s.in_view[v, m],
            ~s.crashed[m] & ~s.installed[m, v],
            forall(
                View,
                lambda u: implies(
                    s.prev[v, u] & s.in_view[u, m], s.at(m, u) & s.has_finished_with(m, u, v)
                ),
            ),
            implies(
                exists(View, lambda u: s.installed[m, u]),
                exists(View, lambda u: s.prev[v, u] & s.in_view[u, m]),
            ),
        )
        s.installed[m, v] = True
        s.held[m, v, :] = lambda d: s.belongs[v, v] & s.holds[m, d]
        if not s.switches.is_(Variant.NEVER_CLEARED):
            s.indicator[m] = s.indicator[m] & ~s.belongs[v, v]

    @define
    def has_finished_with(s, m: Member, u: View, v: View) -> Formula:
        """E2: m may go from u to v: no message of u and no completion is outstanding."""
        return forall(
            Kind, Member, View,
            lambda k, p, w: implies(
                s.placed[u, k, p, w]
                & (s.in_view[v, p] if s.switches.is_(Variant.NO_VIEW_SYNCHRONY) else True),
                s.delivered[m, k, p, w],
            ),
        ) & ~(s.exchanging(m, u) & s.has_every_acknowledgment(m, u))  # fmt: skip

    @define
    def exchanging(s, m: Member, v: View) -> Formula:
        """The member is in view v and has not completed the request of v."""
        return s.at(m, v) & ~exists(View, lambda u: s.completed[m, u] & s.in_request(u, v))

    @define
    def has_every_acknowledgment(s, m: Member, v: View) -> Formula:
        """R4: the acknowledgment of every member of the view, for this round, has arrived."""
        return forall(Member, lambda p: implies(s.in_view[v, p], s.delivered[m, Kind.ack, p, v]))

    @action(by="environment")
    def crash(s, m: Member) -> None:
        """A member stops for ever, and what it knew of messages and views is lost with it.

        What is in its queue may still get out, in order. What it completed, and with which data,
        stays known, for the application may have acted on it.
        """
        s.require(
            ~s.crashed[m] & exists(View, lambda v: s.open_view(v) & s.in_view[v, m]),
        )
        s._limit_failures()
        s.crashed[m] = True
        s.delivered[m, :, :, :] = False
        s.installed[m, :] = False
        s.indicator[m] = False

    @action(by="environment")
    def suspect(s, m: Member) -> None:
        """The service takes a member for failed that is up (the variant false-suspicion)."""
        s.require(
            s.switches.is_(Variant.FALSE_SUSPICION),
            ~s.failed(m) & exists(View, lambda v: s.open_view(v) & s.in_view[v, m]),
        )
        s._limit_failures()
        s.suspected[m] = True

    def _limit_failures(s) -> None:
        if s.switches.failures is not None:
            s.limit(count(Member, lambda x: s.failed(x)) + 1 <= s.switches.failures)

    @property
    def reporting(s) -> Literal["weak", "none"]:
        """E3: every failure is reported at last."""
        return "none" if s.switches.is_(Variant.UNREPORTED_FAILURES) else "weak"

    @define
    def can_close(s, u: View, v: View) -> Formula:
        """View v can be formed from u, which is open; sending-view delivery flushes u first."""
        flushed: Formula | bool = True
        if s.switches.delivery is Delivery.SENDING_VIEW:
            flushed = ~exists(
                Kind, Member,
                lambda k, p: s.in_view[u, p] & ~s.failed(p) & s.waiting(k, p, u),
            )  # fmt: skip
        return s.open_view(u) & s.next_view(v) & flushed

    def _form(s, u: View, v: View) -> None:
        s.require(s.can_close(u, v))
        s.formed[v] = True
        s.prev[v, u] = True

    @action(by="environment", fair=lambda s: s.reporting)
    def exclude(s, u: View, v: View) -> None:
        """E3, R6: a view without the failed members continues the request of view u."""
        s._form(u, v)
        s.require(
            exists(Member, lambda m: s.in_view[u, m] & s.failed(m)),
            exists(Member, lambda m: s.in_view[u, m] & ~s.failed(m)),
        )
        s.in_view[v, :] = lambda m: s.in_view[u, m] & ~s.failed(m)
        s.belongs[v, :] = lambda r: s.belongs[u, r]
        s.settled[v] = s.over(u)

    @action(by="environment")
    def request(s, u: View, v: View, a: Arrival) -> None:
        """R9, R10: a view with new members starts a request, perhaps in the middle of another.

        Whoever completed the exchange of before together is one subgroup; who did not is still
        in the subgroup of before; the members that arrive bring their subgroups along.
        """
        s._form(u, v)
        s.require(
            ~s.arrived[a] & forall(Arrival, lambda b: implies(b < a, s.arrived[b])),
            exists(Member, lambda m: s.arrives[m, a]),
        )

        s.arrived[a] = True
        s.in_view[v, :] = lambda m: s._stays(m, u) | s.arrives[m, a]
        s.belongs[v, v] = True
        s.same[v, :, :] = lambda x, y: s._are_one_subgroup(x, y, u, a)

    def _stays(s, m: Member, u: View) -> Formula:
        return s.in_view[u, m] & ~s.failed(m)

    def _are_one_subgroup(s, x: Member, y: Member, u: View, a: Arrival) -> Formula:
        """In the request that is made when `a` arrives at view u."""
        return (
            s._stays(x, u)
            & s._stays(y, u)
            & (s.switches.is_(Variant.FORGETS_SUBGROUPS) | s.over(u) | s.together(u, x, y))
        ) | (s.arrives[x, a] & s.arrives[y, a] & s.origin[x, y])
