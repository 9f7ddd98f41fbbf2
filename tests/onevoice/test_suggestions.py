"""Who mistypes a name is told the nearest one that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.onevoice.conftest import Run
from tests.stepper.conftest import SPOKEN_TWICE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "did you mean 'check'?"),
        (["check", "--grups", "2"], "'--groups'?"),
        (["show", "--diagramm", "x"], "'--diagram'?"),
        (["check", "--engine", "natve"], "did you mean 'native'?"),
        (["check", "--delivery", "sending-veiw"], "did you mean 'sending-view'?"),
        (["graph", "--format", "dott"], "'dott' is not one of 'dot', 'graphml': did you mean"),
        (["replay", "x", "--on", "simulatd"], "did you mean 'simulated'?"),
        (["check", "--property", "Atmostonse"], "did you mean 'AtMostOnce'?"),
        (["conform", "--members", "ignores-indicater"], "did you mean 'ignores-indicator'?"),
        (["generate", "--reach", "indicater[a1]"], "did you mean 'indicator'?"),
    ],
)
def test_a_mistyped_name_is_refused_with_the_nearest(
    words: list[str], said: str, onevoice: Run
) -> None:
    ran = onevoice(*words)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize("command", ["show", "replay", "shrink"])
@pytest.mark.parametrize("name", ["{stem}.itf.jsn", "{stem}.json", "{upper}.itf.json"])
def test_a_mistyped_file_is_refused_with_the_nearest_beside_it(
    command: str, name: str, tmp_path: Path, onevoice: Run
) -> None:
    stem = SPOKEN_TWICE.name.removesuffix(".itf.json")
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / SPOKEN_TWICE.name).write_bytes(SPOKEN_TWICE.read_bytes())
    ran = onevoice(command, f"kept/{name.format(stem=stem, upper=stem.upper())}")
    assert ran.code == 2
    assert f"did you mean kept/{SPOKEN_TWICE.name}?" in ran.err


def test_where_no_file_is_near_none_is_suggested(tmp_path: Path, onevoice: Run) -> None:
    (tmp_path / "quite-another-one.itf.json").write_text("")
    for path in ("absent.itf.json", "nowhere/absent.itf.json", "a" * 300):
        ran = onevoice("show", path)
        assert ran.code == 2
        assert "did you mean" not in ran.err


def test_a_file_that_is_there_is_not_taken_for_mistyped(tmp_path: Path, onevoice: Run) -> None:
    (tmp_path / "one.itf.json").write_text("nonsense")
    (tmp_path / "two.itf.json").write_text("")
    ran = onevoice("show", "one.itf.json")
    assert ran.code == 2
    assert "did you mean" not in ran.err


def test_a_mistyped_property_in_a_trace_file_is_refused_with_the_nearest(
    tmp_path: Path, onevoice: Run
) -> None:
    text = SPOKEN_TWICE.read_text().replace('"property": "AtMostOnce"', '"property": "AtMostOne"')
    (tmp_path / "one.itf.json").write_text(text)
    ran = onevoice("show", "one.itf.json")
    assert ran.code == 2
    assert "`property` is 'AtMostOne' and must be one of" in ran.err
    assert "did you mean 'AtMostOnce'?" in ran.err
