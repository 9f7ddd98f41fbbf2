"""`onevoice check`: one search, judged and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onevoice.options import method_options, read_ask, search_options, variant_option

TRACE_DIR = "onevoice-traces"


@click.command("check")
@search_options(groups="2+1")
@variant_option
@method_options
@click.option("--stop-at-first", is_flag=True, help="Stop where something is first violated.")
def command(variant: str | None, **given: Any) -> int:
    """Search all states of the protocol at a scope, and judge its properties.

    Every state that can be reached is searched, breadth first, so that counterexamples are as
    short as can be. Each is written as a trace file (to ./onevoice-traces, or --trace-dir).

    A large scope may need --reduce all, which gives the same verdicts from fewer states, with
    counterexamples that may not be the shortest; and --folder, which a search goes on from.

    \b
    Examples:
      onevoice check
      onevoice check --groups 2+1,1j --failures 2 --reduce all
      onevoice check --variant no-waiting --trace-dir .
      onevoice check --property AtMostOnce --property Complete --json

    Exit code: 0 all holds; 12 safety, 13 liveness, 11 deadlock is violated, 10 several kinds; 15
    everything asked for holds only vacuously; 75 a limit was reached and nothing violated.
    """
    from onevoice.invocation import program
    from onevoice.report import data
    from onevoice.report.searched import show_ask, show_searched
    from onevoice.report.terminal import Terminal
    from onevoice.search import search, write_traces

    ask = read_ask(given, variant)
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_ask(terminal, ask)
    with terminal.progress("Searching") as watch:
        searched = search(ask, watch)
    searched, problem = write_traces(searched, Path(given["trace_dir"] or TRACE_DIR))
    if given["as_json"]:
        terminal.raw(data.to_text(data.searched_data(searched)))
    else:
        show_searched(terminal, searched, program())
    if problem is not None:
        terminal.complain(f"onevoice: {problem}")
    return searched.exit
