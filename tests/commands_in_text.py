"""What the project's texts tell their readers to type, and what they say comes of it.

A page is Markdown. In its fenced blocks

- `sh`: each line that begins with `onevoice` is a command, and is expected to end with exit code 0,
  or with what a comment behind it says: `# exit 12`. One that cannot be run in a test says why,
  in a comment that begins with `serves`, `needs` or `takes`; it must still be a command with these
  options.
- `console`: the same, behind a `$`; the lines after it are what it prints, shortened.
- `python`: the blocks of a page are one script, in their order. A `text` block right after one is
  what that script prints, shortened: all such blocks of the page one after the other.
- A block of any language that begins with a comment of nothing but a file's name, `# gate.toml`,
  is that file.

Shortened means that every line shown was printed, in this order; a line of dots says that something
was left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOT_RUN = ("serves ", "needs ", "takes ")
OTHERS = {"cd", "java", "make", "node", "pip", "python", "rumur", "spin", "sphinx-build", "sudo"}
"""What else a reader is told to type: programs of others, which no test runs."""

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<language>[\w-]*)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S
)
_FILE = re.compile(r"(?:#|//) ([\w./-]+\.\w+)\n")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        line: of the page, where its text begins, from 1.
        follows: nothing but blank lines is between the block before and this one.
    """

    language: str
    text: str
    line: int
    follows: bool

    @property
    def file(self) -> str | None:
        """The name of the file that it is, if it is one."""
        found = _FILE.match(self.text)
        return found[1] if found else None


@dataclass(frozen=True)
class Command:
    """A command line of ours.

    Attributes:
        words: after `onevoice`.
        exit: the code with which it must end.
        not_run: why no test runs it; "" if one does.
        shown: what it prints, shortened; "" if that is not shown.
        line: of the page.
    """

    words: tuple[str, ...]
    exit: int
    not_run: str
    shown: str
    line: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page that stand at the left margin."""
    found: list[Block] = []
    end = 0
    for match in _FENCE.finditer(page):
        line = page.count("\n", 0, match.start("text")) + 1
        follows = bool(found) and not page[end : match.start()].strip()
        found.append(Block(match["language"], match["text"], line, follows))
        end = match.end()
    return found


def files(page: str) -> dict[str, str]:
    """The files that a page has in it, by name."""
    return {block.file: block.text for block in blocks(page) if block.file is not None}


def script(page: str) -> tuple[str, str]:
    """The Python script of a page, and what it prints, shortened; both "" if it has none."""
    code, shown, after_code = "", "", False
    for block in blocks(page):
        is_code = block.language == "python" and block.file is None
        if is_code:
            code += block.text + "\n"
        elif block.language == "text" and block.follows and after_code:
            shown += block.text
        after_code = is_code
    return code, shown


def commands(page: str) -> list[Command]:
    """The command lines of ours on a page, in their order.

    Raises:
        ValueError: a line is neither ours nor one of `OTHERS`.
    """
    found = []
    for block in blocks(page):
        if block.language in ("sh", "console") and block.file is None:
            for typed, shown, line in _typed(block):
                words = shlex.split(typed, comments=True)
                if words and words[0] == "onevoice":
                    found.append(_command(words[1:], typed, shown, line))
                elif words and words[0] not in OTHERS:
                    raise ValueError(f"line {line}: what is {words[0]!r}?")
    return found


def _typed(block: Block) -> Iterator[tuple[str, str, int]]:
    """What is typed, what it prints, and the number of its line."""
    lines = list(enumerate(block.text.splitlines(), block.line))
    while lines:
        number, typed = lines.pop(0)
        if block.language == "console":
            if not typed.startswith("$ "):
                raise ValueError(f"line {number}: a `console` block begins with `$ `")
            typed = typed[2:]
        while typed.endswith("\\"):
            typed = typed[:-1] + lines.pop(0)[1]
        shown = []
        while block.language == "console" and lines and not lines[0][1].startswith("$ "):
            shown.append(lines.pop(0)[1])
        yield typed, "\n".join(shown), number


def _command(words: Sequence[str], typed: str, shown: str, line: int) -> Command:
    without = shlex.join(("onevoice", *words))
    comment = typed.rpartition(" # ")[2] if shlex.split(typed) != shlex.split(without) else ""
    code = re.fullmatch(r"exit (\d+)\b.*", comment)
    not_run = comment if comment.startswith(NOT_RUN) else ""
    return Command(tuple(words), int(code[1]) if code else 0, not_run, shown, line)


def is_shortened_from(shown: str, printed: str) -> bool:
    """Every line that is shown was printed, in this order."""
    lines = iter(line.rstrip() for line in printed.splitlines())
    return all(line.rstrip() in lines for line in shown.splitlines() if line.strip("."))


def typed_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in a folder as a reader of the pages would.

    Args:
        folder: where.
        words: of the command line, after `python`.
    """
    environment = {
        **os.environ,
        "COLUMNS": "100", "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
