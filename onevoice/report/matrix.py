"""The table of variants: a row a property, a column a variant."""

from __future__ import annotations

from rich.text import Text

from model.search import Status
from onevoice.report import words
from onevoice.report.terminal import Terminal
from onevoice.search import Ask, Searched

_SIGNS = {
    Status.HOLDS: "·",
    Status.VACUOUS: "-",
    Status.UNDECIDED: "?",
    Status.NOT_CHECKED: "",
}


def show_scope(terminal: Terminal, ask: Ask) -> None:
    """Prints where the variants are searched."""
    terminal.pairs([("Environment", words.environment(ask.run)), ("Scope", words.scope(ask.run))])
    terminal.line()


def show_done(terminal: Terminal, number: int, searched: Searched) -> None:
    """Prints a line for a variant whose search is finished."""
    result, variant = searched.result, searched.ask.run.variant
    name = variant.value if variant is not None else "shipped"
    meaning = variant.meaning if variant is not None else "the protocol as it is"
    terminal.exact(
        f"{number:2}  {name:25}  {result.states:>11,} states  {result.seconds:6.2f} s"
        + (f"  STOPPED: {result.stopped}" if result.stopped else ""),
    )
    terminal.hanging("    ", meaning, "dim")
    if result.liveness_stopped is not None:
        terminal.hanging("    ", f"Undecided: {result.liveness_stopped}.", "yellow")


def show_matrix(terminal: Terminal, done: list[Searched]) -> None:
    """Prints the table."""
    rows: list[tuple[str | Text, ...]] = []
    unbroken: list[str] = []
    for name in done[0].ask.checked:
        cells = [_cell(searched, name) for searched in done]
        rows.append((name, *cells))
        if not any(f.name == name for searched in done for f in searched.result.violated):
            unbroken.append(name)
    terminal.line()
    columns = ("Property", *(str(number) for number in range(len(done))))
    terminal.table(columns, rows, right="l" + "r" * len(done), gap=1)
    terminal.line()
    shortest, undecided = "a shortest behaviour of so many steps", "a limit was reached"
    if any(searched.result.account.reduced for searched in done):
        shortest = "a behaviour of so many steps, perhaps not the shortest"
        undecided += ", or it needs a search without reductions"
    terminal.line(
        f"A number: violated, by {shortest}. · holds; - holds only vacuously; ? undecided, "
        f"{undecided}."
    )
    if unbroken:
        terminal.line(f"Broken by none of these: {', '.join(unbroken)}.")


def _cell(searched: Searched, name: str) -> Text:
    finding = searched.result.findings[name]
    if finding.trace is not None:
        return Text(str(len(finding.trace)), "bold red")
    style = {Status.VACUOUS: "yellow", Status.HOLDS: "green"}.get(finding.status, "")
    return Text(_SIGNS[finding.status], style)
