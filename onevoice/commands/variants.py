"""`onevoice variants`: which departure from the protocol breaks which property."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onevoice.exits import Exit
from onevoice.options import Name, read_ask, reduce_option, search_options, variant_names


@click.command("variants")
@search_options(groups="2+1j")
@reduce_option
@click.option(
    "--variant",
    "chosen",
    type=Name("variant", variant_names),
    multiple=True,
    metavar="NAME",
    help="Only this variant (repeatable).",
)
def command(chosen: tuple[str, ...], **given: Any) -> int:
    """Show which property each departure from the protocol breaks, and how soon.

    The shipped protocol and each variant are searched at one scope. The default scope is one
    where every variant that one request can show breaks what it must: a subgroup of two that a
    member without data joins, with one failure, under same-view delivery. For forgets-subgroups
    a second request must arrive: --groups 1+1,1j --failures 0.

    \b
    Examples:
      onevoice variants
      onevoice variants --variant no-waiting --variant shared-key
      onevoice variants --groups 1+1,1j --failures 0 --variant forgets-subgroups

    Exit code: 0 the table is complete; 75 a limit was reached, or something is undecided; 10 to
    13 the shipped protocol itself violates a property.
    """
    from onevoice.report import data
    from onevoice.report.matrix import show_done, show_matrix, show_scope
    from onevoice.report.terminal import Terminal
    from onevoice.search import Searched, search, write_traces

    names = [n for n in variant_names() if n in chosen or not chosen]
    asks = [read_ask(given, variant) for variant in (None, *names)]
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_scope(terminal, asks[0])
    done: list[Searched] = []
    for number, ask in enumerate(asks):
        with terminal.progress(f"{number} of {len(asks) - 1}") as watch:
            searched = search(ask, watch)
        if given["trace_dir"] is not None:
            searched, problem = write_traces(searched, Path(given["trace_dir"]))
            if problem is not None:
                terminal.complain(f"onevoice: {problem}")
        done.append(searched)
        show_done(terminal, number, searched)
    if given["as_json"]:
        terminal.raw(data.to_text([data.searched_data(searched) for searched in done]))
    else:
        show_matrix(terminal, done)
    if done[0].exit is not Exit.HOLDS:
        return done[0].exit
    decided = all(s.result.complete and s.result.liveness_stopped is None for s in done)
    return Exit.HOLDS if decided else Exit.LIMIT
