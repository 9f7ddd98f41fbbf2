"""A test that needs a program which is missing is skipped, but fails in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.onevoice.conftest import ROOT


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 error"), ("", "1 skipped")])
def test_a_marked_test_without_its_program(ci: str, outcome: str, tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text("import pytest\n@pytest.mark.needs_spin\ndef test_it(): pass\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml",
         "--rootdir", tmp_path, test],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert outcome in ran.stdout
    assert (ran.returncode != 0) == (ci == "true")
    assert "spin, cc" in ran.stdout
