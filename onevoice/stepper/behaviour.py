"""A trace on the specification: what each step changed, the state, and what is true there.

A row is a state; the row after the last one of a loop is the state that it goes back to.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from rich.text import Text

from onevoice.diagram.kept import diagram_of_kept
from onevoice.explorer.session import Reason, Session, Truth
from onevoice.explorer.table import table
from onevoice.stepper import paint
from onevoice.stepper.story import Pane
from traces.forced.path import unrolled
from traces.replay import violation
from traces.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onevoice.diagram.diagram import Diagram
    from traces.counterexample import Counterexample


class Behaviour:
    """A trace file, to be stepped through.

    Args:
        kept: what was read of it.

    Raises:
        TraceError: it makes no sense as a diagram.
    """

    sides = 1
    marked: int | None = None

    def __init__(self, kept: Counterexample | Witness) -> None:
        self._kept = kept
        self._trace = unrolled(kept.trace)
        self.diagram: Diagram = diagram_of_kept(kept)
        self._truths: dict[int, tuple[Truth, ...]] = {}
        self._unjudged: dict[int, str] = {}
        """Why the properties of a row are not judged."""

    @property
    def title(self) -> str:
        return self.diagram.title

    def session(self, row: int) -> Session:
        """The behaviour up to a row."""
        trace = self._trace
        return Session(self._kept.run, trace.states[: row + 1], trace.steps[:row])

    def is_ready(self, row: int) -> bool:
        """Whether the properties were judged there, or it is known that they cannot be."""
        return row in self._truths or row in self._unjudged

    def prepare(self, row: int) -> None:
        """Judges every property in a row: at large scopes that takes seconds."""
        try:
            self._truths[row] = self._judged(row)
        except TimeoutError as error:
            self._unjudged[row] = str(error)

    def truths(self, row: int) -> tuple[Truth, ...]:
        """The truth of every property in a row where they were judged."""
        return self._truths[row]

    def panes(self, row: int, *, full: bool) -> tuple[Pane, ...]:
        session, shown = self.session(row), self.diagram.rows[row]
        title = f"Step {row} of {len(self._trace)}" if row else f"Before {len(self._trace)} steps"
        parts = [Text(shown.step, "bold"), Text(), *changed(session), Text()]
        parts.append(paint.heading("Properties"))
        if row in self._truths:
            parts += paint.truths(session, self._truths[row])
        elif row in self._unjudged:
            parts.append(Text(f"  They are not judged: {self._unjudged[row]}."))
        else:
            parts.append(Text("  They are being judged …", "dim"))
        if full:
            parts += [Text(), *state(session)]
        return (Pane(title, tuple(parts)),)

    def _judged(self, row: int) -> tuple[Truth, ...]:
        found = self.session(row).truths
        if row < len(self._trace) or self._for_ever is None:
            return found
        name, reason = self._for_ever
        return tuple(
            replace(truth, status="false", reason=reason) if truth.name == name else truth
            for truth in found
        )

    @cached_property
    def _for_ever(self) -> tuple[str, Reason] | None:
        """What must happen and, as the trace goes on for ever, does not; and why that is so."""
        kept = self._kept
        if isinstance(kept, Witness) or kept.kind != "leads-to":
            return None
        found = violation(kept.run.finite, kept.violates, kept.trace)
        if found is None:
            return None
        return kept.violates, Reason(found.culprit, found.valuation, found.where)


def changed(session: Session) -> Iterator[Text]:
    """What the last step of a behaviour changed."""
    if not session.steps:
        yield Text("Nothing has happened yet.", "dim")
        return
    yield paint.heading("Changed")
    found = session.changed()
    for change in found:
        yield paint.change(change)
    if not found:
        yield Text("  nothing", "dim")


def state(session: Session) -> Iterator[Text]:
    """All facts of the last state of a behaviour, by member and view."""
    before = session.states[-2] if session.steps else None
    yield paint.heading("State")
    yield from paint.facts(table(session.finite, session.state, before))
