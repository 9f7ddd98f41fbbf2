"""Traces that were taken again: on the specification, and forced upon members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.report.behaviour import headline
from traces.witness import Reach, Witness

if TYPE_CHECKING:
    from model.search.result import Trace
    from onevoice.report.terminal import Terminal
    from traces.counterexample import Counterexample
    from traces.forced import Forced, Place
    from traces.replay import Difference
    from traces.run import Run

_PLACES = {
    "core": "the core of the implementation",
    "simulated": "members with sessions over the simulated network",
    "local": "processes over local",
}


def show_difference(terminal: Terminal, difference: Difference) -> None:
    """Prints where a trace is no behaviour, or does not show what it is for."""
    terminal.line(f"Not reproduced: {difference.place}: {difference.problem}.", "bold")
    for line in difference.details:
        terminal.hanging("  ", line)


def show_witness_replay(
    terminal: Terminal, witness: Witness, difference: Difference | None
) -> None:
    """Prints what came of a trace that violates nothing."""
    if difference is not None:
        show_difference(terminal, difference)
        return
    steps = words.count(len(witness.trace), "step")
    terminal.line(f"Replayed {steps}: each is a step of the spec and leads to the recorded state.")
    if isinstance(witness.purpose, Reach):
        wanted = " ".join(witness.purpose.predicate.split())
        terminal.hanging("Reached: ", f"true in the last state is {wanted}", "bold")


def show_what(
    terminal: Terminal, kept: Counterexample | Witness, place: Place, members: str
) -> None:
    """Prints what is forced upon whom."""
    shows = kept.shows if isinstance(kept, Witness) else headline(kept)
    terminal.pairs(
        [
            ("Protocol", words.protocol(kept.run)),
            ("Environment", words.environment(kept.run)),
            ("Scope", words.scope(kept.run)),
            ("Trace", shows),
            ("Forced on", _PLACES[place]),
            ("Members", "as shipped" if members == "shipped" else members),
        ]
    )
    terminal.line()


def show_normal(terminal: Terminal, kept: Counterexample | Witness, run: Run, trace: Trace) -> None:
    """Prints what the normal form of a trace is, and whether it still shows what it did."""
    from traces.forced import shows_after

    more = len(trace) - len(kept.trace)
    longer = f", {more} more than the trace" if more else ", as many as the trace"
    text = f"Its normal form has {words.count(len(trace), 'step')}{longer}"
    if not isinstance(kept, Witness) or isinstance(kept.purpose, Reach):
        after = shows_after(kept, run, trace)
        what = "reaches it" if isinstance(kept, Witness) else f"violates {kept.violates}"
        if after is None:
            text += f", and no more {what}"
        else:
            text += f", and {what} after {words.count(after, 'step')}"
    terminal.line(f"{text}.")
    terminal.line()


def show_forced(terminal: Terminal, forced: Forced, steps: bool) -> None:
    """Prints what came of it.

    Args:
        terminal: where to.
        forced: what came of it.
        steps: also each step, and what was done for it.
    """
    digits = len(str(len(forced.taken)))
    if steps or forced.difference is not None:
        for number, taken in enumerate(forced.taken, 1):
            terminal.line(f"  {number:>{digits}}  {taken.step}", "bold" if steps else "")
            for done in taken.done if steps else ():
                terminal.hanging(f"  {'':{digits}}    ", done)
        if forced.taken:
            terminal.line()
    show_end(terminal, forced)


def show_end(terminal: Terminal, forced: Forced) -> None:
    """Prints the verdict."""
    if forced.difference is None:
        terminal.line(
            f"The implementation does what the trace says: {words.count(forced.steps, 'step')}, "
            f"{words.count(forced.compared, 'comparison')} with the specification.",
            "bold green",
        )
        return
    after = forced.difference.step
    where = f"after {words.count(after, 'step')}" if after else "at the start"
    terminal.line(f"Difference {where}: {forced.difference.text}.", "bold red")
