"""`onevoice show`: a trace file, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onevoice.trace_files import TraceFile, read_trace_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from onevoice.diagram.diagram import Diagram


@click.command("show")
@click.argument("trace", type=TraceFile())
@click.option("--full", is_flag=True, help="Every state in full, not only what changed.")
@click.option(
    "-i",
    "--interactive",
    is_flag=True,
    help="Step through it, or say why that cannot be done here.",
)
@click.option("--diagram", is_flag=True, help="Print a sequence diagram instead.")
@click.option(
    "--svg",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="Write a sequence diagram into this file instead.",
)
@click.option(
    "--mermaid",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="The same as Mermaid's text, for pages that draw it.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option("--plain", is_flag=True, help="Print it, also on a terminal, and without colours.")
def command(
    trace: Path,
    full: bool,
    interactive: bool,
    diagram: bool,
    picture: Path | None,
    mermaid: Path | None,
    force: bool,
    plain: bool,
) -> int:
    """Show a trace file step by step: what each step changed, and what is so at the end.

    That is what a counterexample violates, and the predicate that a generated trace reaches.

    On a terminal it is stepped through (`j` and `k`, or the arrows; `?` helps): the sequence
    diagram, and beside it what the step changed, which properties are true there, and why one is
    false. Elsewhere, or with --plain, all steps are printed.

    With --diagram, --svg or --mermaid it is drawn: a lane for each member, an arrow for each
    delivery.

    \b
    Examples:
      onevoice check --variant shared-key --trace-dir .
      onevoice show transmissions_2+1_f1_same-view_shared-key.itf.json
      onevoice show --diagram transmissions_2+1_f1_same-view_shared-key.itf.json
      onevoice show --svg drawing.svg transmissions_2+1_f1_same-view_shared-key.itf.json
    """
    from onevoice.stepper.start import obstacle, refuse_unless_possible

    files = [path for path in (picture, mermaid) if path is not None]
    if interactive and (plain or diagram or files):
        raise click.UsageError("--interactive goes with neither --plain nor a drawing")
    if interactive:
        refuse_unless_possible()
    if picture is not None:
        from onevoice.diagram.svg import svg

        _write(trace, picture, svg, force)
    if mermaid is not None:
        from onevoice.diagram.mermaid import mermaid as mermaid_of

        _write(trace, mermaid, mermaid_of, force)
    if diagram:
        _print_diagram(trace, plain)
    elif not files and not plain and not obstacle():
        _step(trace, full)
    elif not files:
        _print(trace, full, plain)
    return 0


def _step(trace: Path, full: bool) -> None:
    from onevoice.stepper.behaviour import Behaviour
    from onevoice.stepper.start import step_through
    from traces.errors import TraceError

    try:
        story = Behaviour(read_trace_file(trace))
    except TraceError as error:
        raise error.within(file=str(trace)) from None
    step_through(story, full=full)


def _print(trace: Path, full: bool, plain: bool) -> None:
    from onevoice.report.generated import show_run, show_witness
    from onevoice.report.searched import show_counterexample
    from onevoice.report.terminal import Terminal
    from traces.witness import Witness

    kept = read_trace_file(trace)
    terminal = Terminal(plain)
    show_run(terminal, kept.run)
    if isinstance(kept, Witness):
        show_witness(terminal, kept, full)
    else:
        show_counterexample(terminal, kept, steps=True, full=full)


def _diagram(trace: Path) -> Diagram:
    from onevoice.diagram.kept import diagram_of_kept
    from traces.errors import TraceError

    try:
        return diagram_of_kept(read_trace_file(trace))
    except TraceError as error:
        raise error.within(file=str(trace)) from None


def _print_diagram(trace: Path, plain: bool) -> None:
    from onevoice.diagram.glyphs import glyphs_for
    from onevoice.diagram.unicode import drawing
    from onevoice.report.terminal import Terminal
    from onevoice.stepper import paint

    terminal = Terminal(plain)
    glyphs = glyphs_for(terminal.out.encoding)
    for line in drawing(_diagram(trace), terminal.width, glyphs).lines:
        terminal.exact(paint.line(line))


def _write(trace: Path, path: Path, draw: Callable[[Diagram], str], force: bool) -> None:
    from onevoice.files import refuse_existing, write_texts

    refuse_existing([path], force)
    write_texts({path: draw(_diagram(trace))}, force)
    click.echo(f"Wrote {path}.", err=True)
