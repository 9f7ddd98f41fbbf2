"""Dijkstra's ring of machines with counters, which stabilises from any disorder.

E. W. Dijkstra, "Self-stabilizing systems in spite of distributed control", CACM 17(11), 1974
(EWD426). A machine is privileged if its counter differs from the one before it; the least, if its
counter equals the greatest's. The steps are those of `ewd426/TokenRing.tla` in tlaplus/Examples,
which starts from every assignment of counters; ours starts in order and has faults that disturb
it, which reaches the same states. With n machines, n − 1 values are enough and fewer are not.
"""

from __future__ import annotations

from typing import Literal

from model.lang import (
    Constant,
    Fairness,
    Flag,
    Formula,
    Function,
    Sort,
    Spec,
    action,
    count,
    define,
    exists,
    forall,
    implies,
    init,
    leads_to,
    least,
    safety,
    step,
)
from model.scope import Scope
from tests.classics import Golden


class Machine(Sort, ordered=True): ...


class Count(Sort, ordered=True): ...


def token_ring(faults: Literal["at first", "for ever"], fair: Fairness = "weak") -> Spec:
    """The ring.

    Args:
        faults: whether they end (nothing forces them to); the machines work all the time.
        fair: the fairness of the machines' steps.
    """

    class TokenRing(Spec):
        zero = Constant(Count, immutable=True)
        counter = Function(Machine, to=Count)
        calm = Flag()

        @define
        def follows(s, a: Machine, b: Machine) -> Formula:
            """b is the next in the order after a."""
            return (a < b) & ~exists(Machine, lambda c: (a < c) & (c < b))

        @define
        def closes(s, a: Machine, b: Machine) -> Formula:
            """The ring closes from a, the greatest, to b, the least."""
            return least(b) & forall(Machine, lambda c: c <= a)

        @define
        def privileged(s, m: Machine) -> Formula:
            return exists(
                Machine,
                lambda p: (
                    (s.follows(p, m) & (s.counter[p] != s.counter[m]))
                    | (s.closes(p, m) & (s.counter[p] == s.counter[m]))
                ),
            )

        @define
        def orderly(s) -> Formula:
            return count(Machine, lambda m: s.privileged(m)) == 1

        @init
        def start(s) -> None:
            s.counter[:] = s.zero

        @action
        def disturb(s, m: Machine, v: Count) -> None:
            s.require(~s.calm, s.counter[m] != v)
            s.counter[m] = v

        @action
        def calm_down(s) -> None:
            s.require(faults == "at first", ~s.calm)
            s.calm = True

        @action(fair=fair)
        def copy(s, m: Machine, p: Machine) -> None:
            s.require(s.follows(p, m), s.counter[p] != s.counter[m])
            s.counter[m] = s.counter[p]

        @action(fair=fair)
        def advance(s, m: Machine, p: Machine, old: Count, new: Count) -> None:
            """The least machine counts on, from the greatest value to the least."""
            s.require(s.closes(p, m), s.counter[p] == s.counter[m], s.counter[m] == old)
            s.require(
                ((old < new) & ~exists(Count, lambda v: (old < v) & (v < new)))
                | (least(new) & forall(Count, lambda v: v <= old))
            )
            s.counter[m] = new

        @safety
        def somebody_privileged(s) -> Formula:
            return exists(Machine, lambda m: s.privileged(m))

        @step
        def stays_orderly(s, after: TokenRing) -> Formula:
            """Without faults, order once reached is kept."""
            return implies(s.calm & s.orderly(), after.orderly())

        @leads_to
        def stabilises(s) -> tuple[Formula | bool, Formula]:
            """When the faults end (or, if they do not, at last all the same) order returns."""
            return s.calm if faults == "at first" else True, s.orderly()

        @leads_to
        def served(s, m: Machine) -> tuple[Formula, Formula]:
            """When the faults end every machine is privileged again and again."""
            return s.calm, s.privileged(m)

    return TokenRing()


def scope(machines: int, counts: int) -> Scope:
    return Scope({"Machine": machines, "Count": counts}, {"zero": 0})


GOLDEN = (
    Golden(
        token_ring("for ever"),
        scope(3, 3),
        states=27,
        source="every assignment, as in tlaplus/Examples ewd426/TokenRing.tla",
    ),
    Golden(
        token_ring("for ever"),
        scope(4, 4),
        states=256,
        source="every assignment, as in tlaplus/Examples ewd426/TokenRing.tla",
    ),
    Golden(
        token_ring("for ever"),
        scope(6, 6),
        states=46_656,
        transitions=248_832 - 46_656 + 46_656 * 6 * 5,
        source="tlaplus/Examples ewd426/TokenRing.cfg: 46,656 distinct, all initial, and 248,832 "
        "generated; besides, each state has a fault for each machine and other value",
        engines=("native",),
    ),
)
