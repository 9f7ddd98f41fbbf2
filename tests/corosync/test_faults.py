"""On a real cluster, with real deaths, nobody hears a subgroup twice, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corosync.cluster import Cluster
from tests.faults.places import OnCorosync
from tests.faults.rounds import Rounds

pytestmark = pytest.mark.needs_corosync

ROUNDS = 24  # `python -m tests.faults.rounds` runs 200


def test_survivors_hold_the_same_and_hear_each_subgroup_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    rounds = Rounds(OnCorosync(cluster), tmp_path, seed=7)
    rounds.run(ROUNDS)
    judgement = rounds.judged()
    assert judgement.holds, judgement.violations
    assert not rounds.problems
    assert judgement.counts.duplicates_received == 0
    assert judgement.counts.requests_leader_died > 0
    # What makes it hard: the membership changes while a member's own message is on its way.
    assert rounds.own_late > 0
    assert sum(rounds.done.values()) == ROUNDS
    verdict = rounds.validated()
    assert verdict.accepted, verdict.rejected
    assert verdict.constrained + verdict.outside == verdict.events.total()


def test_the_letter_of_r3_speaks_twice(cluster: Cluster, tmp_path: Path) -> None:
    """R3: with the indicator set on receipt only, the same rounds show duplicates."""
    rounds = Rounds(OnCorosync(cluster), tmp_path, seed=7, variant="indicator-on-receipt-only")
    rounds.run(ROUNDS)
    judgement = rounds.judged()
    assert judgement.counts.duplicates_received > 0
    assert set(judgement.violated) == {"AtMostOnce", "transmissions"}
    assert not rounds.validated().accepted
