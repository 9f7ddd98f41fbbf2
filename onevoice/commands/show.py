"""`onevoice show`: a trace file, step by step."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("show")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--full", is_flag=True, help="Print every state in full, not only what changed.")
@click.option(
    "--svg",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="Write a sequence diagram into this file instead.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option("--plain", is_flag=True, help="No colours.")
def command(trace: Path, full: bool, picture: Path | None, force: bool, plain: bool) -> int:
    """Print a trace file step by step: what each step changed, and what is so at the end.

    That is what a counterexample violates, and the predicate that a generated trace reaches. With
    --svg it is drawn: a lane for each member, an arrow for each delivery.
    """
    if picture is not None:
        _draw(trace, picture, force)
        return 0
    from onevoice.report.generated import show_run, show_witness
    from onevoice.report.searched import show_counterexample
    from onevoice.report.terminal import Terminal
    from traces.counterexample import read_trace
    from traces.witness import Witness

    kept = read_trace(trace)
    terminal = Terminal(plain)
    show_run(terminal, kept.run)
    if isinstance(kept, Witness):
        show_witness(terminal, kept, full)
    else:
        show_counterexample(terminal, kept, steps=True, full=full)
    return 0


def _draw(trace: Path, picture: Path, force: bool) -> None:
    from onevoice.diagram.kept import diagram_of_kept
    from onevoice.diagram.svg import svg
    from onevoice.files import refuse_existing, write_texts
    from traces.counterexample import read_trace
    from traces.errors import TraceError

    refuse_existing([picture], force)
    try:
        drawn = svg(diagram_of_kept(read_trace(trace)))
    except TraceError as error:
        raise error.within(file=str(trace)) from None
    write_texts({picture: drawn}, force)
    click.echo(f"Wrote {picture}.", err=True)
