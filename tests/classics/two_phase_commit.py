"""Two-phase commit: a transaction manager asks the resource managers and decides for all.

After Lamport's `TwoPhase.tla` (Gray and Lamport, "Consensus on Transaction Commit", TODS 2006),
step for step: the resource managers offer their preparedness unasked, and messages, once sent,
can be received again and again.
"""

from __future__ import annotations

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Formula,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    exists,
    forall,
    implies,
    init,
    safety,
    step,
)
from model.scope import Scope
from tests.classics import Golden


class ResourceManager(Sort): ...


class Phase(Enumeration):
    working = Element()
    prepared = Element()
    committed = Element()
    aborted = Element()


class Decision(Enumeration):
    none = Element()
    commit = Element()
    abort = Element()


class TwoPhase(Spec):
    """Two-phase commit.

    Args:
        hasty: the wrong variant, in which the manager commits without asking anybody.
    """

    phase = Function(ResourceManager, to=Phase)
    decision = Constant(Decision)
    known_prepared = Relation(ResourceManager)
    sent_prepared = Relation(ResourceManager)
    sent_commit = Flag()
    sent_abort = Flag()

    def __init__(self, hasty: bool = False) -> None:
        self.hasty = hasty

    @init
    def start(s) -> None:
        s.phase[:] = Phase.working
        s.decision = Decision.none

    @action
    def receive_prepared(s, r: ResourceManager) -> None:
        s.require(s.decision == Decision.none, s.sent_prepared[r])
        s.known_prepared[r] = True

    @action
    def commit(s) -> None:
        s.require(s.decision == Decision.none)
        if not s.hasty:
            s.require(forall(ResourceManager, lambda r: s.known_prepared[r]))
        s.decision = Decision.commit
        s.sent_commit = True

    @action
    def abort(s) -> None:
        s.require(s.decision == Decision.none)
        s.decision = Decision.abort
        s.sent_abort = True

    @action
    def prepare(s, r: ResourceManager) -> None:
        s.require(s.phase[r] == Phase.working)
        s.phase[r] = Phase.prepared
        s.sent_prepared[r] = True

    @action
    def choose_to_abort(s, r: ResourceManager) -> None:
        s.require(s.phase[r] == Phase.working)
        s.phase[r] = Phase.aborted

    @action
    def receive_commit(s, r: ResourceManager) -> None:
        s.require(s.sent_commit)
        s.phase[r] = Phase.committed

    @action
    def receive_abort(s, r: ResourceManager) -> None:
        s.require(s.sent_abort)
        s.phase[r] = Phase.aborted

    @safety
    def consistent(s) -> Formula:
        """No resource manager aborts what another commits."""
        return ~exists(
            ResourceManager,
            ResourceManager,
            lambda a, b: (s.phase[a] == Phase.aborted) & (s.phase[b] == Phase.committed),
        )

    @step
    def decides_once(s, after: TwoPhase) -> Formula:
        """A decision is never revised."""
        return implies(s.decision != Decision.none, after.decision == s.decision)


def scope(resource_managers: int) -> Scope:
    return Scope({"ResourceManager": resource_managers})


GOLDEN = (
    Golden(
        TwoPhase(),
        scope(3),
        states=288,
        transitions=1_145,
        depth=10,
        source="tlaplus/Examples transaction_commit/TwoPhase.cfg: 288 distinct, 1,146 generated, "
        "depth 11; stateright examples/2pc.rs: 288",
    ),
    Golden(
        TwoPhase(),
        scope(5),
        states=8_832,
        source="stateright examples/2pc.rs: 8,832",
    ),
    Golden(
        TwoPhase(),
        scope(6),
        states=50_816,
        source="Lamport's remark at the end of TwoPhase.tla: 50,816 with six",
        engines=("native",),
    ),
)
