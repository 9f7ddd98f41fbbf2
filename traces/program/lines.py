"""Inputs of a member as lines for a program, and what it must answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from impl.core import Acknowledgment, Data, Step
from traces.lockstep.local import Block, Content, Deliver, Input, Install, Outcome, Take

Line = dict[str, Any]


def start_line(member: str) -> Line:
    """The program is this member now, and knows nothing."""
    return {"op": "start", "member": member}


def input_line(given: Input, data: Sequence[str]) -> Line:
    """An input.

    Args:
        given: it.
        data: the names of what members hold, by number.
    """
    match given:
        case Install(view, held):
            line: Line = {
                "op": "install",
                "view": view.id.epoch,
                "request": view.request.id.epoch,
                "members": _names(member.name for member in view.members),
            }
            if view.starts_request:
                line["subgroups"] = [
                    _names(member.name for member in group.members)
                    for group in view.request.subgroups
                ]
                line["holds"] = _content(held, data)
            return line
        case Deliver(message):
            sender = {"op": "deliver", "sender": message.sender.name}
            return {**sender, **message_line(message, data)}
        case Block():
            return {"op": "block"}
        case Take(step):
            return {"op": "take", "step": step.value}


def answer_line(outcome: Outcome, due: Iterable[Step], data: Sequence[str]) -> Line:
    """What a program must answer."""
    line: Line = {"due": _names(step.value for step in due)}
    if outcome.message is not None:
        line["send"] = message_line(outcome.message, data)
    if outcome.merged is not None:
        line["complete"] = {"data": _content(outcome.merged, data)}
    return line


def message_line(message: Data[Content] | Acknowledgment, data: Sequence[str]) -> Line:
    """A message, without its sender."""
    where = {"view": message.view.epoch, "request": message.request.epoch}
    if isinstance(message, Data):
        return {"kind": "data", **where, "data": _content(message.content, data)}
    return {"kind": "ack", **where}


def _content(content: Content, data: Sequence[str]) -> list[str]:
    return _names(data[number] for number in content)


def _names(names: Iterable[str]) -> list[str]:
    return sorted(names)
