"""`onevoice show`: a trace file, step by step."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("show")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--full", is_flag=True, help="Print every state in full, not only what changed.")
@click.option("--plain", is_flag=True, help="No colours.")
def command(trace: Path, full: bool, plain: bool) -> int:
    """Print a trace file step by step: what each step changed, and what is violated at the end."""
    from onevoice.report import words
    from onevoice.report.searched import show_counterexample
    from onevoice.report.terminal import Terminal
    from traces.counterexample import read

    counterexample = read(trace)
    terminal = Terminal(plain)
    run = counterexample.run
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
        ]
    )
    terminal.line()
    show_counterexample(terminal, counterexample, steps=True, full=full)
    return 0
