"""`onevoice export`: the protocol at a scope as another checker's text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from onevoice.exits import Exit, Stop
from onevoice.options import OneOf, property_option, read_run, scope_options

if TYPE_CHECKING:
    from model.export import Format
    from model.lang import Staged

# What TLA+ has before a module is a comment anyway.
_COMMENT = {"tla": "\\* {}", "murphi": "-- {}", "promela": "/* {} */"}


@click.command("export")
@click.option(
    "--format",
    "written",
    type=OneOf(["tla", "murphi", "promela"]),
    required=True,
    help="TLA+ for TLC, Murphi for Rumur, Promela for SPIN.",
)
@scope_options(groups="2+1")
@property_option
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="DIR",
    help="Write the files into this folder, which is made if there is none.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    written: str,
    variant: str | None,
    output: Path | None,
    force: bool,
    plain: bool,
    properties: tuple[str, ...],
    **given: Any,
) -> int:
    """Write the protocol at a scope in the language of another checker.

    That checker takes the same steps and judges the same properties, so it must find the same
    numbers of states and transitions as `onevoice check`, and the same verdicts. How it is run is
    said on standard error.

    Murphi and Promela are one file, which is printed unless --output names a folder. TLA+ is two
    files, whose names TLC insists on, so it needs --output.

    Only TLC can judge what is to happen eventually; the other texts name what they leave out.
    With --property, a deadlock is looked for only if it is among the properties named.

    \b
    Examples:
      onevoice export --format tla --output tla
      onevoice export --format promela > exchange.pml
      onevoice export --format murphi --variant no-waiting --property Complete

    Exit code: 0 the text is written. That says nothing of the protocol.
    """
    from model.export import export
    from model.scope import Finite
    from onevoice.files import refuse_existing, write_texts
    from onevoice.report.exported import show_exported
    from onevoice.report.terminal import Terminal

    format = cast("Format", written)
    run = read_run(given, variant)
    staged = _chosen(run.staged, properties, format)
    if format == "tla" and output is None:
        raise click.UsageError(
            f"--format tla makes two files, {staged.name}.tla and {staged.name}.cfg: name the "
            "folder for them with --output"
        )
    words = ["--format", format, *(word for name in properties for word in ("--property", name))]
    origin = _COMMENT[format].format(f"onevoice export {' '.join(words)} {run.options}")
    texts = {
        name: f"{origin}\n{text}"
        for name, text in export(Finite(staged, run.finite.scope), format).items()
    }
    terminal = Terminal(plain)
    if output is None:
        for text in texts.values():
            terminal.raw(text)
    else:
        paths = {output / name: text for name, text in texts.items()}
        refuse_existing(paths, force)
        _make(output)
        write_texts(paths, force)
    show_exported(terminal, format, list(texts), output, _left_out(staged, format))
    return Exit.HOLDS


def _chosen(staged: Staged, properties: tuple[str, ...], format: Format) -> Staged:
    """The spec with only these properties, `deadlock` among them or not; with all if none is given.

    Raises:
        Stop: the checker can judge none of them.
    """
    from dataclasses import replace

    from model.lang.expr import TRUE
    from model.lang.staged import Clause
    from model.search import select
    from onevoice.search import DEADLOCK

    if not properties:
        return staged
    chosen = select(staged, [name for name in properties if name != DEADLOCK])
    if DEADLOCK not in properties:
        # Checkers that stop at the first error would stop at a deadlock nobody asked for.
        chosen = replace(chosen, final=Clause(TRUE, staged.final.where))
    if set(properties) <= set(_left_out(chosen, format)):
        raise Stop(
            Exit.USAGE,
            f"--format {format} can say nothing of {', '.join(properties)}: what is to happen "
            "eventually goes into --format tla only",
        )
    return chosen


def _left_out(staged: Staged, format: Format) -> list[str]:
    """The properties that do not go into the text: under fairness only TLC judges them."""
    return [] if format == "tla" else [prop.name for prop in staged.leads_to]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(Exit.USAGE, f"{folder} cannot be made: {error.strerror}") from None
