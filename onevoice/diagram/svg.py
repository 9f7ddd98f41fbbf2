"""Draws a diagram as SVG: one text that needs nothing else, and has no script.

Data is a solid line with a filled head, an acknowledgment a dashed one with an open head, and each
says so in words: nothing is told by colour alone. Every element that belongs to a row carries its
number as `data-row`, so that a page can follow the steps. Whoever cannot see it is given the steps
as text, in the description.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from onevoice.diagram.diagram import Arrow, Band, Diagram, Lane, Mark, Row, Sign
from onevoice.diagram.layout import LINE, Layout

_BAND = 22
_GAP = 9  # between a lifeline and the head of an arrow
_TONES = 4
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """A text for XML and HTML, in an element or in quotes; what XML forbids is replaced."""
    return escape(_FORBIDDEN.sub("\ufffd", text))


def stylesheet() -> str:
    """The style of drawings that are `alone`; a page that embeds others must have it too.

    Colours are variables, one value for light and one for dark. Viewers that know no variables
    leave a declaration out that has one, so each follows one with the value for light.
    """
    text = (files("onevoice.diagram") / "diagram.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"(--ov-[\w-]+): ([^;]+);", text.partition("@media")[0]))

    def with_light(declared: re.Match[str]) -> str:
        return f"{declared[1]}: {light[declared[2]]}; {declared[0]}"

    return re.sub(r"(fill|stroke): var\((--ov-[\w-]+)\)", with_light, text)


def svg(diagram: Diagram, name: str = "diagram", *, alone: bool = True) -> str:
    """A drawing of a diagram.

    Args:
        diagram: what to draw.
        name: of the drawing, unlike that of all others in the same page; letters and digits.
        alone: a file of its own, with its style, its title and what each step changed; else a
            part of a page that has all that.
    """
    layout = Layout(diagram, alone)
    width, height = math.ceil(layout.width), math.ceil(layout.height)
    namespace = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    parts = [
        f'<svg{namespace} class="ov" role="img" aria-labelledby="{name}-t" '
        f'aria-describedby="{name}-d" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">',
        f'<title id="{name}-t">{escaped(diagram.title)}</title>',
        f'<desc id="{name}-d">{escaped(_described(diagram))}</desc>',
    ]
    if alone:
        parts.append(f"<style>{stylesheet()}</style>")
        parts.append(f'<rect class="paper" width="{width}" height="{height}"/>')
        parts.append(_text(layout.left, 28, diagram.title, "title"))
    parts += _rows(layout)
    for number, lane in enumerate(diagram.lanes):
        parts += _lane(layout, number, lane)
    parts += [_band(layout, band) for band in diagram.bands]
    parts += [_view(layout, row) for row in diagram.rows if row.view]
    parts += [_arrow(layout, arrow) for arrow in diagram.arrows]
    parts += [_mark(layout, mark) for mark in diagram.marks]
    parts += _loop(layout)
    if diagram.verdict:
        parts.append(_text(layout.left, layout.tops[-1] + 22, f"✗ {diagram.verdict}", "verdict"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _described(diagram: Diagram) -> str:
    members = ", ".join(lane.name for lane in diagram.lanes)
    steps = "; ".join(f"{row.number} {row.step}" for row in diagram.rows[1:])
    end = f" {diagram.verdict}." if diagram.verdict else ""
    return f"Members: {members}. Steps: {steps or 'none'}.{end}"


def _rows(layout: Layout) -> Iterator[str]:
    diagram = layout.diagram
    last = diagram.rows[-1].number
    for row in diagram.rows:
        top, bottom = layout.tops[row.number : row.number + 2]
        bad = " bad" if diagram.verdict and row.number == last else ""
        yield (
            f'<rect class="row{bad}" data-row="{row.number}" x="0" y="{top:g}" '
            f'width="{math.ceil(layout.width)}" height="{bottom - top:g}"/>'
        )
        y = layout.row(row.number) + 4
        yield _text(layout.left, y, str(row.number), "number")
        yield _text(layout.left + 26, y, row.step, "step")
        lines = layout.changes[row.number]
        if lines:
            yield '<g class="changes">'
            style = ""
            for number, line in enumerate(lines):
                if not line.startswith("  "):
                    style = {"+": "added", "-": "removed"}.get(line[:1], "")
                yield _text(layout.changes_left, y + number * LINE, line, style)
            yield "</g>"


def _lane(layout: Layout, number: int, lane: Lane) -> Iterator[str]:
    x = layout.lane(number)
    top, bottom = layout.tops[0], layout.tops[-1]
    yield _text(x, layout.heads, lane.name, "name", "middle")
    brings = f"holds {lane.brings}" if lane.brings else "no data"
    yield _text(x, layout.heads + 17, brings, "brings", "middle")
    start = bottom if lane.first is None else layout.row(lane.first)
    end = bottom if lane.last is None else layout.row(lane.last)
    for style, y1, y2 in (("absent", top, start), ("life", start, end), ("absent", end, bottom)):
        if y1 < y2:
            yield f'<line class="{style}" x1="{x:g}" y1="{y1:g}" x2="{x:g}" y2="{y2:g}"/>'


def _band(layout: Layout, band: Band) -> str:
    x, top = layout.lane(band.lane) - _BAND / 2, layout.row(band.first) - _BAND / 2
    bottom = max(layout.tops[band.last + 1], layout.row(band.last) + _BAND / 2)
    crash = layout.diagram.lanes[band.lane].last
    if crash == band.last:
        bottom = layout.row(band.last)
    return (
        f'<rect class="band band-{band.view % _TONES}" data-row="{band.first}" x="{x:g}" '
        f'y="{top:g}" width="{_BAND}" height="{bottom - top:g}" rx="5"/>'
    )


def _view(layout: Layout, row: Row) -> str:
    y, right = layout.row(row.number), layout.lanes_right - 84
    return (
        f'<g class="view" data-row="{row.number}">'
        f'<line x1="{layout.lanes_left:g}" y1="{y:g}" x2="{right:g}" y2="{y:g}"/>'
        f"{_text(right + 6, y + 4, row.view, 'label')}</g>"
    )


def _arrow(layout: Layout, arrow: Arrow) -> str:
    x1, y1 = layout.lane(arrow.sender), layout.row(arrow.sent)
    x2, y2 = layout.lane(arrow.receiver), layout.row(arrow.delivered)
    if arrow.sender == arrow.receiver:
        bulge = x1 - 46
        path = f"M{x1:g} {y1:g}C{bulge:g} {y1 + 8:g} {bulge:g} {y2:g} {x2 - _GAP:g} {y2:g}"
        tip, angle, side = (x2 - _GAP, y2), 0.0, 1
    else:
        angle = math.atan2(y2 - y1, x2 - x1)
        tip = (x2 - _GAP * math.cos(angle), y2 - _GAP * math.sin(angle))
        path = f"M{x1:g} {y1:g}L{tip[0]:.1f} {tip[1]:.1f}"
        side = 1 if x1 < x2 else -1
    label = _text(
        x2 + side * 15, y2 + 4, f"{arrow.kind} {arrow.view}", "label",
        "start" if side > 0 else "end",
    )  # fmt: skip
    return (
        f'<g class="arrow {arrow.kind}" data-row="{arrow.delivered}" data-sent="{arrow.sent}">'
        f'<path class="shaft" d="{path}"/>{_head(tip, angle, closed=arrow.kind == "data")}'
        f"{label}</g>"
    )


def _head(tip: tuple[float, float], angle: float, *, closed: bool, style: str = "head") -> str:
    points = []
    for turn in (2.75, 0.0, -2.75):
        reach = 0 if turn == 0 else 11
        x, y = tip[0] + reach * math.cos(angle + turn), tip[1] + reach * math.sin(angle + turn)
        points.append(f"{x:.1f},{y:.1f}")
    shape = "polygon" if closed else "polyline"
    return f'<{shape} class="{style}" points="{" ".join(points)}"/>'


def _mark(layout: Layout, mark: Mark) -> str:
    x, y = layout.lane(mark.lane), layout.row(mark.row)
    return (
        f'<g class="mark {mark.sign.value}" data-row="{mark.row}">{_sign(mark.sign, x, y)}'
        f"{_text(x + 15, y + 4, mark.label, 'label')}</g>"
    )


def _sign(sign: Sign, x: float, y: float) -> str:
    match sign:
        case Sign.INSTALL:
            return f'<circle class="sign" cx="{x:g}" cy="{y:g}" r="5"/>'
        case Sign.TRANSMIT | Sign.ACKNOWLEDGE:
            points = f"{x - 5:g},{y - 7:g} {x + 8:g},{y:g} {x - 5:g},{y + 7:g}"
            return f'<polygon class="sign" points="{points}"/>'
        case Sign.PLACED:
            return f'<rect class="sign" x="{x - 4:g}" y="{y - 4:g}" width="8" height="8"/>'
        case Sign.COMPLETE:
            points = f"{x:g},{y - 8:g} {x + 8:g},{y:g} {x:g},{y + 8:g} {x - 8:g},{y:g}"
            return f'<polygon class="sign" points="{points}"/>'
        case Sign.CRASH:
            return f'<path class="sign" d="M{x - 8:g} {y - 8:g}l16 16m0 -16l-16 16"/>'
        case Sign.SUSPECT:
            return (
                f'<circle class="sign" cx="{x:g}" cy="{y:g}" r="8"/>'
                f"{_text(x, y + 4, '?', 'query', 'middle')}"
            )


def _loop(layout: Layout) -> Iterator[str]:
    loop = layout.diagram.loop
    if loop is None:
        return
    x, start, end = layout.left - 8, layout.row(loop.row), layout.row(loop.back_to)
    if loop.row == loop.back_to:  # it rests there for ever
        start, end = start + 8, end - 8
    bulge = x - 22
    yield (
        f'<path class="loop" d="M{x:g} {start:g}C{bulge:g} {start:g} {bulge:g} {end:g} '
        f'{x - 4:g} {end:g}"/>'
    )
    yield _head((x, end), 0.0, closed=True, style="loop-head")


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    kind = f' class="{style}"' if style else ""
    return f'<text{kind} x="{x:g}" y="{y:g}"{where}>{escaped(text)}</text>'
