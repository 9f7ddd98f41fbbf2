"""The command line: `python -m benchmarks.adequacy`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import click

from benchmarks.adequacy import survivors
from benchmarks.adequacy.fork import Fate, Judge, fates
from benchmarks.adequacy.mutants import MODULES, Mutant, Mutants, Name, mutants_of, source_of
from benchmarks.adequacy.prepared import Prepared, prepare
from onevoice.report.terminal import Terminal

AS_LISTED, OTHERWISE, INTERRUPTED = 0, 1, 130
KILLERS = (
    "lockstep", "history", "validation", "refusal", "application", "session", "impossible",
    "crash", "time",
)  # fmt: skip
MODULE = "benchmarks.adequacy"
SAME_HASHES = {"PYTHONHASHSEED": "0"}
"""The order of sets is not to decide what lives."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--module",
    "modules",
    multiple=True,
    type=click.Choice(MODULES),
    help="Only this module of impl/core; may be repeated.",
)
@click.option("--sample", type=click.IntRange(1), help="Only so many mutants, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the sample.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="At a time.")
@click.option(
    "--limit-s",
    type=click.FloatRange(1.0),
    default=20.0,
    show_default=True,
    help="Seconds on a processor after which a mutant hangs.",
)
@click.option(
    "--list-survivors", is_flag=True, help="At the end, write what lives as survivors.toml has it."
)
def main(
    modules: tuple[str, ...],
    sample: int | None,
    seed: int,
    jobs: int,
    limit_s: float,
    list_survivors: bool,
) -> None:
    """Change the implementation's core in one place at a time, and see who notices.

    The judge is what holds the implementation against the specification and the protocol, and no
    test of the core. Which mutants live, and why, is kept in survivors.toml.

    Exit codes: 0 exactly those live that are listed; 1 others do, or the judge does not pass the
    core as it is; 2 the tools that make mutants are not there; 130 interrupted.
    """
    if any(os.environ.get(name) != value for name, value in SAME_HASHES.items()):
        os.execve(sys.executable, [sys.executable, "-m", MODULE, *sys.argv[1:]],
                  {**os.environ, **SAME_HASHES})  # fmt: skip
    terminal = Terminal()
    try:
        sys.exit(_run(terminal, modules or MODULES, sample, seed, jobs, limit_s, list_survivors))
    except ModuleNotFoundError as error:
        raise click.UsageError(f"{error.name} is not installed: run `make adequacy`") from None
    except KeyboardInterrupt:
        terminal.line("Interrupted.", "bold")
        sys.exit(INTERRUPTED)


def _run(
    terminal: Terminal,
    modules: Sequence[str],
    sample: int | None,
    seed: int,
    jobs: int,
    limit_s: float,
    list_survivors: bool,
) -> int:
    listed = survivors.read()
    made = _made(terminal, modules)
    mutants = [mutant for each in made.values() for mutant in each.mutants]
    if sample is not None and sample < len(mutants):
        mutants = Random(seed).sample(mutants, sample)
    with terminal.progress("prepare") as watch:
        judge = _judge(prepare(say=watch.say))
    if not _passes(terminal, judge, limit_s):
        return OTHERWISE
    found = _judged(terminal, mutants, judge, jobs, limit_s, listed)
    if not _passes(terminal, judge, limit_s):  # somebody has changed something in between
        return OTHERWISE
    _show(terminal, made, found, listed)
    if list_survivors:
        terminal.raw(survivors.written(m.name for m, fate in found.items() if fate.lives))
    lives = {mutant.name: fate.lives for mutant, fate in found.items()}
    names = {mutant.name for each in made.values() for mutant in each.mutants}
    comparison = survivors.compare(listed, lives, names)
    for what, wrong in (
        ("lives, and is not listed", comparison.unlisted),
        ("is listed, and does not live", comparison.killed),
        ("is listed, and is no mutant any more", comparison.gone),
    ):
        for name in wrong:
            terminal.line(f"{name.module}.py: {what}: {name.operator}:")
            terminal.line(f"    {name.line}  →  {name.becomes}")
    return AS_LISTED if comparison.agrees else OTHERWISE


def _made(terminal: Terminal, modules: Sequence[str]) -> dict[str, Mutants]:
    """All mutants, by module."""
    made = {}
    with terminal.progress("make mutants") as watch:
        for module in modules:
            watch.say(f"{module}.py")
            made[module] = mutants_of(module)
    return made


def _judge(prepared: Prepared) -> Judge:
    def judge_here(module: str) -> Fate:
        from benchmarks.adequacy.judge import judge  # imports the implementation, so it is a mutant

        return judge(module, prepared)

    return judge_here


def _passes(terminal: Terminal, judge: Judge, limit_s: float) -> bool:
    """Whether the core passes as it is: a judge that nothing passes would kill all mutants."""
    unchanged = Mutant(Name("member", "none", "", ""), 0, source_of("member"))
    ((_, fate),) = fates([unchanged], judge, jobs=1, limit_s=limit_s)
    if not fate.lives:
        terminal.line(f"The core as it is does not pass: {fate.by}, {fate.where}: {fate.why}")
    return fate.lives


def _judged(
    terminal: Terminal,
    mutants: Sequence[Mutant],
    judge: Judge,
    jobs: int,
    limit_s: float,
    listed: Mapping[Name, survivors.Reason],
) -> dict[Mutant, Fate]:
    """Judges them all, and says at once who lives and should not."""
    found: dict[Mutant, Fate] = {}
    with terminal.progress("mutants") as watch:
        for mutant, fate in fates(mutants, judge, jobs=jobs, limit_s=limit_s):
            found[mutant] = fate
            if fate.lives and mutant.name not in listed:
                terminal.complain(f"lives: {mutant}")
            alive = sum(fate.lives for fate in found.values())
            watch.say(f"{len(found):,} of {len(mutants):,}, {alive} live")
    return found


def _show(
    terminal: Terminal,
    made: Mapping[str, Mutants],
    found: Mapping[Mutant, Fate],
    listed: Mapping[Name, survivors.Reason],
) -> None:
    """How many mutants there are of each module, and what became of them."""
    columns: list[Counter[str]] = []
    total: Counter[str] = Counter()
    for module, each in made.items():
        fates_ = [fate for mutant, fate in found.items() if mutant.name.module == module]
        counts = Counter(dict.fromkeys(KILLERS, 0))
        counts.update(fate.by for fate in fates_ if not fate.lives)
        live = sum(fate.lives for fate in fates_)
        counts.update(mutants=len(fates_), live=live, killed=len(fates_) - live)
        counts["left out"] = each.left_out.total()
        total += counts
        columns.append(counts)
    terminal.line()
    rows = [
        [what, *(f"{counts[what]:,}" for counts in (*columns, total))]
        for what in ("left out", "mutants", "killed", *KILLERS, "live")
    ]
    terminal.table(["", *made, "all"], rows, "l" + "r" * (len(made) + 1))
    terminal.line()
    reasons = Counter(
        listed[mutant.name].category if mutant.name in listed else "not listed"
        for mutant, fate in found.items()
        if fate.lives
    )
    terminal.pairs(
        (f"{number} {category}", survivors.CATEGORIES.get(category, "why do they live?"))
        for category, number in sorted(reasons.items())
    )
    killed = total["killed"]
    within = total["mutants"] - sum(reasons[category] for category in survivors.NOT_WRONG)
    if within:
        terminal.line(
            f"Killed: {killed:,} of {total['mutants']:,}, {100 * killed / total['mutants']:.1f} %; "
            f"of those {within:,} that can be told from the core, "
            f"{100 * killed / within:.1f} %."
        )


if __name__ == "__main__":
    main()
