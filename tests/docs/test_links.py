"""Every link within the project leads to a file, and to a heading of it. Nobody else is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands_in_text import ROOT
from tests.docs.pages import DOCS, OTHER_PAGES, PAGES, name_of

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^(`{3,}).*?^\1$|`[^`\n]+`", re.M | re.S)
ALL = [*PAGES, *OTHER_PAGES, ROOT / "CHANGELOG.md"]


def without_code(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What GitHub and MyST make of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", without_code(page), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for target in LINK.findall(without_code(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            found.append(target)
    return found


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](#one-two) [b](#three) [c](none.md) [d](https://x.org) `[e](f)`")
    assert broken(page) == ["#three", "none.md"]


def test_every_page_is_linked_from_the_index() -> None:
    """By its tables of contents, so that each page is in the navigation."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([\w/-]+)$", index, re.M))
    assert {str(page.relative_to(DOCS).with_suffix("")) for page in PAGES} - {"index"} == listed


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in ALL
        for target in LINK.findall(without_code(page))
    }
    pictures = set(DOCS.glob("images/*"))
    assert pictures
    assert pictures <= shown
    assert all(picture.stat().st_size < 100_000 for picture in pictures)
