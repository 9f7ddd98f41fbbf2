"""A trace file as a diagram: with what it is, and what is wrong at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.diagram.reading import diagram_of
from onevoice.report.behaviour import headline
from traces.witness import Witness

if TYPE_CHECKING:
    from onevoice.diagram.diagram import Diagram
    from traces.counterexample import Counterexample


def diagram_of_kept(kept: Counterexample | Witness) -> Diagram:
    """What was read of a trace file, as a diagram.

    Raises:
        TraceError: something is delivered that was never sent.
    """
    if isinstance(kept, Witness):
        return diagram_of(kept.run.finite, kept.trace, kept.shows)
    trace = kept.trace
    variant = f"{kept.run.variant.value}: " if kept.run.variant is not None else ""
    if kept.kind == "leads-to":
        rests = trace.closing is None
        goes_on = "it rests here for ever" if rests else f"back to {trace.loop}, for ever"
        verdict = f"{kept.violates} is violated: {goes_on}"
    else:
        verdict = (
            "no step is enabled" if kept.kind == "deadlock" else f"{kept.violates} is violated"
        )
    return diagram_of(kept.run.finite, trace, variant + headline(kept), verdict)
