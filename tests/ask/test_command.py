"""`onevoice ask`: its words, files and exit codes, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands_in_text import is_shortened_from
from tests.onevoice.conftest import Run
from tests.repo.test_readme import README, blocks

SILENT = "∀ m: Member; v: View. crashed(m) → ¬sent(data, m, v)"
WORDS = ("ask", "--groups", "1+1", "--failures", "1", "--plain")


def text(out: str) -> str:
    """Without the breaks of lines."""
    return " ".join(out.split())


def test_a_violation_is_shown_and_written_so_that_it_replays(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice(*WORDS, SILENT)
    assert ran.code == 12
    assert "Violated after 3 steps." in ran.out
    assert "False in the last state, for m = a1, v = v0: ¬sent(data, m, v)" in text(ran.out)
    (path,) = (tmp_path / "onevoice-traces").iterdir()
    replayed = onevoice("replay", str(path))
    assert replayed.code == 0
    assert "Replayed 3 steps: each is a step of the spec" in text(replayed.out)
    assert "¬(∀ m: Member; v: View. crashed(m) → ¬sent(data, m, v))" in text(replayed.out)


def test_a_violation_that_ghosts_show_is_written_without_them(
    onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice(*WORDS, "∀ m: Member; v: View. latest(m, v) → ¬indicator(m)")
    assert ran.code == 12
    assert "with the proof's ghosts" in ran.out
    assert "latest(" in ran.out
    (path,) = (tmp_path / "onevoice-traces").iterdir()
    assert "latest" not in json.loads(path.read_text())["vars"]
    assert onevoice("replay", str(path)).code == 0


def test_a_counterexample_to_induction_is_shown(onevoice: Run) -> None:
    ran = onevoice(*WORDS, "∀ m: Member; u, v: View. completed(m, u) ∧ completed(m, v) → u = v")
    assert ran.code == 15
    out = text(ran.out)
    assert "candidate: preserved by complete: a counterexample to induction" in out
    assert "step complete(m0, v1) + completed(m0, v1)," in out
    assert "False after, for m = m0, u = v0, v = v1: u = v" in out
    assert "It holds at this scope, but it is not inductive, even together with the lemmas." in out


def test_the_readme_shows_what_is_printed(onevoice: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    asked = re.search(r"onevoice ask '(∀[^']+)'", README.read_text(encoding="utf-8"))
    assert asked is not None
    (block,) = (each for each in blocks() if each.startswith("candidate: "))
    assert is_shortened_from(block, onevoice("ask", asked[1]).out)
    formula = asked[1]
    assert onevoice("ask", "--groups", "1,1j", formula).code == 12


def test_what_is_true_at_every_size_is_said_to_be(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "candidate").write_text("∀ v, u: View.\n  prev(v, u) → u < v\n")
    ran = onevoice(*WORDS, "@candidate")
    assert ran.code == 0
    assert "True at every size: it follows from the lemmas." in ran.out


def test_what_is_vacuous_is_said_to_be(onevoice: Run) -> None:
    ran = onevoice(*WORDS, "∀ m: Member. suspected(m) → crashed(m)")
    assert ran.code == 15
    assert "Premises that are never true at this scope: suspected(m)" in text(ran.out)
    assert "Vacuous at this scope: its premise is never true. At every size it is true" in text(
        ran.out
    )


def test_the_answer_as_json(onevoice: Run) -> None:
    ran = onevoice(*WORDS, "--json", "∀ m: Member. ¬crashed(m)")
    data = json.loads(ran.out)
    assert ran.code == data["exit"] == 12
    assert data["answer"] == "violated"
    assert data["counterexample"]["steps"] == ["crash(a1)"]
    ran = onevoice(
        *WORDS, "--json", "∀ m: Member; v: View. sent(data, m, v) → indicator(m) ∨ crashed(m)"
    )
    data = json.loads(ran.out)
    assert ran.code == data["exit"] == 15
    assert data["cti"]["step"] == "install(m0, v1)"
    assert "- indicator(m0)" in data["cti"]["changes"]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("∀ m: Member. crashd(m)", "did you mean 'crashed'?"),
        ("crashed(a1)", "declares no 'a1'"),
        ("(" * 10_000 + "true" + ")" * 10_000, "more than the 10,000 that are read"),
        ("(" * 900 + "true" + ")" * 900, "nests more than 50 deep"),
        ("~" * 900 + "true", "nests more than 50 deep"),
        ("", "the text is empty"),
        ("after.crashed", "a formula over one state"),
        ("__import__('os')", "a quotation mark is no part of a formula"),
        ("count(Member, lambda m: crashed[m])", "a formula is needed"),
        ("@nowhere", "nowhere cannot be read"),
        (
            f"forall({'Member, ' * 15} lambda {', '.join('abcdefghijklmno')}: crashed[a])",
            "bind fewer variables at once",
        ),
    ],
    ids=lambda part: part[:20],
)
def test_what_is_no_candidate_is_refused(formula: str, said: str, onevoice: Run) -> None:
    ran = onevoice("ask", "--plain", "--", formula)
    assert ran.code == 2
    assert said in text(ran.err)
    assert "Traceback" not in ran.err


def test_a_formula_that_doubles_as_it_is_written_is_not_given_to_z3(onevoice: Run) -> None:
    chain = "crashed(m)"
    for _ in range(24):
        chain = f"({chain} ↔ indicator(m))"
    ran = onevoice(*WORDS, f"∀ m: Member. {chain} ↔ crashed(m)")
    assert ran.code == 75
    assert "pieces when it is written out, too many to be proved" in text(ran.out)
