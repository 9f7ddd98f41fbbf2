"""With real processes, killed at any moment, nobody hears a subgroup twice, and nothing is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.places import GROUP, OnOneMachine
from tests.faults.rounds import Rounds

ROUNDS = 24


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[OnOneMachine]:
    machine = OnOneMachine(tmp_path / "d")
    yield machine
    machine.end()


def test_survivors_hold_the_same_and_hear_each_subgroup_once(
    machine: OnOneMachine, tmp_path: Path
) -> None:
    rounds = Rounds(machine, tmp_path, seed=3)
    rounds.run(ROUNDS)
    judgement = rounds.judged()
    assert judgement.holds, judgement.violations
    assert not rounds.problems
    assert judgement.counts.requests_leader_died > 0
    assert sum(rounds.done.values()) == ROUNDS
    verdict = rounds.validated()
    assert verdict.accepted, verdict.rejected
    assert verdict.constrained + verdict.outside == verdict.events.total()


def test_the_letter_of_r3_speaks_twice(machine: OnOneMachine, tmp_path: Path) -> None:
    """R3: with the indicator set on receipt only, the same rounds show duplicates."""
    rounds = Rounds(machine, tmp_path, seed=3, variant="indicator-on-receipt-only")
    rounds.run(ROUNDS)
    assert set(rounds.judged().violated) == {"AtMostOnce", "transmissions"}
    assert not rounds.validated().accepted


def test_all_members_are_told_that_the_ordering_process_was_killed(
    machine: OnOneMachine, tmp_path: Path
) -> None:
    rounds = Rounds(machine, tmp_path, seed=3)
    rounds.run(1)
    members = rounds.alive
    assert len(members) >= 3
    sequencer = int((machine.folder / GROUP / "lock").read_text())
    os.kill(sequencer, signal.SIGKILL)
    rounds.wait(lambda: not rounds.alive, "the end of all members")
    for member in members:
        assert member.process.wait() == 0
        assert "ordering process" in member.lost
