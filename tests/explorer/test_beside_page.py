"""In a browser, a behaviour stands beside the implementation and beside logs, step by step."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from impl.core.variants import VARIANTS
from tests.explorer.browsing import has_steps, shot
from tests.explorer.logged import LOGS, REJECTED, lines, written
from tests.explorer.walks import CORPUS

pytestmark = pytest.mark.needs_chromium


def opened(page: Page, *paths: Path | str) -> None:
    """Chooses files in the dialog that `Open…` shows."""
    with page.expect_file_chooser() as choosing:
        page.click("#open")
    choosing.value.set_files([str(path) for path in paths])


def file_of(name: str) -> Path:
    return min(CORPUS.glob(f"{name}_*.itf.json"))


def begun(page: Page, url: str) -> None:
    page.goto(url + "#groups=1%2B1&failures=0")
    has_steps(page, 0)


def selected(page: Page) -> str:
    return page.locator("#rows [aria-selected=true]").inner_text()


def test_a_counterexample_that_is_opened_differs_from_members_that_are_right(
    url: str, page: Page
) -> None:
    begun(page, url)
    opened(page, file_of("indicator-on-receipt-only/AtMostOnce"))
    has_steps(page, 10)
    shot(page, "counterexample")
    page.click("#compare")
    expect(page.locator("#beside-verdict")).to_contain_text("No difference")
    expect(page.locator("#rows li.same")).to_have_count(11)
    expect(page.locator("#first")).to_be_hidden()
    page.select_option("#with-members select", "shipped")
    verdict = page.locator("#beside-verdict")
    expect(verdict).to_have_text(
        "First difference after 2 steps: a1 differs in the indicator: set in the implementation, "
        "clear by the specification."
    )
    expect(page.locator("#rows li.different")).to_have_count(1)
    expect(page.locator("#rows li.unknown")).to_have_count(8)
    assert "transmit(a1, v0)" in selected(page)
    assert "first difference" in selected(page)
    detail = page.locator("#step-detail")
    expect(detail.locator(".differs dd").nth(0)).to_have_text("clear")
    expect(detail.locator(".differs dd").nth(1)).to_have_text("set")
    expect(detail.locator("td.different")).to_have_count(1)
    expect(detail.locator("td.different")).to_have_text("model: clearimplementation: set")
    bad = page.locator("#beside-diagram rect.row.bad")
    expect(bad).to_have_attribute("data-row", "2")
    shot(page, "first-difference")


def test_the_keys_step_through_both_and_the_diagram_follows(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0&path=install.a1.v0~transmit.a1.v0~acknowledge.a1.v0")
    has_steps(page, 3)
    page.keyboard.press("c")
    expect(page.locator("#rows")).to_be_focused()
    now = page.locator("#beside-diagram rect.row.now")
    for key, number in [("j", 1), ("ArrowDown", 2), ("j", 3), ("j", 3), ("k", 2), ("ArrowUp", 1)]:
        page.keyboard.press(key)
        expect(now).to_have_attribute("data-row", str(number))
        expect(page.locator("#rows [aria-selected=true] .number")).to_have_text(str(number))
        active = page.locator("#rows").get_attribute("aria-activedescendant")
        expect(page.locator("#rows [aria-selected=true]")).to_have_id(str(active))
    page.keyboard.press("j")
    detail = page.locator("#step-detail")
    expect(detail.locator(".both")).to_contain_text("+ sent(data, a1, v0)")
    expect(detail.locator(".both")).to_contain_text("a1 transmits, as is due")
    expect(detail.locator(".both")).to_contain_text("a1: the indicator: clear → set")
    page.locator("#beside-diagram rect.row").first.click(position={"x": 8, "y": 8})
    expect(page.locator("#rows [aria-selected=true] .number")).to_have_text("0")
    page.keyboard.press("Escape")
    expect(page.locator("#beside")).to_be_hidden()
    expect(page.locator("#enabled")).to_be_focused()
    has_steps(page, 3)


def test_another_path_ends_the_comparison(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0&path=install.a1.v0")
    has_steps(page, 1)
    page.keyboard.press("c")
    expect(page.locator("#beside")).to_be_visible()
    page.goto(url + "#groups=1%2B1&failures=0")
    expect(page.locator("#beside")).to_be_hidden()
    has_steps(page, 0)


def test_logs_that_are_accepted_stand_beside_the_steps_that_they_show(
    url: str, page: Page, tmp_path: Path
) -> None:
    begun(page, url)
    opened(page, *written(tmp_path, LOGS))
    expect(page.locator("#beside-verdict")).to_contain_text("Accepted: ")
    rows = page.locator("#rows li")
    for number, step in enumerate(("initial state", "install(m1#01", "transmit(m1#01")):
        expect(rows.nth(number).locator(".name")).to_contain_text(step)
    expect(rows.nth(2).locator(".done")).to_have_text("m1#01, event 2: transmit")
    unseen = page.locator("#rows li.unseen")
    assert unseen.count() > 0
    expect(unseen.first.locator(".done")).to_have_text("in no log")
    page.keyboard.press("j")
    expect(page.locator("#step-detail")).to_contain_text("m1#01, event 1: install view")
    expect(page.locator("#beside-diagram rect.row.now")).to_have_attribute("data-row", "1")
    assert page.locator("#behaviour option").count() > 1
    page.select_option("#behaviour", "1")
    expect(page.locator("#rows [aria-selected=true] .number")).to_have_text("0")
    expect(page.locator("#save")).to_be_disabled()
    shot(page, "logs-accepted")
    page.keyboard.press("Escape")
    expect(page.locator("#save")).to_be_enabled()


def test_logs_that_are_not_accepted_show_the_first_difference(
    url: str, page: Page, tmp_path: Path
) -> None:
    begun(page, url)
    opened(page, *written(tmp_path, REJECTED))
    expect(page.locator("#beside-verdict")).to_contain_text("Not accepted")
    last = page.locator("#rows li").last
    expect(last).to_have_class("different")
    expect(last).to_have_attribute("aria-selected", "true")
    expect(last.locator(".done")).to_contain_text(": transmit")
    detail = page.locator("#step-detail")
    expect(detail).to_contain_text("is not enabled: ¬indicator(m) is false")
    expect(detail).to_contain_text("What the specification allows there")
    expect(last).to_be_in_viewport()
    shot(page, "logs-not-accepted")


def test_what_is_left_out_of_logs_can_be_said_afterwards(
    url: str, page: Page, tmp_path: Path
) -> None:
    thin = {
        life: [
            {k: v for k, v in e.items() if k != "seq"} for e in events if e["event"] != "deliver"
        ]
        for life, events in LOGS.items()
    }
    (tmp_path / "one.json").write_text(lines(thin))
    begun(page, url)
    opened(page, tmp_path / "one.json")
    expect(page.locator("#beside-verdict")).to_contain_text("Not accepted")
    page.get_by_label("deliver", exact=True).check()
    page.get_by_text("Validate again").click()
    expect(page.locator("#beside-verdict")).to_contain_text("Accepted: ")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.jsonl", "nothing\n", "x.jsonl: line 1: the line is no JSON"),
        ("x.jsonl", "", "no event that could be held against the specification"),
        ("x.itf.json", "{}", "lacks"),
        ("x.jsonl", " " * (9 << 20), "more than the 8,388,608 that are read here"),
        ("x.itf.json", " " * (9 << 20), "more than the 8,388,608 that are read here"),
        ("x.jsonl", "{}\n" * 20_001, "x.jsonl: there are more than 20,000 events"),
    ],
)
def test_what_cannot_be_opened_is_said(
    url: str, page: Page, tmp_path: Path, name: str, content: str, problem: str
) -> None:
    begun(page, url)
    (tmp_path / name).write_text(content)
    opened(page, tmp_path / name)
    expect(page.locator("#problem")).to_contain_text(problem)
    expect(page.locator("#beside")).to_be_hidden()


def test_a_path_is_saved_as_mermaid_text(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0&path=install.a1.v0~transmit.a1.v0")
    has_steps(page, 2)
    with page.expect_download() as saving:
        page.click("#mermaid")
    assert saving.value.suggested_filename.endswith("_2.mmd")
    text = saving.value.path().read_text()
    assert text.startswith("sequenceDiagram\n  participant m0 as a1 (A)\n")
    assert "  Note over m0: 2 sends data v0\n" in text


def test_the_page_can_be_used_without_seeing_it(url: str, page: Page) -> None:
    page.goto(url + "#groups=1%2B1&failures=0&path=install.a1.v0")
    has_steps(page, 1)
    page.get_by_role("button", name=re.compile("^Compare with the implementation")).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("No difference")
    rows = page.get_by_role("listbox", name="Model beside implementation")
    expect(rows).to_be_focused()
    expect(rows.get_by_role("option")).to_have_count(2)
    expect(rows.get_by_role("option", name="the same on both sides")).to_have_count(2)
    expect(page.get_by_role("combobox", name="members")).to_be_visible()
    assert page.locator("#with-members option").all_inner_texts() == ["shipped", *VARIANTS]
    for control in page.locator("button:visible, select:visible, input:visible").all():
        handle = control.element_handle()
        assert handle.evaluate("e => (e.labels?.length ?? 0) > 0 || e.innerText.trim() !== ''")


def test_a_name_in_a_log_is_never_taken_for_markup(url: str, page: Page, tmp_path: Path) -> None:
    text = lines(LOGS).replace("m1#", json.dumps("<img src=x onerror=alert(1)>")[1:-1] + "#")
    (tmp_path / "x.jsonl").write_text(text)
    begun(page, url)
    opened(page, tmp_path / "x.jsonl")
    expect(page.locator("#beside-verdict")).to_be_visible()
    expect(page.locator("#beside img")).to_have_count(0)
    expect(page.locator("#rows")).to_contain_text("<img src=x")
