"""What tests of the page do with it, and the pictures that they keep.

Where ONEVOICE_SCREENSHOTS names a folder, `shot` writes pictures there, light and dark.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

FOLDER = "ONEVOICE_SCREENSHOTS"


def has_steps(page: Page, number: int) -> None:
    """Waits until the behaviour shown has so many steps."""
    expect(page.locator("#length")).to_have_text(f"{number} step{'' if number == 1 else 's'}")


def shot(page: Page, name: str) -> None:
    """Keeps a picture of the page, light and dark, if pictures are asked for."""
    if FOLDER not in os.environ:
        return
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.screenshot(path=folder / f"{name}-dark.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.screenshot(path=folder / f"{name}-light.png", full_page=True)
