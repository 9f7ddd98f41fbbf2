"""Two solvers of different make agree, and each can be limited and interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from model.protocol import Variant
from proofs.ground.bmc import bounded
from proofs.ground.ic3 import ic3
from proofs.ground.replay import Replay
from proofs.ground.sat import SOLVERS, Budget, LimitReached, Limits, Sat, SolverName
from proofs.ground.targets import targets
from tests.ground_sat.verdicts import explicit, verdicts
from traces.run import Run

EACH = pytest.mark.parametrize("solver", SOLVERS)


def pigeons(sat: Sat, holes: int) -> None:
    """One pigeon more than there are holes: hard to refute for clause learning."""
    sits = [[sat.variable() for _ in range(holes)] for _ in range(holes + 1)]
    for places in sits:
        sat.add(places)
    for hole in range(holes):
        for one, other in combinations(sits, 2):
            sat.add([-one[hole], -other[hole]])


@EACH
def test_bmc_finds_the_same_lengths_with_each_solver(solver: SolverName) -> None:
    finite = Run("2", 1, variant=Variant.SHARED_KEY).finite
    replay = Replay(finite)
    found = verdicts(bounded(replay, targets(replay.system.ground), 8, solver=solver))
    expected = {k: v for k, v in explicit(finite).items() if isinstance(v, int) and v <= 8}
    assert {k: v for k, v in found.items() if isinstance(v, int)} == expected


@EACH
def test_ic3_proves_the_same_with_each_solver_and_each_witness(solver: SolverName) -> None:
    replay = Replay(Run("2", 1).finite)
    (target,) = targets(replay.system.ground, ("AtMostOnce",))
    for witness in SOLVERS:
        outcome = ic3(replay, target, solvers=(solver, witness))
        assert outcome.certificate is not None


@EACH
def test_a_core_is_enough_for_the_contradiction(solver: SolverName) -> None:
    sat = Sat(solver, Budget())
    a, b, c = (sat.variable() for _ in range(3))
    sat.add([-a, -b])
    assert not sat.solve([a, c, b])
    assert sat.core() <= {a, b}
    assert sat.solve([a, c])
    assert (sat.value(a), sat.value(b), sat.value(-b), sat.value(c)) == (True, False, True, True)


@EACH
@pytest.mark.parametrize("limits", [Limits(conflicts=5_000), Limits(seconds=0.2)])
def test_a_hard_question_ends_at_a_limit(solver: SolverName, limits: Limits) -> None:
    budget = Budget(limits)
    sat = Sat(solver, budget)
    pigeons(sat, 11)
    with pytest.raises(LimitReached, match="the limit of"):
        sat.solve([])
    assert budget.stopped is not None
    assert budget.conflicts > 0


_ASKS = """
import sys
from proofs.ground.sat import Budget, Sat
from tests.ground_sat.test_solvers import pigeons
sat = Sat(sys.argv[1], Budget())
pigeons(sat, 12)
try:
    print("asking", flush=True)
    sat.solve([])
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@EACH
def test_an_interrupt_ends_a_hard_question(solver: SolverName) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    asks = subprocess.Popen(
        [sys.executable, "-c", _ASKS, solver], env=env, stdout=subprocess.PIPE, text=True
    )
    assert asks.stdout is not None
    try:
        assert asks.stdout.readline() == "asking\n"
        asks.send_signal(signal.SIGINT)
        assert asks.stdout.read() == "interrupted\n"
        assert asks.wait(timeout=60) == 0
    finally:
        asks.kill()
