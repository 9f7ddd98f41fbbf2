"""What came of holding logs against the specification."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onevoice.report import words
from onevoice.report.terminal import Terminal

if TYPE_CHECKING:
    from traces.validate import Verdict
    from traces.validate.stuck import Stuck

_POSSIBLE_MAX = 12
_NOT_SAID = ("seq", "member", "event", "state")


def show_verdict(
    terminal: Terminal,
    verdict: Verdict,
    logs: Mapping[str, Sequence[Mapping[str, Any]]],
    silent: Collection[str],
    ignored: Collection[str],
) -> None:
    """Prints a verdict: what was held against what, and why not if it is not accepted."""
    total = verdict.events.total()
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(verdict.events.items()))
    terminal.pairs(
        [
            ("Logs", f"{words.count(total, 'event')} of {words.count(len(logs), 'member')}"),
            ("Events", kinds),
            ("Silent", ", ".join(silent) or "nothing"),
            *([("Ignored", ", ".join(ignored))] if ignored else []),
        ]
    )
    terminal.line()
    for guess in verdict.guesses:
        terminal.hanging("Assumed  ", guess, "yellow")
    if verdict.accepted:
        terminal.line(
            f"{verdict.constrained:,} of {total:,} events are steps of the specification, in "
            f"{words.count(verdict.behaviours, 'behaviour')} of {verdict.steps:,} steps, "
            f"{verdict.hidden:,} of which no log shows."
        )
        if verdict.outside:
            terminal.line(f"{verdict.outside:,} are of kinds of which it does not speak.")
        terminal.line("Accepted: the logs are a behaviour of the specification.", "bold green")
        return
    if verdict.stuck is not None:
        _show_stuck(terminal, verdict.stuck, logs)
    if verdict.undetermined:
        terminal.line(f"Undetermined: {verdict.undetermined}.", "bold yellow")
        return
    if verdict.rejected is not None:
        life, index, why = verdict.rejected
        terminal.hanging(f"{life}, event {index + 1}: ", why, "red")
    terminal.line("Not accepted: no behaviour of the specification shows the logs.", "bold red")


def _show_stuck(
    terminal: Terminal, stuck: Stuck, logs: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    terminal.line(
        f"The furthest behaviour has {words.count(stuck.consumed, 'event')}"
        + (f", and ends in view {stuck.view}." if stuck.view else ".")
    )
    if stuck.next_view:
        terminal.hanging("  ", f"View {stuck.next_view} cannot be formed: {stuck.why}")
    for life, (index, why) in stuck.reasons.items():
        sign = "✗" if life == stuck.culprit else " "
        terminal.hanging(
            f"  {sign} ", f"{life}, event {index + 1}: {said_of_event(logs[life][index])}"
        )
        terminal.hanging("      ", why)
    shown = stuck.possible[:_POSSIBLE_MAX]
    if shown:
        terminal.line("  What the specification allows there:")
        for step in shown:
            terminal.hanging("      ", step)
        if len(stuck.possible) > len(shown):
            terminal.line(f"      and {len(stuck.possible) - len(shown):,} more")
    terminal.line()


def said_of_event(event: Mapping[str, Any]) -> str:
    """An event in a line."""
    said = [f"{name} {_value(value)}" for name, value in event.items() if name not in _NOT_SAID]
    state = [name for name, true in event.get("state", {}).items() if true]
    after = f"; then {', '.join(state) or 'nothing'} true" if "state" in event else ""
    return f"{event['event']} {', '.join(said)}{after}"


def _value(value: object) -> str:
    match value:
        case list():
            return "+".join(_value(each) for each in value)
        case dict():
            return str(value.get("name", ", ".join(map(str, value)) or "nothing"))
        case _:
            return str(value)
