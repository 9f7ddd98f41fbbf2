"""A behaviour of the specification with something else beside it, step by step, as JSON.

What stands beside it is the implementation, upon which its steps are forced, or the logs that it
shows. Either way there is a row for each state: what the step did on both sides, and whether that
is the same. The first difference is marked, and nothing is compared after it.

    row: {number, model: {text, lines}, other: {text, lines}, status, difference}

`status` is `same`, `different`, `unseen` (nothing is said of it on the other side) or `unknown` (it
comes after the difference). `difference` is null but for the first one: {text, model, other}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from model.scope import Finite
from model.search.result import Trace
from onevoice.diagram.reading import diagram_of
from onevoice.diagram.svg import svg
from onevoice.report import words
from onevoice.report.validated import said_of_event
from traces.facts import changes

if TYPE_CHECKING:
    from onevoice.explorer.session import Session
    from traces.forced import SideBySide, Sides
    from traces.validate import Verdict
    from traces.validate.prefix import Prefix

SHOWN_STEPS_MAX = 600  # of a behaviour that logs show
SHOWN_BEHAVIOURS_MAX = 12
POSSIBLE_MAX = 40
VIEW_LENGTH = 4  # characters of the name of a view that are shown at least

Logs = Mapping[str, Sequence[Mapping[str, Any]]]


# -- the implementation -------------------------------------------------------------------------


def implementation_data(session: Session, members: str) -> dict[str, Any]:
    """A behaviour, and what members of the implementation do when it is forced upon them.

    Args:
        session: the behaviour.
        members: the name of their rules.

    Raises:
        ScopeError: the scope has too many members.
    """
    from traces.forced import maker, side_by_side

    found = side_by_side(session.run, session.trace, maker(members))
    difference = found.forced.difference
    if difference is None:
        text = (
            f"No difference: the implementation does what the path says, in "
            f"{words.count(len(session.steps), 'step')} and "
            f"{words.count(found.forced.compared, 'comparison')}."
        )
    else:
        after = words.count(difference.step, "step")
        where = f"after {after}" if difference.step else "at the start"
        text = f"First difference {where}: {difference.text}."
    drawn = diagram_of(session.finite, session.trace, f"The path, {session.run.exchange_scope}")
    return {
        "verdict": {"status": "true" if difference is None else "false", "text": text},
        "members": members,
        "diagram": svg(drawn, "beside", alone=False),
        "rows": list(_forced_rows(session, found)),
        "states": [_matrix(session.finite, state) for state in found.states],
    }


def _forced_rows(session: Session, found: SideBySide) -> Iterator[dict[str, Any]]:
    difference, taken = found.forced.difference, found.forced.taken
    model = _steps(session.finite, session.trace)
    for number, said in enumerate(model):
        done = "the members before any view" if number == 0 else ""
        if 0 < number <= len(taken):
            done = "; ".join(taken[number - 1].done)
        status, differs = "same", None
        if difference is not None and number == difference.step:
            status = "different"
            differs = {
                "text": f"{difference.member} differs in {difference.variable}",
                "model": difference.specification,
                "other": difference.implementation,
            }
        elif difference is not None and number > difference.step:
            status, done = "unknown", "not taken: it differs before"
        yield {
            "number": number, "model": said, "status": status, "difference": differs,
            "other": {"text": done, "lines": list(_learned(found.states, number))},
        }  # fmt: skip


def _learned(states: Sequence[Sequence[Sides]], number: int) -> Iterator[str]:
    """What a step changed in what members of the implementation know."""
    if not 0 < number < len(states):
        return
    before = {(s.member, s.variable): s.implementation for s in states[number - 1]}
    for sides in states[number]:
        was = before.get((sides.member, sides.variable))
        if was is not None and was != sides.implementation:
            yield f"{sides.member}: {sides.variable}: {was} → {sides.implementation}"


def _matrix(finite: Finite, state: Sequence[Sides]) -> dict[str, Any]:
    """What each member knows: a row for each variable, a column for each member.

    A cell is a text if both sides say the same, else [the specification's, the implementation's];
    null for a member that is no more.
    """
    members = finite.scope.names["Member"]
    cells: dict[str, dict[str, Any]] = {}
    for s in state:
        same = s.implementation == s.specification
        cell = s.specification if same else [s.specification, s.implementation]
        cells.setdefault(s.variable, {})[s.member] = cell
    return {
        "members": list(members),
        "variables": [
            {"name": variable, "cells": [of.get(member) for member in members]}
            for variable, of in cells.items()
        ],
    }


# -- logs ---------------------------------------------------------------------------------------


def logs_data(verdict: Verdict, logs: Logs) -> dict[str, Any]:
    """What came of holding logs against the specification, event beside step.

    Args:
        verdict: what came of it.
        logs: the events of each life.
    """
    shown = [verdict.stuck.prefix] if verdict.stuck is not None else verdict.found
    ends = _ends(verdict, logs)
    behaviours = [_behaviour(prefix, logs, ends) for prefix in shown[:SHOWN_BEHAVIOURS_MAX]] or [
        _without_behaviour(ends)
    ]
    return {
        "verdict": _verdict(verdict, logs),
        "guesses": verdict.guesses,
        "behaviours": behaviours,
        "more": max(verdict.behaviours, len(shown)) - len(behaviours) if verdict.accepted else 0,
        "next": _next(verdict, logs),
        "possible": list(verdict.stuck.possible[:POSSIBLE_MAX]) if verdict.stuck else [],
        "more_possible": max(0, len(verdict.stuck.possible) - POSSIBLE_MAX) if verdict.stuck else 0,
    }


def _verdict(verdict: Verdict, logs: Logs) -> dict[str, str]:
    total = words.count(verdict.events.total(), "event")
    of = f"{total} of {words.count(len(logs), 'member')}"
    if verdict.accepted:
        text = (
            f"Accepted: {of}. {verdict.constrained:,} are steps of the specification, in "
            f"{words.count(verdict.behaviours, 'behaviour')} of {verdict.steps:,} steps, "
            f"{verdict.hidden:,} of which no log shows."
        )
        return {"status": "true", "text": text}
    if verdict.undetermined:
        return {"status": "open", "text": f"Undetermined: {verdict.undetermined} ({of})."}
    return {
        "status": "false",
        "text": f"Not accepted: no behaviour of the specification shows the logs ({of}).",
    }


def _ends(verdict: Verdict, logs: Logs) -> list[dict[str, Any]]:
    """The row with the event that cannot be, if there is one: all before it is the same."""
    stuck = verdict.stuck
    if verdict.rejected is not None:
        life, index, why = verdict.rejected
    elif stuck is not None and stuck.culprit in stuck.reasons:
        life, (index, why) = stuck.culprit, stuck.reasons[stuck.culprit]
    else:
        return []
    event = _event(logs, life, index)
    difference = {"text": f"{life}, event {index + 1}", "model": why, "other": event["text"]}
    model = {"text": "no step of the specification", "lines": []}
    other = {"text": event["text"], "lines": event["lines"]}
    return [
        {"number": None, "model": model, "other": other, "status": "different",
         "difference": difference}
    ]  # fmt: skip


def _behaviour(prefix: Prefix, logs: Logs, ends: list[dict[str, Any]]) -> dict[str, Any]:
    lives = sorted({life for life, _ in prefix.events})
    steps = words.count(len(prefix.steps), "step")
    title = f"{steps} with {' '.join(lives[:6])}{' …' if len(lives) > 6 else ''}"
    if len(prefix.steps) > SHOWN_STEPS_MAX:
        note = f"It has {steps}, more than the {SHOWN_STEPS_MAX} that are shown."
        return {"title": title, "note": note, "diagram": "", "rows": ends}
    if not prefix.given["arrives"]:
        return _without_behaviour(ends)
    finite, trace = prefix.trace()
    finite = _with_short_views(finite)
    shown: dict[int, list[tuple[str, int]]] = {}
    for each, number in prefix.events.items():
        shown.setdefault(number, []).append(each)
    rows = [
        _log_row(number, said, [_event(logs, *each) for each in shown.get(number, ())])
        for number, said in enumerate(_steps(finite, trace))
    ]
    drawn = svg(diagram_of(finite, trace, title), "beside", alone=False)
    return {"title": title, "note": "", "diagram": drawn, "rows": [*rows, *ends]}


def _with_short_views(finite: Finite) -> Finite:
    """The same, where a view of a long name is called by its beginning, as far as that is clear."""
    names = finite.scope.names["View"]
    short = tuple(_short(name, names) for name in names)
    return replace(finite, scope=replace(finite.scope, names={**finite.scope.names, "View": short}))


def _short(name: str, names: Sequence[str]) -> str:
    lengths = range(VIEW_LENGTH, len(name) - 1) if " " not in name else ()
    for length in lengths:
        if sum(other[:length] == name[:length] for other in names) == 1:
            return f"{name[:length]}…"
    return name


def _without_behaviour(ends: list[dict[str, Any]]) -> dict[str, Any]:
    note = "There is no behaviour to be shown: not even its first view can be formed."
    return {"title": "no step", "note": note, "diagram": "", "rows": ends}


def _log_row(number: int, said: dict[str, Any], events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    text = "; ".join(event["text"] for event in events)
    if number == 0:
        text = text or "before the first event"
    other = {
        "text": text or "in no log",
        "lines": [line for event in events for line in event["lines"]],
    }
    status = "same" if events or number == 0 else "unseen"
    return {
        "number": number, "model": said, "other": other, "status": status, "difference": None,
    }  # fmt: skip


def _event(logs: Logs, life: str, index: int) -> dict[str, Any]:
    """An event in short, and all that it says."""
    event = logs[life][index]
    what = [event[name] for name in ("kind", "sender") if name in event]
    of = f" {' of '.join(what)}" if event["event"] == "deliver" and len(what) == 2 else ""
    return {
        "text": f"{life}, event {index + 1}: {event['event']}{of}",
        "lines": [f"{life}, event {index + 1}: {said_of_event(event)}"],
    }


def _next(verdict: Verdict, logs: Logs) -> list[dict[str, Any]]:
    """What the other members' next events would need, where the furthest behaviour ends."""
    if verdict.stuck is None:
        return []
    blamed = verdict.rejected[0] if verdict.rejected is not None else verdict.stuck.culprit
    return [
        {"event": _event(logs, life, index)["lines"][0], "why": why}
        for life, (index, why) in verdict.stuck.reasons.items()
        if life != blamed
    ]


# -- the specification --------------------------------------------------------------------------


def _steps(finite: Finite, trace: Trace) -> list[dict[str, Any]]:
    """The initial state and every step, each with what it changed."""
    said: list[dict[str, Any]] = [{"text": "initial state", "lines": []}]
    for step, before, after in zip(trace.steps, trace.states, trace.states[1:], strict=False):
        lines = [str(change).strip() for change in changes(finite, before, after)]
        said.append({"text": finite.describe(step), "lines": lines})
    return said
