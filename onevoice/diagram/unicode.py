"""Draws a diagram as lines of text: a lane for each member, time downwards, a line for each step.

A delivery is an arrow within its line, from the sender's lane to the receiver's: data has a heavy
shaft and a filled head, an acknowledgment a dashed one with an open head. A lane is dotted until
its member installs its first view, and ends where it crashes. Nothing is told by style alone.

What comes out are plain values: who prints them says what the styles look like. Widths are those
of terminals, where some characters take two cells; a name that is too long for its lane is cut,
and the step beside it says it in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from rich.cells import cell_len, chop_cells, set_cell_size

from onevoice.diagram.diagram import Arrow, Diagram, Lane, Row, Sign
from onevoice.diagram.glyphs import ASCII, UNICODE, Glyphs

_LANE_MIN = 3  # a self-delivery needs two cells beside the lane
_LANE_USUAL = 4
_LANE_MAX = 16
_TEXT_USUAL = 30  # cells for the steps, if that leaves the lanes enough
_TEXT_MIN = 20
_MEANINGS = {
    Sign.INSTALL: "installs a view",
    Sign.TRANSMIT: "transmits data",
    Sign.ACKNOWLEDGE: "acknowledges",
    Sign.PLACED: "its message is placed",
    Sign.COMPLETE: "completes",
    Sign.CRASH: "crashes",
    Sign.SUSPECT: "is suspected",
}


class Style(Enum):
    """What a piece of a line is."""

    TITLE = auto()
    NAME = auto()
    FAINT = auto()
    LIFE = auto()
    NUMBER = auto()
    STEP = auto()
    VIEW = auto()
    INSTALL = auto()
    DATA = auto()
    ACKNOWLEDGMENT = auto()
    COMPLETE = auto()
    BAD = auto()


@dataclass(frozen=True)
class Span:
    """A piece of a line; its text has no line break and no control character."""

    text: str
    style: Style


@dataclass(frozen=True)
class Line:
    """A line.

    Attributes:
        spans: its pieces, from the left.
        row: the number of the diagram's row that it belongs to; None if it belongs to all.
    """

    spans: tuple[Span, ...]
    row: int | None = None

    @property
    def text(self) -> str:
        """What is to be read, without the blanks at its end."""
        return "".join(span.text for span in self.spans).rstrip()


@dataclass(frozen=True)
class Drawing:
    """A diagram as lines.

    Attributes:
        title: what it is.
        heads: who the lanes are of; to be kept in sight.
        body: the rows, in order; at least a line for each.
        foot: what is wrong, and what the signs mean.
    """

    title: tuple[Line, ...]
    heads: tuple[Line, ...]
    body: tuple[Line, ...]
    foot: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in order."""
        return (*self.title, *self.heads, *self.body, *self.foot)


def drawing(diagram: Diagram, width: int, glyphs: Glyphs = UNICODE) -> Drawing:
    """A diagram as lines of text.

    Args:
        diagram: what to draw.
        width: cells of a line. With very many members lines are longer.
        glyphs: what to draw it with; with `ASCII` all of the text is ASCII.
    """
    return _Drawer(diagram, width, glyphs).drawing()


_SIGN_STYLES = {
    Sign.INSTALL: Style.INSTALL,
    Sign.TRANSMIT: Style.DATA,
    Sign.ACKNOWLEDGE: Style.ACKNOWLEDGMENT,
    Sign.PLACED: Style.DATA,
    Sign.COMPLETE: Style.COMPLETE,
    Sign.CRASH: Style.BAD,
    Sign.SUSPECT: Style.BAD,
}
_Cell = tuple[str, Style]


class _Drawer:
    def __init__(self, diagram: Diagram, width: int, glyphs: Glyphs) -> None:
        self.diagram, self.width, self.glyphs = diagram, width, glyphs
        self.names = [self._plain(lane.name) for lane in diagram.lanes]
        self.brings = [self._plain(lane.brings) or glyphs.none for lane in diagram.lanes]
        self.digits = len(str(len(diagram.rows) - 1))
        self.margin = self.digits + 4 + (3 if diagram.loop is not None else 0)
        self.lane = self._lane_width()
        self.text_width = max(width - self.margin - self.lane * len(diagram.lanes), _TEXT_MIN)
        self.first_installs = {
            n: min((b.first for b in diagram.bands if b.lane == n), default=len(diagram.rows))
            for n in range(len(diagram.lanes))
        }

    def _lane_width(self) -> int:
        count = max(len(self.names), 1)
        longest = max((cell_len(text) for text in (*self.names, *self.brings)), default=0)
        wanted = min(max(longest + 2, _LANE_USUAL), _LANE_MAX)
        return max(_LANE_MIN, min(wanted, (self.width - self.margin - _TEXT_USUAL) // count))

    def drawing(self) -> Drawing:
        title = [(self._plain(self.diagram.title), Style.TITLE)]
        heads = [
            self._head(self.names, Style.NAME, ""),
            self._head(self.brings, Style.FAINT, "its data"),
        ]
        body = [line for row in self.diagram.rows for line in self._row(row)]
        return Drawing(
            (*self._alone(title), Line(())),
            tuple(heads),
            tuple(body),
            (Line(()), *self._foot()),
        )

    # -- what belongs to all rows ---------------------------------------------------------------

    def _head(self, texts: list[str], style: Style, said: str) -> Line:
        cut = "".join(self._cut(text, self.lane - 1) + " " for text in texts)
        return Line((Span(" " * self.margin + cut, style), Span(said, Style.FAINT)))

    def _foot(self) -> Iterator[Line]:
        if self.diagram.verdict:
            bad = self.glyphs.sign(Sign.CRASH)
            verdict = f"{bad} {self._plain(self.diagram.verdict)}"
            yield from self._alone([(verdict, Style.BAD)])
        yield from self._alone([(f"{text};", Style.FAINT) for text in self._legend()], ";")

    def _legend(self) -> Iterator[str]:
        """What the signs mean that occur."""
        here = {mark.sign for mark in self.diagram.marks}
        for sign in Sign:
            if sign in here:
                yield f"{self.glyphs.sign(sign)} {_MEANINGS[sign]}"
        kinds = {arrow.kind for arrow in self.diagram.arrows}
        if "data" in kinds:
            yield f"{self.glyphs.data[0] * 2}{self.glyphs.data[5]} data arrives"
        if "ack" in kinds:
            yield f"{self.glyphs.ack[0] * 2}{self.glyphs.ack[5]} an acknowledgment arrives"

    def _alone(self, pieces: Iterable[_Cell], end: str = "") -> list[Line]:
        """Texts without lanes, broken between them or, if one is too long, between its words."""
        lines = [
            (Span("  ", Style.FAINT), *spans)
            for spans in _wrapped(_glued(pieces), max(self.width - 2, _TEXT_MIN))
        ]
        if end and lines:
            last = lines[-1][-1]
            lines[-1] = (*lines[-1][:-1], Span(last.text.removesuffix(end), last.style))
        return [Line(tuple(spans)) for spans in lines]

    # -- rows -----------------------------------------------------------------------------------

    def _row(self, row: Row) -> Iterator[Line]:
        texts = _wrapped(_words(self._said(row)), self.text_width)
        for number, text in enumerate(texts):
            is_first = number == 0
            label = str(row.number) if is_first else ""
            lanes = self._happening(row) if is_first else self._lives(row, after=True)
            yield Line(
                (
                    Span(self._loop(row.number, is_first), Style.FAINT),
                    Span(f"  {label:>{self.digits}}  ", Style.NUMBER),
                    *_joined(lanes),
                    *text,
                ),
                row.number,
            )

    def _said(self, row: Row) -> Iterator[_Cell]:
        yield self._plain(row.step), Style.STEP
        if row.view:
            leads = f"{self.glyphs.leads} " if row.number else ""
            yield leads + self._plain(row.view), Style.VIEW
        for arrow in self.diagram.arrows:
            if arrow.delivered == row.number:
                yield f"sent at {arrow.sent}", Style.FAINT

    def _loop(self, row: int, is_first: bool) -> str:
        loop = self.diagram.loop
        if loop is None:
            return ""
        end, between, begin, rest = self.glyphs.loop
        if not loop.back_to <= row <= loop.row:
            sign = "  "
        elif loop.back_to == loop.row:
            sign = rest if is_first else "  "
        elif row == loop.back_to:
            sign = end if is_first else between
        elif row == loop.row:
            sign = begin if is_first else "  "
        else:
            sign = between
        return f" {sign}"

    def _lives(self, row: Row, *, after: bool = False) -> list[_Cell]:
        """The lanes of a row in which nothing happens.

        Args:
            row: which.
            after: below what happens in it.
        """
        cells: list[_Cell] = []
        for number, lane in enumerate(self.diagram.lanes):
            cells.append((self._life(number, lane, row.number, after), Style.LIFE))
            cells += [(" ", Style.LIFE)] * (self.lane - 1)
        return cells

    def _life(self, number: int, lane: Lane, row: int, after: bool) -> str:
        if lane.first is None or row < lane.first:
            return " "
        if lane.last is not None and (row > lane.last or (after and row == lane.last)):
            return " "
        is_waiting = row < self.first_installs[number]
        return self.glyphs.waiting if is_waiting else self.glyphs.life

    def _happening(self, row: Row) -> list[_Cell]:
        """The lanes of a row with what happens in it."""
        cells = self._lives(row)
        if row.view:
            for place in range((len(self.names) - 1) * self.lane + 1):
                sign = self.glyphs.view if cells[place][0] == " " else self.glyphs.crossed
                cells[place] = sign, Style.VIEW
        for arrow in self.diagram.arrows:
            if arrow.delivered == row.number:
                self._draw(cells, arrow)
        for mark in self.diagram.marks:
            if mark.row == row.number:
                cells[mark.lane * self.lane] = self.glyphs.sign(mark.sign), _SIGN_STYLES[mark.sign]
        return cells

    def _draw(self, cells: list[_Cell], arrow: Arrow) -> None:
        shaft, crossing, right, left, gone, head, back, bend = list(self.glyphs.arrow(arrow.kind))
        style = Style.DATA if arrow.kind == "data" else Style.ACKNOWLEDGMENT
        start, end = arrow.sender * self.lane, arrow.receiver * self.lane
        if start == end:
            cells[start + 1], cells[start + 2] = (back, style), (bend, style)
            return
        way = 1 if start < end else -1
        for place in range(start + way, end - way, way):
            cells[place] = shaft if cells[place][0] == " " else crossing, style
        cells[end - way] = head if way > 0 else back, style
        leaves = right if way > 0 else left
        cells[start] = gone if cells[start][0] == " " else leaves, style

    # -- texts ----------------------------------------------------------------------------------

    def _plain(self, text: str) -> str:
        """A text that can be printed: without control characters, and in ASCII if need be."""
        text = "".join(c if c.isprintable() else "\ufffd" for c in text)
        if self.glyphs is ASCII:
            return text.encode("ascii", "backslashreplace").decode()
        return text

    def _cut(self, text: str, width: int) -> str:
        if cell_len(text) <= width:
            return set_cell_size(text, width)
        return set_cell_size(text, width - cell_len(self.glyphs.more)) + self.glyphs.more


def _words(pieces: Iterable[_Cell]) -> Iterator[_Cell]:
    for text, style in pieces:
        for number, word in enumerate(text.split()):
            # Two blanks between pieces, one between words.
            yield (f" {word}" if number == 0 else word), style


def _glued(pieces: Iterable[_Cell]) -> Iterator[_Cell]:
    """Pieces that are not broken between words; one alone is."""
    pieces = list(pieces)
    return iter(pieces) if len(pieces) > 1 else _words(pieces)


def _wrapped(words: Iterable[_Cell], width: int) -> list[list[Span]]:
    """Lines of words, at least one."""
    lines: list[list[Span]] = [[]]
    used = 0
    for word, style in words:
        longer = word if used else word.lstrip()
        blank = 1 if used else 0
        if used and used + blank + cell_len(longer) > width:
            lines.append([])
            longer, used, blank = word.lstrip(), 0, 0
        *whole, rest = chop_cells(longer, width) if cell_len(longer) > width else [longer]
        for part in whole:
            lines[-1].append(Span(part, style))
            lines.append([])
        lines[-1].append(Span(" " * blank + rest, style))
        used += blank + cell_len(rest)
    return lines


def _joined(cells: Iterable[_Cell]) -> Iterator[Span]:
    """Cells as pieces, those of one style together."""
    for style, run in groupby(cells, key=lambda cell: cell[1]):
        yield Span("".join(sign for sign, _ in run), style)
