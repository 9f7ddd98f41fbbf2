"""`onevoice prove` says what is proved, what is open and where, and what is not its business."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onevoice import known
from onevoice.proving import contradiction
from proofs.induction.proved import Proved
from proofs.smt.solver import SAT, Answer
from tests.onevoice.conftest import ROOT, Ran
from tests.onevoice.conftest import onevoice as onevoice
from tests.proofs.shared import obligations

Onevoice = Callable[..., Ran]
ONE = ("prove", "--delivery", "same-view", "--jobs", "1", "--only")


def test_one_property_is_proved_and_remembered(onevoice: Onevoice, tmp_path: Path) -> None:
    words = (*ONE, "AtMostOnce", "--cache", str(tmp_path / "kept"))
    first, second = onevoice(*words), onevoice(*words)
    assert (first.code, second.code) == (0, 0)
    assert "AtMostOnce  every state  proved" in first.out
    assert "1 of 1 obligation proved, in" in first.out
    assert "1 of 1 obligation proved (1 of them before), in" in second.out


@pytest.mark.parametrize("content", ["no hash\n", "\0\xff", "a" * 64 + "\n" + "b" * 63])
def test_a_cache_that_is_no_cache_is_ignored_with_a_line(
    content: str, onevoice: Onevoice, tmp_path: Path
) -> None:
    (tmp_path / known.NAME).write_text(content, encoding="latin-1")
    ran = onevoice(*ONE, "OneLeader", "--cache", str(tmp_path))
    assert ran.code == 0
    assert f"{known.NAME} is ignored" in ran.err
    assert "of them before" not in ran.out
    kept, problem = known.read(tmp_path)
    assert (len(kept), problem) == (1, "")


def test_what_is_counted_is_said_not_to_be_proved(onevoice: Onevoice) -> None:
    ran = onevoice(*ONE, "ExactCost", "--no-cache")
    assert ran.code == 15
    assert re.search(r"ExactCost +every state +not proved here", ran.out)
    assert "Outside of first-order logic: ExactCost" in ran.out
    assert "Nothing was proved: this is about numbers." in ran.out


def test_a_variant_leaves_open_what_it_breaks_with_the_line(onevoice: Onevoice) -> None:
    ran = onevoice(
        *ONE, "IndicatorOnSending", "--no-cache", "--limit-s", "0.3",
        "--variant", "indicator-on-receipt-only",
    )  # fmt: skip
    assert ran.code == 15
    assert "Open, 1 obligation:\n  IndicatorOnSending: preserved by transmit\n" in ran.out
    assert re.search(r"proofs/exchange/voice.py:\d+", ran.out)
    assert "NOT proved" in ran.out


def test_json_says_the_same(onevoice: Onevoice) -> None:
    ran = onevoice(*ONE, "SilentIfSpokenFor", "--no-cache", "--blame", "--json")
    (proof,) = json.loads(ran.out)["proofs"]
    (goal,) = proof["goals"]
    assert (goal["name"], goal["verdict"]) == ("SilentIfSpokenFor", "proved")
    assert {"transmit", "install"} <= {o["action"] for o in proof["obligations"]}
    assert all(o["result"] == "proved" and o["line"] for o in proof["obligations"])


def test_scripts_are_written_for_any_solver(onevoice: Onevoice, tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    words = (*ONE, "OneLeader", "--no-cache", "--smt2", str(folder))
    assert onevoice(*words).code == 0
    (file,) = folder.rglob("*.smt2")
    assert file.name == "OneLeader-implied.smt2"
    text = file.read_text()
    assert text.startswith("; OneLeader: implied\n")
    assert text.endswith("(check-sat)\n")
    ran = onevoice(*words)
    assert (ran.code, "is not empty" in ran.err) == (2, True)


def test_the_second_opinion_is_asked(onevoice: Onevoice) -> None:
    pytest.importorskip("cvc5")
    ran = onevoice(*ONE, "Complete", "--no-cache", "--second-opinion")
    assert (ran.code, "cvc5 proves 1 of the 1" in ran.out) == (0, True)


def test_without_cvc5_it_says_how_to_get_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = onevoice("prove", "--second-opinion")
    assert ran.code == 2
    assert "pip install 'onevoice[second-opinion]'" in ran.err


def test_a_contradiction_of_the_solvers_stops_everything() -> None:
    from model.protocol import Delivery
    from onevoice.exits import Exit, Stop

    proof = obligations(Delivery.SAME_VIEW).proof
    opinions = {"Complete: implied": Answer(SAT, 0.1)}
    with pytest.raises(Stop, match="contradict each other") as stopped:
        contradiction(Proved(proof, {}, True, 1.0, opinions=opinions))
    assert stopped.value.code is Exit.DEFECT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "AtMostOnc"], "did you mean 'AtMostOnce'?"),
        (["--variant", "no-wating"], "did you mean 'no-waiting'?"),
        (["--write-certificate", "--only", "Complete"], "without --only"),
        (["--no-cache", "--cache", "x"], "leave one or the other out"),
    ],
)
def test_wrong_usage_is_refused(words: list[str], said: str, onevoice: Onevoice) -> None:
    ran = onevoice("prove", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_ctrl_c_ends_it_and_leaves_no_process_behind(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "onevoice", "prove", "--no-cache", "--jobs", "2",
         "--variant", "no-view-synchrony", "--limit-s", "300"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    while len(of_group(running.pid)) < 4:  # itself, two workers, and what tracks their resources
        assert running.poll() is None
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "onevoice: Interrupted.\n")
    while of_group(running.pid):
        time.sleep(0.02)


def of_group(leader: int) -> list[int]:
    """The processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
