"""The hook for pre-commit calls a command that there is, whenever it has something to say."""

from __future__ import annotations

import re
import shlex
from typing import Any

import click
import yaml

from onevoice.cli import cli
from onevoice.gate.check import ROOT
from onevoice.gate.inputs import Inputs
from onevoice.gate.plan import DEFAULT, read_plan


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_hook_calls_the_gate_and_gives_it_no_files() -> None:
    program, *words = shlex.split(hook()["entry"])
    assert (program, words[0], hook()["pass_filenames"]) == ("onevoice", "gate", False)
    command = cli.get_command(click.Context(cli), "gate")
    assert command is not None
    context = command.make_context("gate", words[1:], parent=click.Context(cli))
    assert context.params["tier"] == "quick"
    command.make_context("gate", [*words[1:], "--config", "gate.toml"], parent=context)


def test_the_hook_runs_for_every_file_on_which_a_check_depends() -> None:
    matches, inputs = re.compile(hook()["files"]), Inputs()
    checks = read_plan(DEFAULT).checks
    names = {path.relative_to(ROOT).as_posix() for check in checks for path in inputs.files(check)}
    names |= {"pyproject.toml", "requirements.lock", DEFAULT.relative_to(ROOT).as_posix()}
    assert len(names) > 100
    assert [name for name in sorted(names) if not matches.search(name)] == []


def test_the_hook_does_not_run_for_words_alone() -> None:
    matches = re.compile(hook()["files"])
    assert not any(matches.search(name) for name in ("README.md", "docs/index.md", "LICENSE"))
