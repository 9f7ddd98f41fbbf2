"""A trace, step by step, and why it violates its property."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from model.lang.show import show
from onevoice.report.terminal import Terminal
from onevoice.report.words import count, place
from traces.facts import changes, facts
from traces.replay import Replay, Violation, named

if TYPE_CHECKING:
    from model.scope import Finite, State, Step
    from traces.counterexample import Counterexample

_ADDED, _REMOVED, _ACTION = "green", "red", "bold"


def show_behaviour(terminal: Terminal, counterexample: Counterexample, full: bool) -> None:
    """Prints the steps: what each changed, or every fact of each state."""
    finite, trace = counterexample.run.finite, counterexample.trace
    digits = len(str(len(trace)))

    def step_line(index: int, text: str) -> None:
        head = Text(f"  {index:>{digits}}  ")
        terminal.line(head.append(text, _ACTION))

    step_line(0, "initial state")
    _show_facts(terminal, finite, trace.states[0], digits, everything=full)
    for index, step in enumerate(trace.steps, start=1):
        step_line(index, _taken(finite, step))
        if full:
            _show_facts(terminal, finite, trace.states[index], digits, everything=True)
        else:
            _show_changes(terminal, finite, trace.states[index - 1], trace.states[index], digits)
    if trace.loop is None:
        return
    if trace.closing is None:
        terminal.line(f"  {'':{digits}}  It rests here for ever: no fair step is enabled.")
    else:
        back = f"{_taken(finite, trace.closing)}, back to state {trace.loop}, and so on for ever"
        step_line(len(trace) + 1, back)


def _taken(finite: Finite, step: Step) -> str:
    return finite.describe(step)


def _show_facts(
    terminal: Terminal, finite: Finite, state: State, digits: int, everything: bool
) -> None:
    found = facts(finite, state, immutable=None if everything else False)
    terminal.hanging(" " * (digits + 6), listed(found) or "nothing is true")


def listed(points: Iterable[str]) -> list[str]:
    """Items of a list, with its commas."""
    items = list(points)
    return [f"{item}," for item in items[:-1]] + items[-1:]


def _show_changes(
    terminal: Terminal, finite: Finite, before: State, after: State, digits: int
) -> None:
    found = list(changes(finite, before, after))
    indent = " " * (digits + 4)
    for sign, style in (("+", _ADDED), ("-", _REMOVED)):
        points = [c.point for c in found if c.is_truth and (c.after is None) == (sign == "-")]
        if points:
            terminal.hanging(f"{indent}{sign} ", listed(points), style)
    for change in found:
        if not change.is_truth:
            terminal.hanging(f"{indent}  ", str(change).strip())
    if not found:
        terminal.hanging(f"{indent}  ", "nothing changes")


def show_violation(
    terminal: Terminal, counterexample: Counterexample, violation: Violation
) -> None:
    """Prints what is false at the end of a trace, where the spec says it, and for whom."""
    finite, trace = counterexample.run.finite, counterexample.trace
    where = {
        "safety": "False in the last state",
        "step": "False over the last step",
        "bound": "Exceeded in the last state",
        "leads-to": "Never reached",
        "deadlock": "No step is enabled in the last state, which is no final one. False there",
    }[counterexample.kind]
    if not trace.steps and counterexample.kind == "safety":
        where = "False in the initial state"
    elements = f", for {named(finite, violation.valuation)}" if violation.valuation else ""
    terminal.line(f"  {where}{elements}:")
    formula = show(violation.culprit)
    if violation.measured is not None:
        value, most = violation.measured
        formula += f" is {value}, at most {most} is allowed"
    terminal.hanging("      ", formula)
    terminal.exact(f"      at {place(violation.where)}")


def headline(counterexample: Counterexample) -> str:
    """A counterexample in a line."""
    steps = len(counterexample.trace)
    when = f"after {count(steps, 'step')}" if steps else "in the initial state"
    return f"{counterexample.violates} ({counterexample.kind}) is violated {when}"


def show_replay(terminal: Terminal, counterexample: Counterexample, result: Replay) -> None:
    """Prints what came of a replay."""
    steps = count(len(counterexample.trace), "step")
    if result.violation is not None:
        terminal.line(
            f"Replayed {steps}: each is a step of the spec and leads to the recorded state."
        )
        terminal.line(f"Reproduced: {headline(counterexample)}.", "bold")
        show_violation(terminal, counterexample, result.violation)
        return
    assert result.difference is not None
    terminal.line(
        f"Not reproduced: {result.difference.place}: {result.difference.problem}.", "bold"
    )
    for line in result.difference.details:
        terminal.hanging("  ", line)
