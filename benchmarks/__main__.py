"""The command line: `python -m benchmarks`."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import click

from benchmarks import tables
from benchmarks.bench import OURS, Bench
from benchmarks.ours import ours
from benchmarks.process import CheckerError
from benchmarks.scopes import AGREEMENT, parse
from benchmarks.sections import (
    agreement,
    bounded,
    exchange,
    growth,
    inference,
    python,
    reductions,
    simulated,
    speed,
    validation,
)
from benchmarks.targets import targets
from model.lang import ScopeError
from onevoice.report.terminal import Terminal

SECTIONS: dict[str, ModuleType] = {
    section.NAME: section
    for section in (
        agreement,
        speed,
        growth,
        reductions,
        bounded,
        inference,
        python,
        exchange,
        simulated,
        validation,
    )
}
SEARCHING = {section.NAME for section in (agreement, speed, growth, reductions, python)}
WIDTH = 160  # of the tables where there is no terminal; they have many columns
AGREED, DISAGREED, FAILED, INTERRUPTED = 0, 1, 75, 130


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Small scopes, once each: a minute or two.")
@click.option("--full", is_flag=True, help="Rumur and TLC on large scopes, too: hours.")
@click.option(
    "--only",
    "names",
    multiple=True,
    type=click.Choice(list(SECTIONS)),
    help="Only this section; may be repeated.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="These scopes instead of each section's own: GROUPS[/FAILURES[/DELIVERY]], as in "
    "2+2/1/sending-view; may be repeated.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How often searches whose ratio matters are repeated, in turn.",
)
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write all to a file."
)
def main(
    quick: bool,
    full: bool,
    names: tuple[str, ...],
    scopes: tuple[str, ...],
    rounds: int,
    file: Path | None,
) -> None:
    """Measure our engine and other people's checkers on the same scopes, in one run.

    Exit codes: 0 all agree (met targets or not); 1 somebody counts or judges otherwise; 75 a
    checker failed or ran into a limit; 130 interrupted.
    """
    try:
        runs = tuple(map(parse, scopes))
    except ScopeError as error:
        raise click.BadParameter(str(error), param_hint="--scope") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the children, too
    with TemporaryDirectory(prefix="onevoice-benchmarks-") as folder:
        terminal = Terminal()
        if not terminal.out.is_terminal:
            terminal.out.width = max(terminal.out.width, WIDTH)
        bench = Bench(terminal, Path(folder), runs, 1 if quick else rounds, quick, full)
        sys.exit(_all(bench, names or tuple(SECTIONS), file))


def _all(bench: Bench, names: tuple[str, ...], file: Path | None) -> int:
    """Runs the sections, shows each when it is done, and sums up."""
    bench.terminal.pairs(tables.machine())
    bench.terminal.hanging("", tables.LEGEND)
    interrupted = False
    for name, section in SECTIONS.items():
        if name not in names:
            continue
        try:
            if name in SEARCHING and not bench.rows:
                _warm_up(bench)
            section.run(bench)
        except KeyboardInterrupt:
            interrupted = True
        except CheckerError as error:
            bench.note(name, f"given up: {error}")
            bench.measured["given up"] = True
        tables.show_section(bench, name, section.TITLE, section.COLUMNS)
        if interrupted:
            bench.terminal.line("Interrupted: what follows was not done.", "bold")
            break
    found = list(targets(bench))
    tables.show_targets(bench, found)
    if file is not None:
        file.write_text(json.dumps(tables.data(bench, found), indent=2) + "\n")
    if bench.disagreements:
        bench.terminal.line(f"DISAGREEMENT in {len(bench.disagreements)} rows.", "bold red")
    if interrupted:
        return INTERRUPTED
    if bench.disagreements:
        return DISAGREED
    return FAILED if bench.failures or "given up" in bench.measured else AGREED


def _warm_up(bench: Bench) -> None:
    """Has the kernels compiled, where nobody has done it before, and says how long it took."""
    cost = ours(AGREEMENT[0]).search().cost
    assert cost is not None
    bench.say(f"{OURS}: kernels ready after {cost.build_seconds:.1f} s")


if __name__ == "__main__":
    main()
