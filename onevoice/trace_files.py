"""Trace files that the user names: completed, and the nearest one suggested if there is none.

Nothing of the traces is imported before a file is read.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.options import nearest_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from traces.counterexample import Counterexample
    from traces.witness import Witness

SUFFIX = ".itf.json"
_LISTED_MAX = 10_000  # entries of a folder


class TraceFile(click.Path):
    """The path of a trace file. Shells are offered folders, and the trace files in them."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        found = _offered(incomplete)
        # A shell takes what is offered alone for the end of the word, so a folder is entered.
        while len(found) == 1 and found[0].endswith("/") and (inner := _offered(found[0])):
            found = inner
        return [CompletionItem(path) for path in found]


def read_trace_file(path: Path) -> Counterexample | Witness:
    """Reads a trace file of either kind.

    Raises:
        TraceError: the file is missing, malformed, or does not fit the spec that it names.
    """
    from traces.counterexample import read_trace
    from traces.errors import TraceError

    try:
        return read_trace(path)
    except TraceError as error:
        near = nearest_of(path.name, _traces_beside(path)) if _is_missing(path) else None
        if near is None:
            raise
        advice = f"did you mean {path.with_name(near)}?"
        raise TraceError(error.problem, advice=advice, file=error.file) from None


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _traces_beside(path: Path) -> list[str]:
    try:
        names = [each.name for each in islice(path.parent.iterdir(), _LISTED_MAX)]
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(SUFFIX))


def _offered(incomplete: str) -> list[str]:
    """The folders and trace files whose paths begin so, as they are typed."""
    folder, slash, start = incomplete.rpartition("/")
    found = []
    try:
        entries = sorted(Path(f"{folder}{slash}" or ".").expanduser().iterdir())
        for entry in entries[:_LISTED_MAX]:
            if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
                continue
            if entry.is_dir():
                found.append(f"{folder}{slash}{entry.name}/")
            elif entry.name.endswith(SUFFIX):
                found.append(f"{folder}{slash}{entry.name}")
    except OSError:
        return []
    return found
