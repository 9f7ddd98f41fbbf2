"""The checks of a gate are tests of pytest, one each, and fail with what is wrong and where."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from onevoice.cli import cli
from onevoice.exits import Exit, Stop
from onevoice.gate.checks.storms import Storms
from tests.commands_in_text import is_shortened_from
from tests.onevoice.conftest import Run, onevoice
from tests.plugin.conftest import RIGHT, WRONG, Pytest

__all__ = ["onevoice"]
NAMES = [
    "gate.toml::search::2, 1 failure, same-view",
    "gate.toml::search::1,1j, 0 failures, same-view",
    "gate.toml::storms::storms 1 to 2",
]
OVERALL = "gate.toml::coverage::the shipped protocol: each property was checked, each action taken"


@pytest.fixture(autouse=True)
def right(gate_toml: Callable[[str], Path]) -> None:
    gate_toml(RIGHT)


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_each_check_is_a_test_of_its_name(run: Pytest) -> None:
    result = run("gate.toml", "--collect-only", "-q")
    assert collected(result) == [*NAMES, OVERALL]


def test_a_tier_has_the_checks_of_those_before_it(run: Pytest) -> None:
    result = run("gate.toml", "--onevoice-tier", "full", "--collect-only", "-q")
    assert collected(result) == [*NAMES, "gate.toml::storms::storms 3 to 4", OVERALL]


def test_a_test_has_a_marker_for_its_tier_and_a_keyword_for_its_kind(run: Pytest) -> None:
    words = ("gate.toml", "--onevoice-tier", "full", "--collect-only", "-q")
    of_tier = run(*words, "-m", "onevoice_full")
    assert collected(of_tier) == ["gate.toml::storms::storms 3 to 4"]
    of_kind = run(*words, "-k", "search", "-m", "onevoice")
    assert collected(of_kind) == NAMES[:2]


def test_one_check_can_be_chosen_by_its_name(run: Pytest) -> None:
    run(NAMES[2]).assert_outcomes(passed=1)


def test_what_the_gate_has_found_is_not_done_again(
    run: Pytest, monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it is done again")

    monkeypatch.setattr("onevoice.pytest_plugin.gate_file.run_gate", fail)
    run("gate.toml", "--junitxml", "junit.xml").assert_outcomes(passed=4)
    suite = ElementTree.parse(pytester.path / "junit.xml").getroot()
    said = [each.attrib for each in suite.iter("property")]
    assert said == [{"name": "onevoice", "value": "kept"}] * 3


def test_what_a_test_has_found_the_gate_does_not_do_again(
    run: Pytest, onevoice: Run, pytester: pytest.Pytester
) -> None:
    found = pytester.path / "found"
    run(NAMES[2], "--onevoice-cache", str(found)).assert_outcomes(passed=1)
    config = ("--config", str(pytester.path / "gate.toml"))
    ran = onevoice("gate", *config, "--cache", str(found), "--only", "storms")
    assert "kept    storms 1 to 2" in ran.out
    assert ran.code == 0


def test_a_failure_shows_what_is_wrong_and_the_way_there_as_show_does(
    run: Pytest, onevoice: Run, pytester: pytest.Pytester, gate_toml: Callable[[str], Path]
) -> None:
    gate_toml(WRONG)
    result = run("gate.toml")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*search: shared-key: 2, 1 failure, same-view*",
            "OneLeader is violated, which is not expected of this variant",
            "    at *model/protocol/properties.py:*",
            "messages is violated, which is not expected of this variant",
            "Error: OneLeader (safety) is violated in the initial state.",
            "*lockstep: shared-key: 2, 1 failure, same-view*",
            "differs after 2 steps: a2#1: transmit is not due",
            "    at *impl/core/member.py:*",
            "  2  transmit(a2, v0)",
        ]
    )
    ends = [n for n, line in enumerate(result.outlines) if "short test summary" in line]
    again = [
        shlex.split(line.partition("onevoice ")[2])
        for line in result.outlines[: ends[0]]  # in CI the summary says all of it again
        if line.startswith("  ") and "onevoice " in line
    ]
    assert [words[0] for words in again] == ["show", "show", "gate", "gate"]
    first = pytester.path / again[0][1]
    shown = onevoice("show", str(first), "--plain").out
    steps = shown[shown.index("Error: ") :]
    printed = "\n".join(line.replace(f"{pytester.path}/", "") for line in result.outlines)
    assert "0  initial state" in steps
    assert is_shortened_from("\n".join(line for line in steps.splitlines()[3:5]), printed)
    for words in again:
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None
        command.make_context(words[0], list(words[1:]), resilient_parsing=True)


def test_a_test_stands_where_its_check_is_written(run: Pytest, pytester: pytest.Pytester) -> None:
    run("gate.toml", "--junitxml", "junit.xml", "-o", "junit_family=xunit1")
    suite = ElementTree.parse(pytester.path / "junit.xml").getroot()
    places = [(case.get("file"), case.get("line")) for case in suite.iter("testcase")]
    assert places == [("gate.toml", line) for line in ("1", "4", "8", "0")]


def test_a_limit_is_a_failure_that_says_so(run: Pytest) -> None:
    result = run(NAMES[2], "--onevoice-no-cache", "--onevoice-budget", "0.001")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["A limit was reached, so this is not known: there was *time*"])


def test_the_deep_tier_needs_a_budget(run: Pytest) -> None:
    deep = ("gate.toml", "--onevoice-tier", "deep")
    result = run(*deep)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["the deep tier takes as long as it is given: *-budget 2h"])
    run(*deep, "--onevoice-budget", "10m").assert_outcomes(passed=5)


def test_what_is_nowhere_really_checked_fails(
    run: Pytest, gate_toml: Callable[[str], Path]
) -> None:
    gate_toml('[[search]]\ngroups = "1,1j"\nfailures = 0\n')
    result = run("gate.toml")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["action crash is enabled in no state, at no scope"])


def test_what_is_said_of_all_searches_is_skipped_if_not_all_are_known(run: Pytest) -> None:
    run("gate.toml", "-k", "coverage", "--onevoice-no-cache").assert_outcomes(
        skipped=1, deselected=3
    )


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), Stop(Exit.INTERRUPTED, "Stopped.")])
def test_an_interruption_ends_the_session(
    interruption: BaseException, run: Pytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise interruption

    monkeypatch.setattr(Storms, "run", interrupted)
    result = run("gate.toml", "--onevoice-no-cache", "-k", "storms")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["!*! KeyboardInterrupt*!"])
    result.assert_outcomes(deselected=3)


def test_processes_of_xdist_share_the_checks(run: Pytest) -> None:
    result = run(
        "-p", "xdist", "gate.toml", "--onevoice-tier", "full", "-n", "2", "-v", subprocess=True
    )
    result.assert_outcomes(passed=5)
    for name in [*NAMES, "gate.toml::storms::storms 3 to 4"]:
        assert sum(name in line and "PASSED" in line for line in result.outlines) == 1
