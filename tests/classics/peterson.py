"""Peterson's mutual exclusion for two processes.

G. L. Peterson, "Myths about the mutual exclusion problem", IPL 12(3), 1981; the atomic steps are
those of `locks_auxiliary_vars/Peterson.tla` in tlaplus/Examples. Nobody starves if every process
outside its idle section goes on; without fairness a process may rest wherever it is.
"""

from __future__ import annotations

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Fairness,
    Formula,
    Function,
    Relation,
    Spec,
    action,
    any_of,
    define,
    forall,
    init,
    ite,
    leads_to,
    safety,
)
from model.scope import Scope
from tests.classics import Golden


class Process(Enumeration):
    one = Element()
    two = Element()


class At(Enumeration):
    """Where a process is; the step from there is named below."""

    idle = Element()
    raising = Element()
    yielding = Element()
    waiting = Element()
    critical = Element()
    lowering = Element()


def peterson(fair: Fairness = "weak", polite: bool = True) -> Spec:
    """Peterson's algorithm.

    Args:
        fair: the fairness of every step but the one that leaves the idle section.
        polite: a process yields the turn after it raised its flag; if not, before, which is a
            well-known way to get it wrong.
    """

    class Peterson(Spec):
        at = Function(Process, to=At)
        flag = Relation(Process)
        turn = Constant(Process)

        @define
        def other(s, p: Process) -> Process:
            return ite(p == Process.one, Process.two, Process.one)

        @define
        def inside(s, p: Process) -> Formula:
            return any_of(s.at[p] == At.critical, s.at[p] == At.lowering)

        @init
        def start(s) -> None:
            s.at[:] = At.idle
            s.turn = Process.one

        @action
        def try_(s, p: Process) -> None:
            s.require(s.at[p] == At.idle)
            s.at[p] = At.raising if polite else At.yielding

        @action(fair=fair)
        def raise_flag(s, p: Process) -> None:
            s.require(s.at[p] == At.raising)
            s.flag[p] = True
            s.at[p] = At.yielding if polite else At.waiting

        @action(fair=fair)
        def yield_turn(s, p: Process) -> None:
            s.require(s.at[p] == At.yielding)
            s.turn = s.other(p)
            s.at[p] = At.waiting if polite else At.raising

        @action(fair=fair)
        def enter(s, p: Process) -> None:
            s.require(s.at[p] == At.waiting, ~s.flag[s.other(p)] | (s.turn == p))
            s.at[p] = At.critical

        @action(fair=fair)
        def leave(s, p: Process) -> None:
            s.require(s.at[p] == At.critical)
            s.at[p] = At.lowering

        @action(fair=fair)
        def lower_flag(s, p: Process) -> None:
            s.require(s.at[p] == At.lowering)
            s.flag[p] = False
            s.at[p] = At.idle

        @safety
        def exclusive(s) -> Formula:
            """Never two inside."""
            return ~forall(Process, lambda p: s.inside(p))

        @leads_to
        def served(s, p: Process) -> tuple[Formula, Formula]:
            """Who wants to enter enters."""
            return s.at[p] == At.raising, s.inside(p)

        @leads_to
        def parted(s) -> tuple[Formula, Formula]:
            """Two inside do not stay there: says nothing, since there are never two inside."""
            both = forall(Process, lambda p: s.inside(p))
            return both, ~both

    return Peterson()


def scope() -> Scope:
    return Scope({})


GOLDEN = (
    Golden(
        peterson(),
        scope(),
        states=42,
        transitions=76,
        depth=10,
        source="tlaplus/Examples locks_auxiliary_vars/Peterson.cfg: 42 distinct, 77 generated, "
        "depth 11",
    ),
)
