"""The report is opened from disk in Chromium, and stepped through with the keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.needs_chromium
DOUBLE = "indicator-on-receipt-only-AtMostOnce"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, which is not sandboxed: it opens nothing but the report."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, written: Path) -> Iterator[Page]:
    """The report, which must say nothing on its console and ask for nothing but itself."""
    said: list[str] = []
    asked: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    yield page
    page.close()
    assert said == []
    assert asked == [written.as_uri()]


def where(page: Page) -> str:
    return str(page.locator("article:not([hidden]) .where").inner_text())


def choose(page: Page) -> None:
    page.locator(f".heat a[href='#{DOUBLE}']").click()
    page.locator(f"#{DOUBLE} h3:focus").wait_for()


def test_a_number_of_the_heat_map_opens_its_counterexample(page: Page) -> None:
    choose(page)
    shown = page.locator("article:visible")
    assert shown.count() == 1
    assert shown.get_attribute("id") == DOUBLE
    assert where(page) == "Step 0 of 10"


def test_the_keys_step_forth_and_back(page: Page) -> None:
    choose(page)
    for key, step in (
        ("ArrowRight", 1), ("j", 2), ("ArrowDown", 3), ("ArrowLeft", 2), ("k", 1), ("ArrowUp", 0),
        ("ArrowLeft", 0), ("End", 10), ("ArrowRight", 10), ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert where(page) == f"Step {step} of 10"


def test_each_step_says_what_it_did_and_what_is_false(page: Page) -> None:
    choose(page)
    page.keyboard.press("End")
    said = page.locator("#said").inner_text()
    assert said.startswith("Step 10 of 10: deliver(a1, data, a1, v1) + delivered(a1, data, a1, v1)")
    assert "False here: AtMostOnce, transmissions." in said
    assert page.locator(".steps > li:visible").count() == 1
    now = page.locator(f"#{DOUBLE} .truths .now")
    assert now.first.inner_text() == "10"
    assert now.nth(1).inner_text() == "✗"


def test_the_drawing_shows_only_what_has_happened_so_far(page: Page) -> None:
    choose(page)
    later = page.locator(f"#{DOUBLE} .mark.later")
    marks = page.locator(f"#{DOUBLE} .mark").count()
    assert later.count() == marks
    page.keyboard.press("j")
    assert later.count() == marks - 1
    page.keyboard.press("End")
    assert later.count() == 0
    assert page.locator(f"#{DOUBLE} rect.row.now").get_attribute("data-row") == "10"


def test_the_state_that_is_shown_is_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 600})
    page.locator("a[href='#no-view-synchrony-Termination']").first.click()
    page.locator("#no-view-synchrony-Termination h3:focus").wait_for()
    for key in ("End", "Home"):
        page.keyboard.press(key)
        for frame, part in ((".stage", "rect.row.now"), (".told .scroll", "thead th.now")):
            shown = page.locator(f"article:visible {frame}")
            room, box = shown.bounding_box(), shown.locator(part).bounding_box()
            assert room is not None
            assert box is not None
            if frame == ".stage":
                assert room["y"] - 1 <= box["y"]
                assert box["y"] + box["height"] <= room["y"] + room["height"] + 1
            else:
                assert room["x"] - 1 <= box["x"]
                assert box["x"] + box["width"] <= room["x"] + room["width"] + 1


def test_buttons_do_the_same_and_rest_at_the_ends(page: Page) -> None:
    choose(page)
    buttons = page.locator(f"#{DOUBLE} .controls button")
    assert [buttons.nth(n).is_disabled() for n in range(4)] == [True, True, False, False]
    page.get_by_role("button", name="Next").click()
    assert where(page) == "Step 1 of 10"
    page.get_by_role("button", name="Last").click()
    assert [buttons.nth(n).is_disabled() for n in range(4)] == [False, False, True, True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_in_both_schemes(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    body = page.locator("body")
    ink, paper = (
        body.evaluate(f"e => getComputedStyle(e).{name}") for name in ("color", "backgroundColor")
    )
    one, other = sorted((luminance(ink), luminance(paper)))
    assert (other + 0.05) / (one + 0.05) > 7
    assert (luminance(paper) > 0.5) == (scheme == "light")


def test_a_line_that_is_named_is_unfolded_where_its_link_leads(page: Page) -> None:
    link = page.locator(".requirements a[href^='#src-']").first
    target = page.locator(link.get_attribute("href") or "")
    assert not target.is_visible()
    link.click()
    target.wait_for()
    room = target.bounding_box()
    assert room is not None
    assert 0 <= room["y"] < 720
    assert target.locator("mark").inner_text().strip().startswith(link.inner_text().split(":")[1])


def test_a_witness_can_be_stepped_through(page: Page) -> None:
    page.locator(".witnesses a").click()
    page.locator("article:visible h3:focus").wait_for()
    page.keyboard.press("End")
    last = page.locator("article:visible").get_attribute("data-last")
    assert where(page) == f"Step {last} of {last}"
    assert page.locator("article:visible .steps .bad:visible").count() == 0
    assert "judged here are true" in page.locator("#said").inner_text()


@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_is_wider_than_the_window_but_what_scrolls(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("name", "scheme", "width"), [
    ("light", "light", 1400), ("dark", "dark", 1400), ("narrow", "light", 400),
])  # fmt: skip
def test_screenshots_are_taken_if_a_folder_is_given(
    page: Page, name: str, scheme: Literal["light", "dark"], width: int
) -> None:
    folder = os.environ.get("ONEVOICE_SCREENSHOTS")
    if not folder:
        pytest.skip("ONEVOICE_SCREENSHOTS names no folder")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    choose(page)
    page.keyboard.press("End")
    page.screenshot(path=f"{folder}/report-{name}-trace.png")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=f"{folder}/report-{name}.png", full_page=True)


def luminance(colour: str) -> float:
    """The relative luminance of `rgb(r, g, b)`, as WCAG 2.2 defines it."""
    channels = [int(part) / 255 for part in colour.removeprefix("rgb(")[:-1].split(",")]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
