"""What is wrong with the text of a formula, and where in it."""

from __future__ import annotations

from dataclasses import dataclass

from model.lang.errors import SpecError, Where

_SHOWN_MAX = 72  # characters of a line that are shown with the caret


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text; the first line and the first column are 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


class FormulaError(SpecError):
    """The text of a formula is wrong: where, how, and what to write instead.

    Attributes:
        text: the whole text.
        place: where in it.
        problem: what is wrong.
    """

    def __init__(self, problem: str, text: str, place: Place) -> None:
        super().__init__(problem, Where("formula", place.line))
        self.text, self.place = text, place
        self.args = (f"{place}: {problem}",)

    @property
    def caret(self) -> str:
        """The line, and under it a sign that points to the column; two lines, safe to print."""
        lines = self.text.splitlines() or [""]
        line = lines[min(self.place.line, len(lines)) - 1]
        line = "".join(sign if sign.isprintable() else " " for sign in line)
        at = min(self.place.column - 1, len(line))
        first = max(0, at - _SHOWN_MAX // 2) if len(line) > _SHOWN_MAX else 0
        return f"{line[first : first + _SHOWN_MAX]}\n{'':{at - first}}^"
