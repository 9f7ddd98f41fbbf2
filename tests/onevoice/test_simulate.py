"""`onevoice simulate` says what its walks saw, how to walk there again, and that it is no proof."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from onevoice.report.terminal import Watcher
from tests.onevoice.conftest import Run

SMALL = ("simulate", "--groups", "2", "--seed", "7", "--walks", "600")
BROKEN = ("--variant", "shared-key")


def without_times(text: str) -> str:
    """A result but for how long it took."""
    return re.sub(r'^\d.* s, .* a second$|"seconds": [\d.]+', "", text, flags=re.MULTILINE)


def reproducing(out: str) -> list[list[str]]:
    lines = re.findall(r"^  Reproduce with: .*onevoice (simulate .*)$", out, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def test_what_no_walk_violated_is_not_said_to_hold(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice(*SMALL)
    assert (ran.code, ran.err) == (75, "")
    assert re.search(r"^AtMostOnce +safety +not violated +in 600 walks$", ran.out, re.MULTILINE)
    assert re.search(r"^Coverage +leads-to +not judged +every walk ends$", ran.out, re.MULTILINE)
    assert not re.search(r"\bholds\b", ran.out)
    assert " ".join(ran.out.split()).endswith(
        "No violation was seen in 600 walks. That proves nothing of the behaviours that were not "
        "walked."
    )
    assert list(tmp_path.iterdir()) == []


def test_it_says_how_far_the_walks_went(onevoice: Run) -> None:
    out = onevoice(*SMALL, "--steps", "9").out
    assert "600 walks, 5,400 steps; 0 came to rest; the longest has 9 steps\n" in out
    assert re.search(r"^[\d.]+ s, [\d,]+ steps a second$", out, re.MULTILINE)
    assert re.search(r"600 walks, [\d,]+ steps; 600 came to rest; ", onevoice(*SMALL).out)


def test_the_same_seed_gives_the_same_output(onevoice: Run) -> None:
    for more in ((), ("--json",)):
        first, again = (onevoice(*SMALL, *BROKEN, *more).out for _ in range(2))
        assert without_times(first) == without_times(again)
    other = onevoice(*SMALL, *BROKEN, "--seed", "8").out
    assert without_times(other) != without_times(first)


def test_a_seed_that_was_chosen_is_said_and_gives_the_same_walks(onevoice: Run) -> None:
    words = ("simulate", "--groups", "2", "--walks", "50")
    chosen = onevoice(*words)
    (seed,) = re.findall(r"^Seed +(\d+) \(chosen at random\)$", chosen.out, re.MULTILINE)
    again = onevoice(*words, "--seed", seed)
    assert without_times(again.out) == without_times(chosen.out).replace(" (chosen at random)", "")


def test_coverage_counts_actions_and_says_what_was_never_taken(onevoice: Run) -> None:
    out = onevoice(*SMALL).out
    assert re.search(r"^Action +Taken +v0 +v1$", out, re.MULTILINE)
    row = re.search(r"^transmit +([\d,]+) +([\d,]+) +([\d,]+)$", out, re.MULTILINE)
    assert row is not None
    taken, first, second = (int(cell.replace(",", "")) for cell in row.groups())
    assert taken == first + second
    assert re.search(r"^crash +[\d,]+$", out, re.MULTILINE)  # it names no view
    assert re.search(r"^request +0 +never$", out, re.MULTILINE)
    assert re.search(r"^suspect +switched off$", out, re.MULTILINE)
    assert re.search(r"^Never taken: request$", out, re.MULTILINE)


def test_an_action_that_was_taken_but_not_in_every_view_is_said(onevoice: Run) -> None:
    out = onevoice("simulate", "--groups", "2", "--seed", "1", "--walks", "1", "--steps", "2").out
    (never,) = re.findall(r"^Never taken: (.*(?:\n +.*)*)", out, re.MULTILINE)
    names = [name.strip() for name in never.split(",")]
    data = json.loads(
        onevoice("simulate", "--groups", "2", "--seed", "1", "--walks", "1", "--steps", "2",
                 "--json").out
    )  # fmt: skip
    expected = []
    for action, taken in data["actions"].items():
        views = data["actions_by_view"].get(action, {})
        expected += [f"{action} in {view}" for view, n in views.items() if taken and not n]
        expected += [] if taken else [action]
    assert names == expected


def test_many_views_fit_a_narrow_terminal(onevoice: Run) -> None:
    out = onevoice("simulate", "--groups", "1", "--failures", "0", "--views", "11",
                   "--walks", "20000", "--seed", "1").out  # fmt: skip
    assert all(re.search(rf"^Action .*\bv{view}\b", out, re.MULTILINE) for view in range(11))
    assert max(map(len, out.splitlines())) <= 80


def test_a_violation_is_shown_and_can_be_replayed(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice(*SMALL, *BROKEN, "--property", "transmissions", "--trace-dir", "kept")
    assert ran.code == 12
    assert re.search(r"^transmissions +bound +violated +after \d+ steps$", ran.out, re.MULTILINE)
    assert "Error: transmissions (bound) is violated after " in ran.out
    assert "The simulation found errors: 1 property is violated." in ran.out
    (path,) = (tmp_path / "kept").iterdir()
    assert onevoice("replay", str(path)).code == 0


def test_the_printed_line_takes_the_same_walk_again(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice(*SMALL, *BROKEN, "--trace-dir", "first")
    commands = reproducing(ran.out)
    assert len(commands) >= 3
    for words in commands:
        again = onevoice(*words, "--trace-dir", "again")
        assert again.code == 12
        assert reproducing(again.out) == [words]
        assert "1 walk, " in again.out
    first, second = (
        {path.name: path.read_text() for path in (tmp_path / folder).iterdir()}
        for folder in ("first", "again")
    )
    assert first == second
    found_by = {json.loads(text)["#meta"]["onevoice"]["found_by"] for text in first.values()}
    assert found_by == {shlex.join(["onevoice", *words]) for words in commands}


def test_a_walk_need_not_be_the_shortest_way_to_a_violation(onevoice: Run) -> None:
    words = ("--groups", "2", *BROKEN, "--property", "AtMostOnce", "--json")

    def length(command: str, *more: str) -> int:
        data = json.loads(onevoice(command, *words, *more).out)
        assert data["exit"] == 12
        return int(data["properties"][0]["counterexample"]["length"])

    shortest = length("check")
    walked = {length("simulate", "--walks", "100", "--seed", str(seed)) for seed in range(4)}
    assert min(walked) >= shortest
    assert max(walked) > shortest


def test_the_shortest_trace_that_a_search_wrote_is_left_alone(
    onevoice: Run, tmp_path: Path
) -> None:
    words = ("--groups", "2", *BROKEN, "--property", "transmissions")
    onevoice("check", *words)
    (path,) = (tmp_path / "onevoice-traces").iterdir()
    before = path.read_text()
    onevoice("simulate", *words, "--seed", "1", "--walks", "500")
    assert path.read_text() == before
    assert len(list((tmp_path / "onevoice-traces").iterdir())) == 2


def test_json_holds_the_whole_result(onevoice: Run) -> None:
    ran = onevoice(*SMALL, *BROKEN, "--json")
    data = json.loads(ran.out)
    assert data["exit"] == ran.code == 12
    assert (data["seed"], data["walks"], data["rested"], data["stopped"]) == (7, 600, 600, None)
    assert data["steps"] == sum(data["actions"].values())
    assert sum(data["actions_by_view"]["install"].values()) == data["actions"]["install"]
    by_name = {found["name"]: found for found in data["properties"]}
    assert by_name["Complete"]["status"] == "undecided"
    assert by_name["Coverage"]["status"] == "not checked"
    assert by_name["OneLeader"]["counterexample"]["length"] == 0
    assert by_name["OneLeader"]["reproduced_by"].startswith("onevoice simulate --groups 2 ")
    assert Path(by_name["OneLeader"]["counterexample"]["file"]).is_file()


def test_a_limit_of_time_takes_as_many_walks_as_fit(onevoice: Run) -> None:
    ran = onevoice("simulate", "--groups", "2", "--seed", "1", "--max-seconds", "1e-9")
    assert ran.code == 75
    assert "Walks        walks of at most 1,000 steps, begun within 1e-09 s\n" in ran.out
    assert "The simulation stopped: the limit of 1e-09 s." in ran.out


def test_an_interrupt_tells_what_was_seen_until_then(
    onevoice: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupts(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Watcher, "__call__", interrupts)
    ran = onevoice("simulate", "--groups", "2", *BROKEN, "--seed", "1", "--walks", "1000000")
    assert ran.code == 130
    assert ran.err == "onevoice: Interrupted.\n"
    (walks, steps) = re.findall(r"^([\d,]+) walks, ([\d,]+) steps; ", ran.out, re.MULTILINE)[0]
    assert 0 < int(walks.replace(",", "")) < 1_000_000
    assert int(steps.replace(",", "")) > 0
    assert "The simulation stopped: interrupted. The last walks are not finished." in ran.out
    assert f"{len(reproducing(ran.out))} properties are violated" in ran.out
    assert len(list((tmp_path / "onevoice-traces").iterdir())) == len(reproducing(ran.out)) > 1


def test_ctrl_c_ends_it_whatever_it_is_doing(
    program: Callable[..., subprocess.Popen[str]],
) -> None:
    running = program("simulate", "--groups", "3+3", "--failures", "3", "--max-seconds", "600")
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("Seed"):
            break
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err.startswith("onevoice: Interrupted")
    assert err.count("\n") == 1


def test_a_folder_that_cannot_be_written_costs_no_verdict(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ran = onevoice(*SMALL, *BROKEN, "--trace-dir", "taken/x")
    assert ran.code == 12
    assert reproducing(ran.out)
    assert ran.err.startswith("onevoice: no trace is written: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--walks 0", "0 is not in the range"),
        ("--walks -3", "-3 is not in the range"),
        ("--walks many", "'many' is not a valid integer"),
        ("--steps 0", "0 is not in the range"),
        ("--seed -1", "-1 is not in the range"),
        (f"--seed {1 << 64}", "is not in the range"),
        ("--max-seconds 0", "0.0 is not in the range"),
        ("--groups 1+0", "groups '1+0': '0' is no subgroup"),
        ("--failures -1", "-1 is not in the range"),
        ("--property Compleet", "did you mean 'Complete'?"),
        ("--variant no-wating", "did you mean 'no-waiting'?"),
        ("--property Coverage", "cannot show what is to happen eventually (Coverage)"),
    ],
)
def test_wrong_usage_is_said_in_one_line(words: str, said: str, onevoice: Run) -> None:
    ran = onevoice("simulate", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--groups 2+1j --variant no-view-synchrony --property deadlock", 11),
        ("--groups 2+1j --variant no-view-synchrony --property AtMostOnce", 10),
        ("--groups 2 --variant ignores-indicator --property SilentIfSpokenFor", 12),
        ("--groups 2 --variant unreported-failures", 75),  # which only liveness tells
    ],
)
def test_it_ends_with_the_code_for_what_was_seen(options: str, code: int, onevoice: Run) -> None:
    assert onevoice("simulate", *options.split(), "--seed", "2").code == code
