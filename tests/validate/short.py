"""Logs in short, to be written by hand: `install v1, transmit, data a1 v1, close`.

The last word may say more: `leads` or `knows` (the indicator is set) of the state after the event,
`=A` of the digest. `something` is a delivery of which nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from traces.validate import Validator
from traces.validate.verdict import Verdict

VIEWS: Mapping[str, Mapping[str, Any]] = {
    "u1": {
        "request": "u1", "members": ["a1#1"],
        "subgroups": [{"name": "A", "members": ["a1#1"], "bears_data": True}],
    },
    "u2": {
        "request": "u2", "members": ["a1#1", "b1#1"],
        "subgroups": [
            {"name": "A", "members": ["a1#1"], "bears_data": True},
            {"name": "B", "members": ["b1#1"], "bears_data": True},
        ],
    },
    "u3": {"request": "u2", "members": ["a1#1"]},
    "v1": {
        "request": "v1",
        "members": ["a1#1", "a2#1", "b1#1"],
        "subgroups": [
            {"name": "A", "members": ["a1#1", "a2#1"], "bears_data": True},
            {"name": "B", "members": ["b1#1"], "bears_data": True},
        ],
    },
    "v2": {"request": "v1", "members": ["a2#1", "b1#1"]},
    "w2": {"request": "v1", "members": ["a1#1", "b1#1"]},
}  # fmt: skip
"""a1 meets b1, who is gone later; a1 and a2 meet b1, and then a1 is gone, or a2."""


def events(life: str, text: str) -> list[dict[str, Any]]:
    """A log, from what is short to write."""
    found: list[dict[str, Any]] = []
    here = ""
    for said in text.split(", "):
        words = said.split()
        event: dict[str, Any] = {"member": life, "event": words[0]}
        match words[0]:
            case "install":
                here = words[1]
                event |= {"view": here, **VIEWS[here]}
            case "data" | "ack":
                event |= {"event": "deliver", "kind": words[0], "sender": f"{words[1]}#1"}
                event |= {"view": words[2], "request": VIEWS[words[2]]["request"]}
            case "something":
                event |= {"event": "deliver"}
            case "close":
                pass
            case _:
                event |= {"view": here, "request": VIEWS[here]["request"]}
        match words[-1]:
            case "leads":
                event["state"] = {"leads": True}
            case "knows":
                event["state"] = {"indicator": True}
            case last if last.startswith("="):
                event["digest"] = last[1:]
            case _:
                pass
        found.append(event)
    return found


def judged(log: Mapping[str, str], silent: Collection[str] = ()) -> Verdict:
    """What comes of logs that are written in short."""
    return Validator().validate({life: events(life, text) for life, text in log.items()}, silent)
