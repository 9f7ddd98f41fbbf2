"""`onevoice bounded`: verdicts, exit codes, traces that replay, and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.onevoice.conftest import Run, onevoice  # noqa: F401 a fixture


@pytest.fixture
def bounded(onevoice: Run) -> Run:  # noqa: F811
    return lambda *words: onevoice("bounded", *words)


def test_a_proof_says_that_all_holds_and_ends_with_0(bounded: Run) -> None:
    ran = bounded("1+1", "--failures", "0", "--property", "Complete", "--property", "OneLeader")
    assert ran.code == 0
    assert "Complete   safety  holds    inductive with " in ran.out
    assert "as the circuit shows without a solver" in " ".join(ran.out.split())
    assert "Proved at this scope" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("method", ["bmc", "k-induction", "ic3"])
def test_a_violation_is_written_as_a_trace_that_replays(
    bounded: Run,
    onevoice: Run,  # noqa: F811
    method: str,
) -> None:
    words = ("2", "--variant", "shared-key", "--property", "transmissions", "--method", method)
    ran = bounded(*words)
    assert ran.code == 12
    assert "transmissions (bound) is violated after 4 steps" in ran.out
    (file,) = Path("onevoice-traces").iterdir()
    assert onevoice("replay", str(file)).code == 0


def test_no_violation_up_to_a_depth_is_not_said_to_hold(bounded: Run) -> None:
    ran = bounded("--groups", "2", "--method", "bmc", "--depth", "3", "--property", "AtMostOnce")
    assert ran.code == 75
    assert "no violation by up to 3 steps" in ran.out
    assert "holds" not in ran.out
    assert "1 property is neither proved nor violated." in ran.out


def test_json_has_the_invariant_and_the_depths(bounded: Run) -> None:
    ran = bounded("2", "--json", "--property", "rounds", "--property", "AtMostOnce")
    found = json.loads(ran.out)
    assert (ran.code, found["exit"], found["method"]) == (0, 0, "ic3")
    by_name = {p["name"]: p for p in found["properties"]}
    assert by_name["rounds"]["status"] == "holds"
    assert any("indicator(" in clause for clause in by_name["AtMostOnce"]["invariant"])
    assert by_name["Termination"] == {"name": "Termination", "status": "not checked"}


def test_a_limit_is_said_and_ends_with_75(bounded: Run) -> None:
    ran = bounded("2+2", "--limit-s", "0.01", "--property", "AtMostOnce")
    assert ran.code == 75
    assert "the limit of 0.01 s" in ran.out


def test_what_is_to_happen_eventually_is_refused_with_the_command_that_checks_it(
    bounded: Run,
) -> None:
    ran = bounded("2", "--property", "Termination")
    assert ran.code == 2
    assert "onevoice check --groups 2 --failures 1" in ran.err


def test_what_holds_only_vacuously_ends_with_15(bounded: Run) -> None:
    ran = bounded("1j", "--failures", "0", "--property", "AtMostOnce")
    assert ran.code == 15
    assert "Vacuous, so not really checked at this scope: AtMostOnce." in ran.out
