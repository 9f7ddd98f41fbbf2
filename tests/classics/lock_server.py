"""A lock server: clients ask for the one lock, get it, and give it back.

The running example of Wilcox et al., "Verdi", PLDI 2015, in the steps of `examples/lockserv.pyv`
of mypyvy.

The count: the lock is at the server, or with one of n clients in one of three ways (granted, held,
given back); any set of clients asks. So 2ⁿ(1 + 3n) states. A client can always ask: n steps of
each state; the server grants to any who asks while it has the lock: n·2ⁿ⁻¹; and the lock, where it
is with a client, can take one step: 3n·2ⁿ.
"""

from __future__ import annotations

from model.lang import (
    Fairness,
    Flag,
    Formula,
    Measure,
    Relation,
    Sort,
    Spec,
    action,
    bound,
    count,
    forall,
    implies,
    init,
    leads_to,
    measure,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Client(Sort): ...


def lock_server(fair: Fairness = "none", repeated: bool = False) -> Spec:
    """The lock server.

    Args:
        fair: the fairness of the server's granting; everything but asking is weakly fair then.
        repeated: the wrong network, which can deliver one unlock message again and again.
    """
    rest: Fairness = "none" if fair == "none" else "weak"

    class LockServer(Spec):
        asks = Relation(Client)
        granted = Relation(Client)
        holds = Relation(Client)
        gives_back = Relation(Client)
        server_has_lock = Flag()

        @init
        def start(s) -> None:
            s.server_has_lock = True

        @action
        def ask(s, c: Client) -> None:
            s.asks[c] = True

        @action(fair=fair)
        def grant(s, c: Client) -> None:
            s.require(s.server_has_lock, s.asks[c])
            s.server_has_lock = False
            s.asks[c] = False
            s.granted[c] = True

        @action(fair=rest)
        def take(s, c: Client) -> None:
            s.require(s.granted[c])
            s.granted[c] = False
            s.holds[c] = True

        @action(fair=rest)
        def give_back(s, c: Client) -> None:
            s.require(s.holds[c])
            s.holds[c] = False
            s.gives_back[c] = True

        @action(fair=rest)
        def take_back(s, c: Client) -> None:
            s.require(s.gives_back[c])
            if not repeated:
                s.gives_back[c] = False
            s.server_has_lock = True

        @safety
        def exclusive(s) -> Formula:
            """At most one client holds the lock."""
            return forall(Client, Client, lambda a, b: implies(s.holds[a] & s.holds[b], a == b))

        @bound
        def holders(s) -> Measure:
            return measure(count(Client, lambda c: s.holds[c]), at_most=1)

        @leads_to
        def served(s, c: Client) -> tuple[Formula, Formula]:
            """Who asks for the lock gets it."""
            return s.asks[c], s.holds[c]

    return LockServer()


def scope(clients: int) -> Scope:
    return Scope({"Client": clients})


GOLDEN = tuple(
    Golden(
        lock_server(),
        scope(n),
        states=2**n * (1 + 3 * n),
        transitions=n * 2**n * (1 + 3 * n) + n * 2 ** (n - 1) + 3 * n * 2**n,
        source="the count in the module's docstring",
    )
    for n in (1, 2, 3, 5)
)
