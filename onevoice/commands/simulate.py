"""`onevoice simulate`: random walks, where there are too many states to search them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onevoice.commands.check import TRACE_DIR
from onevoice.options import SECONDS, output_options, property_option, read_run, scope_options
from onevoice.simulation import WALKS, WalkAsk

_SEED_MAX = (1 << 64) - 1
_WALKS_MAX = 10**15
_STEPS_MAX = 10**9


@click.command("simulate")
@scope_options(groups="2+1")
@property_option
@click.option(
    "--seed",
    type=click.IntRange(0, _SEED_MAX),
    default=None,
    help="Of the random numbers: the same seed gives the same walks. By default one is chosen, "
    "and printed.",
)
@click.option(
    "--walks",
    type=click.IntRange(1, _WALKS_MAX),
    default=None,
    help=f"Walks to take; by default {WALKS:,}, or with --max-seconds as many as there is time "
    "for.",
)
@click.option(
    "--steps",
    type=click.IntRange(1, _STEPS_MAX),
    default=1000,
    show_default=True,
    help="Steps of a walk at most.",
)
@click.option("--max-seconds", type=SECONDS, default=None, help="Begin no more after so long.")
@output_options
def command(
    variant: str | None,
    properties: tuple[str, ...],
    seed: int | None,
    walks: int | None,
    steps: int,
    max_seconds: float | None,
    **given: Any,
) -> int:
    """Walk at random where a scope has too many states to search them all.

    Each walk takes enabled steps, each with equal probability, until none is enabled. What it
    violates is written as a trace file (to ./onevoice-traces, or --trace-dir), with the command
    that takes that walk again. It need not be the shortest: `onevoice check` finds that. What is
    to happen eventually is not judged, for every walk ends.

    A simulation that finds nothing proves nothing. So it never ends with exit code 0, but with
    the one that `onevoice check` has where it stopped at a limit: 75, nothing was violated in
    what was covered, and what that was is said.

    Ctrl-C ends the walks; what they saw until then is told.

    \b
    Examples:
      onevoice simulate --groups 3+2 --failures 2 --walks 1000
      onevoice simulate --groups 4+3,2 --failures 3 --max-seconds 60
      onevoice simulate --variant no-waiting --seed 1 --property Complete

    Exit code: 75 nothing was violated, which proves nothing; 12 safety, 11 deadlock is violated,
    10 both; 130 interrupted, whatever was seen.
    """
    from onevoice.invocation import program
    from onevoice.report import data
    from onevoice.report.simulated import show_simulated, show_walk_ask
    from onevoice.report.terminal import Terminal
    from onevoice.simulation import simulate, write_walks

    run = read_run(given, variant)
    chosen = _any_seed() if seed is None else seed
    count = WALKS if walks is None and max_seconds is None else walks
    ask = WalkAsk(run, chosen, properties, count, steps, max_seconds)
    if not ask.judged:
        names = ", ".join(ask.asked)
        raise click.UsageError(
            f"a walk, which ends, cannot show what is to happen eventually ({names}): take "
            "`onevoice check`"
        )
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_walk_ask(terminal, ask, seed_chosen=seed is None)
    with terminal.progress("Walking") as watch:
        simulated = simulate(ask, watch)
    simulated, problem = write_walks(simulated, Path(given["trace_dir"] or TRACE_DIR))
    if given["as_json"]:
        terminal.raw(data.to_text(data.simulated_data(simulated)))
    else:
        show_simulated(terminal, simulated, program())
    if problem is not None:
        terminal.complain(f"onevoice: {problem}")
    if simulated.interrupted:
        terminal.complain("onevoice: Interrupted.")
    return simulated.exit


def _any_seed() -> int:
    """A seed that is short to type."""
    import secrets

    return secrets.randbelow(1 << 32)
