"""What is far too large is refused in a sentence that says the limit, before it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.onevoice.conftest import Run as Onevoice
from traces.logs import EVENTS_MAX

MANY_BYTES = 100 * 10**6
DEPTH = 10_000
OPENINGS = ("(", "~(", "¬(", "not (")


@pytest.fixture
def huge(tmp_path: Path) -> str:
    """A file of 100 MB that takes no room."""
    path = tmp_path / "huge.itf.json"
    path.touch()
    os.truncate(path, MANY_BYTES)
    return str(path)


@pytest.mark.parametrize(
    "words",
    [
        ["show"], ["show", "--svg", "x.svg"], ["replay"], ["replay", "--on", "core"], ["shrink"],
        ["explore", "--no-open"],
    ],
)  # fmt: skip
def test_a_trace_of_a_hundred_megabytes_is_refused(
    onevoice: Onevoice, huge: str, words: list[str]
) -> None:
    ran = onevoice(words[0], huge, *words[1:])
    assert ran.code == 2
    assert "the file has 100,000,000 bytes, more than the 33,554,432 that are read" in ran.err
    assert ran.err.count("\n") == 1


def test_logs_of_a_million_lines_are_refused(onevoice: Onevoice, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(b"{}\n" * 10**6)
    ran = onevoice("validate", str(path))
    assert ran.code == 2
    assert f"there are more than {EVENTS_MAX:,} events" in ran.err
    assert "--max-events" in ran.err
    assert ran.err.count("\n") == 1


def test_the_limit_of_events_can_be_set(onevoice: Onevoice, tmp_path: Path) -> None:
    path = tmp_path / "three.jsonl"
    path.write_text("nothing\n" * 3)
    assert "more than 2 events" in onevoice("validate", "--max-events", "2", str(path)).err
    assert "line 1: the line is no JSON" in onevoice("validate", "--max-events", "3", str(path)).err


def test_a_line_that_does_not_end_is_refused(onevoice: Onevoice, huge: str) -> None:
    ran = onevoice("validate", huge)
    assert ran.code == 2
    assert "line 1: the line is too long" in ran.err


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("in_a_file", [False, True])
def test_a_formula_that_is_nested_deep_is_refused(
    onevoice: Onevoice, tmp_path: Path, opening: str, in_a_file: bool
) -> None:
    deep = opening * DEPTH + "true" + ")" * DEPTH
    (tmp_path / "deep").write_text(deep)
    asked = [["ask", "@deep" if in_a_file else deep]]
    asked += [] if in_a_file else [["generate", "--groups", "1", "--reach", deep]]
    for words in asked:
        ran = onevoice(*words)
        assert ran.code == 2
        assert "characters, more than" in ran.err
        assert len(ran.err) < 1000


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_short_formula_that_is_nested_deep_is_refused(onevoice: Onevoice, opening: str) -> None:
    deep = opening * 200 + "true" + ")" * 200
    for words in (["ask", deep], ["generate", "--groups", "1", "--reach", deep]):
        ran = onevoice(*words)
        assert ran.code == 2
        assert "deep" in ran.err
        assert len(ran.err) < 1000
