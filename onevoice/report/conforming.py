"""A walk in lockstep: what was compared, and the way to a difference."""

from __future__ import annotations

from onevoice.report import words
from onevoice.report.terminal import Terminal
from traces.lockstep import Lockstep
from traces.run import Run


def show_lockstep(terminal: Terminal, run: Run, members: str | None, found: Lockstep) -> None:
    """Prints what came of it."""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Members", members or "as shipped"),
        ]
    )
    terminal.line()
    terminal.line(
        f"{words.count(found.states, 'state')}, {found.followed:,} of "
        f"{words.count(found.transitions, 'transition')} compared in {found.seconds:.1f} s"
    )
    terminal.line(
        "The members of the implementation were in "
        f"{', '.join(f'{each:,}' for each in found.locals)} states."
    )
    terminal.line()
    if found.difference is None:
        terminal.line("The implementation does what the specification says.", "bold green")
        return
    steps = found.difference.steps
    after = f" after {words.count(len(steps), 'step')}" if steps else " at the start"
    terminal.line(f"Difference{after}: {found.difference.text}.", "bold red")
    terminal.line()
    for number, step in enumerate(steps, 1):
        terminal.line(f"{number:>3}  {step}")
