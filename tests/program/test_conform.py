"""A member in another language conforms, and broken copies of it fail for the right reason."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from model.protocol import Delivery
from tests.onevoice.conftest import Run as Command
from tests.program.broken import MANNERS, MEMBER, RULES, broken
from traces.program import Failure, conform
from traces.run import Run

ANSWER_S = 2.0
DOCS = Path(__file__).parents[2] / "docs" / "programs.md"
SCOPES = [
    Run("2+1", 2, delivery=Delivery.SENDING_VIEW),
    Run("2+1", 2, delivery=Delivery.SAME_VIEW),
    Run("1+1", 0, requests=2, delivery=Delivery.SENDING_VIEW),
    Run("2+1j", 1, delivery=Delivery.SAME_VIEW),
]


def failure(path: Path, run: Run) -> Failure:
    driven = conform(run, ["node", str(path)], answer_s=ANSWER_S)
    assert driven.failure is not None
    return driven.failure


@pytest.mark.needs_node
@pytest.mark.parametrize("run", SCOPES, ids=lambda run: run.name)
def test_the_example_conforms(run: Run) -> None:
    driven = conform(run, ["node", str(MEMBER)])
    assert driven.failure is None
    assert driven.transitions > 400
    assert driven.steps >= driven.transitions


def test_the_example_is_short() -> None:
    assert len(MEMBER.read_text(encoding="utf-8").splitlines()) < 250


@pytest.mark.needs_node
def test_the_transcript_of_the_documentation_is_what_the_example_says() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    given = [line[2:] for line in lines if line.startswith("> {")]
    answers = [json.loads(line[2:]) for line in lines if line.startswith("< {")]
    assert len(given) == len(answers) > 10
    told = subprocess.run(
        ["node", MEMBER], input="\n".join(given) + "\n", capture_output=True, text=True, check=True
    )
    assert [json.loads(line) for line in told.stdout.splitlines()] == answers


@pytest.mark.needs_node
@pytest.mark.parametrize("name", RULES)
def test_a_copy_that_breaks_a_rule_differs(name: str, tmp_path: Path) -> None:
    """R2–R4, R7, R12: it may take steps that it must not, or may not take what it must."""
    # What is said in one request shows in the next only.
    run = Run("1", 0, requests=2) if "on a request" in name else Run("2+1", 1)
    found = failure(broken(tmp_path, name), run)
    assert found.kind == "differs"
    assert "due" in found.text
    # The lines are a trace: whoever gives them to the example gets the answers that are right.
    given = "".join(f"{json.dumps(line)}\n" for line in found.lines)
    told = subprocess.run(["node", MEMBER], input=given, capture_output=True, text=True, check=True)
    answer = json.loads(told.stdout.splitlines()[-1])
    expected = json.loads(found.text.partition(", not ")[2])
    assert {**answer, "due": sorted(answer["due"])} == expected


@pytest.mark.needs_node
@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("hangs", "hangs", "does not answer within 2 s"),
        ("crashes at the 20th line", "ends", "ends with exit code 3"),
        ("prints what is no JSON", "malformed", "answers what is no JSON: due: transmit"),
        ("prints an extra line", "extra", "prints more than one line an answer: answered"),
    ],
)
def test_bad_manners_are_told_as_what_they_are(
    name: str, kind: str, text: str, tmp_path: Path
) -> None:
    assert name in MANNERS
    found = failure(broken(tmp_path, name), Run("2+1", 1))
    assert (found.kind, text in found.text) == (kind, True), found.text
    assert found.lines[0]["op"] == "start"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("[]", "malformed"),
        ('{"due": 1}', "malformed"),
        ('{"due": [1]}', "malformed"),
        ("{}", "malformed"),
        ('{"due": ["transmit"]}', "differs"),
        ('{"due": [], "send": {}}', "differs"),
        ('{"error": "no"}', "differs"),
        ("[" * 100_000, "malformed"),
    ],
)
def test_any_answer_that_is_none_is_told(answer: str, kind: str) -> None:
    program = f"import sys\nfor line in sys.stdin: print({answer!r}, flush=True)"
    driven = conform(Run("2", 1), [sys.executable, "-c", program], answer_s=ANSWER_S)
    assert driven.failure is not None
    assert driven.failure.kind == kind
    assert len(driven.failure.text) < 600


def test_a_program_that_is_killed_is_told_so() -> None:
    program = "import os, sys\nsys.stdin.readline(); os.kill(os.getpid(), 9)"
    driven = conform(Run("2", 1), [sys.executable, "-c", program], answer_s=ANSWER_S)
    assert driven.failure is not None
    assert driven.failure.text == "is killed by signal 9"


@pytest.mark.needs_node
def test_the_command_shows_the_lines_that_lead_there(onevoice: Command, tmp_path: Path) -> None:
    path = broken(tmp_path, "ignores the indicator")
    ran = onevoice("conform", "--program", shlex.join(["node", str(path)]), "--plain")
    assert ran.code == 14
    assert '"op": "start"' in ran.out
    assert "does not answer as it must" in ran.out


def test_a_program_that_cannot_be_started_is_told_in_a_line(onevoice: Command) -> None:
    ran = onevoice("conform", "--groups", "2", "--program", "no-such-program")
    assert ran.code == 2
    assert "cannot start 'no-such-program'" in ran.err
    assert onevoice("conform", "--groups", "2", "--program", " ").code == 2
