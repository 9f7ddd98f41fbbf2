"""Plots as SVG: numbers to be compared, of which nothing says what they are numbers of.

Colours are classes, whose values the style of the page has for light and for dark, and whatever a
colour tells a shape or a text tells, too. Whoever cannot see a plot is given its title and what it
says in a sentence; the numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from onevoice.web.report.markup import Markup, join, tag

_ROW = 20
_CHARACTER = 6.4  # of a label
_PANEL, _GAP = 190, 48
_HEAD, _FOOT, _PADDING = 34, 26, 8
_TICK_LABELS_MAX = 5
_BAR = 460


@dataclass(frozen=True)
class Axis:
    """What one panel shows.

    Attributes:
        title: what is measured, and in what unit.
        log: equal factors take equal room; all values are more than 0 then.
        written: a value as text, on the axis and in hints.
    """

    title: str
    log: bool
    written: Callable[[float], str]


@dataclass(frozen=True)
class Group:
    """Rows that belong together.

    Attributes:
        title: of them.
        style: the class of their dots.
        rows: each with its label and a value for each axis; None where there is none.
    """

    title: str
    style: str
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


def dots(name: str, title: str, says: str, axes: Sequence[Axis], groups: Sequence[Group]) -> Markup:
    """Values of several kinds beside each other, a row for each thing that has them.

    Args:
        name: of the plot, unlike that of all others in the page.
        title: what it shows.
        says: what can be seen in it, in a sentence.
        axes: what is measured, a panel for each.
        groups: the rows.
    """
    labels = [label for group in groups for label, _ in group.rows]
    left = _PADDING + max(map(len, labels), default=0) * _CHARACTER + 12
    height = _HEAD + _ROW * sum(len(group.rows) + 1 for group in groups)
    width = left + len(axes) * (_PANEL + _GAP)
    parts = list(_rows(groups, left, width - _GAP))
    for number, axis in enumerate(axes):
        values = [values[number] for group in groups for _, values in group.rows]
        scale = _scale(axis, [v for v in values if v is not None], left + number * (_PANEL + _GAP))
        parts += _axis(axis, scale, height)
        parts += _marks(axis, scale, number, groups)
    return _svg(name, title, says, (width, height + _FOOT), parts)


def bars(name: str, title: str, says: str, axis: Axis, rows: Sequence[tuple[str, float]]) -> Markup:
    """Values as the lengths of bars, from 0.

    Args:
        name: of the plot, unlike that of all others in the page.
        title: what it shows.
        says: what can be seen in it, in a sentence.
        axis: what is measured.
        rows: each with its label.
    """
    left = _PADDING + max((len(label) for label, _ in rows), default=0) * _CHARACTER + 12
    height = _HEAD + _ROW * len(rows)
    scale = _scale(axis, [0.0, *(value for _, value in rows)], left, _BAR)
    parts = list(_axis(axis, scale, height))
    for number, (label, value) in enumerate(rows):
        y = _HEAD + number * _ROW + _ROW / 2
        end = scale.at(value)
        parts += [
            _text(left - 10, y + 4, label, "label", "end"),
            tag("rect", class_="bar", x=_n(left), y=_n(y - 6), width=_n(max(end - left, 1)),
                height="12"),
            _text(end + 5, y + 4, axis.written(value), "value"),
        ]  # fmt: skip
    return _svg(name, title, says, (left + _BAR + 70, height + _FOOT), parts)


@dataclass(frozen=True)
class _Scale:
    """Where values stand.

    Attributes:
        first, last: the values at its ends.
        left, width: its place, in pixels.
    """

    log: bool
    first: float
    last: float
    left: float
    width: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The place of a value, in pixels."""
        first, last, here = self.first, self.last, value
        if self.log:
            first, last, here = math.log(first), math.log(last), math.log(value)
        return self.left + (here - first) / (last - first) * self.width


def _scale(axis: Axis, values: Sequence[float], left: float, width: float = _PANEL) -> _Scale:
    """The scale on which all values have room, with round numbers at its ends."""
    if axis.log:
        low = math.floor(math.log10(min(values, default=1)))
        high = max(math.ceil(math.log10(max(values, default=10))), low + 1)
        every = math.ceil((high - low + 1) / _TICK_LABELS_MAX)
        ticks = tuple(10.0**power for power in range(low, high + 1, every))
        return _Scale(True, 10.0**low, 10.0**high, left, width, ticks)
    most = max(values, default=1) or 1.0
    step = _round(most / (_TICK_LABELS_MAX - 1))
    count = math.ceil(most / step)
    ticks = tuple(step * number for number in range(count + 1))
    return _Scale(False, 0.0, ticks[-1], left, width, ticks)


def _round(least: float) -> float:
    """The next of 1, 2, 5, 10, 20, …"""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)


def _axis(axis: Axis, scale: _Scale, bottom: float) -> Iterator[Markup]:
    yield _text(scale.left, 14, axis.title, "head")
    for tick in scale.ticks:
        x = scale.at(tick)
        yield _line(x, _HEAD - 8, x, bottom, "grid")
        yield _text(x, bottom + 16, axis.written(tick), "tick", "middle")


def _rows(groups: Sequence[Group], left: float, right: float) -> Iterator[Markup]:
    y = float(_HEAD)
    for group in groups:
        yield _dot(_PADDING + 5, y + _ROW / 2, group.style)
        yield _text(_PADDING + 16, y + _ROW / 2 + 4, group.title, "head")
        for label, _ in group.rows:
            y += _ROW
            yield _text(left - 10, y + _ROW / 2 + 4, label, "label", "end")
            yield _line(left, y + _ROW / 2, right, y + _ROW / 2, "guide")
        y += _ROW


def _marks(axis: Axis, scale: _Scale, number: int, groups: Sequence[Group]) -> Iterator[Markup]:
    y = float(_HEAD)
    for group in groups:
        for label, values in group.rows:
            y += _ROW
            value = values[number]
            if value is not None:
                hint = f"{label}: {axis.title}, {axis.written(value)}"
                yield _dot(scale.at(value), y + _ROW / 2, group.style, hint)
        y += _ROW


def _svg(
    name: str, title: str, says: str, size: tuple[float, float], parts: Sequence[Markup]
) -> Markup:
    width, height = (str(math.ceil(each)) for each in size)
    described = (tag("title", title, id=f"{name}-t"), tag("desc", says, id=f"{name}-d"))
    return tag(
        "svg",
        join(chain(described, parts), "\n"),
        class_="plot",
        role="img",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def _dot(x: float, y: float, style: str, hint: str = "") -> Markup:
    said = [tag("title", hint)] if hint else []
    return tag("circle", *said, class_=f"dot {style}", cx=_n(x), cy=_n(y), r="4.5")


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    return tag("line", class_=style, x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2))


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> Markup:
    where = anchor if anchor != "start" else None
    return tag("text", text, class_=style, x=_n(x), y=_n(y), text_anchor=where)


def _n(pixels: float) -> str:
    return f"{pixels:.1f}".removesuffix(".0")
