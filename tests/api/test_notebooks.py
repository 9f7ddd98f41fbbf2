"""What a notebook shows: HTML that is well-formed, escaped, and needs no script and no network."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import onevoice
from onevoice.api.results import Result
from tests.api.hostile import EVIL, Hostile, scope
from tests.classics import semaphore
from tests.web.outline import Element, Outline


@pytest.fixture(scope="session")
def results(violated: onevoice.Checked, held: onevoice.Checked) -> dict[str, Result]:
    """One of each kind."""
    found = violated.violated["transmissions"]
    return {
        "violated": violated,
        "held": held,
        "stopped": onevoice.check("2", max_states=10),
        "another spec": onevoice.check(semaphore.semaphore("weak"), {"Process": 2}),
        "conforms": onevoice.conform("1+1", failures=0),
        "differs": onevoice.conform("1+1", failures=0, members="never-speaks"),
        "nothing compared": onevoice.conform("1+1", max_states=10),
        "replayed": onevoice.replay(found),
        "forced": onevoice.replay(found, on="core"),
        "proved": onevoice.prove(only="AtMostOnce", delivery="same-view", cache=False, jobs=1),
    }


KINDS = [
    "violated", "held", "stopped", "another spec", "conforms", "differs", "nothing compared",
    "replayed", "forced", "proved",
]  # fmt: skip


def shown(result: Result | onevoice.Counterexample) -> Element:
    """The one element that it is shown as."""
    (element,) = Outline.of(result._repr_html_()).root.children
    return element


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_shown_with_its_verdict_and_its_report(
    results: dict[str, Result], kind: str
) -> None:
    result = results[kind]
    element = shown(result)
    assert element.attributes["class"] == "ov ov-result"
    (said,) = (each for each in element.all("p") if "said" in each.attributes["class"].split())
    sign = "✓" if result.holds else said.text[0]
    assert said.text == f"{sign} {result.verdict}"
    assert sign == "✓" or sign in "✗?"
    assert ("good" in said.attributes["class"]) is result.holds
    (report,) = next(element.all("details")).all("pre")
    assert "".join(report.texts) == str(result).strip()


@pytest.mark.parametrize("kind", KINDS)
def test_it_needs_neither_script_nor_network(results: dict[str, Result], kind: str) -> None:
    text = results[kind]._repr_html_()
    element = shown(results[kind])
    assert not list(element.all("script"))
    for each in element.all():
        assert not {"src", "href", "srcset", "style", "action"} & each.attributes.keys(), each
        assert not [name for name in each.attributes if name.startswith("on")], each
    assert set(re.findall(r"\w+://[^\"'\s<)]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in text
    assert "url(" not in text


def test_the_table_says_each_verdict(results: dict[str, Result]) -> None:
    result = results["violated"]
    assert isinstance(result, onevoice.Checked)
    (table,) = shown(result).all("table")
    rows = [[cell.text for cell in row.children] for row in table.all("tr")][1:]
    assert {row[0]: row[2] for row in rows} == dict(result.properties)
    styles = {cell.text: cell.attributes.get("class") for cell in table.all("td")}
    assert (styles["violated"], styles["holds"]) == ("bad", "good")


def test_the_first_counterexample_is_drawn(violated: onevoice.Checked) -> None:
    (drawing,) = shown(violated).all("svg")
    first = next(iter(violated.violated.values()))
    assert [each.text for each in drawing.all("text", class_="step")][1:] == list(first.steps)


def test_all_outputs_of_a_notebook_are_one_page(violated: onevoice.Checked) -> None:
    drawings = [each._repr_svg_() for each in violated.violated.values()]
    ids = [set(re.findall(r'id="([^"]+)"', drawing or "")) for drawing in drawings]
    assert len(ids) == 2
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_counterexample_is_a_picture_and_html(violated: onevoice.Checked) -> None:
    found = violated.violated["AtMostOnce"]
    drawing = found._repr_svg_()
    assert drawing is not None
    assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
    element = shown(found)
    assert len(list(element.all("svg"))) == 1
    assert "AtMostOnce (safety) is violated" in element.text


def test_a_counterexample_of_another_spec_has_its_steps_instead_of_a_picture() -> None:
    found = onevoice.check(semaphore.semaphore("weak"), {"Process": 2}).violated["served"]
    assert found._repr_svg_() is None
    assert found.diagram is None
    assert all(step in shown(found).text for step in found.steps)


def test_what_cannot_be_drawn_is_shown_as_steps(violated: onevoice.Checked) -> None:
    kept = violated.violated["AtMostOnce"].kept
    steps, states = list(kept.trace.steps), list(kept.trace.states)
    (sent, *_) = (n for n, step in enumerate(steps) if step.action.name == "transmit")
    del steps[sent], states[sent + 1]
    wrong = replace(kept, trace=replace(kept.trace, steps=tuple(steps), states=tuple(states)))
    element = shown(onevoice.replay(wrong))
    assert not list(element.all("svg"))
    assert len(list(element.all("li"))) == len(steps)


def test_names_and_texts_of_a_spec_stay_text() -> None:
    result = onevoice.check(Hostile(), scope())
    found = result.violated["never"]
    assert EVIL in str(found)
    for element in (shown(result), shown(found)):
        names = {each.name for each in element.all()}
        assert names.isdisjoint({"script", "img"})
        assert "<script>alert(2)</script>" in element.text
    assert EVIL in shown(found).text


def test_open_obligations_are_listed_with_their_lines() -> None:
    result = onevoice.prove(
        only="SilentIfSpokenFor", variant="ignores-indicator", delivery="same-view",
        limit_s=0.2, cache=False, jobs=1,
    )  # fmt: skip
    listed = [each.text for each in shown(result).all("li")]
    assert listed == [str(each) for each in result.open]
    assert result.open


def test_both_themes_have_all_colours() -> None:
    style = next(shown(onevoice.conform("1+1", failures=0)).all("style")).text
    themes = re.findall(r"\.ov(?:, \.vscode-\w+ \.ov)? \{([^}]*--ov-paper[^}]*)\}", style)
    colours = [set(re.findall(r"(--ov-[\w-]+):", theme)) for theme in themes]
    assert len(colours) == 4  # of the system and of the frontend, light and dark
    assert all(each == colours[0] for each in colours)
    assert set(re.findall(r"var\((--ov-[\w-]+)\)", style)) <= colours[0]


def test_the_reports_of_results_are_no_output(
    capfd: pytest.CaptureFixture[str], results: dict[str, Result]
) -> None:
    for result in results.values():
        str(result), repr(result), result._repr_html_()
    assert capfd.readouterr() == ("", "")
