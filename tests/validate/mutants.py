"""What can go wrong with logs, at random: events lost, doubled, out of order, untrue, cut off."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Log = dict[str, list[dict[str, Any]]]
HEAD = ("seq", "member", "event")
"""What every event has."""


@dataclass(frozen=True)
class Mutant:
    """Logs with something wrong.

    Attributes:
        kind: which of `KINDS`.
        life: in whose log; "" if in several.
        index: at which of its events.
        field: which was altered, as `state.leads`; "" if none.
        logs: the result.
    """

    kind: str
    life: str
    index: int
    field: str
    logs: Log

    def __str__(self) -> str:
        field = f" .{self.field}" if self.field else ""
        return f"{self.kind} {self.life} event {self.index + 1}{field}"


def mutant(logs: Log, kind: str, chance: Random) -> Mutant | None:
    """Logs with one thing wrong; None if the kind does not fit, or nothing changed."""
    changed = copy.deepcopy(logs)
    life = chance.choice([life for life in logs if logs[life]])
    events = changed[life]
    index = chance.randrange(len(events))
    field: str | None = ""
    match kind:
        case "drop":
            del events[index]
        case "duplicate":
            events.insert(index, copy.deepcopy(events[index]))
        case "swap":
            if index + 1 == len(events):
                return None
            events[index], events[index + 1] = events[index + 1], events[index]
        case "cut":
            del events[index:]
        case "alter":
            field = _alter(events[index], logs, chance)
        case "drop life":
            del changed[life]
            index = 0
        case "exchange":
            other = chance.choice([each for each in logs if logs[each]])
            changed[life], changed[other] = changed[other], changed[life]
            life, index = f"{life} {other}", 0
        case other:
            raise ValueError(f"there is no kind {other!r}")
    if field is None or changed == logs:
        return None
    return Mutant(kind, life, index, field, numbered(changed))


KINDS = ("drop", "duplicate", "swap", "alter", "cut", "drop life", "exchange")


def numbered(logs: Log) -> Log:
    """Makes the events' heads fit their place again."""
    for life, events in logs.items():
        for number, event in enumerate(events, start=1):
            event["seq"], event["member"] = number, life
    return logs


def _alter(event: dict[str, Any], logs: Log, chance: Random) -> str | None:
    """Makes a field say something else; which one."""
    names = [name for name in event if name not in ("seq", "member")]
    names += [f"state.{name}" for name in event.get("state", {})]
    names.remove("state") if "state" in names else None
    name = chance.choice(sorted(names))
    if name.startswith("state."):
        flags = event["state"]
        flags[name[6:]] = not flags[name[6:]]
        return name
    value = event[name]
    match name:
        case "event":
            event["event"] = {"transmit": "acknowledge", "acknowledge": "transmit"}.get(
                value, value
            )
        case "subgroups":
            group = chance.choice(value)
            group["bears_data"] = not group["bears_data"]
        case "data" | "lost":
            return _alter_result(event, name, chance)
        case "members":
            event["members"] = _other(event, name, logs, chance)
        case "kind":
            event["kind"] = "ack" if value == "data" else "data"
        case "bytes":
            event["bytes"] += 1
        case _:
            event[name] = _other(event, name, logs, chance)
    return name if event[name] != value or name == "subgroups" else None


def _alter_result(event: dict[str, Any], name: str, chance: Random) -> str | None:
    names = sorted(event["data"]) + sorted(event["lost"])
    if not names:
        return None
    group = chance.choice(names)
    if name == "data" and event["data"].get(group) is not None and chance.random() < 0.5:
        event["data"][group] = "other"
        return "data.digest"
    if group in event["data"]:
        del event["data"][group]
        if name == "lost":
            event["lost"] = sorted([*event["lost"], group])
    else:
        event["lost"].remove(group)
        if name == "data":
            event["data"][group] = "other"
    return name


def _other(event: dict[str, Any], name: str, logs: Log, chance: Random) -> Any:
    """What some event says in this field that this one does not."""
    key: Callable[[Any], str] = repr
    said = [e[name] for events in logs.values() for e in events if name in e]
    said += ["9.t9", "x"] if name in ("view", "request") else []
    said += ["z#1", *logs] if name == "sender" else []
    said += ["other", None] if name in ("holds", "digest") else []
    others = sorted(
        {repr(value): value for value in said if value != event[name]}.values(), key=key
    )
    return copy.deepcopy(chance.choice(others)) if others else event[name]


def thinned(logs: Log, chance: Random, share: float, *, whole: bool = True) -> Log:
    """Logs in which fields are missing.

    Args:
        logs: with all fields; they stay as they are.
        chance: which are missing.
        share: how many of them.
        whole: whether for each view one member at least says all of it.
    """
    changed = copy.deepcopy(logs)
    told: set[str] = set()
    for events in changed.values():
        for event in events:
            if whole and event["event"] == "install" and event["view"] not in told:
                told.add(event["view"])
                continue
            for name in [name for name in event if name not in (*HEAD, "state")]:
                if chance.random() < share:
                    del event[name]
            for name in list(event.get("state", {})):
                if chance.random() < share:
                    del event["state"][name]
    return changed


def without(logs: Log, *kinds: str) -> Log:
    """Logs that leave out kinds of event."""
    kept = {
        life: [copy.deepcopy(event) for event in events if event["event"] not in kinds]
        for life, events in logs.items()
    }
    return numbered(kept)
