"""Results that several tests look at, and the command line to compare them with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import onevoice
from onevoice import cli

VARIANT = "indicator-on-receipt-only"
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """Runs a command in an empty folder: its exit code, and what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.run([*words, "--plain"])
        return code, capsys.readouterr().out

    return run


@pytest.fixture(scope="session")
def violated() -> onevoice.Checked:
    """A search that finds two violations."""
    return onevoice.check("1+1j", failures=1, variant=VARIANT)


@pytest.fixture(scope="session")
def held() -> onevoice.Checked:
    """A search in which all holds, some of it vacuously."""
    return onevoice.check("2", failures=0)


def without_times(text: str) -> Any:
    """JSON without what differs from one run to the next, and without the files of traces."""

    def plain(value: Any) -> Any:
        match value:
            case dict():
                return {
                    key: plain(each)
                    for key, each in value.items()
                    if key not in ("seconds", "cached", "questions")
                    and not (key == "file" and str(each).endswith(".itf.json"))
                    and not (key == "file" and each is None)
                }
            case list():
                return [plain(each) for each in value]
            case _:
                return value

    return plain(json.loads(text))
