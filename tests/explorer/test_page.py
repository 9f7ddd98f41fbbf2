"""The page, in a browser: what it shows, its keys, and that it asks nobody but its own server."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.explorer.browsing import has_steps, shot
from tests.explorer.walks import kept
from traces.counterexample import trace_from_text

pytestmark = pytest.mark.needs_chromium


def test_a_violation_is_found_by_hand(url: str, page: Page) -> None:
    found = kept("indicator-on-receipt-only/AtMostOnce")
    run = found.run
    page.goto(url)
    page.fill("input[name=groups]", run.groups)
    page.fill("input[name=failures]", str(run.failures))
    page.select_option("select[name=delivery]", run.delivery.value)
    page.select_option("select[name=variant]", "indicator-on-receipt-only")
    page.click("#scope button")
    expect(page.locator("#about")).to_contain_text("indicator-on-receipt-only")
    for number, step in enumerate(found.trace.steps, 1):
        expect(page.locator("#properties li.false").filter(has_text="AtMostOnce")).to_have_count(0)
        text = run.finite.describe(step)
        page.locator("#enabled li").filter(has=page.get_by_text(text, exact=True)).click()
        has_steps(page, number)
    violated = page.locator("#properties li.false").filter(has_text="AtMostOnce")
    expect(violated.locator(".reason")).to_contain_text("model/protocol/properties.py")
    expect(page.locator("#diagram .verdict")).to_contain_text("AtMostOnce")
    with page.expect_download() as saving:
        page.click("#save")
    assert trace_from_text(saving.value.path().read_text()).trace.steps == found.trace.steps


def test_keys_take_and_undo_steps_and_the_url_is_the_path(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0")
    has_steps(page, 0)
    expect(page.locator("#enabled [aria-selected=true]")).to_have_text("install(a1, v0)")
    page.keyboard.press("j")
    expect(page.locator("#enabled [aria-selected=true]")).to_have_text("install(b1, v0)")
    page.keyboard.press("Enter")
    has_steps(page, 1)
    assert page.url.endswith("&path=install.b1.v0")
    expect(page.locator("#state .fact.new").filter(has_text="installed")).to_have_count(1)
    page.keyboard.press("Enter")
    has_steps(page, 2)
    page.go_back()
    has_steps(page, 1)
    page.go_forward()
    has_steps(page, 2)
    page.reload()
    has_steps(page, 2)
    page.keyboard.press("u")
    has_steps(page, 1)
    page.keyboard.press("d")
    disabled = page.locator("#disabled li").filter(has_text="complete(a1, v0)")
    expect(disabled.locator(".reason")).to_contain_text("false: ")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_a_formula_is_explained_reached_and_asked(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0")
    has_steps(page, 0)
    page.keyboard.press("/")
    page.keyboard.type("∀ m: Member. sent(data, m, v0)")
    page.click("button[name=explain]")
    expect(page.locator("#answer")).to_contain_text("Members concerned: a1")
    page.click("button[name=until]")
    expect(page.locator("#answer")).to_contain_text("Reached after 4 steps.")
    has_steps(page, 4)
    page.click("button[name=explain]")
    expect(page.locator("#answer")).to_contain_text("It is true here.")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    has_steps(page, 3)
    expect(page.locator("#answer")).to_be_empty()
    page.fill("textarea", "∀ m: Member; v: View. ¬sent(ack, m, v)")
    page.click("button[name=ask]")
    expect(page.locator("#answer strong")).to_have_text("violated", timeout=30_000)
    shot(page, "asked")
    page.click("#answer a")
    expect(page.locator("#state .fact.new").filter(has_text="sent(ack)")).to_have_count(1)


def test_a_text_is_never_taken_for_markup(url: str, page: Page) -> None:
    mark = "<img src=x onerror=alert(1)>"
    page.goto(url + "#groups=1%2B1&failures=0&path=" + quote(mark))
    expect(page.locator("#problem")).to_contain_text("<img src=x")
    page.goto(url + "#groups=1%2B1&failures=0")
    has_steps(page, 0)
    page.fill("textarea", mark)
    page.click("button[name=explain]")
    expect(page.locator("#answer pre")).to_contain_text("<img src=x")
    expect(page.locator("img")).to_have_count(0)
