"""Results as HTML for notebooks: self-contained, without script, light and dark.

A frontend that knows HTML (Jupyter, VS Code) prefers it to SVG, so that a result is HTML with the
diagram in it, while a counterexample is SVG as well, for frontends that only know pictures. Colours
are those of diagrams, and follow the theme of the frontend, or else the system's; as each result
has its own background, it can be read on any.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from onevoice.diagram.svg import stylesheet, svg
from onevoice.exits import Exit
from onevoice.web.report.markup import Markup, join, table, tag

if TYPE_CHECKING:
    from onevoice.diagram.diagram import Diagram

_LIGHT = '[data-jp-theme-light="true"] .ov, .vscode-light .ov'
_DARK = '[data-jp-theme-light="false"] .ov, .vscode-dark .ov'


def result(exit: Exit, asked: str, verdict: str, parts: Iterable[Markup], report: str) -> str:
    """A result.

    Args:
        exit: what came of it.
        asked: what was asked, in a few words.
        verdict: what came of it, in a line.
        parts: what is shown of it.
        report: the whole of it, as text.
    """
    sign, style = _sign(exit)
    return framed(
        tag("p", asked, class_="asked"),
        tag("p", f"{sign} {verdict}", class_=f"said {style}"),
        *parts,
        tag("details", tag("summary", "The whole report"), text(report)),
    )


def framed(*parts: Markup) -> str:
    """Parts in a frame, with their style."""
    style = Markup(_style())
    return tag("div", tag("style", style), *parts, class_="ov ov-result")


def text(lines: str) -> Markup:
    """Text whose blanks and ends of lines matter."""
    return tag("pre", lines, tabindex=0)


def picture(diagram: Diagram) -> Markup:
    """A diagram in a frame that can be scrolled with the keyboard."""
    return tag(
        "div", Markup(drawing(diagram)), class_="scroll", tabindex=0, role="group",
        aria_label="Sequence diagram",
    )  # fmt: skip


def drawing(diagram: Diagram) -> str:
    """A diagram as SVG; all outputs of a notebook are one page, so that its name is its own."""
    digest = hashlib.sha256(repr(diagram).encode()).hexdigest()[:12]
    return svg(diagram, f"ov{digest}")


def rows(
    caption: str,
    columns: Sequence[str],
    content: Iterable[tuple[Sequence[str], str]],
    verdict: int,
) -> Markup:
    """A table with a verdict in each row.

    Args:
        caption: what it shows.
        columns: the heads.
        content: the cells of each row, and the style of its verdict.
        verdict: the number of the column with the verdict.
    """

    def cell(number: int, said: str, style: str) -> Markup:
        if number == 0:
            return tag("th", said, scope="row")
        return tag("td", said, class_=style if number == verdict else None)

    made = (
        tag("tr", *(cell(number, said, style) for number, said in enumerate(cells)))
        for cells, style in content
    )
    return table(caption, columns, made)


def steps(taken: Sequence[str]) -> Markup:
    """Steps, numbered from 1."""
    return join([tag("ol", *(tag("li", step) for step in taken), class_="steps")] if taken else [])


def _sign(exit: Exit) -> tuple[str, str]:
    match exit:
        case Exit.HOLDS:
            return "✓", "good"
        case Exit.NOT_PROVED | Exit.LIMIT:
            return "?", "unsure"
        case _:
            return "✗", "bad"


def _style() -> str:
    """The style of results, with the colours of diagrams for each theme."""
    diagrams = stylesheet()
    light, dark = re.findall(r"\.ov \{([^}]*)\}", diagrams)[:2]
    own = (files("onevoice.api") / "result.css").read_text(encoding="utf-8")
    return f"{diagrams}{_LIGHT} {{{light}}}\n{_DARK} {{{dark}}}\n{own}"
