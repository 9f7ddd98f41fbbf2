"""What can be wrong with a trace file."""

from __future__ import annotations

_QUOTED_MAX = 60
WRITE_AGAIN = "write the trace again with `onevoice check`"


class TraceError(Exception):
    """A trace file is malformed, or does not fit the spec that it names.

    Attributes:
        problem: what is wrong.
        advice: what to do.
        file: the file, if it came from one.
        place: where in the file: a line and column, a state, or a field.
    """

    def __init__(
        self, problem: str, *, advice: str = WRITE_AGAIN, file: str = "", place: str = ""
    ) -> None:
        self.problem, self.advice, self.file, self.place = problem, advice, file, place
        super().__init__(": ".join(p for p in (file, place, problem) if p) + f"; {advice}")

    def within(self, file: str = "", place: str = "") -> TraceError:
        """The same error, with the file and the place that only the caller knows."""
        inner = ", ".join(p for p in (place, self.place) if p)
        return TraceError(self.problem, advice=self.advice, file=self.file or file, place=inner)


def quoted(value: object) -> str:
    """Something found in a file, safe to print: escaped and not too long."""
    text = ascii(value[:_QUOTED_MAX]) if isinstance(value, str) else type(value).__name__
    return text if len(text) <= _QUOTED_MAX else text[: _QUOTED_MAX - 3] + "..."
