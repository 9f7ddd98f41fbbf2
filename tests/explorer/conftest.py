"""The explorer as a user has it: the command, serving, and a page of a browser."""

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
from playwright.sync_api import Browser, Page, sync_playwright

REFUSED = re.compile("Failed to load resource: .* status of 400")  # the browser says so itself
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The command, serving; ended as a user ends it."""
    program = subprocess.Popen(
        [sys.executable, "-m", "onevoice", "explore", "--no-open", "--groups", "1+1", "--plain"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    try:
        said = re.fullmatch(r"Explorer: (http://127\.0\.0\.1:\d+/[\w-]+/)#groups=1\+1.*\n",
                            program.stdout.readline())  # fmt: skip
        assert said is not None
        yield said[1]
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 130
    finally:
        program.kill()
        program.communicate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of the system."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(url: str, browser: Browser) -> Iterator[Page]:
    """A page of a browser, which must log nothing and ask nobody but the server."""
    problems: list[str] = []
    found = browser.new_page()
    found.on("console", lambda m: None if REFUSED.match(m.text) else problems.append(m.text))
    found.on("pageerror", lambda error: problems.append(str(error)))
    ours = (url, "blob:", "data:")
    found.on("request", lambda r: None if r.url.startswith(ours) else problems.append(r.url))
    yield found
    found.close()
    assert problems == []
