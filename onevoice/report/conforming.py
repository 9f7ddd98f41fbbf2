"""A walk in lockstep: what was compared, and the way to a difference."""

from __future__ import annotations

import json

from onevoice.report import words
from onevoice.report.terminal import Terminal
from traces.lockstep import Lockstep
from traces.program import Driven
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
    show_end(terminal, found)


def show_end(terminal: Terminal, found: Lockstep) -> None:
    """Prints the verdict, and the way to a difference."""
    if found.difference is None:
        terminal.line("The implementation does what the specification says.", "bold green")
        return
    steps = found.difference.steps
    after = f" after {words.count(len(steps), 'step')}" if steps else " at the start"
    terminal.line(f"Difference{after}: {found.difference.text}.", "bold red")
    terminal.line()
    for number, step in enumerate(steps, 1):
        terminal.line(f"{number:>3}  {step}")


def show_driven(terminal: Terminal, run: Run, program: str, driven: Driven) -> None:
    """Prints what came of driving a program."""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Program", program),
        ]
    )
    terminal.line()
    transitions = words.count(driven.transitions, "transition")
    traces, steps = words.count(driven.traces, "trace"), words.count(driven.steps, "line")
    terminal.line(
        f"{transitions} of {words.count(driven.members, 'member')}, in {traces} with {steps}"
    )
    terminal.line()
    failure = driven.failure
    if failure is None:
        terminal.line("The program does what the specification says, in all of them.", "bold green")
        return
    terminal.line(f"The program {failure.text}.", "bold red")
    terminal.line()
    terminal.line("It was given these lines, the last of which it does not answer as it must:")
    for line in failure.lines:
        terminal.exact(f"  {json.dumps(line)}")
