"""What is said of an exported text: how the other checker is run on it, and what it counts.

All of it goes to standard error, for standard output may be the text itself.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from model.export import Format
from model.export.commands import CHECKERS, COUNTS, command
from onevoice.report.terminal import Terminal


def show_exported(
    terminal: Terminal, format: Format, names: list[str], folder: Path | None, left_out: list[str]
) -> None:
    """Says what was written and how to go on.

    Args:
        terminal: where to.
        format: the language of the text.
        names: of its files, the one that the checker reads first.
        folder: where they are; None if the text was printed.
        left_out: the properties that the text does not hold.
    """
    line = command(format, names[0])
    if folder is None:
        terminal.complain(f"Save it as {names[0]}; then run {CHECKERS[format]}:")
    else:
        written = ", ".join(str(folder / name) for name in names)
        terminal.complain(f"Wrote {written}. Run {CHECKERS[format]}:")
        line = f"cd {shlex.quote(str(folder))} && {line}"
    terminal.complain(f"  {line}")
    terminal.complain(f"If nothing is violated, {COUNTS[format]}.")
    if left_out:
        terminal.complain(f"Left out, for it cannot judge them: {', '.join(left_out)}.")
