"""Lines of the sources that the report names stand in it, and nothing else of any file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from onevoice.gate.check import Place
from onevoice.web.report.sources import Sources
from tests.web.outline import Outline


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "a.py").write_text("\n".join(f"line {n} < {n + 1}" for n in range(1, 41)))
    (folder / "note.txt").write_text("a note")
    (tmp_path / "outside.py").write_text("a secret")
    return folder


def test_a_link_leads_to_the_lines_around_the_place(root: Path) -> None:
    sources = Sources(root)
    link = next(Outline.of(sources.link(Place("a.py", 20))).root.all("a"))
    assert link.text == "a.py:20"
    (shown,) = Outline.of(sources.section()).root.all("pre")
    assert link.attributes["href"] == f"#{shown.attributes['id']}"
    name, *lines = (each.text for each in shown.children)
    assert name == "a.py:20"
    assert lines[0].split() == ["18", "line", "18", "<", "19"]
    assert len(lines) == 12
    (named,) = shown.all("mark")
    assert named.text.split()[0] == "20"


def test_a_place_stands_there_once_however_often_it_is_named(root: Path) -> None:
    sources = Sources(root)
    for line in (3, 3, 1, 40, 3):
        sources.link(Place("a.py", line))
    shown = list(Outline.of(sources.section()).root.all("pre"))
    assert [pre.attributes["id"] for pre in shown] == ["src-a-py-1", "src-a-py-3", "src-a-py-40"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("../outside.py", 1), ("note.txt", 1), ("gone.py", 1), ("a.py", 0), ("a.py", 41),
        ("/etc/passwd", 1), ("a.py", -1), ("", 1),
    ],
)  # fmt: skip
def test_what_is_no_line_of_our_sources_is_named_but_not_shown(
    root: Path, file: str, line: int
) -> None:
    sources = Sources(root)
    said = Outline.of(sources.link(Place(file, line))).root
    assert not list(said.all("a"))
    assert f"{Path(file).name}:{line}" in said.text
    assert "No line of the sources is named." in sources.section()
