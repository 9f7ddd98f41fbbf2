"""Whether what an event says is so, after its step."""

from __future__ import annotations

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
    name = event["event"]
    view = it.view_of[here]
    if name != "deliver":
        if event.get("view", here) != here:
            return f"it is in view {here}, not {event['view']}"
        request = event.get("request")
        if request is not None and it.start_of.get(request, -1) != it.steps.request_of(view):
            return f"view {here} is not of request {request}"
    said = ""
    match name:
        case "transmit":
            said = _content(it, (DATA, m, view), event)
        case "deliver" if message is not None and message[0] == DATA:
            said = _content(it, message, event)
        case "install" if "holds" in event:
            said = _holds_at_start(it, m, event)
        case "complete":
            said = _result(it, m, view, event)
        case _:
            pass
    return said or _state(it, m, view, event)


def content_key(it: Behaviour, message: Message) -> tuple[object, ...]:
    """What data is named by: its request, and the subgroup that it speaks for."""
    _, p, v = message
    return "data", *it.steps.subgroup(it.steps.request_of(v), p)


def _content(it: Behaviour, message: Message, event: Event) -> str:
    key = content_key(it, message)
    for name in ("bytes", "digest"):
        # Large data has no digest.
        if event.get(name) is not None and not it.tell((*key, name), event[name]):
            return f"`{name}` is {event[name]}, but {it.told[*key, name]} elsewhere for this data"
    return ""


def _holds_at_start(it: Behaviour, m: int, event: Event) -> str:
    start = it.steps.request_of(it.steps.at(m))
    if (event["holds"] is not None) != it.steps.bears_data(m):
        return f"it holds {'data' if it.steps.bears_data(m) else 'nothing'} by the specification"
    key = (*content_key(it, (DATA, m, start)), "digest")
    if event["holds"] is not None and not it.tell(key, event["holds"]):
        return f"it holds {event['holds']}, but its subgroup's data is {it.told[key]}"
    return _holds(it, m, event)


def _holds(it: Behaviour, m: int, event: Event) -> str:
    """What a member holds stays the same until an exchange or an update adds to it."""
    data = it.steps.holds(m)
    key = ("holds", m, data)
    if data and not it.tell(key, event["holds"]):
        return f"it holds {event['holds']}, but held {it.told[key]}, and nothing was added"
    return ""


def _result(it: Behaviour, m: int, view: int, event: Event) -> str:
    start = it.steps.request_of(view)
    request = next(name for name, number in it.start_of.items() if number == start)
    received = it.steps.received(m, start)
    groups = it.groups_of(request)
    data = event.get("data")
    if data is not None:
        heard = {group.name for group, members in groups if received & set(members)}
        if set(data) != heard:
            return f"`data` is of {_listed(data)}, but it has received that of {_listed(heard)}"
        for group, members in groups:
            key = (*content_key(it, (DATA, members[0], start)), "digest")
            if data.get(group.name) is not None and not it.tell(key, data[group.name]):
                return f"`data` of {group.name} is {data[group.name]}, but was {it.told[key]}"
    if "lost" in event:
        lost = {g.name for g, members in groups if g.bears_data and not received & set(members)}
        if set(event["lost"]) != lost:
            return f"`lost` is {_listed(event['lost'])}, but lost is {_listed(lost)}"
    if event.get("holds") is not None:
        key = ("after", start, view)
        if not it.tell(key, event["holds"]):
            return f"it holds {event['holds']}, but others that complete with it {it.told[key]}"
        return _holds(it, m, event)
    return ""


def _state(it: Behaviour, m: int, view: int, event: Event) -> str:
    said = event.get("state", {})
    if "indicator" in said and said["indicator"] != it.steps.is_set(m):
        return f"`indicator` is {said['indicator']}, by the specification {it.steps.is_set(m)}"
    if "leads" in said and said["leads"] != it.steps.leads(m, view):
        return f"`leads` is {said['leads']}, by the specification {it.steps.leads(m, view)}"
    if "completed" in said and said["completed"] != it.steps.completed(m):
        return f"`completed` is {said['completed']}, by the specification {it.steps.completed(m)}"
    return ""


def _listed(names: object) -> str:
    return ", ".join(sorted(map(str, names))) or "nobody"  # type: ignore[call-overload]
