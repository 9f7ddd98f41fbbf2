"""Whatever is malformed is rejected at the line that is wrong, and told what to write instead.

The cases stand in the Markdown files beside this one.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from model.lang import SpecError, stage

HERE = "# HERE"
FILES = ("malformed.md", "malformed_declarations.md")
HEAD = "from model.lang import *\nfrom tests.lang.good import *\n\n\n"
CASE = re.compile(r"^### (?P<title>.*)\n(?P<body>(?:(?!^##).*\n)*)", re.MULTILINE)
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FLAW = re.compile(r"^Flaw: (.*)$", re.MULTILINE)
SAID = re.compile(r"(?:^> .*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A malformed text, and what is said of it: nothing yet, if it was just written."""

    file: Path
    title: str
    text: str
    said: str
    flaw: str | None


def cases() -> list[Case]:
    found = []
    for name in FILES:
        file = Path(__file__).with_name(name)
        for match in CASE.finditer(file.read_text(encoding="utf-8")):
            body = match["body"]
            (text,) = BLOCK.findall(body)
            flaw, said = FLAW.search(body), SAID.search(body)
            found.append(
                Case(
                    file,
                    match["title"],
                    text,
                    "" if said is None else unquoted(said[0]),
                    None if flaw is None else flaw[1],
                )
            )
    return found


def unquoted(block: str) -> str:
    return " ".join(line.removeprefix("> ") for line in block.splitlines())


def wrapped(text: str) -> str:
    """A block quote of lines of at most 100 characters."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > 97:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "".join(f"> {line}\n" for line in lines)


def marked(case: Case) -> object:
    reason = case.flaw or ""
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if case.flaw is not None else []
    return pytest.param(case, id=case.title, marks=marks)


def staged(text: str, file: Path) -> ModuleType:
    """Imports a module of this text, and stages its class `Bad`, if it has one."""
    file.write_text(text, encoding="utf-8")
    name = f"malformed_{file.stem}"
    place = importlib.util.spec_from_file_location(name, file)
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules[name] = module
    try:
        place.loader.exec_module(module)
        if hasattr(module, "Bad"):
            stage(module.Bad())
    finally:
        del sys.modules[name]
    return module


def rewrite(case: Case, said: str) -> None:
    text = case.file.read_text(encoding="utf-8")
    (match,) = (m for m in CASE.finditer(text) if m["title"] == case.title)
    body = SAID.sub("", match["body"]).rstrip() + "\n\n" + wrapped(said) + "\n"
    new = text[: match.start("body")] + body + text[match.end() :]
    case.file.write_text(new.rstrip() + "\n", encoding="utf-8")


@pytest.mark.parametrize("case", [marked(case) for case in cases()])
def test_a_malformed_spec_is_rejected_where_it_is_wrong(
    case: Case, tmp_path: Path, update_golden: bool
) -> None:
    file = tmp_path / "case.py"
    text = HEAD + case.text
    (offence,) = (n for n, line in enumerate(text.splitlines(), 1) if HERE in line)
    with pytest.raises(SpecError) as error:
        staged(text, file)
    assert (error.value.where.file, error.value.where.line) == (str(file), offence)
    assert str(error.value) == f"{file}:{offence}: {error.value.problem}"
    assert " object at 0x" not in error.value.problem, "it says nothing to the reader"
    if update_golden and case.flaw is None:
        rewrite(case, error.value.problem)
    elif case.flaw is None:
        assert error.value.problem == case.said


def test_what_the_cases_extend_is_well_formed() -> None:
    from tests.lang.good import Good

    staged = stage(Good())
    assert not staged.switched_off


def test_titles_are_unique() -> None:
    titles = [case.title for case in cases()]
    assert len(set(titles)) == len(titles)
