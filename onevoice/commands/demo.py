"""`onevoice demo`: a merge in which leaders are killed, on this machine, with real processes."""

from __future__ import annotations

import click


@click.command("demo")
@click.option("--plain", is_flag=True, help="No colours.")
def command(plain: bool) -> int:
    """Show a group at work: who speaks for whom when members join, parts merge and leaders die.

    Five processes share a dictionary. Twice they are separated and come together again, and twice
    the leader of a part is killed in the middle of it, with the signal that cannot be caught: once
    before its data has left, once after. Its successor speaks the first time only.

    Nothing needs to be installed or configured; it takes a few seconds.

    \b
    Examples:
      onevoice demo
      onevoice demo --plain > demo.txt

    Exit code: 0 everybody who lives holds the same, and each part was heard once; 12 not so; 69 the
    processes could not be started.
    """
    from onevoice.play import play
    from onevoice.report.terminal import Terminal

    return play(Terminal(plain))
