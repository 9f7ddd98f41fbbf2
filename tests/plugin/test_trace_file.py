"""A trace file is a test: it passes as long as the specification still does what it says."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import CORPUS, Pytest

TRACES = sorted(CORPUS.rglob("*_2*.itf.json"), key=lambda path: path.stat().st_size)[:3]


def test_kept_traces_are_replayed(run: Pytest, pytester: pytest.Pytester) -> None:
    for path in TRACES:
        (pytester.path / path.name).write_bytes(path.read_bytes())
    result = run("-v", "--onevoice", "-k", "itf")
    result.assert_outcomes(passed=3, deselected=result.parseoutcomes()["deselected"])
    for path in TRACES:
        result.stdout.fnmatch_lines([f"*{path.name}::replay PASSED*"])


def test_a_trace_that_is_no_behaviour_any_more_fails_with_the_difference(
    run: Pytest, pytester: pytest.Pytester
) -> None:
    document = json.loads(TRACES[0].read_text(encoding="utf-8"))
    crashed = {"#set": [{"#tup": ["a1"]}]}
    assert document["states"][0]["crashed"] != crashed
    document["states"][0]["crashed"] = crashed
    path = pytester.path / "broken.itf.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    result = run("broken.itf.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["Not reproduced: state 0: *", "  *onevoice replay broken.itf.json", "  *onevoice show *"]
    )


@pytest.mark.parametrize("text", ["{", '{"vars": [], "states": []}', ""])
def test_what_is_no_trace_of_ours_fails_in_a_sentence(
    text: str, run: Pytest, pytester: pytest.Pytester
) -> None:
    (pytester.path / "other.itf.json").write_text(text, encoding="utf-8")
    result = run("other.itf.json")
    result.assert_outcomes(failed=1)
    assert "Traceback" not in result.stdout.str()
    assert "other.itf.json: " in result.stdout.str()
