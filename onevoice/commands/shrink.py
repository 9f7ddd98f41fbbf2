"""`onevoice shrink`: a smaller trace that shows the same."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import click

from onevoice.exits import Exit
from onevoice.options import SECONDS
from onevoice.trace_files import SUFFIX, TraceFile, read_trace_file


@click.command("shrink")
@click.argument("trace", type=TraceFile())
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="Write what is left into this file; by default beside TRACE, as NAME_shrunk.itf.json.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option(
    "--max-seconds",
    type=SECONDS,
    default=None,
    help="Stop after so long; what was reached by then is written, and is not minimal.",
)
@click.option("--plain", is_flag=True, help="No colours, and progress as plain lines.")
def command(
    trace: Path, output: Path | None, force: bool, max_seconds: float | None, plain: bool
) -> int:
    """Make a counterexample smaller: fewer steps, members, requests, failures and views.

    The result violates the same property in the same way: what is false at its end is the same part
    of the property. It is minimal: no step can be left out, with what it alone makes possible, and
    the scope cannot be reduced in one respect, so that this violation is left. A smaller one may
    still exist; at the scope that is reached `onevoice check` finds a shortest.

    What random walks find is long, and the larger the scope, the more of it has nothing to do with
    what goes wrong. No search is needed, so that this works where a search is impossible.

    A trace that reaches a predicate can be shrunk, too: what is left reaches the same predicate.

    Ctrl-C ends it; what was reached by then is written.

    \b
    Examples:
      onevoice simulate --groups 3+2 --failures 2 --variant no-waiting --walks 1 --seed 1
      onevoice shrink onevoice-traces/Complete_3+2_*.itf.json
      onevoice shrink --max-seconds 60 -o small.itf.json onevoice-traces/Complete_3+2_*.itf.json

    Exit code: 0 the result is written and minimal; 75 it is written but not minimal, for the time
    was up; 130 so, for it was interrupted; 14 the trace does not show what it says, and nothing is
    written; 2 the file is no trace that can be shrunk.
    """
    from onevoice.files import refuse_existing, write_texts
    from onevoice.invocation import program
    from onevoice.report.shrunk import far, show_refused, show_shrunk
    from onevoice.report.terminal import Terminal
    from traces.counterexample import to_text
    from traces.replay import Difference
    from traces.shrink import shrink
    from traces.shrink.shrinking import INTERRUPTED

    kept = read_trace_file(trace)
    path = output or trace.with_name(f"{trace.name.removesuffix(SUFFIX)}_shrunk{SUFFIX}")
    refuse_existing([path], force)
    if not path.parent.is_dir():
        raise click.UsageError(f"there is no folder {path.parent} to write {path.name} into")
    terminal = Terminal(plain)
    with terminal.progress("Shrinking") as watch:
        shrunk = shrink(kept, max_seconds, lambda progress: watch.say(far(progress)))
    if isinstance(shrunk, Difference):
        show_refused(terminal, shrunk)
        return Exit.DIFFERS
    words = f"onevoice shrink {shlex.quote(trace.name)}"
    after = replace(shrunk.after, found_by=" && ".join(filter(None, (kept.found_by, words))))
    write_texts({path: to_text(after, path.name)}, force)
    show_shrunk(terminal, shrunk, path.resolve(), program())
    if shrunk.stopped == INTERRUPTED:
        terminal.complain("onevoice: Interrupted.")
        return Exit.INTERRUPTED
    return Exit.HOLDS if shrunk.stopped is None else Exit.LIMIT
