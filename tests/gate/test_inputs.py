"""What checks depend on: nothing is left out, and a change runs what it concerns, no more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onevoice.gate.check import ROOT
from onevoice.gate.checks.program import Program
from onevoice.gate.inputs import PACKAGES, Inputs
from onevoice.gate.plan import KINDS, read_plan

# No search: in another folder its kernels would have to be compiled again.
GATE = """
[[corpus]]
folder = "copy/traces/corpus/no-fifo"

[[storms]]
last = 2
"""


def names(kind: str) -> set[str]:
    """The files that a check of a kind depends on."""
    checks = [*read_plan().checks, Program(groups="2", command="node examples/member.mjs")]
    check = next(check for check in checks if check.kind == kind)
    return {path.relative_to(ROOT).as_posix() for path in Inputs().files(check)}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"logs"}))
def test_every_check_depends_on_the_spec_and_on_itself(kind: str) -> None:
    found = names(kind)
    assert {"model/protocol/exchange.py", "model/protocol/service.py", "model/interp.py"} <= found
    assert Path(sys.modules[KINDS[kind].__module__].__file__ or "").name in {
        Path(name).name for name in found
    }


def test_what_is_proved_or_searched_does_not_depend_on_the_implementation() -> None:
    for kind in ("search", "agreement", "proof", "bounded", "corpus"):
        assert not {name for name in names(kind) if name.startswith("impl/")}, kind
    assert not {name for name in names("search") if name.startswith("proofs/")}


def test_what_is_held_against_the_implementation_depends_on_it() -> None:
    for kind in ("lockstep", "wrong-members", "sessions", "storms", "program"):
        assert "impl/core/member.py" in names(kind), kind
    assert "impl/transports/simulated/storm.py" in names("storms")


def test_data_beside_the_modules_counts() -> None:
    assert "proofs/exchange/certificate.json" in names("proof")
    assert "examples/member.mjs" in names("program")
    assert any(name.endswith(".itf.json") for name in names("corpus"))


def test_what_a_check_imports_when_it_runs_was_seen() -> None:
    """Every module of ours that is imported while a check runs is among what it depends on."""
    text = (
        "import sys\n"
        "from model.search import Limits\n"
        "from onevoice.gate.check import ROOT\n"
        "from onevoice.gate.inputs import Inputs, PACKAGES\n"
        "from onevoice.gate.plan import KINDS\n"
        "class Watch:\n"
        "    def __call__(self, progress): pass\n"
        "    def say(self, far): pass\n"
        "check = KINDS['{kind}']({fields})\n"
        "before = set(sys.modules)\n"
        "check.judge(check.run(Limits(), Watch()))\n"
        "new = [m for n, m in sys.modules.items() if n not in before]\n"
        "ours = {{m.__file__ for m in new if m.__name__.split('.')[0] in PACKAGES}}\n"
        "print(sorted(ours - {{str(f) for f in Inputs().files(check)}}))\n"
    )
    for kind, given in {
        "agreement": "groups='1', failures=0",
        "storms": "last=2",
        "lockstep": "groups='1', failures=0",
        "corpus": "folder='traces/corpus/no-fifo'",
        "sessions": "groups='1', failures=0",
    }.items():
        done = subprocess.run(
            [sys.executable, "-c", text.format(kind=kind, fields=given)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.strip() == "[]", (kind, done.stdout, done.stderr)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[], list[str]]:
    """Runs the gate of a copy of the sources; returns the checks that were done."""
    root = tmp_path / "copy"
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for path in root.rglob("*"):
        os.utime(path, (1, 1))  # nothing was written after the gate began
    (tmp_path / "gate.toml").write_text(GATE)

    def run() -> list[str]:
        words = ["--config", "gate.toml", "--cache", "kept", "--plain"]
        done = subprocess.run(
            [sys.executable, "-m", "onevoice", "gate", *words],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 15), done.stdout + done.stderr
        return [
            " ".join(line.split()[1:3])
            for line in done.stdout.splitlines()
            if line.startswith("  ok ")
        ]

    return run


def edit(tmp_path: Path, name: str) -> None:
    """Changes a comment of a module."""
    path = tmp_path / "copy" / name
    path.write_text(path.read_text() + "\n# another remark\n")
    os.utime(path, (2, 2))


def test_after_a_change_of_the_core_only_what_depends_on_it_is_done(
    copy: Callable[[], list[str]], tmp_path: Path
) -> None:
    assert copy() == ["kept traces,", "storms 1"]
    assert copy() == []
    edit(tmp_path, "impl/core/member.py")
    assert copy() == ["storms 1"]
    edit(tmp_path, "model/protocol/exchange.py")
    assert copy() == ["kept traces,", "storms 1"]
    edit(tmp_path, "onevoice/report/stage.py")
    assert copy() == []
