"""`onevoice validate`: is a log a behaviour of the specification?"""

from __future__ import annotations

from pathlib import Path

import click

from onevoice.exits import Exit
from onevoice.options import OneOf

_SILENT = ("deliver", "transmit", "acknowledge", "complete")


@click.command("validate")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--delivery",
    type=OneOf(["sending-view", "same-view"]),
    default="same-view",
    show_default=True,
    help="The form of E4. What the strong one allows, same-view allows too.",
)
@click.option(
    "--silent",
    type=OneOf(_SILENT),
    multiple=True,
    help="A kind of event that is left out of the logs; may be given several times.",
)
@click.option(
    "--ignore",
    metavar="FIELD",
    multiple=True,
    help="A field that is not looked at; may be given several times.",
)
@click.option(
    "--max-events",
    type=click.IntRange(1),
    default=None,
    help="Refuse logs with more events than these at once; by default 100,000. Those of long lives "
    "may take minutes.",
)
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    logs: tuple[Path, ...],
    delivery: str,
    silent: tuple[str, ...],
    ignore: tuple[str, ...],
    max_events: int | None,
    plain: bool,
) -> int:
    """Look for a behaviour of the specification that shows what is in LOGS.

    LOGS are files of JSON Lines in the format of docs/logs.md, or folders with such files: the
    events of each member in the order in which it noted them, of one member or of several in a
    file. Members need no common clock. Fields may be missing, and whole kinds of event if they are
    declared `--silent`; a log may end anywhere.

    Each event must be a step of the specification, taken where its guard holds, after which all is
    as the event says. What no log shows, such as what the network did, is filled in. If there is no
    such behaviour, it is shown how far the furthest one came, what each member's next event would
    need, and what the specification allows there.

    \b
    Examples:
      onevoice validate logs/
      onevoice validate --silent deliver a1.jsonl a2.jsonl b1.jsonl

    Exit code: 0 the logs are accepted; 14 they are not; 15 they leave open too much to say; 75 too
    many ways were tried.
    """
    from model.protocol import Delivery
    from onevoice.report.terminal import Terminal
    from onevoice.report.validated import show_verdict
    from traces.logs import EVENTS_MAX, read_logs
    from traces.validate import validate

    terminal = Terminal(plain)
    read = read_logs(logs, ignore, events_max=max_events or EVENTS_MAX)
    with terminal.progress("validate"):
        verdict = validate(read, delivery=Delivery(delivery), silent=silent)
    show_verdict(terminal, verdict, read, silent, ignore)
    if verdict.accepted:
        return Exit.HOLDS
    if verdict.undetermined:
        return Exit.NOT_PROVED if verdict.guesses else Exit.LIMIT
    return Exit.DIFFERS
