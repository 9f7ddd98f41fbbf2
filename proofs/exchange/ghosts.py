"""What the proof of the exchange remembers besides: ghosts, which no action of the spec reads.

Most stand for "there is a view such that ..." or "of all views the last", which as formulas would
alternate quantifiers over views: as relations of their own they do not.
"""

from __future__ import annotations

from model.lang import Formula, Relation, action, exists, forall, implies, init, ite, least
from model.protocol.properties import VerifiedExchange
from model.protocol.sorts import Arrival, Datum, Kind, Member, View


class Ghosts(VerifiedExchange):
    """The exchange, with ghosts."""

    # Views. `opened[v]`: v was formed last. `full[v]`: all members acknowledged round v in it.
    # `ended[v]`: the exchange was over when v was formed. `came[m, v]`: m is in none before v.
    opened = Relation(View)
    full = Relation(View)
    ended = Relation(View)
    came = Relation(Member, View)

    # Messages. `out[k, p, v]`: the message is in the set of some view; `earlier_view[w, k, p, v]`:
    # of one that was formed before w.
    out = Relation(Kind, Member, View)
    earlier_view = Relation(View, Kind, Member, View)

    # Members. `latest[m, v]`: v is what m installed last; `joined[m]`: it installed any.
    # `finished[m, r]`: m has completed request r; `renewed[m, r]`: it completed r or a later one;
    # `last_done[m, v]`: v is the view in which it completed last.
    latest = Relation(Member, View)
    joined = Relation(Member)
    finished = Relation(Member, View)
    renewed = Relation(Member, View)
    last_done = Relation(Member, View)

    # Data. `voiced[m, r]`: m spoke in request r. `heard[m, r, x]`: m received data of x's subgroup
    # in request r. `noted[m, r]`: m has noted what it holds for request r. `subject[r, m, d]`:
    # when request r began, d was what m was to hold. `outcome[r, d]`: d was spoken of in r.
    voiced = Relation(Member, View)
    heard = Relation(Member, View, Member)
    noted = Relation(Member, View)
    subject = Relation(View, Member, Datum)
    outcome = Relation(View, Datum)

    @init
    def first_request(s) -> None:
        """The first view is open, and its members bring what they bring."""
        super().first_request()

        def first(m: Member) -> Formula:
            return exists(Arrival, lambda a: least(a) & s.arrives[m, a])

        s.opened[:] = least
        s.full[:] = lambda v: least(v) & ~exists(Member, lambda m: first(m))
        s.came[:, :] = lambda m, v: least(v) & first(m)
        s.subject[:, :, :] = lambda r, m, d: least(r) & first(m) & s.brings[m, d]

    @action(by="environment", fair="weak")
    def order(s, k: Kind, p: Member, v: View, w: View) -> None:
        """The message is out, and what it speaks of is part of the outcome."""
        super().order(k, p, v, w)
        s.out[k, p, v] = True
        s.full[w] = forall(
            Member,
            lambda x: implies(
                s.in_view[w, x],
                s.placed[w, Kind.ack, x, w] | ((k == Kind.ack) & (x == p) & (v == w)),
            ),
        )
        s.outcome[:, :] = lambda r, d: (
            s.outcome[r, d] | ((k == Kind.data) & s.belongs[v, r] & s.held[p, r, d])
        )

    @action(by="environment", fair="weak")
    def deliver(s, q: Member, k: Kind, p: Member, v: View) -> None:
        """Data is heard of everybody in the sender's subgroup."""
        super().deliver(q, k, p, v)
        s.heard[q, :, :] = lambda r, x: (
            s.heard[q, r, x] | ((k == Kind.data) & s.belongs[v, r] & s.same[r, p, x])
        )

    @action(by="environment", fair="weak")
    def install(s, m: Member, v: View) -> None:
        """The member's last view is this one."""
        super().install(m, v)
        s.latest[m, :] = lambda w: w == v
        s.joined[m] = True
        s.noted[m, v] = s.noted[m, v] | s.belongs[v, v]

    @action(by="environment")
    def crash(s, m: Member) -> None:
        """What it knew is lost; what it did is not."""
        super().crash(m)
        s.latest[m, :] = False
        s.joined[m] = False
        s.heard[m, :, :] = False

    def _form(s, u: View, v: View) -> None:
        super()._form(u, v)
        s.opened[:] = lambda w: w == v
        s.ended[v] = s.over(u)
        s.earlier_view[v, :, :, :] = lambda k, p, w: (
            s.earlier_view[u, k, p, w] | s.placed[u, k, p, w]
        )

    @action(by="environment")
    def request(s, u: View, v: View, a: Arrival) -> None:
        """Who stays is to hold the outcome of the exchange before; who comes, what it brings."""
        super().request(u, v, a)
        s.came[:, v] = lambda m: s.arrives[m, a]
        s.subject[v, :, :] = lambda m, d: ite(
            s.arrives[m, a],
            s.brings[m, d],
            exists(
                View,
                lambda r: (
                    s.belongs[u, r]
                    & ((s.over(u) & s.outcome[r, d]) | (~s.over(u) & s.subject[r, m, d]))
                ),
            ),
        )

    @action(by="member", fair="weak")
    def transmit(s, m: Member, v: View) -> None:
        """The member has spoken in this request."""
        super().transmit(m, v)
        s.voiced[m, :] = lambda r: s.voiced[m, r] | s.belongs[v, r]

    @action(by="member", fair="weak")
    def complete(s, m: Member, v: View) -> None:
        """The member has finished this request, and completed none later."""
        super().complete(m, v)
        s.finished[m, :] = lambda r: s.finished[m, r] | s.belongs[v, r]
        s.renewed[m, :] = lambda r: s.renewed[m, r] | (r <= v)
        s.last_done[m, :] = lambda w: w == v

    # -- what lemmas are about ------------------------------------------------------------------

    def one_request(s, r: View, *views: View) -> Formula:
        """All these views are rounds of request r."""
        first, *others = views
        found = s.belongs[first, r]
        for view in others:
            found = found & s.belongs[view, r]
        return found

    def known_at(s, w: View, k: Kind, p: Member, v: View) -> Formula:
        """Message (k, p, v) is in the set of view w, or of one before it."""
        return s.earlier_view[w, k, p, v] | s.placed[w, k, p, v]
