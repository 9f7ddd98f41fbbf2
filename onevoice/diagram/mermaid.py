"""A diagram as the text of a Mermaid `sequenceDiagram`, which many wikis and forges draw.

Mermaid draws a message as one horizontal arrow, so it stands where it arrives, and where it was
sent there is a note. Every text begins with the number of its step.

A text may be anything: what is no ASCII letter or digit is written as an entity (`#59;`), but for
blanks and `. ( ) -`, which mean nothing there. So no name can end a line, begin a directive or be
taken for an arrow; and `end`, which ends a block wherever it stands, is written with an entity, too
(Mermaid's documentation of sequence diagrams, "Entity codes to escape characters", and its note on
the word "end").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from onevoice.diagram.diagram import Arrow, Diagram, Mark, Row, Sign

_PLAIN = re.compile(r"[A-Za-z0-9 .()-]")
_END = re.compile(r"\be(?=nd\b)", re.IGNORECASE)


def mermaid(diagram: Diagram) -> str:
    """A diagram as Mermaid text.

    Args:
        diagram: what to write.

    Returns:
        Lines of ASCII, whatever the names in it are.
    """
    lines = ["sequenceDiagram"]
    for number, lane in enumerate(diagram.lanes):
        brings = f" ({lane.brings})" if lane.brings else ""
        lines.append(f"  participant {_lane(number)} as {written(lane.name + brings)}")
    lines.append(_over_all(diagram, diagram.title))
    loop = diagram.loop
    is_round = loop is not None and loop.row > loop.back_to
    for row in diagram.rows:
        lines += _row(diagram, row)
        if loop is not None and is_round and row.number == loop.back_to:
            lines.append("  loop for ever")
    if is_round:
        lines.append("  end")
    elif loop is not None:
        lines.append(_over_all(diagram, "it rests here for ever"))
    if diagram.verdict:
        lines.append(_over_all(diagram, f"✗ {diagram.verdict}"))
    return "\n".join(lines) + "\n"


def written(text: str) -> str:
    """A text as Mermaid reads it back, whatever is in it; blanks at its ends are kept."""
    ends = {match.start() for match in _END.finditer(text)}
    found = "".join(
        sign if _PLAIN.fullmatch(sign) and number not in ends else f"#{ord(sign)};"
        for number, sign in enumerate(text)
    )
    head, tail = len(found) - len(found.lstrip()), len(found) - len(found.rstrip())
    if not found.strip():
        return "#32;" * max(len(found), 1)
    return "#32;" * head + found.strip() + "#32;" * tail


def _row(diagram: Diagram, row: Row) -> Iterator[str]:
    """The statements of one row."""
    said = False
    if row.view:
        said = True
        yield _over_all(diagram, f"{row.number} view {row.view}")
    for mark in diagram.marks:
        if mark.row == row.number:
            said = True
            yield _mark(mark)
    for arrow in diagram.arrows:
        if arrow.delivered == row.number:
            said = True
            yield _arrow(arrow)
    if not said and row.number:
        yield _over_all(diagram, f"{row.number} {row.step}")


def _mark(mark: Mark) -> str:
    return f"  Note over {_lane(mark.lane)}: {written(f'{mark.row} {_said(mark)}')}"


def _said(mark: Mark) -> str:
    match mark.sign:
        case Sign.INSTALL:
            return f"installs {mark.label}"
        case Sign.TRANSMIT | Sign.ACKNOWLEDGE:
            return f"sends {mark.label}"
        case Sign.CRASH | Sign.SUSPECT:
            return f"✗ {mark.label}"
        case Sign.PLACED | Sign.COMPLETE:
            return mark.label
        case _:
            assert_never(mark.sign)


def _arrow(arrow: Arrow) -> str:
    line = "->>" if arrow.kind == "data" else "-->>"
    text = f"{arrow.delivered} {arrow.kind} {arrow.view} (sent in {arrow.sent})"
    return f"  {_lane(arrow.sender)}{line}{_lane(arrow.receiver)}: {written(text)}"


def _over_all(diagram: Diagram, text: str) -> str:
    last = len(diagram.lanes) - 1
    lanes = f"{_lane(0)},{_lane(last)}" if last > 0 else _lane(0)
    return f"  Note over {lanes}: {written(text)}"


def _lane(number: int) -> str:
    """How a participant is called in the text; what is shown is its alias."""
    return f"m{number}"
