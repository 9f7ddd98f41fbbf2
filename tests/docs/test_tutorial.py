"""The tutorial's clicks, read from its text, do in a browser what it says.

With ONEVOICE_SCREENSHOTS=DIR its pictures are written there:

    ONEVOICE_SCREENSHOTS=docs/images python -m pytest tests/docs/test_tutorial.py
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.commands_in_text import ROOT
from tests.docs.pages import Item, explore_command, items, saved_by_hand

SIZE = ViewportSize(width=1400, height=700)
PICTURE_HEIGHT = 480


@pytest.fixture
def url() -> Iterator[str]:
    """The explorer as the tutorial starts it."""
    words = [*explore_command().words, "--no-open", "--plain"]
    program = subprocess.Popen(
        [sys.executable, "-m", "onevoice", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    try:
        said = re.match(r"Explorer: (\S+)", program.stdout.readline())
        assert said is not None
        yield said[1]
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 130
    finally:
        program.kill()
        program.communicate()


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    """The page, which must log nothing and ask nobody but its server."""
    problems: list[str] = []
    ours = (url.partition("#")[0], "blob:", "data:")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox"]
        )
        found = browser.new_page(viewport=SIZE, color_scheme="light")
        found.on("console", lambda message: problems.append(message.text))
        found.on("pageerror", lambda error: problems.append(str(error)))
        found.on(
            "request",
            lambda asked: None if asked.url.startswith(ours) else problems.append(asked.url),
        )
        found.goto(url)
        yield found
        browser.close()
    assert problems == []


def follow(page: Page, item: Item, length: int) -> int:
    """Does what an item says.

    Args:
        page: of the explorer.
        item: of the tutorial.
        length: the steps of the behaviour so far.

    Returns:
        Its steps now.
    """
    if item.step is not None:
        listed = page.locator("#enabled li").filter(has=page.get_by_text(item.step, exact=True))
        listed.click()
        length += 1
    elif item.variant is not None:
        page.select_option("select[name=variant]", label=item.variant)
        page.click("#scope button")
        length = 0
    elif item.saves:
        with page.expect_download() as saving:
            page.click("#save")
        download = saving.value
        saved = (download.suggested_filename, download.path().read_text(encoding="utf-8"))
        name, text = saved_by_hand()
        assert saved[0] == name
        assert saved[1].partition('"found_by"')[0] == text.partition('"found_by"')[0]
    elif item.disabled is not None:
        page.click("#disabled summary")
        page.fill("#filter", item.disabled)
        disabled = page.locator("#disabled li").filter(has_text=item.disabled)
        _, conjunct, valuation = item.quoted
        expect(disabled.locator(".reason")).to_contain_text(f"false: {conjunct}")
        expect(disabled.locator(".reason")).to_contain_text(valuation)
    else:
        raise AssertionError(f"what is to be done? {item.text}")
    expect(page.locator("#length")).to_have_text(f"{length} step{'' if length == 1 else 's'}")
    return length


def take_picture(page: Page, item: Item, file: Path) -> None:
    """Keeps the diagram, with the steps or the properties, whichever the item speaks of."""
    page.mouse.move(0, 0)
    sections = ("#walk", "#middle") if item.disabled else ("#middle", "#right")
    first, last = (page.locator(section).bounding_box() for section in sections)
    assert first is not None
    assert last is not None
    width = last["x"] + last["width"] - first["x"]
    page.screenshot(
        path=file,
        clip={"x": first["x"], "y": first["y"], "width": width, "height": PICTURE_HEIGHT},
    )


@pytest.mark.needs_chromium
def test_the_clicks_of_the_tutorial_do_what_it_says(page: Page) -> None:
    length, red = 0, frozenset[str]()
    for item in items():
        length = follow(page, item, length)
        red = item.reddens | (red if length else frozenset())
        names = page.locator("#properties li.false .name")
        expect(names).to_have_count(len(red))
        assert set(names.all_inner_texts()) == red
        folder = os.environ.get("ONEVOICE_SCREENSHOTS")
        if item.picture and folder:
            take_picture(page, item, Path(folder) / f"{item.picture}.png")


def test_the_items_of_the_tutorial_are_numbered_and_each_is_understood() -> None:
    found = items()
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    understood = [item.step or item.variant or item.disabled or item.saves for item in found]
    assert all(understood)
    assert frozenset().union(*(item.reddens for item in found)) == {"transmissions", "AtMostOnce"}


def test_what_the_tutorial_says_of_a_step_comes_of_it() -> None:
    """Without a browser: the names that it quotes are what the reader will see."""
    name, text = saved_by_hand()
    saved = next(item for item in items() if item.saves)
    assert name in saved.quoted
    assert '"property": "AtMostOnce"' in text
