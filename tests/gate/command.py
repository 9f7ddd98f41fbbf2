"""Runs a small gate by the command line, in this process and in an empty folder."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.gate.small import Gate
from tests.onevoice.conftest import Ran, Run, onevoice

__all__ = ["gate", "onevoice"]


@pytest.fixture
def gate(onevoice: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Runs a gate that is written in TOML; what it finds is kept in a folder of the test."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def run(text: str, *words: str) -> Ran:
        file = tmp_path / "gate.toml"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        kept = () if "--no-cache" in words else ("--cache", str(tmp_path / "kept"))
        return onevoice("gate", "--config", str(file), *kept, *words)

    return run
