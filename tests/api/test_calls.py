"""`import onevoice` is cheap, its names are known, and a call neither prints nor swallows."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import onevoice
from model.search.native import engine
from onevoice import api

ROOT = Path(__file__).parents[2]


def run(code: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_importing_it_imports_nothing_of_ours() -> None:
    code = (
        "import sys; before = set(sys.modules); import onevoice; "
        "print(*sorted({n.split('.')[0] for n in set(sys.modules) - before}))"
    )
    assert set(run(code).split()) <= {"__future__", "importlib", "typing", "onevoice"} | (
        sys.stdlib_module_names - {"asyncio", "concurrent", "dataclasses"}
    )
    assert run("import sys, onevoice; print('onevoice.api' in sys.modules)") == "False"


def test_its_names_are_those_of_the_api() -> None:
    assert onevoice.__all__ == api.__all__
    assert set(onevoice.__all__) <= set(dir(onevoice))
    for name in onevoice.__all__:
        assert getattr(onevoice, name) is getattr(api, name)
    with pytest.raises(AttributeError, match="module 'onevoice' has no attribute 'chek'"):
        onevoice.chek  # noqa: B018


def test_a_command_of_the_same_name_is_not_in_the_way() -> None:
    code = (
        "from onevoice import cli; cli.run(['check', '--help']); cli.run(['replay', '--help']); "
        "import onevoice; print(callable(onevoice.check), callable(onevoice.replay))"
    )
    assert run(code).splitlines()[-1] == "True True"


@pytest.mark.parametrize("name", ["check", "prove", "conform", "replay"])
def test_every_option_is_documented(name: str) -> None:
    function = getattr(onevoice, name)
    said = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert f"\n    {parameter}: " in said, parameter
    for heading in ("Args:", "Returns:", "Raises:"):
        assert f"\n{heading}\n" in said


CALLS: list[Callable[[], Any]] = [
    lambda: onevoice.check("2", failures=0),
    lambda: onevoice.check("2", variant="shared-key"),
    lambda: onevoice.check("2", max_states=10),
    lambda: onevoice.conform("1+1", failures=0),
    lambda: onevoice.conform("1+1", failures=0, on="simulated"),
    lambda: onevoice.prove(only="Truthful", delivery="same-view", cache=False, jobs=1),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_prints_and_writes_nothing(
    call: Callable[[], Any],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("onevoice.report.terminal.LINE_EVERY_S", 0.0)
    call()
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())


def test_progress_is_told_on_standard_error_if_it_is_asked_for(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onevoice.report.terminal.LINE_EVERY_S", 0.0)
    onevoice.conform("1+1", failures=0, on="simulated", progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "Comparing: " in err
    assert " transitions" in err


def test_in_a_notebook_a_report_is_text_too(
    monkeypatch: pytest.MonkeyPatch, held: onevoice.Checked
) -> None:
    def display(*_: object) -> None:
        raise AssertionError("rich writes into the notebook")

    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr("rich.jupyter.display", display)
    assert "Model checking completed." in str(held)
    assert onevoice.check("2", failures=0, progress=True).holds


@pytest.mark.parametrize(
    ("place", "call"),
    [
        ("model.search.native.engine.NativeSearch.run", lambda: onevoice.check("2")),
        ("model.search.native.engine.NativeSearch.run", lambda: onevoice.conform("1+1")),
        ("proofs.induction.proved.prove", lambda: onevoice.prove(cache=False)),
    ],
)
def test_an_interrupt_comes_through(
    place: str, call: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    with pytest.raises(KeyboardInterrupt):
        call()


def test_want_of_memory_is_a_memory_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(engine.NativeSearch, "run", full)
    with pytest.raises(MemoryError, match="no state had been searched"):
        onevoice.check("2")
    assert not onevoice.conform("1+1").holds


def test_a_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"folder: .* is a file"):
        onevoice.check("2", folder=Path(__file__))
    assert onevoice.check("2", failures=0, folder=tmp_path / "states").holds
    assert (tmp_path / "states").is_dir()
