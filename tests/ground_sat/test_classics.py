"""On classics, right and wrong ones, all methods say what explicit search says."""

from __future__ import annotations

import pytest

from model.lang import Spec, stage
from model.scope import Finite, Scope
from proofs.ground.outcome import Answer
from tests.classics import (
    alternating_bit,
    die_hard,
    lock_server,
    paxos,
    peterson,
    philosophers,
    ring_leader,
    semaphore,
    ticket,
    token_ring,
    toy_consensus,
    two_phase_commit,
)
from tests.ground_sat.verdicts import by, explicit, verdicts

CLASSICS: list[tuple[str, Spec, Scope]] = [
    ("die hard", die_hard.DieHard(), die_hard.scope()),
    ("Peterson", peterson.peterson(), peterson.scope()),
    ("semaphore", semaphore.semaphore(), semaphore.scope(3)),
    ("lock server", lock_server.lock_server(), lock_server.scope(2)),
    ("lock server, wrong", lock_server.lock_server(repeated=True), lock_server.scope(2)),
    ("ticket", ticket.ticket(), ticket.scope(2, 3)),
    ("ring", ring_leader.ring_leader(), ring_leader.scope(3)),
    ("ring of twins", ring_leader.ring_leader(unique=False), ring_leader.scope(2, (0, 0))),
    ("consensus", toy_consensus.ToyConsensus(), toy_consensus.scope(3, 2)),
    (
        "consensus, wrong",
        toy_consensus.ToyConsensus(intersecting=False),
        toy_consensus.scope(2, 2, quorums=((0,), (1,))),
    ),
    ("alternating bit", alternating_bit.alternating_bit(), alternating_bit.scope(2, 2)),
    ("philosophers", philosophers.Philosophers(), philosophers.scope(3)),
    ("philosophers, courteous", philosophers.Philosophers(courteous=True), philosophers.scope(3)),
    ("token ring", token_ring.token_ring("at first"), token_ring.scope(3, 3)),
    (
        "Paxos, wrong",
        paxos.Paxos(intersecting=False),
        paxos.scope(2, 2, 2, quorums=((0,), (1,))),
    ),
    ("commit", two_phase_commit.TwoPhase(), two_phase_commit.scope(3)),
]
EACH = pytest.mark.parametrize(
    ("spec", "scope"), [pytest.param(spec, scope, id=name) for name, spec, scope in CLASSICS]
)


@EACH
def test_ic3_says_of_a_classic_what_explicit_search_says(spec: Spec, scope: Scope) -> None:
    finite = Finite(stage(spec), scope)
    assert verdicts(by("ic3", finite)) == explicit(finite)


@EACH
def test_bmc_refutes_a_classic_by_as_few_steps_as_explicit_search(spec: Spec, scope: Scope) -> None:
    finite = Finite(stage(spec), scope)
    expected = {k: v for k, v in explicit(finite).items() if isinstance(v, int)}
    depth = max(expected.values(), default=6)
    found = by("bmc", finite, depth)
    assert {k: v for k, v in verdicts(found).items() if isinstance(v, int)} == expected
    assert all(o.depth == depth for o in found.values() if o.answer is Answer.NOT_UP_TO)


@EACH
def test_k_induction_contradicts_explicit_search_on_no_classic(spec: Spec, scope: Scope) -> None:
    finite = Finite(stage(spec), scope)
    expected, found = explicit(finite), by("k-induction", finite, 12)
    said = verdicts(found)
    decided = {k for k, o in found.items() if o.answer is not Answer.NOT_UP_TO}
    assert decided >= {k for k, v in expected.items() if isinstance(v, int) and v <= 12}
    assert {k: said[k] for k in decided} == {k: expected[k] for k in decided}
