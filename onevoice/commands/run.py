"""`onevoice run`: a member of a group that shares a dictionary, with a line interface."""

from __future__ import annotations

from pathlib import Path

import click

from onevoice.options import OneOf

TRANSPORTS = ("local", "corosync")


@click.command("run")
@click.option(
    "--group",
    default="onevoice",
    show_default=True,
    help="Members of one group share one dictionary.",
)
@click.option("--name", default=None, help="The member's; the lowest one leads. By default random.")
@click.option(
    "--on",
    "transport",
    type=OneOf(TRANSPORTS),
    default="local",
    show_default=True,
    help="What carries messages: `local` is for processes of one user on one machine and starts "
    "what it needs; `corosync` is for clusters, and needs its daemon.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Add every step of the member to this file, as JSON Lines.",
)
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where members on one machine meet; by default a folder of the user's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, for programs.")
@click.option("--stay", is_flag=True, help="Stay in the group when the input ends.")
@click.option(
    "--plain", is_flag=True, expose_value=False, help="No colours; here there are none anyway."
)
def command(
    group: str,
    name: str | None,
    transport: str,
    log: Path | None,
    directory: Path | None,
    as_json: bool,
    stay: bool,
) -> int:
    """Run a member of a group that shares a dictionary.

    Start it in several terminals. Whoever joins gets what the group has, and brings what it has;
    each part's data is sent once, by one voice. If members die, nothing is lost while one lives.

    Commands are read from the input, one a line; `help` lists them. The end of the input, `quit`
    and SIGTERM make it leave. Of two values of a key that meet, the one that was written more often
    stays, and of two written as often, the one of the writer with the higher name.

    \b
    Examples:
      onevoice run --name a1
      onevoice run --group inventory --log a1.jsonl
      onevoice run --on corosync --json

    Exit code: 0 the member has left of its own will; 69 the group could not be joined, or was lost;
    2 wrong usage.
    """
    from onevoice.member import Ask, run_member

    return run_member(Ask(group, name, transport, log, directory, as_json, stay))
