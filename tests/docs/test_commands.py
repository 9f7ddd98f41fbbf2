"""Every command of the pages is one, does what is said, and prints what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from onevoice.cli import cli
from tests.commands_in_text import blocks, commands, files, is_shortened_from, script, typed_in
from tests.docs.pages import OTHER_PAGES, PAGES, TUTORIAL, name_of, saved_by_hand

OURS = re.compile(r"^(?:\.venv/bin/)?(onevoice [a-z].*)$", re.M)


def with_content(kind: str) -> list[Path]:
    """The pages that have commands to be run, or a script."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        runs = [each for each in commands(text) if not each.not_run]
        if runs if kind == "commands" else script(text)[0]:
            found.append(page)
    return found


def parse(words: tuple[str, ...]) -> None:
    """Reads a command line as the program does, and does nothing."""
    with click.Context(cli) as context:
        command = cli.get_command(context, words[0])
    assert command is not None, f"no command {words[0]!r}"
    command.make_context(words[0], list(words[1:]))


def expanded(words: tuple[str, ...], folder: Path) -> list[str]:
    """The words with the names of files in place of patterns, as a shell gives them."""
    found = []
    for word in words:
        is_pattern = "*" in word and word.endswith(".json")
        names = (
            sorted(str(path.relative_to(folder)) for path in folder.glob(word))
            if is_pattern
            else []
        )
        found += names or [word]
    return found


@pytest.mark.parametrize("page", [*PAGES, *OTHER_PAGES], ids=name_of)
def test_every_command_has_these_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for command in commands(text):
        parse(command.words)
    for block in blocks(text):
        unmarked = OURS.findall(block.text) if block.language == "" else []
        assert page in OTHER_PAGES or not unmarked, f"mark the block as `sh`: {unmarked}"
        for line in unmarked:
            for command in commands(f"```sh\n{line}\n```\n"):
                parse(command.words)


@pytest.mark.parametrize("page", with_content("commands"), ids=name_of)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name, content in files(text).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    if page == TUTORIAL:
        name, content = saved_by_hand()
        (tmp_path / name).write_text(content, encoding="utf-8")
    for command in commands(text):
        if command.not_run:
            continue
        done = typed_in(tmp_path, "-m", "onevoice", *expanded(command.words, tmp_path))
        said = f"line {command.line}: {' '.join(command.words)}\n{done.stdout}{done.stderr}"
        assert done.returncode == command.exit, said
        assert is_shortened_from(command.shown, done.stdout), said


@pytest.mark.parametrize("page", with_content("script"), ids=name_of)
def test_the_script_of_a_page_prints_what_it_says(page: Path, tmp_path: Path) -> None:
    code, shown = script(page.read_text(encoding="utf-8"))
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    done = typed_in(tmp_path, "page.py")
    assert done.returncode == 0, done.stderr
    assert is_shortened_from(shown, done.stdout), done.stdout


def test_the_pages_have_commands_and_scripts() -> None:
    assert len(with_content("commands")) >= 6
    assert len(with_content("script")) >= 4
