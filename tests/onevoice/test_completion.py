"""Shells are offered commands, options, and the values that there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from model.protocol import Variant
from onevoice.cli import COMMANDS, cli
from onevoice.options import property_names
from tests.onevoice.conftest import ROOT, Run


def offered(line: str) -> list[str]:
    """What is offered for the last word of a command line."""
    *words, incomplete = line.split(" ")
    completion = ShellComplete(cli, {}, "onevoice", "_ONEVOICE_COMPLETE")
    return [item.value for item in completion.get_completions(words[1:], incomplete)]


def test_commands_are_offered_with_what_they_do() -> None:
    assert offered("onevoice ") == list(COMMANDS)
    assert offered("onevoice sho") == ["show"]
    completion = ShellComplete(cli, {}, "onevoice", "_ONEVOICE_COMPLETE")
    assert [item.help for item in completion.get_completions([], "sho")] == [COMMANDS["show"]]


def test_options_are_offered() -> None:
    assert offered("onevoice check --gr") == ["--groups"]
    assert offered("onevoice --ver") == ["--version"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("onevoice check --variant ", [variant.value for variant in Variant]),
        ("onevoice check --variant no-v", ["no-view-synchrony"]),
        ("onevoice check --property ", property_names()),
        ("onevoice check --property At", ["AtMostOnce"]),
        ("onevoice check --reduce ", ["none", "order", "symmetry", "all"]),
        ("onevoice check --delivery ", ["sending-view", "same-view"]),
        ("onevoice replay x --on ", ["model", "core", "simulated", "local"]),
        ("onevoice replay x --members ship", ["shipped"]),
        ("onevoice conform --members ignores", ["ignores-indicator"]),
        ("onevoice graph --format ", ["dot", "graphml"]),
        ("onevoice completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_values_are_offered(line: str, values: list[str]) -> None:
    assert offered(line) == values


def test_after_an_unknown_command_nothing_is_offered() -> None:
    assert offered("onevoice chek --gr") == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with traces and other files, to be in."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.itf.json", "b.itf.json", "notes.txt", "kept/c.itf.json", "kept/deep/d.itf.json",
                 "alone/e.itf.json", ".hidden.itf.json"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize("command", ["show", "replay", "shrink"])
def test_trace_files_are_offered_and_folders_but_no_others(folder: Path, command: str) -> None:
    assert offered(f"onevoice {command} ") == ["a.itf.json", "alone/", "b.itf.json", "kept/"]
    assert offered(f"onevoice {command} b") == ["b.itf.json"]
    assert offered(f"onevoice {command} kept/") == ["kept/c.itf.json", "kept/deep/"]
    assert offered(f"onevoice {command} {folder}/k") == [
        f"{folder}/kept/c.itf.json", f"{folder}/kept/deep/",
    ]  # fmt: skip


def test_the_only_folder_is_entered_at_once(folder: Path) -> None:
    assert offered("onevoice show al") == ["alone/e.itf.json"]


def test_where_there_is_no_folder_nothing_is_offered(folder: Path) -> None:
    assert offered("onevoice show nowhere/x") == []
    assert offered("onevoice show notes.txt/") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_this_program(shell: str, onevoice: Run) -> None:
    ran = onevoice("completion", shell)
    assert ran.code == 0
    assert f"_ONEVOICE_COMPLETE={shell}_complete" in ran.out


def test_another_shell_is_refused(onevoice: Run) -> None:
    ran = onevoice("completion", "bsh")
    assert ran.code == 2
    assert "did you mean 'bash'?" in ran.err


def test_names_are_offered_without_anything_heavy() -> None:
    code = (
        "import sys; from click.shell_completion import ShellComplete\n"
        "from onevoice.cli import cli\n"
        "items = ShellComplete(cli, {}, '', '').get_completions(sys.argv[1:-1], sys.argv[-1]);"
        "print(*(i.value for i in items)); print(*{name.split('.')[0] for name in sys.modules})"
    )

    def imported_by(*words: str) -> set[str]:
        ran = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True,
                             text=True, check=True)  # fmt: skip
        values, modules = ran.stdout.splitlines()
        assert values
        return set(modules.split())

    for words in (["c"], ["check", "--gr"], ["show", "tr"]):
        assert not imported_by(*words) & {"model", "traces", "impl", "rich", "textual", "numpy"}
    for words in (["check", "--variant", "no"], ["check", "--property", "At"]):
        assert not imported_by(*words) & {"traces", "impl", "rich", "textual", "numba", "scipy"}
