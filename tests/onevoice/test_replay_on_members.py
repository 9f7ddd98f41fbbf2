"""`onevoice replay --on` and `conform --on simulated`, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forced.made import to_the_end
from tests.onevoice.conftest import Run
from traces import run as runs
from traces.counterexample import write
from traces.witness import Reach, Witness

EVERYONE = "exists(Member, View, lambda m, v: completed[m, v])"


@pytest.fixture
def trace(onevoice: Run, tmp_path: Path) -> str:
    """A counterexample in which members wait."""
    onevoice("check", "--groups", "2", "--variant", "ignores-indicator", "--property",
             "transmissions", "--threads", "1", "--trace-dir", ".")  # fmt: skip
    return str(tmp_path / "transmissions_2_f1_same-view_ignores-indicator.itf.json")


@pytest.fixture
def witness(tmp_path: Path) -> str:
    """A whole exchange, in which nobody waits."""
    run = runs.Run("1+1", 0)
    path = tmp_path / "witness.itf.json"
    write(Witness(run, Reach(EVERYONE), to_the_end(run)), path)
    return str(path)


def test_members_of_the_traces_variant_follow_it_on_the_core(trace: str, onevoice: Run) -> None:
    ran = onevoice("replay", trace, "--on", "core")
    assert ran.code == 0
    assert "Members      ignores-indicator\n" in ran.out
    assert "The implementation does what the trace says: 6 steps, " in ran.out
    assert "  1  " not in ran.out


def test_the_shipped_members_do_not_and_it_is_told_where(trace: str, onevoice: Run) -> None:
    ran = onevoice("replay", trace, "--on", "core", "--members", "shipped")
    assert ran.code == 14
    assert "Members      as shipped\n" in ran.out
    assert "  1  " in ran.out
    assert "Difference after 5 steps: a1 differs in what it may do of its own accord:" in ran.out


def test_a_trace_whose_members_wait_is_refused_with_the_advice(trace: str, onevoice: Run) -> None:
    for place in ("simulated", "local"):
        ran = onevoice("replay", trace, "--on", place)
        assert ran.code == 2
        assert "comes while acknowledge(a1, v0) is due" in ran.err
        assert "--normalise takes them first" in ran.err


@pytest.mark.parametrize("place", ["simulated", "local"])
def test_its_normal_form_is_forced_and_judged_again(place: str, trace: str, onevoice: Run) -> None:
    ran = onevoice("replay", trace, "--on", place, "--normalise", "--steps")
    assert ran.code == 0
    assert "Its normal form has 8 steps, 2 more than the trace, and violates" in ran.out
    assert "  7  transmit(a1, v1)\n" in ran.out
    assert "a1 enters v1\n" in ran.out
    assert "The implementation does what the trace says: 8 steps, " in ran.out


def test_a_witness_is_forced_too(witness: str, onevoice: Run) -> None:
    assert "Reached: true in the last state is exists(" in onevoice("replay", witness).out
    for place in ("core", "simulated"):
        ran = onevoice("replay", witness, "--on", place)
        assert ran.code == 0
        assert "Trace        A behaviour that reaches exists(" in ran.out
    ran = onevoice("replay", witness, "--on", "simulated", "--members", "keeps-to-its-own")
    assert ran.code == 14
    ran = onevoice("replay", witness, "--on", "simulated", "--normalise")
    assert "as many as the trace, and reaches it after " in ran.out


def test_what_is_no_behaviour_is_not_forced(trace: str, onevoice: Run) -> None:
    path = Path(trace)
    path.write_text(path.read_text().replace('"ignores-indicator"', "null"))
    for place in ("core", "simulated", "local"):
        ran = onevoice("replay", trace, "--on", place)
        assert ran.code == 14
        assert "Not reproduced: step 6: transmit(a1, v1) is not enabled.\n" in ran.out


def test_a_witness_that_does_not_reach_its_predicate_says_so(tmp_path: Path, onevoice: Run) -> None:
    run = runs.Run("1+1", 1)
    path = tmp_path / "witness.itf.json"
    write(Witness(run, Reach("exists(Member, lambda m: crashed[m])"), to_the_end(run)), path)
    ran = onevoice("replay", str(path))
    assert ran.code == 14
    assert "Not reproduced: the last state: exists(Member, lambda m: crashed[m]) is not" in ran.out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--steps"], "--steps needs members"),
        (["--members", "shipped", "--normalise"], "--members and --normalise need members"),
        (["--on", "core", "--normalise"], "leave out --normalise"),
        (["--on", "core", "--members", "shared-keys"], "did you mean 'shared-key'?"),
        (["--on", "cores"], "'cores' is not one of"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], problem: str, trace: str, onevoice: Run
) -> None:
    ran = onevoice("replay", trace, *options)
    assert ran.code == 2
    assert problem in ran.err


def test_conform_drives_members_with_sessions(onevoice: Run) -> None:
    ran = onevoice("conform", "--groups", "2", "--on", "simulated", "--plain")
    assert ran.code == 0
    assert "843 of them, if members do at once what is due\n" in ran.out
    assert "843 taken (100.0 %)" in ran.out
    assert "The implementation does what the specification says." in ran.out
    ran = onevoice("conform", "--groups", "1,1j", "--on", "simulated", "--reduce", "order")
    assert ran.code == 0
    assert "what is due, and deliveries come in one order" in " ".join(ran.out.split())
    assert "more cannot be forced" in ran.out


def test_conform_tells_how_sessions_differ(onevoice: Run) -> None:
    ran = onevoice("conform", "--groups", "2", "--on", "simulated", "--members", "never-speaks")
    assert ran.code == 14
    assert "Difference: a1 differs in the indicator: clear in the implementation" in ran.out
    assert "  1  " in ran.out


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["--reduce", "order"], 2, "--reduce is for --on simulated"),
        (["--on", "simulated", "--program", "cat"], 2, "--on is for the implementation here"),
        (["--on", "simulated", "--max-states", "10"], 75, "nothing was compared"),
    ],
)
def test_conform_refuses_what_it_cannot_do(
    options: list[str], code: int, problem: str, onevoice: Run
) -> None:
    ran = onevoice("conform", *options)
    assert ran.code == code
    assert problem in ran.err
    assert "does what" not in ran.out
