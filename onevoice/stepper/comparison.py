"""A trace that was forced upon an implementation, beside what the specification says.

After every step what members know was compared, and nothing is done after the first difference. On
the core what each member knows is told in every state; elsewhere nobody looks into the members
while they work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from onevoice.diagram.reading import diagram_of
from onevoice.explorer.session import Session
from onevoice.stepper import paint
from onevoice.stepper.behaviour import changed, state
from onevoice.stepper.story import Pane
from traces.forced.eager import to_rest
from traces.forced.path import unrolled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model.search.result import Trace
    from onevoice.diagram.diagram import Diagram
    from traces.forced import Difference, Forced, Sides
    from traces.run import Run


class Comparison:
    """What came of a trace on an implementation, to be stepped through beside the specification.

    Args:
        run: what the trace is of.
        trace: what was forced.
        forced: what came of it.
        title: what the trace is, in a line.
        where: upon what it was forced, in a few words.
        states: what members know by state, where that is known.

    Raises:
        TraceError: it makes no sense as a diagram.
    """

    sides = 2

    def __init__(
        self, run: Run, trace: Trace, forced: Forced, title: str, where: str,
        states: Sequence[Sequence[Sides]] = (),
    ) -> None:  # fmt: skip
        self._run, self._forced, self._where, self._states = run, forced, where, states
        self._trace = unrolled(trace)
        if len(self._trace) < forced.steps:  # the members took what was due at its end, too
            self._trace = to_rest(run.finite, self._trace)
        difference = forced.difference
        verdict = f"{where}: {difference.text}" if difference is not None else ""
        self.title = title
        self.diagram: Diagram = diagram_of(run.finite, self._trace, title, verdict)
        self.marked = difference.step if difference is not None else None

    def is_ready(self, row: int) -> bool:
        """Whether all of a row is known: nothing is done any more."""
        return True

    def prepare(self, row: int) -> None:
        """Nothing is to be found out."""

    def panes(self, row: int, *, full: bool) -> tuple[Pane, ...]:
        trace = self._trace
        session = Session(self._run, trace.states[: row + 1], trace.steps[:row])
        step = [Text(self.diagram.rows[row].step, "bold"), Text()]
        specified = [*step, *changed(session)]
        done = [*step, *self._done(row)]
        difference = self._forced.difference
        if difference is not None and row == difference.step:
            specified += _differing(difference, difference.specification)
            done += _differing(difference, difference.implementation)
        elif row <= len(self._forced.taken):
            done += [Text(), Text("✓ No difference.", paint.TRUE)]
        if full:
            specified += [Text(), *state(session)]
        return (
            Pane("Specification", tuple(specified)),
            Pane(self._where, (*done, *self._known(row, full))),
        )

    def _done(self, row: int) -> Iterator[Text]:
        """What the implementation did."""
        taken = self._forced.taken
        if row > len(taken):
            yield Text("Not taken: nothing is done after the first difference.", "dim")
            return
        if row == 0:
            yield Text("The members are started.")
        else:
            yield paint.heading("Done")
            for done in taken[row - 1].done:
                yield Text(f"  {done}")
            if not taken[row - 1].done:
                yield Text("  nothing", "dim")

    def _known(self, row: int, full: bool) -> Iterator[Text]:
        """What members know after a step: what it changed in that, or all of it."""
        if row >= len(self._states):
            return
        before = {(s.member, s.variable): s.implementation for s in self._states[max(row - 1, 0)]}
        shown = [
            (known, before.get((known.member, known.variable)) != known.implementation)
            for known in self._states[row]
        ]
        if not full:
            shown = [(known, is_new) for known, is_new in shown if is_new]
        if shown:
            yield Text()
            yield paint.heading("Known by members" if full else "Learned")
        for known, is_new in shown:
            text = f"  {known.member}: {known.variable}: {known.implementation}"
            if known.implementation != known.specification:
                yield Text(f"{text}, by the specification {known.specification}", paint.BAD)
            else:
                yield Text(text, paint.ADDED if is_new else "")


def _differing(difference: Difference, here: str) -> Iterator[Text]:
    """The difference, as one side sees it."""
    yield Text()
    yield Text("✗ The first difference", paint.BAD)
    yield Text(f"  {difference.member}: {difference.variable}", paint.BAD)
    yield Text(f"  {here}", "bold")
