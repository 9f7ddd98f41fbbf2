"""Mutual exclusion by a semaphore, whose justice depends on how fair it is.

The atomic steps are those of `locks_auxiliary_vars/Lock.tla` in tlaplus/Examples. A waiting
process can enter again and again, but not all the time: weak fairness promises it nothing, strong
fairness does (Lamport, "Specifying Systems", 8.4–8.6).
"""

from __future__ import annotations

from model.lang import (
    Element,
    Enumeration,
    Fairness,
    Flag,
    Formula,
    Function,
    Measure,
    Sort,
    Spec,
    action,
    any_of,
    bound,
    count,
    define,
    forall,
    implies,
    init,
    leads_to,
    measure,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Process(Sort): ...


class At(Enumeration):
    idle = Element()
    waiting = Element()
    critical = Element()
    leaving = Element()


def semaphore(fair: Fairness = "strong") -> Spec:
    """The semaphore.

    Args:
        fair: the fairness of entering; who is inside leaves under weak fairness.
    """

    class Semaphore(Spec):
        at = Function(Process, to=At)
        taken = Flag()

        @define
        def inside(s, p: Process) -> Formula:
            return any_of(s.at[p] == At.critical, s.at[p] == At.leaving)

        @init
        def start(s) -> None:
            s.at[:] = At.idle

        @action
        def try_(s, p: Process) -> None:
            s.require(s.at[p] == At.idle)
            s.at[p] = At.waiting

        @action(fair=fair)
        def enter(s, p: Process) -> None:
            s.require(s.at[p] == At.waiting, ~s.taken)
            s.at[p] = At.critical
            s.taken = True

        @action(fair="weak")
        def leave(s, p: Process) -> None:
            s.require(s.at[p] == At.critical)
            s.at[p] = At.leaving

        @action(fair="weak")
        def release(s, p: Process) -> None:
            s.require(s.at[p] == At.leaving)
            s.at[p] = At.idle
            s.taken = False

        @safety
        def exclusive(s) -> Formula:
            """Never two inside, and nobody while the semaphore is free."""
            return forall(
                Process,
                Process,
                lambda p, q: implies(s.inside(p), s.taken & implies(s.inside(q), p == q)),
            )

        @bound
        def inside_at_once(s) -> Measure:
            return measure(count(Process, lambda p: s.inside(p)), at_most=1)

        @leads_to
        def served(s, p: Process) -> tuple[Formula, Formula]:
            """Who wants to enter enters."""
            return s.at[p] == At.waiting, s.inside(p)

        @leads_to
        def freed(s) -> tuple[Formula, Formula]:
            """The semaphore becomes free, however unfair entering is."""
            return s.taken, ~s.taken

    return Semaphore()


def scope(processes: int) -> Scope:
    return Scope({"Process": processes})


GOLDEN = (
    Golden(
        semaphore(),
        scope(2),
        states=12,
        transitions=20,
        depth=4,
        source="tlaplus/Examples locks_auxiliary_vars/Lock.cfg: 12 distinct, 21 generated, depth 5",
    ),
)
