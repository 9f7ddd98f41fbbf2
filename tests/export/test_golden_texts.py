"""The exported texts of small specs, for a person to review: UPDATE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model.export import EXPORTERS, Format, export
from tests.export.cases import CLASSICS, EXCHANGES, Case

GOLDEN = Path(__file__).parent / "golden"
SMALL: dict[str, Case] = {
    "two_phase_commit": CLASSICS["two-phase commit"],
    "lock_server": CLASSICS["lock server"],
    "ring_leader": CLASSICS["twins on a ring"],
    "exchange": EXCHANGES["1+1"],
}
TEXTS = [
    pytest.param(name, format, id=f"{name} {format}") for name in SMALL for format in EXPORTERS
]


@pytest.mark.parametrize(("name", "format"), TEXTS)
def test_the_text_is_the_one_that_was_reviewed(name: str, format: Format) -> None:
    for file, text in export(SMALL[name](), format).items():
        golden = GOLDEN / f"{name}{Path(file).suffix}"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            golden.write_text(text)
        assert golden.is_file(), f"{golden} is missing: run with UPDATE_GOLDEN=1, and review it"
        assert text == golden.read_text(), "UPDATE_GOLDEN=1 rewrites it: review the difference"


@pytest.mark.parametrize(("name", "format"), TEXTS)
def test_an_export_is_plain_text_in_short_lines(name: str, format: Format) -> None:
    for text in export(SMALL[name](), format).values():
        assert text.isascii()
        assert text.endswith("\n")
        assert all(len(line) <= 100 and line == line.rstrip() for line in text.splitlines())
        assert "\0" not in text


def test_no_golden_text_is_left_over() -> None:
    written = {
        f"{name}{Path(file).suffix}"
        for name, case in SMALL.items()
        for format in EXPORTERS
        for file in export(case(), format)
    }
    assert {file.name for file in GOLDEN.iterdir()} == written
