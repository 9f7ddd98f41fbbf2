"""Which messages are delivered in later views, as far as logs say it (E4).

A member that sends unseen must have sent a message before it goes on to the next view, if somebody
delivers that message there. Deliveries that say their kind, sender and view name it; those that
leave some of it out may be of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from traces.validate.contents import is_of_data
from traces.validate.steps import ACK, DATA
from traces.validate.views import Event, Views


def names_message(event: Event) -> bool:
    """Whether a delivery says which message it is of."""
    return event.keys() >= {"kind", "sender", "view"}


class Awaited(Enum):
    """Whether a message is delivered later."""

    NOT = "not"
    PERHAPS = "perhaps"
    BY_NAME = "by name"


class Later:
    """The deliveries of a log.

    Args:
        views: the log.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self._named: dict[tuple[int, str, str], set[str]] = {}
        self._vague: dict[str, list[Event]] = {}
        for life, phases in views.phases.items():
            for phase in phases:
                for event in views.logs[life][phase.begin : phase.end]:
                    if event["event"] == "deliver":
                        self._note(event, phase.view)

    def _note(self, event: Event, delivered_in: str) -> None:
        if names_message(event):
            kind = DATA if event["kind"] == "data" else ACK
            key = kind, event["sender"], event["view"]
            self._named.setdefault(key, set()).add(delivered_in)
        else:
            self._vague.setdefault(delivered_in, []).append(event)

    def awaited(self, kind: int, sender: str, view: str, path: Sequence[str]) -> Awaited:
        """Whether a message is delivered in one of the views of a path.

        Args:
            kind: of the message.
            sender: its life.
            view: in which it is sent.
            path: views after it.
        """
        named = self._named.get((kind, sender, view), ())
        found = Awaited.NOT
        for name in path:
            if sender not in (self._views.views[name].members or ()):
                break
            if name in named:
                return Awaited.BY_NAME
            if any(self._may_be(event, kind, sender, view) for event in self._vague.get(name, ())):
                found = Awaited.PERHAPS
        return found

    def _may_be(self, event: Event, kind: int, sender: str, view: str) -> bool:
        kinds = {
            "data": (DATA,),
            "ack": (ACK,),
            None: (DATA,) if is_of_data(event) else (DATA, ACK),
        }
        request = self._views.views[view].request
        return (
            kind in kinds[event.get("kind")]
            and event.get("sender", sender) == sender
            and event.get("view", view) == view
            and event.get("request", request) == request
        )
