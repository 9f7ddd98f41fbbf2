"""What all results have: a verdict, an exit code, a report as text and one as HTML."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

from onevoice.exits import Exit
from onevoice.report.terminal import Terminal

if TYPE_CHECKING:
    from onevoice.web.report.markup import Markup

WIDTH = 100
_ENDLESS = 1 << 20


def written(show: Callable[[Terminal], None], width: int = WIDTH) -> str:
    """What a report prints, as text without colours.

    Args:
        show: prints it.
        width: signs in a line.
    """
    terminal, text = Terminal(plain=True), StringIO()
    terminal.out.file, terminal.out.width = text, width
    show(terminal)
    return text.getvalue().rstrip("\n")


def sentences(show: Callable[[Terminal], None]) -> list[str]:
    """What a report prints, each of its lines whole."""
    return written(show, _ENDLESS).split("\n")


def for_progress(progress: bool) -> Terminal:
    """Where it is said how far something is: on standard error, or nowhere.

    Args:
        progress: whether anybody wants to know.
    """
    terminal = Terminal(plain=not progress, silent=True)
    if not progress:
        terminal.err.file = StringIO()
    return terminal


class Result(ABC):
    """What came of a call."""

    @property
    @abstractmethod
    def exit(self) -> Exit:
        """The exit code of the command that does the same."""

    @property
    @abstractmethod
    def verdict(self) -> str:
        """What came of it, in a line: the last words of the report."""

    @property
    def holds(self) -> bool:
        """Something was checked, and all of it holds; no limit stopped it."""
        return self.exit is Exit.HOLDS

    def __bool__(self) -> bool:
        """The same as `holds`: what is not shown is False, whether it is violated or not."""
        return self.holds

    def __str__(self) -> str:
        """The whole report, as the command prints it."""
        return written(self._show)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._asked()}: {self.verdict}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from onevoice.api.drawn import result

        return result(self.exit, self._asked(), self.verdict, self._parts(), str(self))

    @abstractmethod
    def _asked(self) -> str:
        """What was asked, in a few words."""

    @abstractmethod
    def _show(self, terminal: Terminal) -> None:
        """Prints the report."""

    @abstractmethod
    def _parts(self) -> list[Markup]:
        """What the HTML says between the verdict and the whole report."""
