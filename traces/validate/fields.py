"""Whether what an event says is so, after its step."""

from __future__ import annotations

from collections.abc import Iterable

from traces.validate.behaviour import Behaviour
from traces.validate.steps import DATA, Message
from traces.validate.views import Event


def problem(it: Behaviour, here: str, m: int, event: Event, message: Message | None) -> str:
    """What an event says otherwise than it is, or "".

    Args:
        it: the behaviour, after the event's step.
        here: the view that the member is in.
        m: the member.
        event: of its log.
        message: of a delivery, which one.
    """
    view = it.view_of[here]
    said = ""
    match event["event"]:
        case "transmit":
            said = _content(it, (DATA, m, view), event)
        case "deliver" if message is not None:
            said = _content(it, message, event)
        case "install" if "holds" in event:
            said = _holding(it, m, view, event)
        case "complete":
            said = _result(it, m, view, event)
        case _:
            pass
    return said or _state(it, m, view, event)


def _data_key(it: Behaviour, start: int, p: int) -> tuple[object, ...]:
    """What data is named by: its request, and the subgroup that it speaks for."""
    return "data", start, min(it.steps.partners(start, p))


def _content(it: Behaviour, message: Message, event: Event) -> str:
    kind, p, v = message
    if kind != DATA:
        return ""
    key = _data_key(it, it.steps.request_of(v), p)
    for name in ("bytes", "digest"):
        # Large data has no digest.
        if event.get(name) is not None and not it.tell((*key, name), event[name]):
            return f"`{name}` is {event[name]}, but {it.told[*key, name]} elsewhere for this data"
    return ""


def _holding(it: Behaviour, m: int, view: int, event: Event) -> str:
    """What a member holds when a request reaches it is its subgroup's data."""
    holds, start = event["holds"], it.steps.request_of(view)
    if (holds is not None) != bool(it.steps.holds(m)):
        return f"`holds` is {_named(holds)}, but it holds {'some' if holds is None else 'no'} data"
    key = (*_data_key(it, start, m), "digest")
    starts_request = it.views.views[it.name_of[view]].starts_request
    if holds is not None and starts_request and not it.tell(key, holds):
        return f"`holds` is {holds}, but its subgroup's data is {it.told[key]}"
    return _held(it, m, holds)


def _held(it: Behaviour, m: int, holds: str | None) -> str:
    """What a member holds stays the same until an exchange or an update adds to it."""
    data = it.steps.holds(m)
    key = ("holds", m, data)
    if data and holds is None:
        return "`holds` is null, but it holds some data"
    if data and not it.tell(key, holds):
        return f"`holds` is {holds}, but was {it.told[key]}, and nothing was added"
    return ""


def _result(it: Behaviour, m: int, view: int, event: Event) -> str:
    start = it.steps.request_of(view)
    request = next(name for name, number in it.start_of.items() if number == start)
    groups = it.groups_of(request)
    received = it.steps.received(m, start)
    heard = {group.name for group, members in groups if received & set(members)}
    data = event.get("data")
    if data is not None:
        if set(data) != heard:
            return f"`data` is of {_listed(data)}, but it has received that of {_listed(heard)}"
        for group, members in groups:
            key = (*_data_key(it, start, members[0]), "digest")
            if data.get(group.name) is not None and not it.tell(key, data[group.name]):
                return f"`data` of {group.name} is {data[group.name]}, but was {it.told[key]}"
    if "lost" in event:
        lost = {group.name for group, _ in groups if group.bears_data} - heard
        if set(event["lost"]) != lost:
            return f"`lost` is {_listed(event['lost'])}, but lost is {_listed(lost)}"
    if "holds" not in event:
        return ""
    holds, key = event["holds"], ("after", start, view)
    if holds is not None and not it.tell(key, holds):
        return f"`holds` is {holds}, but {it.told[key]} of others that complete with it"
    return _held(it, m, holds)


def _state(it: Behaviour, m: int, view: int, event: Event) -> str:
    said = event.get("state", {})
    for name, value in said.items():
        match name:
            case "indicator":
                known = it.steps.is_set(m)
            case "leads":
                known = it.steps.leads(m, view)
            case "completed":
                known = it.steps.completed(m)
            case _:
                continue
        if value != known:
            return f"`{name}` is {_flag(value)}, but {_flag(known)} by the specification"
    return ""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _named(digest: str | None) -> str:
    return "null" if digest is None else digest


def _listed(names: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, names))) or "nobody"
