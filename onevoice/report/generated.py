"""Traces that were generated: what they cover, how near to the least, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, cast

from rich.text import Text

from model.interp import Interpreter
from model.lang import Parsed, show
from onevoice.invocation import program
from onevoice.report import words
from onevoice.report.behaviour import show_behaviour
from onevoice.report.terminal import Terminal
from traces.witness import Reach, Witness, predicate

if TYPE_CHECKING:
    from traces.counterexample import Counterexample
    from traces.generate import Count, Cover, Coverage, Reached, StateGraph
    from traces.generate import Path as Way
    from traces.run import Run


def show_run(terminal: Terminal, run: Run) -> None:
    """Prints what the traces are of."""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
        ]
    )
    terminal.line()


def show_cover(terminal: Terminal, graph: StateGraph, cover: Cover, covered: Coverage) -> None:
    """Prints what a cover covers, and how near to the least it is."""
    _show_graph(terminal, graph)
    what = "pairs of consecutive transitions" if cover.covers == "pairs" else cover.covers
    terminal.line(f"A cover of all {cover.items:,} {what}:")
    rows = []
    for name, here, least in (
        ("traces", len(cover.paths), cover.paths_at_least),
        ("steps", cover.steps, cover.steps_at_least),
    ):
        verdict = "the least there is" if here == least else f"at most {here - least:,} too many"
        rows.append((f"  {name}", f"{here:,}", f"no cover has fewer than {least:,}", verdict))
    terminal.table(("", "", "", ""), rows, right="lrll")
    terminal.line(f"  {_lengths(cover.paths)}")
    terminal.line()
    _show_coverage(terminal, covered)


def show_walks(
    terminal: Terminal, graph: StateGraph, seed: int, paths: Sequence[Way], covered: Coverage
) -> None:
    """Prints what random walks cover."""
    _show_graph(terminal, graph)
    different = len(set(paths))
    terminal.line(
        f"{words.count(len(paths), 'random walk')} of seed {seed}, {different:,} of them "
        f"different, {words.count(sum(map(len, paths)), 'step')}"
    )
    terminal.line(f"  {_lengths(paths)}")
    terminal.line()
    _show_coverage(terminal, covered)


def show_reached(terminal: Terminal, parsed: Parsed, count: int, found: Reached) -> None:
    """Prints how far a predicate is, or that it is nowhere."""
    terminal.hanging("Predicate  ", show(parsed.expr))
    terminal.line()
    if found.traces:
        shortest = len(found.traces[0])
        many = len(found.traces)
        terminal.line(f"Reached after {words.count(shortest, 'step')}, and not sooner.")
        if many > 1:
            lengths = ", ".join(str(len(trace)) for trace in found.traces[:20])
            more = ", …" if many > 20 else ""
            terminal.line(f"{many} traces to different states, of {lengths}{more} steps.")
        if many < count and found.stopped is None:
            terminal.line(
                f"No more than {many:,} states are the first on their shortest way to satisfy it."
            )
    elif found.stopped is None:
        terminal.line(f"No state satisfies it: all {found.states:,} were searched.", "bold yellow")
    if found.stopped is not None:
        terminal.line(
            f"The search stopped: {found.stopped}. {words.count(found.states, 'state')} were "
            f"found, and so every behaviour of up to {words.count(found.depth, 'step')} was looked "
            "at; of others nothing is known.", "bold yellow",
        )  # fmt: skip


def show_files(terminal: Terminal, files: Sequence[Path], folder: Path) -> None:
    """Prints where traces were written."""
    if len(files) == 1:
        terminal.exact(f"Trace:  {files[0]}")
    else:
        terminal.exact(f"Traces: {len(files):,} files in {folder}, such as {files[0].name}")
    terminal.exact(f"Show:   {program()} show {quote(str(files[0]))}")
    terminal.exact(f"Replay: {program()} replay {quote(str(files[0]))}")


def show_witness(terminal: Terminal, witness: Witness, full: bool) -> None:
    """Prints a witness step by step, and what it shows.

    Args:
        terminal: where to.
        witness: what to print.
        full: every state in full, not only what changed.
    """
    terminal.hanging("", f"{witness.shows.rstrip('.')}.", "bold")
    terminal.line()
    # It reads the run and the trace only, which witnesses have as counterexamples do.
    show_behaviour(terminal, cast("Counterexample", witness), full)
    if not isinstance(witness.purpose, Reach):
        return
    wanted = predicate(witness.run, witness.purpose.predicate)
    last = witness.trace.states[-1]
    holds = Interpreter(witness.run.finite).value(wanted.expr, last, wanted.valuation)
    terminal.line()
    if holds:
        terminal.line("  True in the last state:")
    else:
        terminal.line("  Not true in the last state, whatever the file says:", "bold red")
    terminal.hanging("      ", show(wanted.expr))


def _show_graph(terminal: Terminal, graph: StateGraph) -> None:
    terminal.line(
        f"{words.count(graph.states, 'distinct state')} ({graph.initial:,} initial), "
        f"{words.count(graph.transitions, 'transition')}, "
        f"{words.count(graph.pairs, 'pair')} of consecutive transitions"
    )
    terminal.line()


def _show_coverage(terminal: Terminal, covered: Coverage) -> None:
    def row(name: str, count: Count) -> tuple[str, str, str, str]:
        part = f"{100 * count.covered / count.of:.1f} %" if count.of else "none there"
        return name, f"{count.covered:,}", f"of {count.of:,}", part

    rows = [
        row("States", covered.states),
        row("Transitions", covered.transitions),
        row("Pairs", covered.pairs),
    ]
    terminal.table(("Covered", "", "", ""), rows, right="lrrr")
    terminal.line()
    taken: list[tuple[str | Text, ...]] = [
        (name, f"{times:,}", "" if times else Text("never", "bold yellow"))
        for name, times in covered.actions.items()
    ]
    terminal.table(("Action", "Steps", ""), taken, right="lrl")
    terminal.line()


def _lengths(paths: Sequence[Way]) -> str:
    shortest, longest = min(map(len, paths)), max(map(len, paths))
    same = f"{words.count(longest, 'step')} each"
    return same if shortest == longest else f"{shortest} to {words.count(longest, 'step')} each"
