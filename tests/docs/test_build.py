"""The pages are built without a warning, and need nobody but themselves when they are looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.commands_in_text import ROOT

FETCHED = {"src", "srcset", "poster", "data"}
"""Attributes that a browser follows by itself; of `link`, `href` is one, too."""


class Requests(HTMLParser):
    """What a page has a browser ask for, as soon as it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        followed = FETCHED | ({"href"} if tag == "link" else set())
        self.found += [value for name, value in attrs if name in followed and value]
        if tag == "meta" and named.get("http-equiv"):
            self.found.append(named.get("content") or "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built as CI builds them."""
    folder = tmp_path_factory.mktemp("docs")
    command = [
        sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html",
        "-d", str(folder / "trees"), "docs", str(folder / "html"),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_no_page_asks_anybody_else(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        requests = Requests()
        requests.feed(page.read_text(encoding="utf-8"))
        asked = [url for url in requests.found if re.match(r"([a-z]+:)?//", url)]
        assert asked == [], page.name
    for sheet in built.rglob("*.css"):
        urls = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import ['\"]([^'\"]+)", sheet.read_text())
        asked = [url for pair in urls for url in pair if re.match(r"(https?:)?//", url)]
        assert asked == [], sheet.name


def test_the_reference_has_what_its_reader_looks_for(built: Path) -> None:
    def identifiers(page: str) -> set[str]:
        return set(re.findall(r'id="([\w.]+)"', (built / f"reference/{page}.html").read_text()))

    assert {"model.lang.spec.action", "model.lang.quantify.forall"} <= identifiers("language")
    assert {"model.search.check.check", "model.scope.Scope"} <= identifiers("search")
    assert {"impl.group.Group.send", "onevoice.check"} <= identifiers("application")
    assert {"proofs.induction.proof.corollary"} <= identifiers("proofs")
    assert {"traces.replay.replay"} <= identifiers("traces")


def test_single_backticks_and_examples_are_code(built: Path) -> None:
    page = (built / "reference" / "language.html").read_text(encoding="utf-8")
    assert "<cite>" not in page
    assert '<code class="code docutils literal notranslate">' in page
    assert re.search(r"<pre>.*class.*Lock.*Spec", page, re.S)
    assert "`" not in re.sub(r"<(script|style|pre).*?</\1>|<[^>]+>", "", page, flags=re.S)
