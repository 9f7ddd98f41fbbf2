"""Counterexamples as values: with their steps as text, as a file and as a diagram."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.api.results import written

if TYPE_CHECKING:
    from model.search.result import Trace
    from onevoice.diagram.diagram import Diagram
    from onevoice.web.report.markup import Markup
    from traces import counterexample


@dataclass(frozen=True, repr=False)
class Counterexample:
    """A behaviour that violates a property.

    A notebook shows it as HTML, with the sequence diagram if it is one of the exchange; frontends
    that know no HTML take the SVG.

    Attributes:
        kept: it, as `traces` has it: with its run, and written and read by `traces.counterexample`.
    """

    kept: counterexample.Counterexample

    @property
    def violates(self) -> str:
        """The name of the property."""
        return self.kept.violates

    @property
    def kind(self) -> str:
        """What kind of property it is: safety, step, bound, leads-to or deadlock."""
        return self.kept.kind

    @property
    def trace(self) -> Trace:
        """Its states and steps."""
        return self.kept.trace

    @property
    def length(self) -> int:
        """The number of its steps."""
        return len(self.kept.trace)

    @property
    def steps(self) -> tuple[str, ...]:
        """Its steps, as the specification writes them."""
        return tuple(map(self.kept.run.finite.describe, self.kept.trace.steps))

    @cached_property
    def diagram(self) -> Diagram | None:
        """The sequence diagram; None of other specs than the exchange."""
        from onevoice.diagram.kept import diagram_of_kept

        return diagram_of_kept(self.kept) if self._is_of_the_exchange else None

    def save(self, path: str | Path) -> Path:
        """Writes it as an ITF file, for `onevoice.replay` and the commands that take a trace.

        Args:
            path: the file, which is overwritten if it is there; or a folder, in which it gets a
                name that says what it is.

        Returns:
            The file.

        Raises:
            ValueError: it is of another spec than the exchange, which no file could name.
            OSError: the file cannot be written.
        """
        from traces.counterexample import write

        if not self._is_of_the_exchange:
            raise ValueError(
                f"a trace file names a run of the exchange, and this is of {self._spec}: "
                "`trace` has its states and steps"
            )
        path = Path(path)
        path = path / self.kept.file_name if path.is_dir() else path
        write(self.kept, path)
        return path

    def __str__(self) -> str:
        """What is violated, its steps with what each changed, and what is false at its end."""
        return self._text(steps=True)

    def __repr__(self) -> str:
        from onevoice.report.behaviour import headline

        return f"<{type(self).__name__}: {headline(self.kept)}>"

    def _repr_svg_(self) -> str | None:
        """The diagram, if there is one."""
        from onevoice.api.drawn import drawing

        return None if self.diagram is None else drawing(self.diagram)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from onevoice.api.drawn import framed

        return framed(*self.markup())

    def markup(self) -> list[Markup]:
        """It as HTML: what is violated and why, and the diagram, or the steps if there is none."""
        from onevoice.api.drawn import picture, text

        if self.diagram is None:
            return [text(str(self))]
        return [text(self._text(steps=False)), picture(self.diagram)]

    @property
    def _is_of_the_exchange(self) -> bool:
        from traces.run import Run

        return isinstance(self.kept.run, Run)

    @property
    def _spec(self) -> str:
        return self.kept.run.staged.name

    def _text(self, steps: bool) -> str:
        from onevoice.report.searched import show_counterexample

        return written(lambda terminal: show_counterexample(terminal, self.kept, steps))
