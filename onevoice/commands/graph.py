"""`onevoice graph`: the state graph of a small scope, to be drawn or analysed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from onevoice.exits import Exit, Stop
from onevoice.memory import free_bytes
from onevoice.options import OneOf, read_run, scope_options


@click.command("graph")
@scope_options(groups="2")
@click.option(
    "--format",
    "written",
    type=OneOf(["dot", "graphml"]),
    default="dot",
    show_default=True,
    help="DOT for Graphviz, or GraphML.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="Write the graph into this file; by default it is printed.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    help="Write no graph with more states.",
)
@click.option("--plain", is_flag=True, help="Progress as plain lines.")
def command(
    variant: str | None,
    written: str,
    output: Path | None,
    force: bool,
    max_states: int,
    plain: bool,
    **given: Any,
) -> int:
    """Write the state graph of a small scope, to be drawn or analysed.

    A node is a state: its number, its depth, what is true in it, which safety properties and
    bounds are violated there, whether it is initial, whether no step is enabled, whether the
    protocol may rest there. An edge is a step, and which properties of steps it violates. What is
    to happen eventually is no matter of one state and is not judged. The slow engine searches,
    a hundred states a second or so.

    \b
    Examples:
      onevoice graph --groups 1+1j --failures 0 -o graph.dot
      onevoice graph --groups 2 --format graphml -o graph.graphml

    Exit code: 0 the graph is written, whatever is violated in it; 75 there are more states than
    --max-states, or than memory, and nothing is written.
    """
    from model.search import Limits
    from model.search.statespace import Unfinished, state_space
    from onevoice.files import refuse_existing, write_texts
    from onevoice.report.dot import dot
    from onevoice.report.graph import graphml, state_graph
    from onevoice.report.terminal import Terminal
    from onevoice.report.words import count

    run = read_run(given, variant)
    if output is not None:
        refuse_existing([output], force)
    terminal = Terminal(plain)
    limits = Limits(memory_bytes=free_bytes() // 2, states=max_states)
    with terminal.progress("Searching") as watch:
        space = state_space(run.finite, limits, watch)
    if isinstance(space, Unfinished):
        raise Stop(
            Exit.LIMIT,
            f"no graph is written: it exceeds {space.stopped}, {count(space.states, 'state')} were "
            f"found so far, to depth {space.depth}. Take a smaller scope (--groups, --failures) or "
            "raise --max-states.",
        )
    graph = state_graph(run, space)
    text = dot(graph) if written == "dot" else graphml(graph)
    size = f"{count(len(space.nodes), 'state')}, {count(len(space.edges), 'transition')}"
    if output is None:
        terminal.raw(text)
        terminal.complain(f"{size}.")
        return Exit.HOLDS
    write_texts({output: text}, force)
    drawn = f" Draw it: dot -Tsvg -O {shlex.quote(str(output))}" if written == "dot" else ""
    terminal.complain(f"Wrote {output}: {size}.{drawn}")
    return Exit.HOLDS
