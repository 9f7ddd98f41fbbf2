"""A simulation: what is asked, what the walks saw and what they never took, and the last line.

A walk proves nothing, and every verdict here is worded so.
"""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING

from rich.text import Text

from model.search import Finding, Status
from onevoice.report import words
from onevoice.report.behaviour import listed
from onevoice.report.searched import STYLES, show_counterexample
from onevoice.report.terminal import Terminal

if TYPE_CHECKING:
    from onevoice.simulation import Simulated, WalkAsk

VIEW = "View"  # the sort by which coverage is told apart: how far into an exchange a step is taken


def show_walk_ask(terminal: Terminal, ask: WalkAsk, seed_chosen: bool) -> None:
    """Prints what is going to be done.

    Args:
        terminal: where to.
        ask: what is asked.
        seed_chosen: by this program, not by the user.
    """
    run = ask.run
    walks = words.count(ask.walks, "walk") if ask.walks is not None else "walks"
    time = f", begun within {ask.seconds_max:g} s" if ask.seconds_max is not None else ""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Properties", f"{len(ask.judged)} of {len(run.staged.properties) + 1}"),
            ("Walks", f"{walks} of at most {words.count(ask.steps_max, 'step')}{time}"),
            ("Seed", f"{ask.seed}{' (chosen at random)' if seed_chosen else ''}"),
        ]
    )
    terminal.line()


def show_simulated(terminal: Terminal, simulated: Simulated, program: str) -> None:
    """Prints what came of a simulation.

    Args:
        terminal: where to.
        simulated: what was seen.
        program: how to call this program, for the commands to copy.
    """
    _show_counts(terminal, simulated)
    _show_properties(terminal, simulated)
    _show_coverage(terminal, simulated)
    _show_violations(terminal, simulated, program)
    _show_end(terminal, simulated)


def _show_counts(terminal: Terminal, simulated: Simulated) -> None:
    result = simulated.result
    terminal.line(
        f"{words.count(result.walks, 'walk')}, {words.count(result.steps, 'step')}; "
        f"{result.rested:,} came to rest; the longest has {words.count(result.longest, 'step')}"
    )
    rate = round(result.steps / result.seconds) if result.seconds > 0 else result.steps
    terminal.line(f"{result.seconds:.2f} s, {words.count(rate, 'step')} a second")
    terminal.line()


def _show_properties(terminal: Terminal, simulated: Simulated) -> None:
    rows: list[tuple[str | Text, ...]] = []
    for finding in simulated.findings:
        verdict, remark = _verdict(simulated, finding)
        style = STYLES.get(finding.status, "dim")
        rows.append((finding.name, finding.kind, Text(verdict, style), remark))
    terminal.table(("Property", "Kind", "Verdict", ""), rows)
    terminal.line()


def _verdict(simulated: Simulated, finding: Finding) -> tuple[str, str]:
    if finding.trace is not None:
        return "violated", f"after {words.count(len(finding.trace), 'step')}"
    if finding.status is Status.NOT_CHECKED:
        return "not judged", "every walk ends"
    return "not violated", f"in {words.count(simulated.result.walks, 'walk')}"


# -- coverage -----------------------------------------------------------------------------------


def _show_coverage(terminal: Terminal, simulated: Simulated) -> None:
    finite, result = simulated.ask.run.finite, simulated.result
    actions = [action.name for action in finite.staged.actions]
    taken, by_view = result.by_action(), result.by_element(VIEW)
    (sort,) = (sort for sort in finite.staged.sorts if sort.name == VIEW)
    views = [finite.element(sort, index) for index in range(finite.size(sort))]

    def cell(action: str, view: int) -> Text:
        times = by_view.get((action, view))
        if times is None:
            return Text("")
        return Text(f"{times:,}", "" if times else "bold yellow")

    widest = max(len(f"{times:,}") for times in (*by_view.values(), 0))
    fit = max((terminal.width - 40) // (max(widest, 3) + 2), 1)
    for first in range(0, len(views), fit):
        part = range(first, min(first + fit, len(views)))
        rows: list[tuple[str | Text, ...]] = []
        for action in actions:
            never = Text("" if taken.get(action) else "never", "bold yellow")
            cells = (cell(action, view) for view in part)
            rows.append((action, f"{taken.get(action, 0):,}", *cells, never))
        if first == 0:
            switched_off = Text("switched off", "dim")
            rows += [
                (name, *[""] * (len(part) + 1), switched_off) for name in finite.staged.switched_off
            ]
        columns = ("Action", "Taken", *(views[view] for view in part), "")
        terminal.table(columns, rows, right="lr" + "r" * len(part) + "l")
        terminal.line()
    terminal.line("By the last view that a step names. Blank: there is no such step at this scope.")
    never_taken = list(_never_taken(actions, taken, by_view, views))
    if never_taken:
        terminal.hanging("Never taken: ", listed(never_taken), "bold yellow")
    else:
        terminal.line("Every action was taken in every view where it may be possible.")
    terminal.line()


def _never_taken(
    actions: list[str],
    taken: dict[str, int],
    by_view: dict[tuple[str, int], int],
    views: list[str],
) -> Iterator[str]:
    """The actions that no walk took, and the views in which none took the others."""
    for action in actions:
        if not taken.get(action):
            yield action
            continue
        for view, name in enumerate(views):
            if by_view.get((action, view)) == 0:
                yield f"{action} in {name}"


# -- violations ---------------------------------------------------------------------------------


def _show_violations(terminal: Terminal, simulated: Simulated, program: str) -> None:
    for number, counterexample in enumerate(simulated.counterexamples()):
        name = counterexample.violates
        show_counterexample(terminal, counterexample, steps=number == 0)
        path = simulated.files.get(name)
        if path is not None:
            terminal.exact(f"  Trace:   {path}")
            verb = "replay" if number == 0 else "show"
            terminal.exact(f"  {verb.capitalize() + ':':8} {program} {verb} {quote(str(path))}")
        terminal.exact(f"  Reproduce with: {program} {simulated.reproduces(name)}")
        terminal.line()


def _show_end(terminal: Terminal, simulated: Simulated) -> None:
    result = simulated.result
    violated = [f.name for f in simulated.findings if f.status is Status.VIOLATED]
    if result.stopped is not None:
        terminal.line(
            f"The simulation stopped: {result.stopped}. The last walks are not finished.",
            "bold yellow",
        )
    if violated:
        verb = "is" if len(violated) == 1 else "are"
        noun = "1 property" if len(violated) == 1 else f"{len(violated)} properties"
        terminal.line(
            f"The simulation found errors: {noun} {verb} violated. A search may find shorter "
            "traces.",
            "bold red",
        )
    else:
        terminal.line(
            f"No violation was seen in {words.count(result.walks, 'walk')}. That proves nothing "
            "of the behaviours that were not walked.",
            "bold yellow",
        )
