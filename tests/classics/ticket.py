"""The ticket lock: who wants in draws the next ticket and waits until it is served.

Padon et al., "Reducing liveness to safety in first-order logic", POPL 2018, in the steps of
`examples/ticket.pyv` of mypyvy. Tickets run out at a finite scope, and then all rest.

The count, for n threads and k tickets: let s tickets have been served and w threads hold one, in
order, of whom the first waits or is inside. The other i = n − w threads show the last ticket they
had, or zero: all different but for zero, in f(i, s) = Σ_j C(i, j)·(s−1)!/(s−1−j)! ways. Where
w = 0 somebody shows the last ticket served, so the ways not to are taken off.
"""

from __future__ import annotations

from math import comb, perm

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Fairness,
    Formula,
    Function,
    Sort,
    Spec,
    action,
    axiom,
    define,
    exists,
    final,
    forall,
    implies,
    init,
    leads_to,
    least,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Thread(Sort): ...


class Ticket(Sort, ordered=True): ...


class At(Enumeration):
    idle = Element()
    waiting = Element()
    critical = Element()


class TicketLock(Spec):
    def __init__(self, entering: Fairness, leaving: Fairness) -> None:
        self.entering, self.leaving = entering, leaving

    zero = Constant(Ticket, immutable=True)
    at = Function(Thread, to=At)
    mine = Function(Thread, to=Ticket)
    service = Constant(Ticket)
    next_ticket = Constant(Ticket)

    @axiom
    def first_ticket(s) -> Formula:
        return least(s.zero)

    @define
    def follows(s, a: Ticket, b: Ticket) -> Formula:
        """b is the next in the order after a."""
        return (a < b) & ~exists(Ticket, lambda c: (a < c) & (c < b))

    @init
    def start(s) -> None:
        s.at[:] = At.idle
        s.mine[:] = s.zero
        s.service = s.zero
        s.next_ticket = s.zero

    @action
    def draw(s, t: Thread, following: Ticket) -> None:
        s.require(s.at[t] == At.idle, s.follows(s.next_ticket, following))
        s.mine[t] = s.next_ticket
        s.next_ticket = following
        s.at[t] = At.waiting

    @action(fair=lambda s: s.entering)
    def enter(s, t: Thread) -> None:
        s.require(s.at[t] == At.waiting, s.mine[t] <= s.service)
        s.at[t] = At.critical

    @action(fair=lambda s: s.leaving)
    def leave(s, t: Thread, following: Ticket) -> None:
        s.require(s.at[t] == At.critical, s.follows(s.service, following))
        s.service = following
        s.at[t] = At.idle

    @safety
    def exclusive(s) -> Formula:
        """At most one thread is inside."""
        return forall(
            Thread,
            Thread,
            lambda a, b: implies((s.at[a] == At.critical) & (s.at[b] == At.critical), a == b),
        )

    @leads_to
    def served(s, t: Thread) -> tuple[Formula, Formula]:
        """Who draws a ticket enters."""
        return s.at[t] == At.waiting, s.at[t] == At.critical

    @final
    def sold_out(s) -> Formula:
        """All tickets are drawn and served."""
        return forall(Ticket, lambda k: k <= s.service)


def ticket(fair: Fairness = "weak") -> Spec:
    """The ticket lock.

    Args:
        fair: the fairness of entering and of leaving.
    """
    return TicketLock(fair, fair)


def scope(threads: int, tickets: int) -> Scope:
    return Scope({"Thread": threads, "Ticket": tickets}, {"zero": 0})


def counted(threads: int, tickets: int) -> int:
    """The states, by the count in the module's docstring."""

    def shown(idle: int, served: int) -> int:
        if served <= 0:
            return 1
        return sum(comb(idle, j) * perm(served - 1, j) for j in range(idle + 1))

    total = 0
    for served in range(tickets):
        total += shown(threads, served) - (shown(threads, served - 1) if served > 1 else 0)
        for w in range(1, min(threads, tickets - 1 - served) + 1):
            total += perm(threads, w) * 2 * shown(threads - w, served)
    return total


GOLDEN = tuple(
    Golden(
        ticket(), scope(n, k), states=counted(n, k), source="the count in the module's docstring"
    )
    for n, k in ((1, 3), (2, 3), (2, 5), (3, 4), (3, 5))
)
