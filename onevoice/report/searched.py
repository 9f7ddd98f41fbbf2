"""A search: what is asked, the tables of what was found, the counterexamples, the last line."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from rich.text import Text

from model.lang.show import show
from model.search import Finding, Status
from onevoice.report import words
from onevoice.report.behaviour import headline, listed, show_behaviour, show_violation
from onevoice.report.relied import engine, goes_on, relied
from onevoice.report.terminal import Terminal
from onevoice.search import Ask, Searched
from traces.replay import violation

if TYPE_CHECKING:
    from model.lang import Where
    from traces.counterexample import Counterexample

STYLES = {
    Status.HOLDS: "green",
    Status.VIOLATED: "bold red",
    Status.VACUOUS: "bold yellow",
    Status.UNDECIDED: "yellow",
}


def show_ask(terminal: Terminal, ask: Ask) -> None:
    """Prints what is going to be checked."""
    run = ask.run
    total = len(run.staged.properties)
    checked = total - len(ask.unchecked)
    properties = f"all {total}" if checked == total else f"{checked} of {total}"
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Properties", f"{properties}, and deadlock"),
            ("Engine", engine(ask)),
            *([("Folder", str(ask.folder))] if ask.folder is not None else []),
        ]
    )
    terminal.line()


def show_searched(terminal: Terminal, searched: Searched, program: str) -> None:
    """Prints what came of a search.

    Args:
        terminal: where to.
        searched: what was found.
        program: how to call this program, for the commands to copy.
    """
    _show_counts(terminal, searched)
    _show_properties(terminal, searched)
    _show_actions(terminal, searched)
    _show_bounds(terminal, searched)
    _show_premises(terminal, searched)
    _show_counterexamples(terminal, searched, program)
    show_end(terminal, searched)


def _show_counts(terminal: Terminal, searched: Searched) -> None:
    result = searched.result
    terminal.line(
        f"{words.count(result.states, 'distinct state')} ({result.initial:,} initial), "
        f"{words.count(result.transitions, 'transition')}, depth {result.depth}"
    )
    ends = ""
    if result.longest is not None:
        ends = f"; the longest behaviour has {words.count(result.longest, 'step')}"
    elif result.acyclic is not None:
        ends = "; every behaviour ends" if result.acyclic else "; some behaviours go on for ever"
    terminal.line(
        f"{result.seconds:.2f} s, {words.count(words.rate(result), 'state')} a second{ends}"
    )
    for line in relied(searched):
        head, text = line.split(" ", 1)
        terminal.hanging(f"{head} ", text)
    terminal.line()


def _show_properties(terminal: Terminal, searched: Searched) -> None:
    rows: list[tuple[str | Text, ...]] = []
    for finding in searched.findings:
        verdict = Text(finding.status.value, STYLES[finding.status])
        rows.append((finding.name, finding.kind, verdict, remark(finding)))
    terminal.table(("Property", "Kind", "Verdict", ""), rows)
    if searched.ask.unchecked:
        terminal.hanging("Not checked: ", listed(searched.ask.unchecked), "dim")
    terminal.line()


def remark(finding: Finding) -> str:
    """What is said of a verdict besides."""
    match finding.status:
        case Status.VIOLATED if finding.trace is not None:
            return f"after {words.count(len(finding.trace), 'step')}"
        case Status.VACUOUS:
            return "NOT CHECKED: premise never true"
        case Status.HOLDS if finding.vacuous_premises:
            return f"{len(finding.vacuous_premises)} of its premises never true"
    return ""


def _show_actions(terminal: Terminal, searched: Searched) -> None:
    never = "never" if searched.result.complete else "not yet"
    rows: list[tuple[str | Text, ...]] = []
    for name, coverage in searched.result.coverage.items():
        rows.append(
            (
                name,
                f"{coverage.enabled:,}",
                f"{coverage.taken:,}",
                f"{coverage.discovered:,}",
                # An eager step is taken at once, so that no state that is kept enables it.
                "" if coverage.enabled or coverage.taken else Text(never, "bold yellow"),
            )
        )
    rows += [
        (name, "", "", "", Text("switched off", "dim"))
        for name in searched.ask.run.staged.switched_off
    ]
    columns = ("Action", "Enabled in states", "Transitions", "New states", "")
    terminal.table(columns, rows, right="lrrrl")
    terminal.line()


def _show_bounds(terminal: Terminal, searched: Searched) -> None:
    maxima = searched.result.maxima
    if not maxima:
        return
    rows = [
        (name, f"{found.value:,}", "reached its bound" if found.at_bound else "below its bound")
        for name, found in maxima.items()
    ]
    terminal.table(("Bound", "Largest", ""), rows, right="lrl")
    terminal.line()


def _show_premises(terminal: Terminal, searched: Searched) -> None:
    never = [(f.name, p) for f in searched.findings for p in f.vacuous_premises]
    if not never or not searched.result.complete:
        return
    terminal.line("Premises that were never true:", "bold yellow")
    for name, premise in never:
        terminal.hanging(f"  {name}: ", show(premise))
    terminal.line()


def _show_counterexamples(terminal: Terminal, searched: Searched, program: str) -> None:
    for number, counterexample in enumerate(searched.counterexamples()):
        show_counterexample(terminal, counterexample, steps=number == 0)
        path = searched.files.get(counterexample.violates)
        if path is not None:
            terminal.exact(f"  Trace:   {path}")
            verb = "replay" if number == 0 else "show"
            terminal.exact(f"  {verb.capitalize() + ':':8} {program} {verb} {quote(str(path))}")
        terminal.line()


def show_counterexample(
    terminal: Terminal, counterexample: Counterexample, steps: bool, full: bool = False
) -> None:
    """Prints a counterexample.

    Args:
        terminal: where to.
        counterexample: what to print.
        steps: with its steps, or only what is violated.
        full: every state in full, not only what changed.
    """
    run = counterexample.run
    terminal.line(f"Error: {headline(counterexample)}.", "bold red")
    doc, where = _said(counterexample)
    if doc:
        terminal.hanging("  ", doc)
    terminal.exact(f"  stated at {words.place(where)}")
    if steps:
        terminal.line()
        show_behaviour(terminal, counterexample, full)
        terminal.line()
    found = violation(run.finite, counterexample.violates, counterexample.trace)
    if found is not None:
        show_violation(terminal, counterexample, found)


def _said(counterexample: Counterexample) -> tuple[str, Where]:
    staged = counterexample.run.staged
    for prop in staged.properties:
        if prop.name == counterexample.violates:
            return prop.doc.split("\n\n")[0].replace("\n", " "), prop.where
    return "A state without a step that is no final state.", staged.final.where


def show_end(terminal: Terminal, searched: Searched) -> None:
    """Prints what all of it comes to."""
    result, findings = searched.result, searched.findings
    if not result.complete:
        terminal.line(
            f"Model checking stopped: {result.stopped}. Covered: "
            f"{words.count(result.expanded, 'state')} of the {result.states:,} found"
            + (
                f", and so every behaviour of up to {words.count(result.covered, 'step')}."
                if result.covered > 0
                else "."
            ),
            "bold yellow",
        )
        never = [f.name for f in findings if f.kind == "leads-to"]
        if never:
            terminal.line(f"Not judged, for that needs all states: {', '.join(never)}.")
        more = goes_on(searched)
        if more is not None:
            terminal.line(more)
    if result.liveness_stopped is not None:
        names = ", ".join(f.name for f in findings if f.status is Status.UNDECIDED)
        terminal.line(f"Not judged: {names}; {result.liveness_stopped}.", "bold yellow")
    violated = [f.name for f in findings if f.status is Status.VIOLATED]
    vacuous = [f.name for f in findings if f.status is Status.VACUOUS]
    holding = [f.name for f in findings if f.status is Status.HOLDS]
    if vacuous:
        terminal.line(
            f"Vacuous, so not really checked at this scope: {', '.join(vacuous)}.", "bold yellow"
        )
    if violated:
        verb = "is" if len(violated) == 1 else "are"
        noun = "1 property" if len(violated) == 1 else f"{len(violated)} properties"
        terminal.line(f"Model checking found errors: {noun} {verb} violated.", "bold red")
    elif not result.complete:
        terminal.line("No error was found in what was covered: that is no proof of the rest.")
    elif holding:
        terminal.line("Model checking completed. No error has been found.", "bold green")
    else:
        terminal.line("Model checking completed, but nothing was really checked.", "bold yellow")
