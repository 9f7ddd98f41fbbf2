"""The report says what is known, to everyone, and needs nothing but its one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest

from onevoice import cli, expected
from onevoice.expected import Expectation
from onevoice.rows import REQUIREMENTS
from tests.web.conftest import BROKEN, CORPUS, ROOT, few_runs
from tests.web.outline import Element, Outline
from traces.kept import counterexamples


def hash_of(element: Element, text: str) -> str:
    """How a policy names the content of the only element of its kind."""
    (content,) = re.findall(f"<{element.name}>(.*?)</{element.name}>", text, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_it_is_one_small_page_of_html(text: str, outline: Outline) -> None:
    assert outline.declaration == "DOCTYPE html"
    assert len(text.encode()) < 5_000_000
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


def test_every_kept_counterexample_is_there_and_can_be_chosen(outline: Outline) -> None:
    articles = list(outline.root.all("article"))
    links = {e.attributes["href"] for e in outline.root.all("a")}
    paths = list(counterexamples(CORPUS))
    assert len(articles) == len(paths) > 50
    for article, path in zip(articles, paths, strict=True):
        trace = json.loads(path.read_text(encoding="utf-8"))
        closing = trace["#meta"]["onevoice"]["closing"]
        steps = trace["states"][1:] + ([closing] if closing is not None else [])
        assert f"#{article.attributes['id']}" in links
        assert article.attributes["data-last"] == str(len(steps))
        (listed,) = article.all("ol")
        assert len(listed.children) == len(steps) + 1
        assert f"onevoice replay {path.relative_to(ROOT)}" in article.text
        (drawing,) = article.all("svg")
        arrows = [e for e in drawing.all("g") if e.attributes["class"].startswith("arrow")]
        assert len(arrows) == sum(step["mbt::actionTaken"] == "deliver" for step in steps)


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


def test_it_says_what_is_wrong_and_ends_with_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_runs(monkeypatch)
    wrong = Expectation(BROKEN, frozenset({"AtMostOnce", "Complete"}))
    monkeypatch.setattr(expected, "VARIANTS", (wrong,))
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "report.html"
    assert cli.run(["report", "-o", str(path), "--corpus", str(tmp_path / "corpus")]) == 10
    body = Outline.of(path.read_text(encoding="utf-8")).root
    (verdict,) = body.all("div", class_="verdict bad")
    assert "2 things not as it must be" in verdict.text
    assert "Complete is not violated, though this variant must break it" in verdict.text
    assert "transmissions is violated, which is not expected of this variant" in verdict.text
    found = [article.attributes["id"] for article in body.all("article")]
    assert found == [
        "indicator-on-receipt-only-transmissions", "indicator-on-receipt-only-AtMostOnce",
    ]  # fmt: skip


def test_a_counterexample_that_is_none_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_runs(monkeypatch)
    source = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
    told = source.read_text(encoding="utf-8").replace('"AtMostOnce"', '"Complete"')
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "wrong.itf.json").write_text(told, encoding="utf-8")
    path = tmp_path / "report.html"
    assert cli.run(["report", "-o", str(path), "--corpus", str(corpus)]) == 14
    text = path.read_text(encoding="utf-8")
    assert "not reproduced: in the last state: Complete is not violated there" in text


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
