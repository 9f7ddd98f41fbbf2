"""All classics, for tests that go through them."""

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

CLASSICS = (
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
