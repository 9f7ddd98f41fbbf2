"""A shrinking: how far it is, what was left out, and what is left."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.report.generated import show_witness
from onevoice.report.replayed import show_difference
from onevoice.report.searched import show_counterexample
from onevoice.report.terminal import Terminal
from traces.witness import Witness

if TYPE_CHECKING:
    from traces.replay import Difference
    from traces.shrink import Progress, Shrunk
    from traces.shrink.wanted import Kept


def far(progress: Progress) -> str:
    """How far it is, in a line."""
    return (
        f"{progress.seconds:.0f} s  {words.count(progress.tried, 'candidate')}  "
        f"{words.count(progress.steps, 'step')} at {words.short(progress.run)}"
    )


def show_refused(terminal: Terminal, difference: Difference) -> None:
    """Prints why a trace is not shrunk."""
    show_difference(terminal, difference)
    terminal.line("There is nothing to shrink, and nothing is written.")


def show_shrunk(terminal: Terminal, shrunk: Shrunk, path: Path, program: str) -> None:
    """Prints what came of it.

    Args:
        terminal: where to.
        shrunk: what came of it.
        path: where it was written.
        program: how to call this program, for the commands to copy.
    """
    before, after = shrunk.before, shrunk.after
    terminal.pairs(
        [
            ("Protocol", words.protocol(after.run)),
            ("Environment", words.environment(after.run)),
            ("Scope", words.scope(after.run)),
        ]
    )
    terminal.line()
    sizes = zip(_sizes(before), _sizes(after), strict=True)
    rows = [(name, one, other) for (name, one), (_, other) in sizes]
    terminal.table(("", "Before", "After"), rows, right="lrr")
    terminal.line()
    _show_verdict(terminal, shrunk)
    terminal.line()
    if isinstance(after, Witness):
        show_witness(terminal, after, full=False)
    else:
        show_counterexample(terminal, after, steps=True)
    terminal.exact(f"  Trace:   {path}")
    terminal.exact(f"  Replay:  {program} replay {quote(str(path))}")
    if shrunk.stopped is not None:
        terminal.exact(f"  Go on:   {program} shrink {quote(str(path))}")
    elif not isinstance(after, Witness):
        search = f"check {after.run.options} --property {after.violates}"
        terminal.line("  To search this scope for a shortest one:")
        terminal.exact(f"           {program} {search}")


def _sizes(kept: Kept) -> list[tuple[str, str]]:
    run, requests = kept.run, kept.run.exchange_scope.requests
    return [
        ("Steps", f"{len(kept.trace):,}"),
        ("Groups", run.groups + ",1j" * (len(requests) - run.groups.count(",") - 1)),
        ("Members", f"{run.exchange_scope.members}"),
        ("Requests", f"{len(requests)}"),
        ("Failures at most", f"{run.failures}"),
        ("Views at most", f"{run.views_max}"),
    ]


def _show_verdict(terminal: Terminal, shrunk: Shrunk) -> None:
    tried = f"{words.count(shrunk.tried, 'candidate')} in {shrunk.seconds:.1f} s"
    if shrunk.stopped is not None:
        terminal.line(f"NOT minimal: {shrunk.stopped}, after {tried}.", "bold yellow")
        return
    begins = "It was minimal already" if shrunk.before == shrunk.after else "Minimal"
    terminal.line(
        f"{begins}: no step can be left out, and the scope not be reduced ({tried}).", "bold"
    )
