"""Specs at scopes for other people's checkers: between them, every construct of the language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.lang import Spec, stage
from model.protocol import Delivery, ExchangeScope, Switches, Variant, exchange
from model.scope import Finite, Scope
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

Case = Callable[[], Finite]
SENDING, SAME = Delivery.SENDING_VIEW, Delivery.SAME_VIEW


def of_classic(spec: Callable[[], Spec], scope: Scope) -> Case:
    return lambda: Finite(stage(spec()), scope)


def of_exchange(
    groups: str, failures: int, delivery: Delivery, variant: Variant | None = None,
    total_order: bool = False,
) -> Case:  # fmt: skip
    def make() -> Finite:
        scope = ExchangeScope.parse(groups, failures)
        switches = Switches(delivery, total_order, scope.failures, variant)
        return Finite(stage(exchange(switches)), scope.scope())

    return make


CLASSICS: dict[str, Case] = {
    "two-phase commit": of_classic(two_phase_commit.TwoPhase, two_phase_commit.scope(3)),
    "hasty two-phase commit": of_classic(
        lambda: two_phase_commit.TwoPhase(hasty=True), two_phase_commit.scope(2)
    ),
    "die hard": of_classic(die_hard.DieHard, die_hard.scope()),
    "peterson": of_classic(peterson.peterson, peterson.scope()),
    "impolite peterson": of_classic(lambda: peterson.peterson(polite=False), peterson.scope()),
    "semaphore": of_classic(semaphore.semaphore, semaphore.scope(3)),
    "lock server": of_classic(lock_server.lock_server, lock_server.scope(3)),
    "repeated unlock": of_classic(
        lambda: lock_server.lock_server(repeated=True), lock_server.scope(2)
    ),
    "philosophers": of_classic(philosophers.Philosophers, philosophers.scope(4)),
    "courteous philosophers": of_classic(
        lambda: philosophers.Philosophers(courteous=True), philosophers.scope(4)
    ),
    "ticket lock": of_classic(ticket.ticket, ticket.scope(2, 4)),
    "ring leader": of_classic(ring_leader.ring_leader, ring_leader.scope(3)),
    "twins on a ring": of_classic(
        lambda: ring_leader.ring_leader(unique=False), ring_leader.scope(2, (0, 0))
    ),
    "token ring": of_classic(lambda: token_ring.token_ring("at first"), token_ring.scope(3, 3)),
    "faulty token ring": of_classic(
        lambda: token_ring.token_ring("for ever"), token_ring.scope(3, 2)
    ),
    "toy consensus": of_classic(toy_consensus.ToyConsensus, toy_consensus.scope(3, 2)),
    "paxos": of_classic(paxos.Paxos, paxos.scope(2, 2, 2)),
    "alternating bit": of_classic(alternating_bit.alternating_bit, alternating_bit.scope(2, 2)),
}

EXCHANGES: dict[str, Case] = {
    "1+1": of_exchange("1+1", 0, SAME),
    "1+1, 1 failure, same view": of_exchange("1+1", 1, SAME),
    "1+1, 1 failure, sending view": of_exchange("1+1", 1, SENDING),
    "1+1, 1 failure, total order": of_exchange("1+1", 1, SENDING, None, True),
    **{
        f"1+1, 1 failure, {variant.value}": of_exchange("1+1", 1, SAME, variant)
        for variant in (
            Variant.IGNORES_INDICATOR,
            Variant.NEVER_CLEARED,
            Variant.ON_RECEIPT_ONLY,
            Variant.ACKS_WITHOUT_ROUND,
            Variant.ACK_BEFORE_TRANSMIT,
            Variant.NO_WAITING,
            Variant.NO_FIFO,
            Variant.FALSE_SUSPICION,
        )
    },
}

LARGER: dict[str, Case] = {
    "2+1, 1 failure, sending view": of_exchange("2+1", 1, SENDING),
    "1+2 joiners, 1 failure, same view": of_exchange("1+2j", 1, SAME),
}


def parameters(*tables: dict[str, Case]) -> list[object]:
    """The cases for `pytest.mark.parametrize`."""
    return [pytest.param(case, id=name) for table in tables for name, case in table.items()]
