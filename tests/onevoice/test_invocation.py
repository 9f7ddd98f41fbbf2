"""The commands that are printed call the program as the user did."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from onevoice import invocation
from tests.onevoice.conftest import ROOT


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The program, as an installation puts it into a folder."""
    path = tmp_path / "bin of it" / "onevoice"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_program_on_the_path_is_called_by_its_name(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.setenv("PATH", str(script.parent))
    assert invocation.program() == "onevoice"


def test_a_program_elsewhere_is_called_by_its_whole_path(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["onevoice"])
    monkeypatch.chdir(script.parent)
    monkeypatch.setenv("PATH", "/nowhere")
    assert invocation.program() == f"'{script}'"


@pytest.mark.parametrize("version", [None, "0.1.0"])
def test_a_module_needs_its_sources_only_if_it_is_not_installed(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(ROOT / "onevoice" / "__main__.py")])
    monkeypatch.setattr(invocation, "version", lambda: version)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    called = invocation.program()
    assert called.endswith("/usr/bin/python3 -m onevoice")
    assert called.startswith("PYTHONPATH=") == (version is None)
