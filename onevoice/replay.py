"""`onevoice replay`: a trace file, judged again by the interpreter."""

from __future__ import annotations

from pathlib import Path

import click

from onevoice.exits import Exit


@click.command("replay")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="No colours.")
def command(trace: Path, plain: bool) -> int:
    """Take every step of a trace file again, and judge its property again.

    Exit code: 0 if the property is violated again as recorded; 14 if a step or a state differs
    or the property is not violated; 2 if the file is no trace.
    """
    from onevoice.report.behaviour import show_replay
    from onevoice.report.terminal import Terminal
    from traces.counterexample import read
    from traces.replay import replay

    counterexample = read(trace)
    result = replay(counterexample)
    show_replay(Terminal(plain), counterexample, result)
    return Exit.HOLDS if result.difference is None else Exit.DIFFERS
