"""The table of the requirements, with the evidence for each, linked to the lines that say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.web.report.markup import Markup, join, table, tag
from onevoice.web.report.tables import numbers, property_key

if TYPE_CHECKING:
    from onevoice.gate.rows import Citation, Row
    from onevoice.web.report.content import Content
    from onevoice.web.report.sources import Sources

_COLUMNS = (
    "Row", "Requirement", "Specified", "Checked (held in runs)", "Proved", "Implemented",
    "Conforms at scopes", "Caught if wrong", "Tested",
)  # fmt: skip
_CONFORMING = (("lockstep", "lockstep"), ("sessions", "sessions"))


def requirements(content: Content, sources: Sources) -> Markup:
    """The requirements R1 to R13, with the evidence for each."""
    body = [_row(content, row, sources) for row in content.rows]
    return table("The requirements, and the evidence for each", _COLUMNS, body, "requirements")


def _row(content: Content, row: Row, sources: Sources) -> Markup:
    asked = content.of_kind("proof")
    unproved = "not proved under all switches" if asked else "not asked here"
    return tag(
        "tr",
        tag("th", row.name, scope="row", id=f"row-{row.name}"),
        tag("td", row.requirement),
        _cited(row.specified, sources),
        _checked(content, row),
        _listed([tag("a", c.name, href="#proofs") for c in row.proved], unproved),
        _cited(row.implemented, sources),
        _conforms(content, row),
        _listed(row.caught, "no such member" if content.of_kind("wrong-members") else "not asked"),
        _tested(row.tested, sources),
    )


def _checked(content: Content, row: Row) -> Markup:
    """The properties that cite the row, with the runs in which they held."""
    total = len(content.shipped_asked)
    items = []
    for name, held in row.checked.items():
        link = tag("a", name, href=f"#{property_key(name)}")
        which = f": {numbers(held)}" if 0 < len(held) < total else ""
        text = f" {len(held)} of {total}{which}"
        items.append(join([link, tag("span", text, class_=None if held else "unsure")]))
    return _listed(items, "no property" if total else "nothing was searched")


def _conforms(content: Content, row: Row) -> Markup:
    """What says that the code does what the spec says, which is so of all of it at once."""
    if not row.implemented or not row.specified:
        return _listed((), "nothing to compare")
    items = []
    for kind, name in _CONFORMING:
        done = content.of_kind(kind)
        if not done:
            continue
        right = sum(each.found is not None and not each.wrong for each in done)
        bad = any(each.wrong for each in done)
        text = f"{name} {right} of {len(done)}"
        style = "bad" if bad else None if right == len(done) else "unsure"
        items.append(tag("a", text, href="#conformance", class_=style))
    return _listed(items, "not asked here")


def _tested(citations: Sequence[Citation], sources: Sources) -> Markup:
    if not citations:
        return _listed((), "no test cites it")
    listed = tag("ul", *(tag("li", sources.cited(each)) for each in citations))
    return tag("td", tag("details", tag("summary", words.count(len(citations), "test")), listed))


def _cited(citations: Sequence[Citation], sources: Sources) -> Markup:
    return _listed([sources.cited(each) for each in citations], "nothing cites it")


def _listed(items: Sequence[str], nothing: str) -> Markup:
    if not items:
        return tag("td", tag("span", nothing, class_="nothing"))
    return tag("td", tag("ul", *(tag("li", item) for item in items)))
