"""The report: one HTML file that needs no network and opens from disk.

It says what came of the gate, and nothing else: `report_of` is a function of the gate's result and
of the files that this names. `content` is what it says, as values; `told` are the traces in it,
taken again by the interpreter. `page` lays all of it out, a module for each part: `checks`,
`tables`, `requirements`, `proofs`, `figures` (drawn by `plots`), `traces`, and `sources`, the lines
of the sources that are named. Scripts and styles are files beside them, put into the page as they
are. All text is escaped by `markup`, whatever it comes from; without its script the page still
says everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onevoice.gate.result import Gated
    from onevoice.gate.rows import Row


def report_of(
    gated: Gated,
    rows: Iterable[Row],
    version: str | None,
    say: Callable[[str], None] = lambda _: None,
) -> str:
    """The report as the text of an HTML file.

    Args:
        gated: what came of the gate.
        rows: the requirements, with the evidence that the gate has found.
        version: of the program; None if it is not installed.
        say: is told how far it is; to replay all kept traces takes half a minute.
    """
    # Whoever needs nothing but `markup` comes by here, too.
    from onevoice.web.report.content import content_of
    from onevoice.web.report.page import page

    return page(content_of(gated, rows, version, say))
