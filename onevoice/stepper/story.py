"""What the stepper shows: a diagram, and beside it what is to be said of each of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.text import Text

    from onevoice.diagram.diagram import Diagram


@dataclass(frozen=True)
class Pane:
    """What stands beside a diagram: one side of a story.

    Attributes:
        title: whose side it is.
        lines: one too long for its room is to go on below, indented as far as it is.
    """

    title: str
    lines: tuple[Text, ...]

    @property
    def text(self) -> str:
        """All of it, without colours."""
        return "\n".join(line.plain for line in self.lines)


class Story(Protocol):
    """A trace, to be stepped through.

    Attributes:
        title: what it is, in a line.
        sides: how many panes each row has: one, or two that are compared.
        marked: the row where the sides first differ; None if they do not, or there is one.
    """

    @property
    def title(self) -> str: ...

    @property
    def diagram(self) -> Diagram: ...

    @property
    def sides(self) -> int: ...

    @property
    def marked(self) -> int | None: ...

    def is_ready(self, row: int) -> bool:
        """Whether all of a row is known that there is to say."""
        ...

    def prepare(self, row: int) -> None:
        """Finds that out. It may take seconds, and may be called by another thread."""
        ...

    def panes(self, row: int, *, full: bool) -> tuple[Pane, ...]:
        """What is to be said of a row, by side, as far as it is known.

        Args:
            row: of the diagram.
            full: the state in full, not only what the step changed.
        """
        ...
