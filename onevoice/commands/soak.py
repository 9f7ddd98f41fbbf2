"""`onevoice soak`: the implementation under random faults, judged from what it did."""

from __future__ import annotations

import click

from onevoice.options import SECONDS, WRONG_MEMBERS, OneOf

_SEED_MAX = (1 << 63) - 1


@click.command("soak")
@click.option(
    "--exchanges",
    type=click.IntRange(1, 10**12),
    default=10_000,
    show_default=True,
    help="Complete so many, at least.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, _SEED_MAX),
    default=None,
    help="Of the first storm; the next ones count on. By default one is chosen, and printed.",
)
@click.option("--storms", type=click.IntRange(1), default=None, help="Stop after so many.")
@click.option(
    "--variant",
    type=WRONG_MEMBERS,
    default=None,
    help="Members that are wrong on purpose, to see that it shows.",
)
@click.option(
    "--delivery",
    type=OneOf(["sending-view", "same-view"]),
    default=None,
    help="The form of E4; by default either, by the seed.",
)
@click.option(
    "--members",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="At most, at the start.",
)
@click.option(
    "--faults",
    type=click.IntRange(0, 1000),
    default=8,
    show_default=True,
    help="In a storm, at most.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Processes; by default one a core."
)
@click.option("--max-seconds", type=SECONDS, default=None, help="Begin no more after so long.")
@click.option("--keep-going", is_flag=True, help="Do not stop at the first violation.")
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    exchanges: int,
    seed: int | None,
    storms: int | None,
    variant: str | None,
    delivery: str | None,
    members: int,
    faults: int,
    jobs: int | None,
    max_seconds: float | None,
    keep_going: bool,
    plain: bool,
) -> int:
    """Run the implementation under random faults, and judge what it did.

    A storm is a group on a simulated network: members join, crash and come back, parts are
    separated and merge, each message is as late as chance will have it. Then failures are reported
    and all come to rest. What each member did is recorded, and the records are judged by a checker
    that shares nothing with the implementation.

    Everything is chosen by the seed of the storm, so that the command that is printed with a
    violation shows it again.

    \b
    Examples:
      onevoice soak
      onevoice soak --seed 1 --storms 20 --jobs 1
      onevoice soak --variant ignores-indicator --max-seconds 60

    Exit code: 0 nothing was violated; 12 safety, 13 liveness is violated, 10 both; 130 interrupted,
    with what was covered.
    """
    from onevoice.report.soaked import show_soak_ask, show_soaked
    from onevoice.report.terminal import Terminal
    from onevoice.soaking import SoakAsk, any_seed, exit_of, soak

    terminal = Terminal(plain)
    ask = SoakAsk(
        seed=any_seed() if seed is None else seed,
        exchanges=exchanges,
        storms=storms,
        variant=variant,
        delivery=delivery,
        members=members,
        faults=faults,
        jobs=jobs,
        seconds_max=max_seconds,
        keep_going=keep_going,
    )
    show_soak_ask(terminal, ask, chosen=seed is None)
    with terminal.progress("soak") as watch:
        soaked = soak(ask, watch.say)
    show_soaked(terminal, ask, soaked)
    return exit_of(soaked)
