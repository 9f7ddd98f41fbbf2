"""What a member did, event by event, as JSON Lines: one event for each step of the specification.

A line is an object. All have `seq` (1, 2, … in the file), `member` (name#incarnation) and `event`,
and after it what the event is about:

- `install`: `view`, `request` (the view that started it), `members`; if the view starts a request,
  `subgroups`: a list of objects with `name`, `members`, `bears_data`.
- `deliver`: `kind` (`data` or `ack`), `sender`, `view` (in which it was sent), `request`; for data
  `bytes` and `digest`.
- `transmit`: `view`, `request`, `bytes`, `digest`.
- `acknowledge`: `view`, `request`.
- `complete`: `view`, `request`, `data` (an object: subgroup's name to digest), `lost` (names of
  subgroups).
- `update`: `sender`, `view`, `digest`: what an application told the group was accepted.
- `close`: nothing; the member left of its own will.

Views are written epoch.tag. `state` is what the member knows after the event: `indicator`, `leads`,
`completed`. Digests are of the data's bytes; that of large data is left out (null), for it would
cost more than to send them. A log that ends without `close` is that of a member that was killed,
and its last line may be cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from impl.core import Acknowledgment, Data, Member, Result, Update, View

LARGE = 1 << 16
"""Bytes above which data has no digest."""


def digest_of(content: bytes) -> str | None:
    """A short name for an application's data; None for large data."""
    return None if len(content) > LARGE else blake2b(content, digest_size=8).hexdigest()


Subject = View | Data[bytes] | Acknowledgment | Result[bytes] | Update | None


def record(member: Member[bytes], event: str, subject: Subject) -> dict[str, Any]:
    """An event as an object of the log, without its number.

    Args:
        member: whose event it is, after it.
        event: its name.
        subject: what it is about.
    """
    line: dict[str, Any] = {"member": str(member.me), "event": event}
    match subject:
        case View():
            line["view"] = str(subject.id)
            line["request"] = str(subject.request.id)
            line["members"] = sorted(map(str, subject.members))
            if subject.starts_request:
                line["subgroups"] = [
                    {
                        "name": group.name,
                        "members": sorted(map(str, group.members)),
                        "bears_data": group.bears_data,
                    }
                    for group in subject.request.subgroups
                ]
        case Data() | Acknowledgment():
            if event == "deliver":
                line["kind"] = "data" if isinstance(subject, Data) else "ack"
                line["sender"] = str(subject.sender)
            line["view"] = str(subject.view)
            line["request"] = str(subject.request)
            if isinstance(subject, Data):
                line["bytes"] = len(subject.content)
                line["digest"] = digest_of(subject.content)
        case Result():
            line["view"] = str(subject.view)
            line["request"] = str(subject.request.id)
            line["data"] = {group.name: digest_of(data) for group, data in subject.data.items()}
            line["lost"] = [group.name for group in subject.lost]
        case Update():
            assert member.view is not None
            line["sender"] = str(subject.sender)
            line["view"] = str(member.view.id)
            line["digest"] = digest_of(b"".join(subject.contents))
        case None:
            pass
    line["state"] = {
        "indicator": member.indicator,
        "leads": member.leads,
        "completed": member.completed,
    }
    return line


class EventLog:
    """A file of events. Lines are written when there is nothing else to do (`flush`), or when they
    have become many.

    Args:
        path: the file; what is in it already stays.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=1 << 16)
        self._encode: Callable[[Any], bytes] = msgspec.json.Encoder().encode
        self._events = 0

    def write(self, event: Mapping[str, Any]) -> None:
        """Notes an event, as `record` makes it; it gets the next number."""
        self._events += 1
        self._file.write(self._encode({"seq": self._events, **event}) + b"\n")

    def flush(self) -> None:
        """Gives what was noted to the system, where it survives this process."""
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        self._file.close()
