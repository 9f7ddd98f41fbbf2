"""`onevoice generate` writes what it says, and is never content with nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.onevoice.conftest import Run
from traces.counterexample import read_trace
from traces.replay import reaches
from traces.witness import Witness


def text(out: str) -> str:
    """Without the breaks of lines."""
    return " ".join(out.split())


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("covers", "items", "traces", "steps"),
    [("states", 148, 19, 225), ("transitions", 371, 72, 808), ("pairs", 934, 182, 2_135)],
)
def test_a_cover_is_written_with_how_near_the_least_it_is(
    covers: str,
    items: int,
    traces: int,
    steps: int,
    onevoice: Run,
    tmp_path: Path,
) -> None:
    words = ("generate", "--cover", covers, "--failures", "0", "--out", "made")
    ran = onevoice(*words)
    assert ran.code == 0
    out = text(ran.out)
    assert "148 distinct states (1 initial), 371 transitions, 934 pairs of consecutive" in out
    assert f"A cover of all {items:,} " in out
    assert f"traces {traces} no cover has fewer than {traces} the least there is" in out
    assert f"steps {steps:,} no cover has fewer than {steps:,} the least there is" in out
    assert f"{covers.capitalize()} {items} of {items} 100.0 %" in out
    files = written(tmp_path / "made")
    assert len(files) == traces
    for name in sorted(files)[:3]:
        kept = read_trace(tmp_path / "made" / name)
        assert isinstance(kept, Witness)
        assert reaches(kept) is None
    again = onevoice(*words)
    assert again.code == 2
    assert "exists already: --force overwrites it" in again.err
    assert onevoice(*words, "--force", "--threads", "2").code == 0
    assert written(tmp_path / "made") == files


def test_walks_are_written(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice("generate", "--walks", "3", "--seed", "7", "--length", "5", "--out", "made")
    assert ran.code == 0
    assert "3 random walks of seed 7, 3 of them different, 15 steps 5 steps each" in text(ran.out)
    assert "crash" in ran.out
    files = written(tmp_path / "made")
    assert sorted(files) == [f"walk_2_f1_same-view_seed-7_{n}.itf.json" for n in (1, 2, 3)]
    assert onevoice("generate", "--walks", "2", "--seed", "7", "--length", "5").code == 0
    fewer = written(tmp_path / "onevoice-traces")
    assert fewer == {name: files[name] for name in sorted(files)[:2]}


def test_a_predicate_is_reached_and_shown(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice("generate", "--reach", "crashed[a1] & spoke(a1, v0)", "--count", "2")
    assert ran.code == 0
    assert "Predicate crashed(a1) ∧ spoke(a1, v0)" in text(ran.out)
    assert "Reached after 3 steps, and not sooner." in ran.out
    assert "2 traces to different states, of 3, 4 steps." in ran.out
    first, _ = sorted((tmp_path / "onevoice-traces").iterdir())
    shown = onevoice("show", str(first))
    assert shown.code == 0
    assert "A behaviour that reaches crashed[a1] & spoke(a1, v0)." in shown.out
    assert "  3  crash(a1)\n     + crashed(a1)" in shown.out
    assert "  True in the last state:\n      crashed(a1) ∧ spoke(a1, v0)\n" in shown.out


def test_what_is_printed_can_be_asked_for(onevoice: Run) -> None:
    ran = onevoice("generate", "--reach", "∃ m: Member. crashed(m) ∧ spoke(m, v0) ∧ m ≠ a2")
    assert ran.code == 0
    assert "Predicate ∃ m: Member. crashed(m) ∧ spoke(m, v0) ∧ m ≠ a2" in text(ran.out)


def test_show_does_not_believe_a_file(onevoice: Run, tmp_path: Path) -> None:
    onevoice("generate", "--reach", "crashed[a1]")
    (path,) = (tmp_path / "onevoice-traces").iterdir()
    lie = path.read_text().replace('"predicate": "crashed[a1]"', '"predicate": "crashed[a2]"')
    path.write_text(lie)
    assert "Not true in the last state, whatever the file says:" in onevoice("show", str(path)).out


# -- nothing to write ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--reach", "crashed[a1] & crashed[a2]"], 15, "No state satisfies it: all 880 were"),
        (["--reach", "crashed[b1] & spoke(b1, v0)", "--groups", "2+1", "--max-states", "20"], 75,
         "The search stopped: the limit of 20 states."),
        (["--cover", "states", "--max-states", "100"], 75, "the limit of 100 states"),
        (["--cover", "pairs", "--max-steps", "1000"], 75, "at least 4,150 steps, more than 1,000"),
        (["--cover", "states", "--max-steps", "1000"], 75, "at least 1,437 steps, more than 1,000"),
        (["--walks", "100", "--max-steps", "9"], 75, "steps, more than 9. Take fewer (--walks)"),
        (["--reach", "crashed[a1]", "--count", "9", "--max-steps", "9"], 75, "fewer (--count)"),
        (["--walks", "1", "--groups", "0"], 2, "'0' is no subgroup"),
        ([], 2, "one of --cover, --walks and --reach"),
        (["--cover", "states", "--walks", "3"], 2, "one of --cover, --walks and --reach"),
        (["--cover", "words"], 2, "'words' is not one of"),
        (["--walks", "0"], 2, "0 is not in the range"),
        (["--walks", "1", "--count", "2"], 2, "--count is for --reach"),
        (["--reach", "crashed[a1]", "--seed", "2"], 2, "--seed and --length are for --walks"),
        (["--reach", "crashd[a1]"], 2, "did you mean 'crashed'?\n  crashd[a1]\n  ^"),
        (["--reach", "spoke(a1)"], 2, "spoke(p: Member, r: View) is given 1 argument"),
        (["--reach", ""], 2, "there is no formula: the text is empty"),
        (["--reach", "~" * 3000], 2, "more than the 2,000 that are read"),
    ],
)  # fmt: skip
def test_without_a_trace_it_is_not_content(
    words: list[str],
    code: int,
    said: str,
    onevoice: Run,
    tmp_path: Path,
) -> None:
    ran = onevoice("generate", *words)
    assert ran.code == code
    assert said in ran.err or text(said) in text(ran.out)
    assert not (tmp_path / "onevoice-traces").exists()


def test_fewer_than_were_asked_for_are_told_from_all(
    onevoice: Run,
    tmp_path: Path,
) -> None:
    ran = onevoice("generate", "--groups", "1", "--reach", "completed[a1, v0]", "--count", "9")
    assert ran.code == 0
    assert "No more than 1 states are the first" in ran.out
    limited = onevoice("generate", "--groups", "2+1", "--reach", "crashed[b1]", "--count", "900",
                       "--max-states", "2000", "--out", "other")  # fmt: skip
    assert limited.code == 75
    assert "The search stopped: the limit of 2,000 states." in text(limited.out)
    assert len(list((tmp_path / "other").iterdir())) > 1


def test_a_folder_that_cannot_be_made_is_told(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = onevoice("generate", "--walks", "1", "--out", "file/made")
    assert ran.code == 2
    assert "file/made cannot be made: " in ran.err
