"""A lock that is taken once: what proofs in tests are about."""

from __future__ import annotations

from model.lang import Flag, Formula, Relation, Sort, Spec, action, forall, init, safety


class Client(Sort): ...


class Lock(Spec):
    """At most one client holds the lock; it is never given back."""

    free = Flag()
    holds = Relation(Client)

    @init
    def start(s) -> None:
        s.free = True

    @action
    def take(s, c: Client) -> None:
        s.require(s.free)
        s.free = False
        s.holds[c] = True

    @safety
    def OneHolder(s) -> Formula:
        return forall(Client, Client, lambda a, b: (s.holds[a] & s.holds[b]).implies(a == b))
