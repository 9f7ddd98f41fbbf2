"""`onevoice generate`: traces made on purpose, as files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from onevoice.commands.check import TRACE_DIR
from onevoice.exits import Exit, Stop
from onevoice.options import OneOf, read_limits, read_run, scope_options, search_limits

if TYPE_CHECKING:
    from model.lang import Parsed
    from model.search import Limits
    from model.search.result import Trace
    from onevoice.report.terminal import Terminal
    from traces.generate import StateGraph
    from traces.run import Run
    from traces.witness import Covered, Purpose

_STEPS_MAX = 100_000
_LENGTH = 1000
_WALKS = click.IntRange(1, 10_000)
_COUNT = click.IntRange(1, 1_000)


@click.command("generate")
@click.option(
    "--cover",
    "covers",
    type=OneOf(["states", "transitions", "pairs"]),
    default=None,
    help="Traces that together go through all states, all transitions, or all pairs of "
    "consecutive transitions.",
)
@click.option("--walks", type=_WALKS, default=None, help="So many random walks.")
@click.option(
    "--reach",
    "predicate",
    default=None,
    metavar="EXPRESSION",
    help="A shortest trace to a state that satisfies this, as in 'crashed[a1] & spoke(a1, v0)'.",
)
@scope_options(groups="2")
@click.option(
    "--count",
    type=_COUNT,
    default=None,
    help="With --reach: so many, to different states; by default one.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, (1 << 64) - 1),
    default=None,
    help="With --walks: of the random numbers, by default 1. The walks are those of `onevoice "
    "simulate`.",
)
@click.option(
    "--length",
    type=click.IntRange(1, 1_000_000),
    default=None,
    help=f"With --walks: steps of a walk at most; by default {_LENGTH:,}.",
)
@click.option(
    "--max-steps",
    type=click.IntRange(min=1),
    default=_STEPS_MAX,
    show_default=True,
    help="Write no more steps than this in all traces together.",
)
@search_limits
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=TRACE_DIR,
    show_default=True,
    metavar="DIR",
    help="Where the trace files go.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--plain", is_flag=True, help="No colours, and progress as plain lines.")
def command(
    variant: str | None,
    covers: str | None,
    walks: int | None,
    predicate: str | None,
    count: int | None,
    seed: int | None,
    length: int | None,
    out: Path,
    force: bool,
    plain: bool,
    **given: Any,
) -> int:
    """Write traces made on purpose: that cover the state graph, walk it, or reach a predicate.

    A cover has as few steps as any can have, and what is said of the least is proved. A
    predicate is written as in the specification, `s.` may be left out, and the elements of the
    scope have the names that reports show: exists(View, lambda v: leads(a2, v) & spoke(a1, v)).
    What a report prints of a formula may be copied too.

    The files are the same each time, whatever the number of threads; a search for --reach takes
    one. Every trace was taken by the interpreter step by step. `onevoice show` and `onevoice
    replay` read them.

    \b
    Examples:
      onevoice generate --cover transitions
      onevoice generate --groups 2+1 --walks 10 --seed 1 --out walks
      onevoice generate --groups 2+1 --reach 'crashed[a1] & spoke(a1, v0)'

    Exit code: 0 traces are written, and all that were asked for if there are so many; 15 the
    search was complete and no state satisfies the predicate; 75 a limit was reached.
    """
    from onevoice.report.generated import show_run
    from onevoice.report.terminal import Terminal

    if sum(choice is not None for choice in (covers, walks, predicate)) != 1:
        raise click.UsageError("say what to generate: one of --cover, --walks and --reach")
    if count is not None and predicate is None:
        raise click.UsageError("--count is for --reach")
    if walks is None and (seed is not None or length is not None):
        raise click.UsageError("--seed and --length are for --walks")
    run, limits, terminal = read_run(given, variant), read_limits(given), Terminal(plain)
    files = _Files(terminal, run, out, force, given["max_steps"])
    parsed = _parsed(run, predicate) if predicate is not None else None
    show_run(terminal, run)
    try:
        if covers is not None:
            return _cover(files, limits, cast("Covered", covers))
        if walks is not None:
            return _walk(files, limits, walks, 1 if seed is None else seed, length or _LENGTH)
        assert predicate is not None
        assert parsed is not None
        return _reach(files, limits, predicate, parsed, count or 1)
    except TimeoutError as error:
        raise Stop(Exit.LIMIT, f"no trace is written: {error}") from None


class _Files:
    """Where the traces of a run go.

    Args:
        terminal: for the progress.
        run: what the traces are of.
        folder: made if there is none.
        force: overwrite files that are there.
        steps_max: of all traces together.
    """

    def __init__(
        self, terminal: Terminal, run: Run, folder: Path, force: bool, steps_max: int
    ) -> None:
        self.terminal, self.run, self.folder, self.force = terminal, run, folder, force
        self.steps_max = steps_max

    def write(
        self,
        purposes: Sequence[Purpose],
        make: Callable[[int], Trace],
        found_by: Callable[[int], str],
    ) -> list[Path]:
        """Writes a trace for each purpose.

        Args:
            purposes: what each is kept for.
            make: the trace of a place in that list.
            found_by: the words after the program's name that find it again.

        Returns:
            The files.

        Raises:
            Stop: a file exists already, or cannot be written.
        """
        from onevoice.files import refuse_existing, write_texts
        from traces.counterexample import to_text
        from traces.witness import Witness, file_name

        paths = [self.folder / file_name(self.run, purpose) for purpose in purposes]
        refuse_existing(paths, self.force)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Stop(Exit.USAGE, f"{self.folder} cannot be made: {error.strerror}") from None
        with self.terminal.progress("Writing") as watch:
            for place, (path, purpose) in enumerate(zip(paths, purposes, strict=True)):
                command = f"onevoice generate {found_by(place)} {self.run.options}"
                witness = Witness(self.run, purpose, make(place), found_by=command)
                write_texts({path: to_text(witness, path.name)}, self.force)
                watch.say(f"{place + 1:,} of {len(paths):,} traces")
        return paths


def _graph(files: _Files, limits: Limits) -> StateGraph:
    from traces.generate import state_graph

    with files.terminal.progress("Searching") as watch:
        return state_graph(files.run.finite, limits, watch)


def _cover(files: _Files, limits: Limits, covers: Covered) -> int:
    from onevoice.report.generated import show_cover, show_files
    from traces.generate import Cyclic, Teller, TooLarge, cover, coverage
    from traces.witness import Part

    graph = _graph(files, limits)
    try:
        with files.terminal.progress("Covering") as watch:
            found = cover(graph, covers, files.steps_max, limits.seconds, watch.say)
    except TooLarge as error:
        raise Stop(
            Exit.LIMIT,
            f"no trace is written: {error}. Take a smaller scope (--groups, --failures), or raise "
            "--max-steps.",
        ) from None
    except Cyclic as error:
        raise Stop(Exit.LIMIT, f"no trace is written: {error}") from None
    show_cover(files.terminal, graph, found, coverage(graph, found.paths))
    teller, total = Teller(graph), len(found.paths)
    written = files.write(
        [Part(covers, number, total) for number in range(1, total + 1)],
        lambda place: teller.trace(found.paths[place]),
        lambda place: f"--cover {covers}",
    )
    show_files(files.terminal, written, files.folder)
    return Exit.HOLDS


def _walk(files: _Files, limits: Limits, walks: int, seed: int, length: int) -> int:
    from onevoice.report.generated import show_files, show_walks
    from traces.generate import Teller, coverage, random_walks
    from traces.witness import Walk

    graph = _graph(files, limits)
    paths = random_walks(graph, seed, walks, length)
    _refuse_many(
        sum(map(len, paths)), files.steps_max, "fewer (--walks) or shorter ones (--length)"
    )
    show_walks(files.terminal, graph, seed, paths, coverage(graph, paths))
    teller = Teller(graph)
    written = files.write(
        [Walk(seed, number) for number in range(1, walks + 1)],
        lambda place: teller.trace(paths[place]),
        lambda place: f"--walks {place + 1} --seed {seed} --length {length}",
    )
    show_files(files.terminal, written, files.folder)
    return Exit.HOLDS


def _reach(files: _Files, limits: Limits, text: str, parsed: Parsed, count: int) -> int:
    from onevoice.report.generated import show_files, show_reached
    from traces.generate import reach
    from traces.witness import Reach

    with files.terminal.progress("Searching") as watch:
        found = reach(files.run.finite, parsed, count, limits, watch)
    _refuse_many(sum(map(len, found.traces)), files.steps_max, "fewer (--count)")
    show_reached(files.terminal, parsed, count, found)
    if found.traces:
        written = files.write(
            [Reach(text, number) for number in range(1, len(found.traces) + 1)],
            lambda place: found.traces[place],
            lambda place: f"--reach {shlex.quote(text)} --count {place + 1}",
        )
        show_files(files.terminal, written, files.folder)
    if found.stopped is not None:
        return Exit.LIMIT
    return Exit.HOLDS if found.traces else Exit.NOT_PROVED


def _refuse_many(steps: int, steps_max: int, fewer: str) -> None:
    """Stops the program if traces have more steps than are wanted."""
    if steps > steps_max:
        raise Stop(
            Exit.LIMIT,
            f"no trace is written: they have {steps:,} steps, more than {steps_max:,}. Take "
            f"{fewer}, or raise --max-steps.",
        )


def _parsed(run: Run, text: str) -> Parsed:
    from model.lang import FormulaError
    from traces.witness import predicate

    try:
        return predicate(run, text)
    except FormulaError as error:
        caret = "\n".join(f"  {line}" for line in error.caret.split("\n"))
        raise Stop(Exit.USAGE, f"--reach: {error}\n{caret}") from None
