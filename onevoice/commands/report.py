"""`onevoice report`: what is known, as one HTML file that opens in any browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.commands.gate import TIERS, Duration, default_cache, plan_at, time_for
from onevoice.options import read_limits, search_limits

if TYPE_CHECKING:
    from onevoice.gate.check import Tier
    from onevoice.gate.plan import Plan

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("report")
@click.option(
    "-o",
    "--output",
    type=_FILE,
    default=Path("onevoice-report.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="quick",
    show_default=True,
    help="How much of the gate it is about.",
)
@click.option(
    "--budget",
    "budget_s",
    type=Duration(),
    default=None,
    metavar="TIME",
    help="How long the gate may take, as in 90s, 10m or 2h. The deep tier needs it.",
)
@click.option(
    "--config",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="What the gate checks; by default the file that comes with the program.",
)
@click.option(
    "--corpus",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=None,
    metavar="DIR",
    help="Kept traces, in place of those that the gate replays.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="FOLDER",
    help="Where it is kept what the gate has found; by default with the user's other caches.",
)
@search_limits
@click.option("--plain", is_flag=True, help="No colours, and progress as plain lines.")
def command(
    output: Path,
    force: bool,
    tier: Tier,
    budget_s: float | None,
    config: Path | None,
    corpus: Path | None,
    cache: Path | None,
    plain: bool,
    **given: Any,
) -> int:
    """Write what is known of the protocol as one HTML file.

    The gate is done as `onevoice gate` does it, except for what it has found before and no change
    concerns. The page has the verdicts, the requirements with links to the lines that meet them,
    the table variant × property, the proofs, plots of states, speed and memory, and each
    counterexample and each witness as a sequence diagram that can be stepped through, with the
    truth of every property in each state. It needs no network. `onevoice gate --html` writes the
    same page.

    \b
    Examples:
      onevoice report
      onevoice report --tier full -o report.html --force

    Exit code: that of the gate, or 14 if the interpreter does not reproduce a trace; the file is
    written whatever it is.
    """
    from onevoice.files import refuse_existing, write_texts
    from onevoice.gate.gate import Way, chosen, run_gate
    from onevoice.gate.kept import Kept
    from onevoice.gate.rows import rows
    from onevoice.invocation import version
    from onevoice.report.gate import GateReport
    from onevoice.report.terminal import Terminal
    from onevoice.web.report.content import content_of
    from onevoice.web.report.page import page

    refuse_existing([output], force)
    plan = _plan(config, corpus)
    budget_s = time_for(plan, tier, budget_s)
    terminal = Terminal(plain)
    way = Way(read_limits(given), budget_s, Kept(cache or default_cache()))
    gated = run_gate(plan, tier, way, GateReport(terminal, len(chosen(plan, tier, ()))))
    table = rows([found for _, found in gated.shipped], gated.caught, gated.proved)
    with terminal.progress("the traces of the report") as watch:
        content = content_of(gated, table, version(), watch.say)
    text = page(content)
    write_texts({output: text}, force)
    terminal.line()
    for name, one in content.wrong:
        terminal.complain(f"{name}: {one.reason}")
    terminal.line(
        f"Wrote {output}: {len(gated.done)} checks, {len(content.told)} traces, "
        f"{len(text.encode()) / 1e6:.1f} MB."
    )
    return content.exit


def _plan(config: Path | None, corpus: Path | None) -> Plan:
    """The file of the gate, with another corpus if one is given."""
    from onevoice.gate.checks.corpus import Corpus

    plan = plan_at(config)
    if corpus is None:
        return plan
    others = tuple(check for check in plan.checks if not isinstance(check, Corpus))
    return replace(plan, checks=(*others, Corpus(folder=str(corpus.resolve()))))
