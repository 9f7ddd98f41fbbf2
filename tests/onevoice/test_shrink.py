"""`onevoice shrink` writes a smaller trace, says whether it is minimal, and spoils no file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from onevoice.report import shrunk as report
from tests.onevoice.conftest import Run

NAME = "transmissions_2+1_f2_same-view_ignores-indicator_seed-5"


@pytest.fixture
def trace(onevoice: Run, tmp_path: Path) -> Path:
    """What a random walk found, longer than it need be."""
    words = "--groups 2+1 --failures 2 --variant ignores-indicator --property transmissions"
    onevoice("simulate", *words.split(), "--seed", "5", "--walks", "1", "--trace-dir", ".")
    path = tmp_path / f"{NAME}.itf.json"
    assert meta(path)["groups"] == "2+1"
    return path


def meta(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text())["#meta"]["onevoice"]
    assert isinstance(found, dict)
    return found


def test_what_is_left_is_written_beside_the_trace_and_replays(
    trace: Path, onevoice: Run, tmp_path: Path
) -> None:
    given = trace.read_bytes()
    ran = onevoice("shrink", str(trace))
    assert (ran.code, ran.err) == (0, "")
    left = tmp_path / f"{NAME}_shrunk.itf.json"
    assert sorted(tmp_path.iterdir()) == sorted([trace, left])
    assert trace.read_bytes() == given
    rows = [line.split() for line in ran.out.splitlines()]
    assert ["Groups", "2+1", "2"] in rows
    assert ["Members", "3", "2"] in rows
    assert ["Steps", str(len(json.loads(given)["states"]) - 1), "6"] in rows
    assert "Minimal: no step can be left out, and the scope not be reduced" in ran.out
    assert "Error: transmissions (bound) is violated after 6 steps." in ran.out
    assert (meta(left)["groups"], meta(left)["failures"]) == ("2", 1)
    replayed = onevoice("replay", str(left))
    assert replayed.code == 0
    assert "Reproduced: transmissions (bound) is violated after 6 steps." in replayed.out


def test_the_file_says_how_it_came_about(trace: Path, onevoice: Run, tmp_path: Path) -> None:
    onevoice("shrink", str(trace), "-o", "left.itf.json")
    found_by = meta(tmp_path / "left.itf.json")["found_by"]
    assert found_by == f"{meta(trace)['found_by']} && onevoice shrink {trace.name}"


def test_a_shortest_one_is_found_by_the_command_that_is_printed(trace: Path, onevoice: Run) -> None:
    lines = onevoice("shrink", str(trace)).out.splitlines()
    words = next(line for line in lines if " check --groups" in line).split()
    searched = onevoice(*words[words.index("check") :])
    assert searched.code == 12
    assert "Error: transmissions (bound) is violated after 6 steps." in searched.out


def test_what_is_minimal_already_is_said_to_be(trace: Path, onevoice: Run, tmp_path: Path) -> None:
    onevoice("shrink", str(trace), "-o", "one.itf.json")
    ran = onevoice("shrink", "one.itf.json", "-o", "two.itf.json")
    assert ran.code == 0
    assert "It was minimal already: no step can be left out" in ran.out
    one, two = (json.loads((tmp_path / f"{n}.itf.json").read_text()) for n in ("one", "two"))
    assert one["states"] == two["states"]


def test_no_file_is_overwritten_unasked_and_the_trace_only_if_it_is_named(
    trace: Path, onevoice: Run
) -> None:
    given = trace.read_bytes()
    onevoice("shrink", str(trace))
    again = onevoice("shrink", str(trace))
    assert (again.code, again.out) == (2, "")
    assert again.err.endswith("_shrunk.itf.json exists already: --force overwrites it\n")
    onto_itself = onevoice("shrink", str(trace), "-o", str(trace))
    assert (onto_itself.code, onto_itself.out) == (2, "")
    assert onevoice("shrink", str(trace), "--force").code == 0
    assert trace.read_bytes() == given
    assert onevoice("shrink", str(trace), "--force", "-o", str(trace)).code == 0
    assert meta(trace)["groups"] == "2"


def test_a_trace_that_does_not_show_what_it_says_is_refused_and_nothing_is_written(
    trace: Path, onevoice: Run, tmp_path: Path
) -> None:
    right = '"variant": "ignores-indicator"'
    assert right in trace.read_text()
    trace.write_text(trace.read_text().replace(right, '"variant": null'))
    ran = onevoice("shrink", str(trace))
    assert (ran.code, ran.err) == (14, "")
    assert ran.out.startswith("Not reproduced: step ")
    assert "  false: " in ran.out
    assert ran.out.endswith("There is nothing to shrink, and nothing is written.\n")
    assert list(tmp_path.iterdir()) == [trace]


def test_a_trace_of_another_property_is_refused(trace: Path, onevoice: Run) -> None:
    text = trace.read_text().replace('"property": "transmissions"', '"property": "rounds"')
    trace.write_text(text)
    ran = onevoice("shrink", str(trace))
    assert ran.code == 14
    assert "rounds is not violated there" in ran.out


def test_out_of_time_it_says_that_what_it_wrote_is_not_minimal(
    trace: Path, onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice("shrink", str(trace), "--max-seconds", "1e-9")
    assert (ran.code, ran.err) == (75, "")
    assert "NOT minimal: stopped at the limit of 1e-09 s, after 0 candidates" in ran.out
    assert "Minimal:" not in ran.out
    left = tmp_path / f"{NAME}_shrunk.itf.json"
    assert f"shrink {left}" in ran.out
    assert onevoice("replay", str(left)).code == 0


def test_interrupted_it_writes_what_it_has(
    trace: Path, onevoice: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = report.far

    def interrupts(progress: Any) -> str:
        if progress.tried == 20:
            raise KeyboardInterrupt
        return far(progress)

    monkeypatch.setattr(report, "far", interrupts)
    ran = onevoice("shrink", str(trace))
    assert (ran.code, ran.err) == (130, "onevoice: Interrupted.\n")
    assert "NOT minimal: interrupted, after 20 candidates" in ran.out
    left = tmp_path / f"{NAME}_shrunk.itf.json"
    assert onevoice("replay", str(left)).code == 0
    assert len(json.loads(left.read_text())["states"]) < len(
        json.loads(trace.read_text())["states"]
    )


def test_a_trace_that_reaches_a_predicate_still_does(onevoice: Run, tmp_path: Path) -> None:
    onevoice("generate", "--groups", "2+1", "--reach", "exists(Member, lambda m: crashed[m])",
             "--out", ".")  # fmt: skip
    (given,) = tmp_path.iterdir()
    ran = onevoice("shrink", given.name, "-o", "left.itf.json")
    assert (ran.code, ran.err) == (0, "")
    assert "True in the last state:" in ran.out
    assert meta(tmp_path / "left.itf.json")["groups"] == "1j"
    assert onevoice("replay", "left.itf.json").code == 0


def test_a_trace_that_is_kept_as_it_is_is_refused(onevoice: Run, tmp_path: Path) -> None:
    onevoice("generate", "--groups", "1", "--failures", "0", "--walks", "1", "--out", ".")
    (given,) = tmp_path.iterdir()
    ran = onevoice("shrink", given.name)
    assert (ran.code, ran.out) == (2, "")
    assert "kept as it is" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("absent.itf.json", "absent.itf.json: the file cannot be read"),
        (".", "this is not a file"),
        ("", "missing argument 'TRACE'"),
        ("{trace} --max-seconds 0", "0.0 is not in the range"),
        ("{trace} -o absent/left.itf.json", "there is no folder absent"),
        ("{trace} -o .", "'.' is a directory"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    words: str, said: str, trace: Path, onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice("shrink", *words.format(trace=trace).split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == [trace]
