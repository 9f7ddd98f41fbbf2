"""The terminal: the one place where text, tables and progress leave the program.

Results go to standard output, progress and complaints to standard error. Without a terminal (in
CI, in a pipe) or with `--plain` there are no colours, and progress is a line every ten seconds.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from onevoice.report.words import size

if TYPE_CHECKING:
    from rich.status import Status

    from model.search import Progress
    from model.search.simulate import WalkProgress

LINE_EVERY_S = 10.0
_REDRAWN_EVERY_S = 0.1
_WIDTH_WITHOUT_TERMINAL = 120
_FILL = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)  # blanks, and codes of colour


class Terminal:
    """Where the output goes.

    Args:
        plain: no colours, and progress as plain lines.
        silent: nothing on standard output but `raw`, for JSON.
    """

    def __init__(self, plain: bool = False, silent: bool = False) -> None:
        self.silent = silent
        self.out = _console(plain, stderr=False)
        self.err = _console(plain, stderr=True)
        self.live = not plain and self.err.is_terminal and not self.err.is_dumb_terminal

    @property
    def width(self) -> int:
        return self.out.width

    def raw(self, text: str) -> None:
        """A text that must not be touched: JSON, or one for another program."""
        self.out.file.write(text if text.endswith("\n") else f"{text}\n")
        self.out.file.flush()

    def line(self, text: str | Text = "", style: str = "") -> None:
        """One line; a longer one is broken between words."""
        if not self.silent:
            self._print(Text(text, style) if isinstance(text, str) else text)

    def exact(self, text: str | Text, style: str = "") -> None:
        """One line that is never broken: to be copied, as a path or a command, or drawn."""
        if not self.silent:
            self._print(Text(text, style) if isinstance(text, str) else text, wrap=False)

    def hanging(self, head: str, items: str | Sequence[str], style: str = "") -> None:
        """Items after a head, further lines indented as far; no line is broken within an item.

        Args:
            head: what the first line begins with.
            items: texts that are not to be broken, or one text, to be broken between words.
            style: of the whole.
        """
        room = max(self.width - len(head), 20)
        lines = [""]
        for item in items.split() if isinstance(items, str) else items:
            longer = f"{lines[-1]} {item}" if lines[-1] else item
            if lines[-1] and len(longer) > room:
                lines.append(item)
            else:
                lines[-1] = longer
        for number, line in enumerate(lines):
            self.exact((head if number == 0 else " " * len(head)) + line, style)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names with what they are."""
        rows = list(rows)
        width = max(len(name) for name, _ in rows) + 2
        for name, text in rows:
            self.hanging(name.ljust(width), text)

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str | Text]],
        right: str = "",
        gap: int = 2,
    ) -> None:
        """A table.

        Args:
            columns: their heads.
            rows: a cell a column.
            right: a letter a column, `r` for numbers and `l` for text.
            gap: blanks between columns.
        """
        if self.silent:
            return
        table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
        for index, column in enumerate(columns):
            number = index < len(right) and right[index] == "r"
            table.add_column(
                column,
                justify="right" if number else "left",
                overflow="fold",
                no_wrap=number,
                min_width=2 if number else None,
            )
        for row in rows:
            table.add_row(*(Text(c) if isinstance(c, str) else c for c in row))
        self._print(table)

    def _print(self, what: RenderableType, wrap: bool = True) -> None:
        """Prints without the blanks that fill a line up."""
        with self.out.capture() as captured:
            self.out.print(what, soft_wrap=not wrap)
        self.out.file.write(_FILL.sub(r"\1", captured.get()))
        self.out.file.flush()

    def complain(self, text: str) -> None:
        """A line on standard error."""
        self.err.print(Text(text), soft_wrap=True)

    @contextmanager
    def progress(self, what: str) -> Iterator[Watcher]:
        """Shows how far a search is while the block runs.

        Args:
            what: what is searched, for the line.
        """
        if not self.live:
            yield Watcher(self, what, None)
            return
        with self.err.status(Text(what)) as status:
            yield Watcher(self, what, status)


class Watcher:
    """Says how far a search is, now and then."""

    def __init__(self, terminal: Terminal, what: str, status: Status | None) -> None:
        self.terminal, self.what, self.status = terminal, what, status
        self.said = time.monotonic()

    def __call__(self, progress: Progress | WalkProgress) -> None:
        if self._is_time():
            self._show(_far(progress))

    def say(self, far: str) -> None:
        """How far something else is than a search."""
        if self._is_time():
            self._show(far)

    def _is_time(self) -> bool:
        every = LINE_EVERY_S if self.status is None else _REDRAWN_EVERY_S
        now = time.monotonic()
        if now - self.said < every:
            return False
        self.said = now
        return True

    def _show(self, far: str) -> None:
        if self.status is not None:
            text = Text(f"{far}  {self.what}")
            text.truncate(self.terminal.err.width - 3, overflow="ellipsis")  # beside the spinner
            self.status.update(text)
        else:
            self.terminal.complain(f"{self.what}: {far}")


def _far(progress: Progress | WalkProgress) -> str:
    from model.search.simulate import WalkProgress

    if isinstance(progress, WalkProgress):
        return _walked(progress)
    rate = progress.states / progress.seconds if progress.seconds else 0.0
    frontier = progress.states - progress.expanded
    return (
        f"{progress.seconds:.0f} s  {progress.states:,} states ({rate:,.0f}/s)  "
        f"frontier {frontier:,}  depth {progress.depth}  {size(progress.memory_bytes)}"
    )


def _walked(progress: WalkProgress) -> str:
    rate = progress.steps / progress.seconds if progress.seconds else 0.0
    most = f" of {progress.walks_max:,}" if progress.walks_max is not None else ""
    return (
        f"{progress.seconds:.0f} s  {progress.walks:,}{most} walks  "
        f"{progress.steps:,} steps ({rate:,.0f}/s)"
    )


def _console(plain: bool, stderr: bool) -> Console:
    console = Console(
        stderr=stderr,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if plain else "auto",
        legacy_windows=False,
        force_jupyter=False,  # what is printed is text, and in a notebook, too
    )
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console
