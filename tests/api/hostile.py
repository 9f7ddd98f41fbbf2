"""A spec whose texts and elements would break out of HTML that does not escape them."""

from __future__ import annotations

from model.lang import Formula, Relation, Sort, Spec, action, forall, init, safety
from model.scope import Scope

EVIL = '</pre></style></svg><script>alert("1")</script><img src=x onerror=alert(1)>&amp;'
"""What an element is called."""


class Thing(Sort): ...


class Hostile(Spec):
    done = Relation(Thing)

    @init
    def start(s) -> None:
        s.done[:] = False

    @action
    def do(s, t: Thing) -> None:
        s.require(~s.done[t])
        s.done[t] = True

    @safety
    def never(s) -> Formula:
        """</pre><script>alert(2)</script> it is never done."""
        return forall(Thing, lambda t: ~s.done[t])


def scope() -> Scope:
    return Scope({"Thing": 2}, names={"Thing": (EVIL, "plain")})
