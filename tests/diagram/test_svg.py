"""A drawing is well-formed, safe whatever names it holds, and can be read without seeing it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from onevoice import cli
from onevoice.diagram.diagram import Diagram
from onevoice.diagram.kept import diagram_of_kept
from onevoice.diagram.reading import diagram_of
from onevoice.diagram.svg import stylesheet, svg
from tests.diagram.conftest import CORPUS, DOUBLE, Drawn
from traces.counterexample import read_trace

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ("</text><script>alert(1)</script>", "\"' onload='x()\" &amp; \x00\x1b\ud800 ]]>")


def hostile_diagram() -> Diagram:
    """A trace whose members have names that would break out of a careless drawing."""
    kept = read_trace(DOUBLE)
    scope = kept.run.finite.scope
    finite = replace(
        kept.run.finite, scope=replace(scope, names={**scope.names, "Member": HOSTILE})
    )
    return diagram_of(finite, kept.trace, HOSTILE[0], HOSTILE[1])


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if name in e.get("class", "").split()]


def test_every_kept_trace_is_drawn_as_well_formed_xml_with_all_that_it_has(
    drawn: Drawn,
) -> None:
    for _, diagram in drawn:
        root = ElementTree.fromstring(svg(diagram))
        assert root.tag == f"{SVG}svg"
        assert len(of_class(root, "arrow")) == len(diagram.arrows)
        assert len(of_class(root, "mark")) == len(diagram.marks)
        assert len(of_class(root, "band")) == len(diagram.bands)
        assert [e.text for e in of_class(root, "name")] == [lane.name for lane in diagram.lanes]
        assert [e.text for e in of_class(root, "step")] == [row.step for row in diagram.rows]
        changed = re.sub(
            r"\s", "", "".join("".join(e.itertext()) for e in of_class(root, "changes"))
        )
        for row in diagram.rows:
            assert all(re.sub(r"\s|^[+-]", "", change) in changed for change in row.changes)


def test_nothing_is_drawn_outside_the_picture(drawn: Drawn) -> None:
    for _, diagram in drawn:
        root = ElementTree.fromstring(svg(diagram))
        width, height = float(root.get("width", "0")), float(root.get("height", "0"))
        for element in root.iter(f"{SVG}text"):
            x, y = float(element.get("x", "-1")), float(element.get("y", "-1"))
            room = len(element.text or "") * 6.0  # of a narrow letter of 12 pixels
            assert 0 <= y <= height
            assert (x - room if element.get("text-anchor") == "end" else x) >= 0
            assert x + (0 if element.get("text-anchor") else room) <= width, element.text


def test_a_drawing_has_no_script_no_handler_and_names_no_other_file() -> None:
    for diagram in (diagram_of_kept(read_trace(DOUBLE)), hostile_diagram()):
        for alone in (True, False):
            root = ElementTree.fromstring(svg(diagram, alone=alone))
            for element in root.iter():
                assert element.tag.removeprefix(SVG) in {
                    "svg", "title", "desc", "style", "g", "rect", "line", "path", "text", "circle",
                    "polygon", "polyline",
                }  # fmt: skip
                assert not [name for name in element.attrib if name.startswith("on")]
                assert not [name for name in element.attrib if name.endswith(("href", "src"))]
            assert "url(" not in svg(diagram, alone=alone)


def test_hostile_names_are_shown_as_they_are() -> None:
    root = ElementTree.fromstring(svg(hostile_diagram()))
    shown = [e.text for e in of_class(root, "name")]
    assert shown == [HOSTILE[0], "\"' onload='x()\" &amp; \ufffd\ufffd\ufffd ]]>"]


def test_whoever_cannot_see_it_is_told_the_steps() -> None:
    root = ElementTree.fromstring(svg(diagram_of_kept(read_trace(DOUBLE)), "d7"))
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, root.get("aria-labelledby")) == (f"{SVG}title", title.get("id"))
    assert (description.tag, root.get("aria-describedby")) == (f"{SVG}desc", description.get("id"))
    assert title.text == "indicator-on-receipt-only: AtMostOnce (safety) is violated after 10 steps"
    assert "Members: a1, b1." in (description.text or "")
    assert "6 transmit(a1, v1); 7 order(data, a1, v0, v1)" in (description.text or "")
    assert (description.text or "").endswith("AtMostOnce is violated.")


def test_data_and_acknowledgments_differ_in_more_than_colour() -> None:
    path = next(CORPUS.glob("no-view-synchrony/Agreement_*.itf.json"))
    root = ElementTree.fromstring(svg(diagram_of_kept(read_trace(path))))
    heads = {
        kind: {child.tag.removeprefix(SVG) for e in of_class(root, kind) for child in e}
        for kind in ("data", "ack")
    }
    assert "polygon" in heads["data"]
    assert "polyline" in heads["ack"]
    assert "polygon" not in heads["ack"]
    labels = {e.get("class"): e[-1].text for e in of_class(root, "arrow")}
    assert labels == {"arrow data": "data v0", "arrow ack": "ack v1"}


def test_every_colour_has_a_value_for_viewers_that_know_no_variables() -> None:
    style = stylesheet()
    variables = re.findall(r"(fill|stroke): var\(", style)
    plain = re.findall(r"(fill|stroke): #[0-9a-f]{6}; \1: var\(--ov-", style)
    assert len(variables) == len(plain) == style.count("var(") > 20


def test_what_is_no_trace_is_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, picture = tmp_path / "wrong.itf.json", tmp_path / "wrong.svg"
    text = DOUBLE.read_text(encoding="utf-8")
    for broken, problem in (
        (text[:5000], "JSON"),
        (text.replace('"transmit"', '"acknowledge"'), "was never sent"),
    ):
        wrong.write_text(broken, encoding="utf-8")
        assert cli.run(["show", str(wrong), "--svg", str(picture)]) == 2
        said = capsys.readouterr().err
        assert problem in said
        assert str(wrong) in said
        assert not picture.exists()


def test_show_writes_a_drawing_and_overwrites_none_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "double.svg"
    assert cli.run(["show", str(DOUBLE), "--svg", str(picture)]) == 0
    assert picture.read_text(encoding="utf-8") == svg(diagram_of_kept(read_trace(DOUBLE)))
    assert capsys.readouterr().out == ""
    assert cli.run(["show", str(DOUBLE), "--svg", str(picture)]) == 2
    assert "--force overwrites it" in capsys.readouterr().err
    assert cli.run(["show", str(DOUBLE), "--svg", str(picture), "--force"]) == 0
