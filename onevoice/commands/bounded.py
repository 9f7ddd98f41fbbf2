"""`onevoice bounded`: bounded checks, k-induction and IC3 by SAT solvers, judged and shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.bounding import Bounded, bounded
from onevoice.commands.check import TRACE_DIR
from onevoice.options import (
    SECONDS,
    OneOf,
    output_options,
    property_option,
    read_run,
    scope_options,
)

if TYPE_CHECKING:
    from proofs.ground.outcome import BoundedProgress
    from traces.run import Run


@click.command("bounded")
@click.argument("groups_first", metavar="[GROUPS]", required=False)
@scope_options(groups="2+1")
@property_option
@click.option(
    "--method",
    type=OneOf(["bmc", "k-induction", "ic3"]),
    default="ic3",
    show_default=True,
    help="bmc: the shortest violation, up to --depth steps. k-induction: that, or a proof from k "
    "states. ic3: a violation, or an inductive invariant.",
)
@click.option(
    "--depth",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="Of bmc and k-induction: look at no more steps. IC3 has no depth.",
)
@click.option("--limit-s", type=SECONDS, default=None, help="Stop after so many seconds.")
@output_options
def command(
    groups_first: str | None,
    variant: str | None,
    properties: tuple[str, ...],
    method: Any,
    depth: int,
    limit_s: float | None,
    **given: Any,
) -> int:
    """Check safety at a scope by SAT solvers: bounded, by k-induction, or by IC3.

    The state graph is not searched, so a scope may be proved that has too many states for `onevoice
    check`; and a violation may be found in one. Invariants, properties of steps, bounds and
    deadlock are checked; for what is to happen eventually there is `check`. GROUPS is short for
    --groups.

    No solver is believed: each counterexample is taken step by step by the interpreter, and each
    invariant that IC3 finds is checked again by another solver. A property that was not violated
    up to a depth is not said to hold.

    \b
    Examples:
      onevoice bounded 2+1 --property AtMostOnce
      onevoice bounded 3+2 --method bmc --depth 8 --limit-s 60
      onevoice bounded --variant no-waiting --property Complete

    Exit code: 0 all holds; 12 safety, 11 deadlock is violated, 10 both; 15 everything asked for
    holds only vacuously; 75 something was neither proved nor violated.
    """
    from onevoice.invocation import program
    from onevoice.report.bounded import bounded_data, show_ask, show_bounded
    from onevoice.report.data import to_text
    from onevoice.report.terminal import Terminal
    from onevoice.search import write_counterexamples
    from proofs.ground.sat import Limits
    from proofs.ground.several import Way

    if groups_first is not None:
        given["groups"] = groups_first
    run, way = read_run(given, variant), Way(method, depth, Limits(limit_s))
    _refuse_liveness(run, properties)
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_ask(terminal, run, way)
    with terminal.progress("Proving") as watch:
        done = bounded(run, way, properties, lambda p: watch.say(_far(p)))
    by_file = {found.file_name: found for found in done.counterexamples()}
    files, problem = write_counterexamples(by_file, Path(given["trace_dir"] or TRACE_DIR))
    done = Bounded(run, way, done.outcomes, done.seconds, files)
    if given["as_json"]:
        terminal.raw(to_text(bounded_data(done)))
    else:
        show_bounded(terminal, done, program())
    if problem is not None:
        terminal.complain(f"onevoice: {problem}")
    return done.exit


def _refuse_liveness(run: Run, properties: Sequence[str]) -> None:
    lively = [p.name for p in run.staged.leads_to if p.name in properties]
    if lively:
        raise click.UsageError(
            f"{' and '.join(lively)} is to happen eventually, which no state shows: "
            f"onevoice check {run.options} --property {lively[0]}"
        )


def _far(progress: BoundedProgress) -> str:
    clauses = f"  {progress.clauses:,} clauses" if progress.clauses else ""
    return (
        f"{progress.seconds:.0f} s  depth {progress.depth}{clauses}  {progress.queries:,} queries  "
        f"{progress.conflicts:,} conflicts  {progress.about}"
    )
