"""The help of a command shows how it is used, in lines that work as they stand."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from onevoice.cli import COMMANDS, cli


def command_of(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return command


def examples_of(name: str) -> list[str]:
    """The lines of a command's help that begin with our name, each on one line."""
    text = re.sub(r"\\\n\s*", "", command_of(name).help or "")
    return [line.strip() for line in text.splitlines() if line.strip().startswith("onevoice ")]


def parsed(line: str) -> click.Context:
    """A line as a command with its options, of which every value is what it must be."""
    words = shlex.split(line, comments=True)
    for sign in (">", ">>", "|", "&&"):
        words = words[: words.index(sign)] if sign in words else words
    command = command_of(words[1])
    return command.make_context(words[1], words[2:], parent=click.Context(cli))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_line_of_ours_in_a_help_can_be_pasted(name: str) -> None:
    for line in examples_of(name):
        parsed(line)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_examples(name: str) -> None:
    own = [line for line in examples_of(name) if line.startswith(f"onevoice {name}")]
    assert len(own) >= 2
    assert "Examples:" in (command_of(name).help or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_printed_as_they_are_written(name: str) -> None:
    command = command_of(name)
    shown = command.get_help(click.Context(command, info_name=name, terminal_width=80))
    for line in examples_of(name):
        assert line.split("\\")[0][:60].rstrip() in " ".join(shown.replace("\\\n", " ").split())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_can_be_told_to_print_without_colours(name: str) -> None:
    assert any("--plain" in param.opts for param in command_of(name).params)


def test_a_wrong_example_would_be_found() -> None:
    for line in ("onevoice check --grups 2", "onevoice graph --format dott", "onevoice show"):
        with pytest.raises(click.UsageError):
            parsed(line)
