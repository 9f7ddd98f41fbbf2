"""What GitHub shows: annotations that stay in their line, and a summary in which all is text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from model.lang import Where
from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Place, Wrong
from onevoice.gate.checks.corpus import Corpus
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.rows import Citation, Row
from onevoice.gate.written import github
from onevoice.gate.written.github import BYTES_MAX, summary
from tests.gate.made import ODD

GATES = ("passed", "failed", "empty", "ran")
CITED = (Citation("transmit", Where(str(ROOT / "model" / "exchange.py"), 3)),)
ROWS = (Row("R1", "each member decides", CITED, {"OneLeader": (1, 3)}, CITED, (), ("x",), CITED),)
SHOWN = "a|b`c`<i>&amp;*_[x](y)\ufffd\ufffd\ufffd\ufffd\ufffd{0}%0A,: ::error::é😀 ]]>"
"""ODD, as a reader is to see it."""


def named(name: str, reason: str = "!", count: int = 1) -> Gated:
    """A gate in which something is wrong with a check of this name."""
    wrong = (Wrong(Exit.DIFFERS, reason, Place(name, 3)),) * count
    return Gated("quick", (Done(Corpus(folder=name), How.RUN, None, wrong),), 1.0)


@dataclass
class Page(HTMLParser):
    """What a reader sees, and of which elements it is made."""

    tags: set[str] = field(default_factory=set)
    text: str = ""
    cells: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> list[list[str]]:
        """The rows of all tables."""
        return [[cell.strip() for cell in row] for row in self.cells]

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"}:
            self.cells[-1].append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.cells and self.cells[-1]:
            self.cells[-1][-1] += data


def page(text: str) -> Page:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = Page()
    found.feed(markdown.render(text))
    return found


@pytest.mark.parametrize("name", GATES)
def test_there_are_annotations_exactly_if_the_gate_is_not_passed(
    name: str, request: pytest.FixtureRequest
) -> None:
    gated: Gated = request.getfixturevalue(name)
    lines = github.annotations(gated)
    assert bool(lines) == (gated.exit is not Exit.HOLDS)
    for line in lines:
        line.encode("utf-8")
        assert line.startswith("::error ")
        assert not {"\n", "\r", "\x00", "\x1b"} & set(line)


def test_an_annotation_has_file_line_title_and_reason() -> None:
    gated = Gated("quick", (Done(Corpus(folder="c"), How.RUN, None, (
        Wrong(Exit.DIFFERS, "a,b: 5%", Place("a,b:c%.py", 3)), Wrong(Exit.LIMIT, "one\r\ntwo"),
    )),), 1.0)  # fmt: skip
    assert github.annotations(gated) == [
        "::error file=a%2Cb%3Ac%25.py,line=3,title=corpus%3A kept traces%2C c::a,b: 5%25",
        "::error title=corpus%3A kept traces%2C c::one%0D%0Atwo",
    ]


def test_a_name_ends_neither_its_property_nor_the_command() -> None:
    (line,) = github.annotations(named(ODD))
    head, _, message = line.removeprefix("::error ").partition("::")
    assert message == "!"
    assert [each.partition("=")[0] for each in head.split(",")] == ["file", "line", "title"]


@pytest.mark.parametrize("name", GATES)
def test_the_summary_says_the_verdict(name: str, request: pytest.FixtureRequest) -> None:
    gated: Gated = request.getfixturevalue(name)
    text = page(summary(gated, ROWS)).text
    verdict = f"The gate is NOT passed: exit code {int(gated.exit)}"
    if gated.exit is Exit.HOLDS:
        verdict = "The gate is passed" if gated.whole else "What was asked for is as it must be"
    assert text.startswith(verdict)
    assert ("What is wrong" in text) == (gated.exit is not Exit.HOLDS)


def test_the_summary_counts_by_kind(passed: Gated, failed: Gated) -> None:
    shown = page(summary(passed, ()))
    heads, *rows = shown.rows
    assert heads == ["kind", "run", "kept", "not concerned", "no time", "wrong", "seconds"]
    assert rows[0] == ["search", "2", "1", "0", "0", "0", "2.5"]
    assert rows[-1] == ["all", "10", "3", "1", "0", "0", "10.5"]
    assert "Tier quick: 14 checks (10 run, 3 kept, 1 not concerned) in 12.3 s." in shown.text
    storms = next(row for row in page(summary(failed, ())).rows if row[0] == "storms")
    assert storms == ["storms", "1", "0", "1", "1", "2", "1.0"]


def test_the_summary_says_what_is_wrong_and_where(failed: Gated) -> None:
    text = page(summary(failed, ())).text
    said = "search: 2, 1 failure, same-view: AtMostOnce is violated"
    assert f"{said}, model/protocol/properties.py:12\n" in text
    assert "the shipped protocol: Truthful holds only vacuously, at every scope" in text


def test_nothing_that_is_known_is_said(empty: Gated) -> None:
    assert "nothing was checked, so nothing is known" in page(summary(empty, ())).text


def test_the_requirements_are_folded(passed: Gated) -> None:
    shown = page(summary(passed, ROWS))
    assert {"details", "summary"} <= shown.tags
    assert shown.rows[-1] == [
        "R1", "each member decides", "transmit (exchange.py:3)", "OneLeader in 2 of 2", "transmit",
        "—", "x", "1",
    ]  # fmt: skip
    assert "details" not in page(summary(passed, ())).tags


def test_in_a_name_nothing_is_markup() -> None:
    cited = (Citation(ODD, Where("x.py", 1)),)
    row = Row(ODD, ODD, cited, {ODD: (1,)}, cited, cited, (ODD,), ())
    plain = page(summary(named("a", "b"), (replace(ROWS[0], name="R1"),)))
    shown = page(summary(named(ODD, ODD), (row,)))
    assert shown.tags == plain.tags
    assert f"corpus: kept traces, {SHOWN}: {SHOWN}, {SHOWN}:3" in shown.text
    assert shown.rows[-1] == [
        SHOWN, SHOWN, f"{SHOWN} (x.py:1)", f"{SHOWN} in 1 of 0", SHOWN, f"{SHOWN} (x.py:1)", SHOWN,
        "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "**b**", "__b__", "~~b~~", "`b`", "<b>b</b>", "![b](b)", "[b](b)", "<https://b>", "&lt;",
        "https://b.example", "www.b.example", "@b", "#1", "\\|", "|", "\\", "$b$", "<!--", "a\n# b",
    ],
)  # fmt: skip
def test_every_kind_of_markup_is_shown_as_it_is_written(name: str) -> None:
    text = summary(named(name, name), ())
    shown = page(text)
    assert shown.tags == page(summary(named("a", "a"), ())).tags
    flat = " ".join(name.split())
    assert f"kept traces, {flat}: {flat}, {flat}:3" in shown.text
    assert not any(mark in text for mark in ("https:/", "www.", "@", "$"))


def test_the_summary_is_never_longer_than_github_shows() -> None:
    gated = named("&" * 5000, "é" * 5000, count=300)
    gated = replace(gated, done=gated.done * 10)
    text = summary(gated, ROWS)
    assert BYTES_MAX * 0.99 < len(text.encode()) < BYTES_MAX
    assert "more would make this longer than GitHub shows." in text
    short = summary(named("a", "b", count=30_000), ROWS)
    assert BYTES_MAX - 300 < len(short.encode()) < BYTES_MAX
    many = summary(named("a", "b"), ROWS * 20_000)
    assert len(many.encode()) < BYTES_MAX
    assert many.endswith(
        "The table of the requirements would make this longer than GitHub shows.\n"
    )


def test_equal_gates_give_equal_text(failed: Gated) -> None:
    assert summary(failed, ROWS) == summary(replace(failed), ROWS)
    assert github.annotations(failed) == github.annotations(replace(failed))
