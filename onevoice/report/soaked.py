"""A soak: what is asked, what the storms did, what was judged, and how to see a violation again."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from rich.text import Text

from onevoice.invocation import program
from onevoice.report import words
from onevoice.report.terminal import Terminal

if TYPE_CHECKING:
    from onevoice.soaking import SoakAsk, Soaked

_COUNTS = (
    ("exchanges", "completed by somebody"),
    ("requests_interrupted", "requests that another one interrupted"),
    ("requests_leader_died", "requests in which a leader was gone in the next round"),
    ("completions", "completions, over all members"),
    ("transmissions", "transmissions of a subgroup's data"),
    ("deliveries", "messages delivered"),
    ("late_deliveries", "of them in a later view than they were sent in"),
    ("duplicates_received", "times that a member got a subgroup's data again"),
    ("updates", "updates accepted"),
    ("rounds_max", "most rounds that a request took"),
    ("transmissions_max", "most transmissions for a subgroup in a request"),
)


def show_soak_ask(terminal: Terminal, ask: SoakAsk, *, chosen: bool) -> None:
    """Prints what is going to be done."""
    delivery = (
        "either form of E4, by the seed" if ask.delivery is None else f"{ask.delivery} delivery"
    )
    until = f"until {words.count(ask.exchanges, 'exchange')} are complete"
    terminal.pairs(
        [
            ("Members", ask.variant or "as shipped"),
            ("Network", f"simulated, {delivery}, total order or not"),
            ("Storms", f"{ask.members} members at most, {ask.faults} faults at most; {until}"),
            ("Seed", f"{ask.seed} and on{' (chosen at random)' if chosen else ''}"),
        ]
    )
    terminal.line()


def show_soaked(terminal: Terminal, ask: SoakAsk, soaked: Soaked) -> None:
    """Prints what came of it."""
    last = ask.seed + soaked.storms - 1
    terminal.line(
        f"{words.count(soaked.storms, 'storm')} (seeds {ask.seed} to {last}) "
        f"in {soaked.seconds:.1f} s"
    )
    for name, meaning in _COUNTS:
        terminal.line(f"  {getattr(soaked.counts, name):>12,}  {meaning}")
    terminal.line()
    terminal.table(
        ("property", "judged", "violated"),
        [
            (name, f"{times:,}" if times else "never", _violations(soaked.violated.get(name, 0)))
            for name, times in soaked.premises.items()
        ],
        "lrr",
    )
    terminal.line()
    for name, (seed, violation) in soaked.first.items():
        terminal.line(f"{name} is violated in storm {seed}: {violation.text}", "red")
        terminal.exact(f"  {again(ask, seed)}")
    if soaked.interrupted:
        terminal.line("Interrupted: this is what was seen until then.")
    elif soaked.violated:
        terminal.line(f"{words.count(soaked.bad, 'storm')} of {soaked.storms:,} went wrong.", "red")
    else:
        never = [name for name, times in soaked.premises.items() if not times]
        if never:
            terminal.line(f"Never put to the test: {', '.join(never)}.", "yellow")
        terminal.line("Nothing was violated. A soak proves nothing; it only looks.")


def again(ask: SoakAsk, seed: int) -> str:
    """The command that shows a storm again."""
    given = [program(), "soak", f"--seed {seed}", "--storms 1"]
    if ask.variant is not None:
        given.append(f"--variant {quote(ask.variant)}")
    if ask.delivery is not None:
        given.append(f"--delivery {ask.delivery}")
    given += [f"--members {ask.members}", f"--faults {ask.faults}"]
    return " ".join(given)


def _violations(times: int) -> Text:
    return Text(f"{times:,}", "bold red") if times else Text("")
