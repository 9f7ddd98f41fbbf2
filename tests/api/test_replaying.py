"""`onevoice.replay` takes a trace again, from a file or as it was found."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import onevoice
from onevoice.exits import Exit
from tests.api.conftest import Command
from tests.classics import semaphore
from traces.errors import TraceError
from traces.witness import Reach, Witness


@pytest.fixture
def found(violated: onevoice.Checked) -> onevoice.Counterexample:
    return violated.violated["transmissions"]


@pytest.mark.parametrize(
    ("options", "words", "exit"),
    [
        ({}, "", Exit.HOLDS),
        ({"on": "core"}, "--on core", Exit.HOLDS),
        ({"on": "core", "members": "shipped"}, "--on core --members shipped", Exit.DIFFERS),
        ({"on": "simulated", "normalise": True}, "--on simulated --normalise", Exit.HOLDS),
    ],
)
def test_it_says_what_the_command_says(
    command: Command,
    found: onevoice.Counterexample,
    tmp_path: Path,
    options: dict[str, Any],
    words: str,
    exit: Exit,
) -> None:
    file = found.save(tmp_path / "trace.itf.json")
    code, text = command("replay", str(file), *words.split())
    for trace in (file, str(file), found, found.kept):
        result = onevoice.replay(trace, **options)
        assert (result.exit, code) == (exit, exit)
        assert result.holds is bool(result) is (exit is Exit.HOLDS)
        assert str(result) == text.rstrip("\n")
        assert result.verdict.split(":")[0] in text


def test_the_first_difference_is_said(found: onevoice.Counterexample) -> None:
    result = onevoice.replay(found, on="core", members="shipped")
    assert result.difference is not None
    assert "differs in the indicator" in result.difference
    assert 0 < len(result.steps) < found.length
    assert result.steps == found.steps[: len(result.steps)]
    assert f"{result.difference}." in repr(result)


def test_what_is_no_behaviour_differs_everywhere(found: onevoice.Counterexample) -> None:
    trace = found.kept.trace
    wrong = replace(found.kept, trace=replace(trace, states=(trace.states[0], *trace.states[:-1])))
    for on in ("model", "core"):
        result = onevoice.replay(wrong, on=on)
        assert result.exit is Exit.DIFFERS
        assert result.difference is not None
        assert result.difference.startswith("step 1: ")
        assert result.verdict.startswith("Not reproduced: step 1: ")


def test_a_witness_reaches_its_predicate_or_does_not(found: onevoice.Counterexample) -> None:
    run, trace = found.kept.run, found.kept.trace
    reached = onevoice.replay(Witness(run, Reach("crashed(b1)"), trace))
    assert reached.holds
    assert reached.verdict.endswith("Reached: true in the last state is crashed(b1)")
    missed = onevoice.replay(Witness(run, Reach("crashed(a1)"), trace))
    assert missed.exit is Exit.DIFFERS
    assert missed.difference == "the last state: crashed(a1) is not true there"
    assert missed.verdict.startswith("Not reproduced: the last state: crashed(a1)")


def test_a_place_that_needs_an_event_loop_has_one_in_a_notebook(
    found: onevoice.Counterexample,
) -> None:
    async def notebook() -> onevoice.Replayed:
        return onevoice.replay(found, on="local", normalise=True)

    assert asyncio.run(notebook()).holds


def test_a_file_that_is_not_there_is_refused(
    found: onevoice.Counterexample, tmp_path: Path
) -> None:
    found.save(tmp_path / "trace.itf.json")
    with pytest.raises(TraceError, match=r"did you mean .*trace\.itf\.json\?"):
        onevoice.replay(tmp_path / "trase.itf.json")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"members": "shipped"}, "members: needs members: on core, simulated or local"),
        ({"normalise": True}, "normalise: needs members: on core, simulated or local"),
        ({"on": "cor"}, "on: 'cor' is not one of"),
        ({"on": "core", "members": "shiped"}, "no members 'shiped': did you mean 'shipped'?"),
    ],
)
def test_a_wrong_option_is_refused(
    found: onevoice.Counterexample, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        onevoice.replay(found, **options)


def test_a_trace_of_another_spec_is_refused() -> None:
    served = onevoice.check(semaphore.semaphore("weak"), {"Process": 2}).violated["served"]
    with pytest.raises(ValueError, match="only one of the exchange"):
        onevoice.replay(served)
