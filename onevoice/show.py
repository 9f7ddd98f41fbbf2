"""`onevoice show`: a trace file, step by step."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("show")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--full", is_flag=True, help="Print every state in full, not only what changed.")
@click.option("--plain", is_flag=True, help="No colours.")
def command(trace: Path, full: bool, plain: bool) -> int:
    """Print a trace file step by step: what each step changed, and what is so at the end.

    That is what a counterexample violates, and the predicate that a generated trace reaches.
    """
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
