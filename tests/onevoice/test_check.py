"""`onevoice check` says what was checked, what was found, and how to see it again."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.onevoice.conftest import Run


def test_a_search_without_a_violation_says_so_in_the_last_line(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "2")
    assert ran.out.endswith("\nModel checking completed. No error has been found.\n")


def test_it_says_what_is_checked(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2+1j", "--variant", "no-fifo", "--max-states", "10").out
    assert "variant no-fifo: messages of one sender may overtake each other" in out
    assert "same-view delivery (E4), no total order" in out
    assert "r0 brings a1 a2 + b1 without data; at most 1 failure and 2 views" in out


def test_every_property_action_and_bound_has_its_line(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2").out
    assert re.search(r"^AtMostOnce +safety +holds$", out, re.MULTILINE)
    assert re.search(r"^Coverage +leads-to +holds$", out, re.MULTILINE)
    assert re.search(r"^transmit +\d+ +\d+ +\d+$", out, re.MULTILINE)
    assert re.search(r"^request +0 +0 +0  never$", out, re.MULTILINE)
    assert re.search(r"^suspect +switched off$", out, re.MULTILINE)
    assert re.search(r"^transmissions +2  reached its bound$", out, re.MULTILINE)


def test_a_vacuous_property_is_called_out(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--failures", "0").out
    line = r"^Uniform +safety +vacuous +NOT CHECKED: premise never true$"
    assert re.search(line, out, re.MULTILINE)
    assert "Premises that were never true:\n  Uniform: prev(v, u) ∧ " in out
    assert "Vacuous, so not really checked at this scope: Uniform, Announced." in out


def test_a_limit_says_what_was_covered(onevoice: Run) -> None:
    out = " ".join(onevoice("check", "--groups", "2+1", "--max-seconds", "1e-9").out.split())
    assert "Model checking stopped: the limit of 1e-09 s. Covered: 0 states of the 1 found." in out
    assert "Not judged, for that needs all states: Termination, Coverage." in out
    assert "No error has been found" not in out


def test_a_violation_is_shown_step_by_step_with_the_false_part(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--variant", "shared-key",
                   "--property", "transmissions").out  # fmt: skip
    assert "Error: transmissions (bound) is violated after 4 steps.\n" in out
    assert re.search(r"^  stated at \S*properties.py:\d+$", out, re.MULTILINE)
    assert "  2  transmit(a2, v0)\n     + sent(data, a2, v0), indicator(a2)\n" in out
    assert "  Exceeded in the last state, for r = v0, x = a1:\n" in out
    assert "is 2, at most 1 is allowed" in " ".join(out.split())


def test_a_step_shows_what_became_false(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--variant", "shared-key",
                   "--property", "transmissions").out  # fmt: skip
    assert "     + installed(a2, v0), held(a2, v0, A)\n     - indicator(a2)\n" in out


def test_a_lasso_says_how_it_goes_on_for_ever(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--variant", "unreported-failures").out
    assert "It rests here for ever: no fair step is enabled." in out
    assert "  Never reached, for m = " in out


def test_every_violation_is_written_as_a_trace(onevoice: Run, tmp_path: Path) -> None:
    onevoice("check", "--groups", "2", "--variant", "shared-key")
    assert sorted(path.name for path in (tmp_path / "onevoice-traces").iterdir()) == [
        f"{name}_2_f1_same-view_shared-key.itf.json"
        for name in ("AtMostOnce", "ExactCost", "OneLeader", "messages", "transmissions")
    ]


def test_without_a_violation_nothing_is_written(onevoice: Run, tmp_path: Path) -> None:
    onevoice("check", "--groups", "2")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_no_verdict(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ran = onevoice("check", "--groups", "2", "--variant", "shared-key", "--trace-dir", "taken/x")
    assert ran.code == 12
    assert "5 properties are violated" in ran.out
    assert ran.err.startswith("onevoice: no trace is written: ")


def test_the_printed_command_replays_the_trace_from_another_directory(
    program: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    checking = program("check", "--groups", "2", "--variant", "unreported-failures",
                       "--trace-dir", "with a blank")  # fmt: skip
    out, err = checking.communicate()
    assert (checking.returncode, err) == (13, "")
    (command,) = re.findall(r"^  Replay:  (.*)$", out, re.MULTILINE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = subprocess.run(
        command, shell=True, cwd=elsewhere, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Reproduced: Termination (leads-to) is violated" in ran.stdout


def test_json_holds_the_whole_result(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "2", "--variant", "shared-key", "--json")
    data = json.loads(ran.out)
    assert data["exit"] == ran.code == 12
    assert data["complete"] is True
    assert data["run"]["variant"] == "shared-key"
    assert data["states"] == data["expanded"] > 1000
    by_name = {found["name"]: found for found in data["properties"]}
    assert by_name["Complete"]["status"] == "holds"
    example = by_name["OneLeader"]["counterexample"]
    assert (example["length"], example["false"]) == (0, "a = b")
    assert Path(example["file"]).is_file()
    assert data["actions"]["transmit"]["taken"] > 0
    assert data["maxima"]["transmissions"] == {"value": 2, "at_bound": True}


def test_the_interpreter_finds_the_same(onevoice: Run) -> None:
    words = ("check", "--groups", "1+1", "--failures", "0", "--json", "--engine")
    native, interp = (json.loads(onevoice(*words, engine).out) for engine in ("native", "interp"))
    for key in ("states", "transitions", "depth", "properties", "maxima"):
        assert native[key] == interp[key]


def test_plain_output_has_no_codes_and_no_blanks_at_the_ends_of_lines(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--variant", "shared-key", "--plain").out
    assert "\x1b" not in out
    assert not re.search(r"[ \t]$", out, re.MULTILINE)


def test_no_line_but_those_to_copy_is_wider_than_the_terminal(onevoice: Run) -> None:
    out = onevoice("check", "--groups", "2", "--variant", "shared-key").out
    wide = [line for line in out.splitlines() if len(line) > 80]
    assert all(re.match(r"  (Trace|Replay|Show): |.* at /", line) for line in wide)
