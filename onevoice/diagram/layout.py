"""Where the parts of a diagram stand in a drawing, in pixels; y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from onevoice.diagram.diagram import Diagram

LINE = 16
_ROW = 34
_LANE = 136
_CHARACTER = 7.3
_CHANGES_WIDTH = 62  # characters
_PADDING = 16
_LOOP = 26


@dataclass(frozen=True)
class Layout:
    """The places of a diagram's parts.

    Attributes:
        diagram: what is drawn.
        alone: with its title and with what each step changed, for whoever has only the drawing.
    """

    diagram: Diagram
    alone: bool

    @cached_property
    def changes(self) -> tuple[tuple[str, ...], ...]:
        """The lines that say what a row's step changed, if they are drawn."""
        if not self.alone:
            return tuple(() for _ in self.diagram.rows)
        return tuple(_wrapped(row.changes) for row in self.diagram.rows)

    @property
    def left(self) -> float:
        """Where the steps' text begins."""
        return _PADDING + (_LOOP if self.diagram.loop is not None else 0)

    @property
    def lanes_left(self) -> float:
        """Where the first lane's room begins."""
        longest = max(len(row.step) for row in self.diagram.rows)
        return self.left + (longest + 5) * _CHARACTER

    def lane(self, number: int) -> float:
        """The middle of a lane."""
        return self.lanes_left + 76 + number * _LANE

    @property
    def lanes_right(self) -> float:
        """Where the last lane's room ends, labels included."""
        return self.lane(len(self.diagram.lanes) - 1) + _LANE

    @property
    def changes_left(self) -> float:
        """Where the text of what changed begins."""
        return self.lanes_right + self._views_width + 12

    @property
    def _views_width(self) -> float:
        longest = max(len(row.view) for row in self.diagram.rows)
        return max(0, longest * _CHARACTER - _LANE + 60)

    @property
    def width(self) -> float:
        if not self.alone:
            return self.changes_left
        longest = max((len(line) for lines in self.changes for line in lines), default=0)
        title = self.left + len(self.diagram.title) * 8.6
        return max(self.changes_left + longest * _CHARACTER, title) + _PADDING

    @property
    def heads(self) -> float:
        """The line on which the members' names stand."""
        return 62 if self.alone else 24

    @cached_property
    def tops(self) -> tuple[float, ...]:
        """The upper edge of each row, and the lower one of the last."""
        heights = [max(_ROW, len(lines) * LINE + 14) for lines in self.changes]
        return tuple(accumulate(heights, initial=self.heads + 28))

    def row(self, number: int) -> float:
        """The line on which everything of a row stands."""
        return self.tops[number] + _ROW / 2

    @property
    def height(self) -> float:
        return self.tops[-1] + (36 if self.diagram.verdict else 12)


def _wrapped(changes: Sequence[str]) -> tuple[str, ...]:
    """Lines of changes, none broken within one: what became true, what false, the others."""
    lines: list[str] = []
    for sign in ("+", "-", ""):
        points = [change for change in changes if _sign(change) == sign]
        for index, point in enumerate(points):
            text = point.removeprefix(sign).strip() + ("," if index < len(points) - 1 else "")
            if index == 0:
                lines.append(f"{sign or ' '} {text}")
            elif len(lines[-1]) + len(text) < _CHANGES_WIDTH:
                lines[-1] += f" {text}"
            else:
                lines.append(f"  {text}")
    return tuple(lines)


def _sign(change: str) -> str:
    return change[0] if change[:2] in ("+ ", "- ") else ""
