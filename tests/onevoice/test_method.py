"""`onevoice check` can search fewer states, remember less of each, or keep them in a folder.

It says what its answer then relies on.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.onevoice.conftest import Run

Start = Callable[..., "subprocess.Popen[str]"]


def text(out: str) -> str:
    """Without the breaks of lines."""
    return " ".join(out.split())


def end(started: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code, and what was printed."""
    out, err = started.communicate(timeout=120)
    return started.returncode, text(out), err


def data(run: Run, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json").out)
    return found


# -- what is said -----------------------------------------------------------------------------


def test_by_default_a_search_is_exact_and_says_so(onevoice: Run) -> None:
    out = text(onevoice("check", "--groups", "2").out)
    assert "Engine native, exact, at most" in out
    assert "Exact: states were compared, not their hashes; the set of states seen took" in out
    assert "Reduced" not in out
    assert "Folder" not in out


def test_fingerprints_tell_the_probability_that_a_state_was_missed(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "2", "--seen", "fingerprints")
    assert ran.code == 0
    assert "Engine native, fingerprints, at most" in text(ran.out)
    number = r"\d\.\de-\d\d"
    assert re.search(
        "Fingerprints of 64 bits: probability that a state was missed, "
        f"expected {number}, observed {number}; ",
        text(ran.out),
    )
    assert "Exact:" not in ran.out


def test_a_reduced_search_says_what_it_left_out(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "1+2j", "--failures", "0", "--reduce", "all")
    out = text(ran.out)
    assert "native, exact, reduced by partial order and symmetry" in out
    assert re.search(
        r"Reduced: \d+ steps taken at once, 1 symmetry; counts are of the reduced graph, "
        "counterexamples may not be the shortest",
        out,
    )


def test_a_search_that_could_not_be_reduced_says_so(onevoice: Run) -> None:
    out = text(onevoice("check", "--groups", "2", "--reduce", "symmetry").out)
    assert "Not reduced: symmetry left nothing out, given what is looked for; counts are" in out
    assert "shortest" not in out


def test_an_action_whose_steps_are_all_taken_at_once_is_not_said_never_to_happen(
    onevoice: Run,
) -> None:
    out = onevoice("check", "--groups", "2", "--reduce", "all").out
    assert re.findall(r"^(\w+) .* never$", out, re.MULTILINE) == ["request"]


# -- verdicts ---------------------------------------------------------------------------------


def test_the_same_is_violated_in_a_reduced_search(onevoice: Run) -> None:
    words = ("check", "--groups", "2", "--variant", "indicator-never-cleared")
    whole, reduced = data(onevoice, *words), data(onevoice, *words, "--reduce", "all")
    verdicts = [{p["name"]: p["status"] for p in d["properties"]} for d in (whole, reduced)]
    assert verdicts[0] == verdicts[1]
    assert "violated" in verdicts[0].values()
    assert whole["exit"] == reduced["exit"]
    assert reduced["states"] < whole["states"]


def test_a_counterexample_of_a_reduced_search_replays(onevoice: Run) -> None:
    words = ("check", "--groups", "2", "--variant", "shared-key", "--reduce", "all")
    by_name = {p["name"]: p for p in data(onevoice, *words)["properties"]}
    ran = onevoice("replay", by_name["transmissions"]["counterexample"]["file"])
    assert ran.code == 0
    assert "Reproduced" in ran.out


def test_fingerprints_find_what_an_exact_search_finds(onevoice: Run) -> None:
    words = ("check", "--groups", "2", "--variant", "shared-key", "--trace-dir", "traces")
    exact, hashed = data(onevoice, *words), data(onevoice, *words, "--seen", "fingerprints")
    for key in ("states", "transitions", "depth", "properties", "maxima"):
        assert exact[key] == hashed[key]


def test_json_tells_what_was_relied_on(onevoice: Run) -> None:
    found = data(onevoice, "check", "--groups", "2", "--reduce", "order", "--seen", "fingerprints")
    assert found["method"] == {"seen": "fingerprints", "reduce": ["order"], "folder": None}
    account = found["account"]
    assert account.keys() == {
        "seen_bytes", "log_bytes", "eager", "symmetries", "collision", "resumed", "reduced",
    }  # fmt: skip
    assert account["reduced"] is True
    assert account["eager"] > 0
    assert 0 < account["collision"]["expected"] < 1e-9
    assert account["collision"]["observed"] > 0
    assert data(onevoice, "check", "--groups", "2")["account"]["collision"] is None


def test_the_table_of_variants_can_be_made_from_reduced_searches(onevoice: Run) -> None:
    words = ("variants", "--groups", "2", "--variant", "indicator-never-cleared")
    whole, reduced = onevoice(*words), onevoice(*words, "--reduce", "all")
    assert whole.code == reduced.code == 0
    assert "by a shortest behaviour of so many steps." in text(whole.out)
    assert "by a behaviour of so many steps, perhaps not the shortest." in text(reduced.out)
    violated = [set(re.findall(r"^(\w+) .*\d$", r.out, re.MULTILINE)) for r in (whole, reduced)]
    assert violated[0] == violated[1]


# -- folders ----------------------------------------------------------------------------------


def test_a_search_that_reached_a_limit_goes_on_in_its_folder(
    program: Start, onevoice: Run, tmp_path: Path
) -> None:
    words = ("check", "--groups", "1+1", "--folder", "kept")
    code, out, err = end(program(*words, "--max-states", "500"))
    assert (code, err) == (75, "")
    assert "The states are kept in kept: run it again with a higher --max-states to go on." in out
    code, out, err = end(program(*words))
    assert (code, err) == (0, "")
    assert re.search(r"Resumed with \d+ states that an earlier run had found", out)
    assert text(onevoice("check", "--groups", "1+1").out).split("distinct")[0].split()[-1] in out


def test_a_search_that_ran_out_of_time_goes_on_as_it_is(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "2+1", "--folder", "kept", "--max-seconds", "1e-9")
    assert ran.code == 75
    assert "The states are kept in kept: run it again as it is to go on." in text(ran.out)


def test_the_folder_of_another_search_is_refused(program: Start) -> None:
    assert end(program("check", "--groups", "2", "--folder", "kept"))[0] == 0
    code, _, err = end(program("check", "--groups", "2", "--folder", "kept", "--reduce", "order"))
    assert code == 2
    assert err.startswith("onevoice: kept holds another search (of another scope, variant, ")
    assert err.count("\n") == 1


def test_ctrl_c_says_that_the_same_command_goes_on(
    onevoice: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("model.search.check", interrupted)
    ran = onevoice("check", "--groups", "2", "--folder", "kept")
    assert ran.code == 130
    assert ran.err.startswith("onevoice: Interrupted: ")
    assert ran.err.endswith(". The same command goes on from there.\n")
    assert "goes on" not in onevoice("check", "--groups", "2").err


def test_a_folder_that_cannot_be_made_is_one_line(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ran = onevoice("check", "--groups", "2", "--folder", "taken/x")
    assert ran.code == 2
    assert ran.err == (
        "onevoice: states cannot be kept in taken/x: Not a directory: give another --folder\n"
    )


def test_a_full_disk_is_one_line(onevoice: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "kept/states")

    monkeypatch.setattr("model.search.check", full)
    ran = onevoice("check", "--groups", "2", "--folder", "kept")
    assert ran.code == 2
    assert ran.err == (
        "onevoice: states cannot be kept in kept/states: No space left on device: make room, then "
        "the same command goes on\n"
    )


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reduce", "symetry"), "no reduction 'symetry': did you mean 'symmetry'?"),
        (("--reduce", "zzz"), "no reduction 'zzz': choose from none, order, symmetry, all"),
        (("--seen", "fingerprint"), "'fingerprint': did you mean 'fingerprints'?"),
    ],
)
def test_the_nearest_value_is_suggested(onevoice: Run, words: tuple[str, ...], said: str) -> None:
    ran = onevoice("check", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--reduce", "all"), "--reduce"),
        (("--seen", "fingerprints"), "--seen"),
        (("--folder", "kept", "--reduce", "order"), "--reduce or --folder"),
    ],
)
def test_the_interpreter_searches_in_one_way_only(
    onevoice: Run, words: tuple[str, ...], names: str
) -> None:
    ran = onevoice("check", "--groups", "2", "--engine", "interp", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        f"onevoice: --engine interp is the slow definition of meaning and has no {names}: "
    )


def test_the_table_of_variants_by_the_interpreter_is_not_reduced(onevoice: Run) -> None:
    ran = onevoice("variants", "--engine", "interp", "--reduce", "all")
    assert ran.code == 2
    assert "--engine interp" in ran.err
