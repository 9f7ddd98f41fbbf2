"""Checks and traces are tests only for whoever asks; nobody else pays for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

from onevoice.gate.inputs import PACKAGES
from onevoice.gate.plan import DEFAULT, read_plan
from tests.plugin.conftest import CORPUS, PLUGIN, RIGHT, ROOT, Pytest

TRACE = "OneLeader.itf.json"


@pytest.fixture(autouse=True)
def folder(pytester: pytest.Pytester, gate_toml: Callable[[str], Path]) -> Path:
    """A folder with a test, a gate and a trace."""
    pytester.makepyfile(test_one="def test_one(): pass")
    gate_toml(RIGHT)
    kept = next(iter(sorted(CORPUS.rglob("*.itf.json"))))
    (pytester.path / TRACE).write_bytes(kept.read_bytes())
    return pytester.path


def collected(result: pytest.RunResult) -> set[str]:
    return {line.partition("::")[0] for line in result.outlines if "::" in line}


def test_nothing_is_collected_without_asking(run: Pytest) -> None:
    assert collected(run("--collect-only", "-q")) == {"test_one.py"}


def test_what_is_named_is_collected(run: Pytest) -> None:
    result = run("--collect-only", "-q", "gate.toml", TRACE)
    assert collected(result) == {"gate.toml", TRACE}


def test_the_setting_collects_what_is_found(run: Pytest) -> None:
    result = run("--collect-only", "-q", "-o", "onevoice_collect=true")
    assert collected(result) == {"test_one.py", "gate.toml", TRACE}


def test_the_option_collects_another_gate_and_traces_that_are_found(
    run: Pytest, folder: Path
) -> None:
    (folder / "gate.toml").rename(folder / "small.toml")
    result = run("--collect-only", "-q", "--onevoice=small.toml")
    assert collected(result) == {"test_one.py", "small.toml", TRACE}


def test_the_option_in_the_settings_names_a_file_beside_them(
    run: Pytest, pytester: pytest.Pytester, folder: Path
) -> None:
    pytester.makeini("[pytest]\naddopts = --onevoice=gate.toml --onevoice-tier full")
    (folder / "inner").mkdir()
    result = run("--collect-only", "-q", "-m", "onevoice_full", inner="inner")
    assert "::storms::storms 3 to 4" in result.stdout.str()


def test_the_option_alone_takes_the_gate_that_is_shipped(run: Pytest) -> None:
    result = run("--collect-only", "-q", "test_one.py", "--onevoice", "-m", "onevoice")
    checks = read_plan(DEFAULT).of("quick")
    for check in checks:
        assert f"gate.toml::{check.kind}::{check.name}" in result.stdout.str()
    result.stdout.fnmatch_lines([f"{len(checks) + 1}/{len(checks) + 2} tests collected*"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--onevoice=gaet.toml",), "ERROR: --onevoice=gaet.toml: there is no such file*"),
        (("--onevoice", "test_one.py"), "*write it before the option: test_one.py --onevoice"),
        (("--onevoice-no-cache", "--onevoice-cache=a"), "ERROR: *leave one or the other out"),
        (("gate.toml", "--onevoice-budget", "soon"), "*'soon' is no time*"),
        (("gate.toml", "--onevoice-tier", "slow"), "*invalid choice: 'slow'*"),
    ],
)
def test_wrong_usage_is_said(words: tuple[str, ...], said: str, run: Pytest) -> None:
    result = run(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


def test_what_is_wrong_in_the_file_of_a_gate_is_said(
    run: Pytest, gate_toml: Callable[[str], Path]
) -> None:
    gate_toml('[[serch]]\ngroups = "2"')
    result = run("gate.toml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*gate.toml: there is no kind of check 'serch'*'search'?"])


def test_who_does_not_ask_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, pytest; code = pytest.main(sys.argv[1:]); "
        "print('\\n', *sorted(sys.modules)); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *PLUGIN, "-p", "no:cacheprovider", "test_one.py"],
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=pytester.path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(ran.stdout.splitlines()[-1].split())
    ours = {name for name in loaded if name.split(".")[0] in ("model", "onevoice", "traces")}
    assert ours == {"onevoice", "onevoice.pytest_plugin"}
    assert not loaded & {"click", "msgspec", "networkx", "numba", "numpy", "rich", "z3"}


def test_nothing_else_imports_the_plugin() -> None:
    first, *others = PACKAGES
    graph = grimp.build_graph(first, *others, include_external_packages=True, cache_dir=None)
    plugin = {"onevoice.pytest_plugin", *graph.find_descendants("onevoice.pytest_plugin")}
    assert len(plugin) > 3
    importers = {each for one in plugin for each in graph.find_modules_that_directly_import(one)}
    assert importers <= plugin
    assert graph.find_modules_that_directly_import("pytest") <= plugin
