"""`onevoice show` and `onevoice replay` on files as they were written, and as they were not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.onevoice.conftest import Run


@pytest.fixture
def trace(onevoice: Run, tmp_path: Path) -> Path:
    """A trace file of four steps."""
    onevoice("check", "--groups", "2", "--variant", "shared-key", "--property", "transmissions",
             "--trace-dir", ".")  # fmt: skip
    return tmp_path / "transmissions_2_f1_same-view_shared-key.itf.json"


def test_show_prints_what_each_step_changed(trace: Path, onevoice: Run) -> None:
    ran = onevoice("show", str(trace))
    assert ran.code == 0
    assert "  3  install(a1, v0)\n     + installed(a1, v0), held(a1, v0, A)\n" in ran.out
    assert "Exceeded in the last state, for r = v0, x = a1:" in ran.out


def test_show_full_prints_every_fact_of_every_state(trace: Path, onevoice: Run) -> None:
    out = onevoice("show", "--full", str(trace)).out
    assert out.count("arrives(a1, r0)") == 5
    assert "     + " not in out


def test_replay_reproduces_what_was_recorded(trace: Path, onevoice: Run) -> None:
    ran = onevoice("replay", str(trace))
    assert ran.code == 0
    assert "Replayed 4 steps: each is a step of the spec" in ran.out
    assert "Reproduced: transmissions (bound) is violated after 4 steps." in ran.out


def test_replay_says_the_first_state_that_differs(trace: Path, onevoice: Run) -> None:
    lines = trace.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if '"index": 2}' in line)
    lines[at] = lines[at].replace(
        '"crashed": {"#set": []}', '"crashed": {"#set": [{"#tup": ["a1"]}]}'
    )
    trace.write_text("\n".join(lines))
    ran = onevoice("replay", str(trace))
    assert ran.code == 14
    assert "Not reproduced: step 2: transmit(a2, v0) leads to another state.\n" in ran.out
    assert "  crashed(a1) is true in the trace, false by the spec\n" in ran.out


def test_replay_says_which_conjunct_of_a_guard_is_false(trace: Path, onevoice: Run) -> None:
    trace.write_text(trace.read_text().replace('"variant": "shared-key"', '"variant": null'))
    ran = onevoice("replay", str(trace))
    assert ran.code == 14
    assert "Not reproduced: step 2: transmit(a2, v0) is not enabled.\n" in ran.out
    assert "  false: " in ran.out
    assert "  for m = a2, v = v0" in ran.out


def test_show_prints_a_diagram_as_wide_as_the_terminal(trace: Path, onevoice: Run) -> None:
    ran = onevoice("show", "--diagram", str(trace))
    assert ran.code == 0
    assert ran.out.startswith("  shared-key: transmissions (bound) is violated after 4 steps\n\n")
    assert "\n  4  ▶   │   transmit(a1, v0)\n" in ran.out
    assert "  ✗ transmissions is violated\n" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_show_writes_drawings_and_prints_nothing(
    trace: Path, onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice("show", "--svg", "a.svg", "--mermaid", "a.mmd", str(trace))
    assert ran.code == 0
    assert ran.out == ""
    assert ran.err == "Wrote a.svg.\nWrote a.mmd.\n"
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert (tmp_path / "a.mmd").read_text().startswith("sequenceDiagram\n")
    again = onevoice("show", "--mermaid", "a.mmd", str(trace))
    assert again.code == 2
    assert "a.mmd exists already: --force overwrites it" in again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "-i"), "--interactive needs a terminal, and standard input is none"),
        (("show", "-i", "--plain"), "--interactive goes with neither --plain nor a drawing"),
        (("show", "-i", "--diagram"), "--interactive goes with neither --plain nor a drawing"),
        (("replay", "-i", "--on", "core"), "--interactive needs a terminal, and standard input"),
        (("replay", "-i", "--plain", "--on", "core"), "--interactive does not go with --plain"),
        (("replay", "-i"), "--interactive needs members: --on core, simulated or local"),
    ],
)
def test_who_asks_to_step_where_it_cannot_be_done_is_told(
    words: tuple[str, ...], said: str, trace: Path, onevoice: Run
) -> None:
    ran = onevoice(*words, str(trace))
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_show_plain_prints_what_it_prints_without_a_terminal(trace: Path, onevoice: Run) -> None:
    assert onevoice("show", "--plain", str(trace)) == onevoice("show", str(trace))
