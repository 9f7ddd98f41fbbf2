"""What was found is kept by the content of all that it depends on, and known by nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from onevoice.gate import inputs
from onevoice.gate.checks.search import Search
from onevoice.gate.checks.storms import Storms
from onevoice.gate.inputs import Inputs
from onevoice.gate.kept import Kept
from onevoice.gate.records import StormsRecord
from tests.gate.small import SHARED_KEY, SMALL, Gate

STORMS = Storms(last=2)
FOUND = StormsRecord(seconds=1.0, storms=2, events=30, constrained=29, steps=70, refused=None)


@pytest.fixture
def storms(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The storms that are really done."""
    done: list[str] = []
    really = Storms.run

    def run(self: Storms, *given: object) -> StormsRecord:
        done.append(self.name)
        return really(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Storms, "run", run)
    return done


def test_an_unchanged_gate_does_nothing_the_second_time_and_says_so(gate: Gate) -> None:
    first, second = gate(SMALL), gate(SMALL)
    assert (first.code, second.code) == (0, 0)
    assert "kept    " not in first.out
    assert "7 checks, 7 of them known from before" in second.out
    assert first.out.count("  ok      ") == second.out.count("  kept    ") == 7


def test_what_is_kept_says_of_the_requirements_what_was_found(gate: Gate) -> None:
    first, second = (json.loads(gate(SMALL, "--json").out) for _ in range(2))
    assert first["requirements"] == second["requirements"]
    assert first["requirements"][0]["checked"] != {}


def test_nothing_is_kept_of_what_was_wrong(gate: Gate) -> None:
    wrong = f"{SHARED_KEY}\nbreaks = []"
    assert [gate(wrong).code for _ in range(2)] == [10, 10]
    assert "known from before" not in gate(wrong).out


def test_nothing_is_kept_of_what_a_limit_stopped(gate: Gate) -> None:
    assert gate(SMALL, "--max-states", "20").code == 75
    assert "  ok      2, 1 failure, same-view" in gate(SMALL).out


def test_no_cache_does_everything_again(gate: Gate, storms: list[str]) -> None:
    text = "[[storms]]\nlast = 2"
    for _ in range(2):
        gate(text, "--no-cache")
    assert len(storms) == 2


def test_what_goes_on_until_the_time_is_up_is_done_each_time(gate: Gate, storms: list[str]) -> None:
    text = "[[storms]]\nlast = 2\nuntil_budget = true"
    for _ in range(2):
        assert gate(text, "--budget", "2s").code == 0
    assert len(storms) == 2


def test_an_expectation_that_has_changed_is_judged_anew(gate: Gate) -> None:
    """The same search, of which something else is expected, must not be known from before."""
    broken = ["AtMostOnce", "ExactCost", "OneLeader", "messages", "transmissions"]
    assert gate(f"{SHARED_KEY}\nbreaks = {broken}").code == 0
    assert gate(f"{SHARED_KEY}\nbreaks = {broken[:-1]}").code == 10


@pytest.mark.parametrize("damage", [b"", b"{}", b"no JSON", b'{"digest": "x"}'])
def test_a_damaged_file_is_as_if_it_were_not_there(damage: bytes, tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert kept.keep(STORMS, "d", FOUND) == ""
    assert kept.find(STORMS, "d") == FOUND
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert kept.find(STORMS, "d") is None


def test_a_record_that_somebody_changed_is_not_believed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep(STORMS, "d", msgspec.structs.replace(FOUND, refused=(7, "it speaks twice")))
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text().replace('"refused":[7,"it speaks twice"]', '"refused":null'))
    assert kept.find(STORMS, "d") is None


def test_a_record_under_another_digest_is_not_believed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep(STORMS, "d", FOUND)
    (path,) = tmp_path.iterdir()
    path.rename(path.with_name("other.json"))
    assert kept.find(STORMS, "other") is None


def test_a_folder_that_cannot_be_written_is_said_and_changes_nothing(
    gate: Gate, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ran = gate("[[storms]]\nlast = 2", "--cache", str(tmp_path / "file" / "kept"))
    assert ran.code == 0
    assert "nothing is kept" in ran.err


def test_only_so_many_files_are_kept_and_those_used_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setattr("onevoice.gate.kept.FILES_MAX", 2)
    kept = Kept(tmp_path)
    for age, digest in enumerate("abc"):
        kept.keep(STORMS, digest, FOUND)
        os.utime(tmp_path / f"{digest}.json", (age, age))
    kept.tidy()
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["b", "c"]


def test_the_same_command_goes_on_where_it_was_interrupted(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Storms, "run", interrupted)
        ran = gate(SMALL)
    assert ran.code == 130
    assert "Interrupted: 6 checks were done. The same command goes on from there." in ran.err
    assert "7 checks, 6 of them known from before" in gate(SMALL).out


# -- what a check depends on --------------------------------------------------------------------


def test_every_field_of_a_check_but_its_tier_is_part_of_its_digest() -> None:
    read = Inputs()
    search = Search(groups="2")
    others = [
        replace(search, groups="3"), replace(search, failures=0), replace(search, requests=2),
        replace(search, views=3), replace(search, total_order=True),
        replace(search, reduce="all"), replace(search, breaks=("Complete",)),
    ]  # fmt: skip
    digests = {read.digest(each) for each in (search, *others)}
    assert len(digests) == 1 + len(others)
    assert read.digest(replace(search, tier="deep")) == read.digest(search)


def test_a_library_of_another_version_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Inputs().digest(STORMS)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0")
    assert Inputs().digest(STORMS) != before


def test_a_file_that_was_written_meanwhile_is_noticed(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of its contents was run, and which was read, is not known; so nothing is kept."""
    monkeypatch.setattr(inputs, "_BEGAN", 0.0)
    text = "[[storms]]\nlast = 2"
    assert "was written while it ran, or just before" in gate(text).err
    assert "known from before" not in gate(text).out
