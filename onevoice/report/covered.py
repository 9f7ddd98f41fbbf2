"""Members with sessions, driven through all that a scope lets happen: how far, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.report import words

if TYPE_CHECKING:
    from onevoice.report.terminal import Terminal
    from traces.forced import Covered
    from traces.run import Run


def show_covered(terminal: Terminal, run: Run, members: str | None, covered: Covered) -> None:
    """Prints what came of it."""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Members", f"{members or 'as shipped'}, with sessions over the simulated network"),
        ]
    )
    terminal.line()
    terminal.line(
        f"{words.count(covered.states, 'state')}, {words.count(covered.transitions, 'transition')}"
    )
    order = ", and deliveries come in one order" if covered.reduced else ""
    terminal.line(f"{covered.eager:,} of them, if members do at once what is due{order}")
    if covered.left_out:
        terminal.line(
            f"{words.count(covered.left_out, 'transition')} more cannot be forced, and what only "
            "they lead to: a member is not where a request view needs it"
        )
    terminal.line(
        f"{covered.covered:,} taken ({covered.percent:.1f} %), in "
        f"{words.count(covered.walks, 'walk')} with {words.count(covered.steps, 'step')}; "
        f"{words.count(covered.compared, 'comparison')}; {covered.seconds:.1f} s"
    )
    terminal.line()
    for number, step in enumerate(covered.way, 1):
        terminal.line(f"{number:>3}  {step}")
    if covered.difference is not None:
        terminal.line()
    show_end(terminal, covered)


def show_end(terminal: Terminal, covered: Covered) -> None:
    """Prints the verdict."""
    if covered.difference is not None:
        terminal.line(f"Difference: {covered.difference.text}.", "bold red")
    elif covered.complete:
        terminal.line("The implementation does what the specification says.", "bold green")
    else:
        terminal.line("A limit was reached; in what was taken, nothing differs.", "bold yellow")
