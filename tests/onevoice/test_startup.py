"""Help and wrong usage answer at once: nothing heavy is imported for them."""

from __future__ import annotations

import subprocess
import sys

from onevoice.cli import COMMANDS
from tests.onevoice.conftest import ROOT

HEAVY = {"networkx", "numba", "numpy", "rich", "scipy"}


def imported_by(*words: str) -> set[str]:
    code = (
        "import sys; from onevoice import cli; cli.run(sys.argv[1:]); "
        "print('\\n', *{name.split('.')[0] for name in sys.modules})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(ran.stdout.splitlines()[-1].split())


def test_help_imports_neither_the_model_nor_anything_heavy() -> None:
    helps = [[command, "--help"] for command in COMMANDS]
    for words in (["--help"], *helps, ["chek"]):
        assert not imported_by(*words) & {*HEAVY, "model", "traces"}


def test_a_wrong_name_is_refused_before_anything_heavy_is_imported() -> None:
    assert not imported_by("check", "--variant", "no-wating") & HEAVY
