"""The report says what is known, to everyone, and needs nothing but its one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tomllib
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest

from onevoice import cli
from onevoice.gate.rows import REQUIREMENTS
from tests.web.conftest import CORPUS, KEPT, ROOT, plan_file
from tests.web.outline import Element, Outline


def hash_of(element: Element, text: str) -> str:
    """How a policy names the content of the only element of its kind."""
    (content,) = re.findall(f"<{element.name}>(.*?)</{element.name}>", text, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_it_is_one_small_page_of_html(text: str, outline: Outline) -> None:
    assert outline.declaration == "DOCTYPE html"
    # Of a hundred traces of this size it would have less than 5 MB.
    assert len(text.encode()) < 150_000 + 45_000 * len(KEPT)
    (html,) = outline.root.children
    assert html.attributes == {"lang": "en"}
    assert [child.name for child in html.children] == ["head", "body"]


def test_it_names_nothing_outside_itself(text: str, outline: Outline) -> None:
    ids = [e.attributes["id"] for e in outline.root.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in outline.root.all():
        for name, value in element.attributes.items():
            if name.endswith(("href", "src")) or name in ("action", "data", "poster", "srcset"):
                assert value.removeprefix("#") in ids, f"{element.name} {name}={value}"
            if name in ("aria-labelledby", "aria-describedby"):
                assert value in ids
    assert not re.search(r"https?:|url\(|@import|\beval\b|innerHTML|new Function", text)


def test_its_policy_allows_its_own_script_and_style_and_no_other(
    text: str, outline: Outline
) -> None:
    (meta,) = outline.root.all("meta", **{"http-equiv": "Content-Security-Policy"})
    (script,), (style,) = list(outline.root.all("script")), list(outline.root.all("style"))
    assert meta.attributes["content"].split("; ") == [
        "default-src 'none'",
        f"style-src {hash_of(style, text)}",
        f"script-src {hash_of(script, text)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    for element in outline.root.all():
        assert not [n for n in element.attributes if n == "style" or n.startswith("on")]


def test_every_kept_trace_is_there_and_can_be_chosen(outline: Outline, corpus: Path) -> None:
    articles = list(outline.root.all("article"))
    links = {e.attributes["href"] for e in outline.root.all("a") if "href" in e.attributes}
    paths = sorted(corpus.iterdir())
    assert len(articles) == len(paths) == len(KEPT)
    for article, path in zip(articles, paths, strict=True):
        trace = json.loads(path.read_text(encoding="utf-8"))
        closing = trace["#meta"]["onevoice"].get("closing")
        steps = trace["states"][1:] + ([closing] if closing is not None else [])
        assert f"#{article.attributes['id']}" in links
        assert article.attributes["data-last"] == str(len(steps))
        (listed,) = article.all("ol")
        assert len(listed.children) == len(steps) + 1
        assert f"onevoice replay {path}" in article.text
        (drawing,) = article.all("svg")
        arrows = [e for e in drawing.all("g") if e.attributes["class"].startswith("arrow")]
        assert len(arrows) == sum(step["mbt::actionTaken"] == "deliver" for step in steps)


def test_witnesses_are_listed_with_what_they_show(outline: Outline) -> None:
    (listed,) = outline.root.all("ul", class_="witnesses")
    (link,) = listed.all("a")
    (article,) = outline.root.all("article", id=link.attributes["href"].removeprefix("#"))
    assert "the third speaks in the third" in link.text
    assert "False here" not in article.text
    assert "each step is one of the specification" in article.text


def test_the_heat_map_leads_to_the_counterexamples(outline: Outline) -> None:
    (heat,) = outline.root.all("table", class_="heat")
    rows = {row.children[0].text: row.children[1:] for row in heat.all("tr")}
    broken, highest = rows["Property"]
    assert (broken.text, highest.text) == ("indicator-on-receipt-only", "highest-name")
    violated = {
        name: cells[0].children[0].attributes["href"]
        for name, cells in rows.items()
        if list(cells[0].all("a"))
    }
    assert violated == {
        "AtMostOnce": "#indicator-on-receipt-only-AtMostOnce",
        "transmissions": "#indicator-on-receipt-only-transmissions",
    }
    assert not [name for name, cells in rows.items() if list(cells[1].all("a"))]


def test_the_rows_of_the_requirements_are_all_there(outline: Outline) -> None:
    (table,) = outline.root.all("table", class_="requirements")
    rows = [row for row in table.all("tr") if row.children[0].attributes["scope"] == "row"]
    assert {row.children[0].text: row.children[1].text for row in rows} == REQUIREMENTS
    assert "never-speaks" in rows[0].text
    heads = [head.text for head in table.all("th", scope="col")]
    cells = dict(zip(heads, rows[0].children, strict=True))
    assert cells["Checked (held in runs)"].text == "OneLeader 1 of 1"
    assert cells["Proved"].text == "not asked here"
    assert cells["Conforms at scopes"].text == "lockstep 1 of 1"


def test_each_line_that_is_named_can_be_read_in_the_report(outline: Outline) -> None:
    links = {
        e.attributes["href"].removeprefix("#"): e
        for e in outline.root.all("a")
        if e.attributes["href"].startswith("#src-")
    }
    excerpts = {e.attributes["id"]: e for e in outline.root.all("pre")}
    assert len(links) > 50
    assert links.keys() == excerpts.keys()
    for key, link in links.items():
        file, _, line = link.attributes["title"].rpartition(":")
        (named,) = excerpts[key].all("mark")
        number, _, said = named.text.partition(" ")
        assert number == line
        assert (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].strip() == (
            said.strip()
        )


def test_every_check_has_a_row_that_says_what_it_is(outline: Outline) -> None:
    tables = {t.children[0].text: t for t in outline.root.all("table", class_="checks")}
    assert tables.keys() == {
        "Runs of the shipped protocol", "Runs of the variants", "Agreement of the engines",
        "Kept traces", "Lockstep", "Wrong members", "Storms",
    }  # fmt: skip
    for table in tables.values():
        for row in table.children[2].children:
            assert "as it must be" in row.text
            assert any(cell.text == "run" for cell in row.children)
    (kinds,) = (t for t in outline.root.all("table") if t.children[0].text == "Checks, by kind")
    verdicts = {row.children[0].text: row.children[1].text for row in kinds.children[2].children}
    assert verdicts["Storms"] == "✓ as it must be"
    assert verdicts["Proofs"] == "none was asked for"


def test_plots_have_their_numbers_beside_them(outline: Outline) -> None:
    (plot,) = outline.root.all("svg", class_="plot")
    labels = [e.text for e in plot.all("text", class_="label")]
    dots = [e for e in plot.all("circle") if list(e.all("title"))]
    assert len(dots) == 4 * len(labels) == 12
    (table,) = (t for t in outline.root.all("table") if t.children[0].text == "Searches in numbers")
    assert [row.children[0].text for row in table.children[2].children] == labels


def test_it_can_be_read_without_seeing_it(outline: Outline) -> None:
    levels = [int(e.name[1]) for e in outline.root.all() if re.fullmatch("h[1-6]", e.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    for table in outline.root.all("table"):
        assert table.children[0].name == "caption"
        assert all(head.attributes["scope"] in ("row", "col") for head in table.all("th"))
    for drawing in outline.root.all("svg"):
        assert drawing.attributes["role"] == "img"
        assert [child.name for child in drawing.children[:2]] == ["title", "desc"]
    for scrolled in outline.root.all("div", class_="scroll"):
        assert scrolled.attributes["tabindex"] == "0"
        assert scrolled.attributes["aria-label"]
    (said,) = outline.root.all(**{"aria-live": "polite"})
    assert said.attributes["role"] == "status"
    assert all(button.text for button in outline.root.all("button"))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder for kept traces."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def report(folder: Path, *words: str) -> int:
    """Writes `report.html` into a folder, in which the gate keeps what it finds."""
    output, cache = str(folder / "report.html"), str(folder / "cache")
    return cli.run(["report", "-o", output, "--cache", cache, *words])


def test_it_says_what_is_wrong_and_ends_with_its_exit_code(tmp_path: Path, kept: Path) -> None:
    (path,) = CORPUS.glob("shared-key/OneLeader_*")
    shutil.copy2(path, kept)
    plan = plan_file(tmp_path, kept, '["AtMostOnce", "Complete"]')
    assert report(tmp_path, "--config", str(plan)) == 10
    body = Outline.of((tmp_path / "report.html").read_text(encoding="utf-8")).root
    (verdict,) = body.all("div", class_="verdict bad")
    assert "2 things not as it must be (exit code 10)" in verdict.text
    assert "Complete is not violated, though this variant must break it" in verdict.text
    assert "transmissions is violated, which is not expected of this variant" in verdict.text
    # What no file has comes from the searches themselves.
    found = [article.attributes["id"] for article in body.all("article")]
    assert found == [
        "shared-key-OneLeader", "indicator-on-receipt-only-AtMostOnce",
        "indicator-on-receipt-only-transmissions",
    ]  # fmt: skip
    (heat,) = body.all("table", class_="heat")
    rows = {row.children[0].text: row.children[1].text for row in heat.all("tr")}
    assert rows["AtMostOnce"] == "10"
    assert rows["transmissions"] == "6!"
    assert rows["Complete"].startswith("·!")


def test_a_counterexample_that_is_none_is_called_so(tmp_path: Path, kept: Path) -> None:
    source = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
    told = source.read_text(encoding="utf-8").replace('"AtMostOnce"', '"Complete"')
    (kept / "wrong.itf.json").write_text(told, encoding="utf-8")
    plan = plan_file(tmp_path, tmp_path / "elsewhere")
    assert report(tmp_path, "--config", str(plan), "--corpus", str(kept)) == 14
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Not reproduced</dt><dd>in the last state: Complete is not violated there" in text
    (verdict,) = Outline.of(text).root.all("div", class_="verdict bad")
    assert "1 thing not as it must be (exit code 14)" in verdict.text


def test_what_was_found_before_is_not_done_again(tmp_path: Path, kept: Path) -> None:
    (path,) = CORPUS.glob("shared-key/OneLeader_*")
    shutil.copy2(path, kept)
    plan = str(plan_file(tmp_path, kept))
    assert report(tmp_path, "--config", plan) == 0
    assert report(tmp_path, "--config", plan, "--force") == 0
    body = Outline.of((tmp_path / "report.html").read_text(encoding="utf-8")).root
    for table in body.all("table", class_="checks"):
        for row in table.children[2].children:
            assert any(cell.text == "kept from before" for cell in row.children)


def test_it_overwrites_nothing_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.html"
    path.write_text("mine", encoding="utf-8")
    assert cli.run(["report", "-o", str(path)]) == 2
    assert "--force overwrites it" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"


def test_its_script_and_style_are_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    for package in ("diagram", "web"):
        assets = [
            path.name
            for path in (ROOT / "onevoice" / package).rglob("*")
            if path.is_file() and path.suffix not in (".py", ".pyc")
        ]
        assert assets
        assert all(any(fnmatch(name, pattern) for pattern in patterns) for name in assets)
