"""The messages of a run: what was sent, and whether what was delivered fits to it.

A message is (kind, sender, view in which it was sent): a member speaks once in a request and
acknowledges once in a round, so there are no two of one name, unless the sender errs. Logs have
no common clock. What can be said without one: a delivered message is in its sender's log (or was
lost with the tail of it), one sender's messages keep the order of its log, and a message belongs
to one view at everyone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from traces.history.judgement import Tally
from traces.history.reading import Event, epoch_of
from traces.history.views import View

Message: TypeAlias = tuple[str, str, str]
_KIND = {"transmit": "data", "acknowledge": "ack"}


class Network:
    """What everybody sent, and where it was delivered first."""

    def __init__(
        self, histories: Mapping[str, Sequence[Event]], killed: Collection[str], tally: Tally
    ) -> None:
        self._tally = tally
        self._killed = frozenset(killed)
        self._sent: dict[Message, Event] = {}
        # Sent twice under one name: the protocol erred, and the service is not to blame for it.
        self._sent_again: set[Message] = set()
        self._delivered_in: dict[Message, str] = {}
        self._left: dict[str, set[str]] = {}
        """The views that members have left, by their logs."""
        for life, events in histories.items():
            self._gather(life, events)

    def _gather(self, life: str, events: Sequence[Event]) -> None:
        installed = []
        for event in events:
            name = event["event"]
            if name in _KIND:
                message = (_KIND[name], life, event["view"])
                if message in self._sent:
                    self._sent_again.add(message)
                else:
                    self._sent[message] = event
            elif name == "install":
                installed.append(event["view"])
        self._left[life] = set(installed[:-1])

    def deliver(self, life: str, view: View, event: Event, heard: dict[str, int]) -> Message:
        """Judges a delivery.

        Args:
            life: to whom.
            view: in which view.
            event: of the receiver's log.
            heard: by sender, which event of its log this member heard last; is brought up to date.

        Returns:
            The message.
        """
        message = (event["kind"], event["sender"], event["view"])
        self._in_its_view(life, view, event, message)
        sent = self._sent.get(message)
        if sent is None:
            self._unsent(life, view, event, message)
        else:
            self._as_sent(life, view, event, message, sent)
            self._in_order(life, view, event, message, sent["seq"], heard)
        return message

    def _in_its_view(self, life: str, view: View, event: Event, message: Message) -> None:
        """E4, E2: in one view, the same for everyone, not before it was sent, nor from outside.

        The text has a message delivered "in one view, the same for everyone, but possibly a later
        one than it was sent in"; and one of a crashed sender "before the change, or none ever".
        """
        tally = self._tally
        _, sender, origin = message
        first = self._delivered_in.get(message)
        if first is None:
            self._delivered_in[message] = view.id
        else:
            tally.premises["E4"] += 1
        if first is not None and first != view.id:
            text = f"event {event['seq']}: {_named(message)} was delivered in view {first} as well"
            tally.violate("E4", event["request"], view.id, (life,), text)
        if origin != view.id:
            tally.late_deliveries += 1
            if event["request"] == view.request and epoch_of(origin) >= view.epoch:
                text = f"event {event['seq']}: {_named(message)} is of no earlier view"
                tally.violate("E4", event["request"], view.id, (life,), text)
        if sender not in view.members:
            text = f"event {event['seq']}: {_named(message)}, whose sender is gone"
            tally.violate("E2", event["request"], view.id, (life, sender), text)

    def _unsent(self, life: str, view: View, event: Event, message: Message) -> None:
        """R4, NothingInvented: what is delivered was sent, as far as its sender's log can tell.

        A log that lost its tail says nothing of the time after its last view was installed.
        """
        sender = message[1]
        if sender in self._killed and message[2] not in self._left.get(sender, ()):
            self._tally.excused += 1
            return
        self._tally.premises["NothingInvented"] += 1
        text = f"event {event['seq']}: {_named(message)} is not in its sender's log"
        self._tally.violate("NothingInvented", event["request"], view.id, (life, sender), text)

    def _as_sent(self, life: str, view: View, event: Event, message: Message, sent: Event) -> None:
        """R4, NothingInvented: it says what its sender said, and not before it was said."""
        tally = self._tally
        tally.premises["NothingInvented"] += 1
        problem = ""
        if sent["request"] != event["request"]:
            problem = f"was sent for request {sent['request']}"
        elif message[0] == "data" and message not in self._sent_again and differ(sent, event):
            problem = f"was sent as {sent['digest']}, {sent['bytes']} bytes"
        if message[1] == life and sent["seq"] > event["seq"]:
            problem = f"is sent only in event {sent['seq']}"
        if problem:
            text = f"event {event['seq']}: {_named(message)} {problem}"
            tally.violate("NothingInvented", event["request"], view.id, (life, message[1]), text)

    def _in_order(
        self,
        life: str,
        view: View,
        event: Event,
        message: Message,
        position: int,
        heard: dict[str, int],
    ) -> None:
        """E1: one sender's messages are delivered in the order sent, each once."""
        sender = message[1]
        last = heard.get(sender)
        if last is not None:
            self._tally.premises["E1"] += 1
            if position < last or (position == last and message not in self._sent_again):
                how = "twice" if position == last else "after a later one"
                text = f"event {event['seq']}: {_named(message)} was delivered {how}"
                self._tally.violate("E1", event["request"], view.id, (life, sender), text)
            if position <= last:
                return
        heard[sender] = position


def differ(one: Event, other: Event) -> bool:
    """The data of two events differs; a digest that was left out differs from none."""
    return one["bytes"] != other["bytes"] or digests_differ(one["digest"], other["digest"])


def digests_differ(one: str | None, other: str | None) -> bool:
    """Two digests differ; one that was left out differs from none."""
    return one is not None and other is not None and one != other


def _named(message: Message) -> str:
    kind, sender, view = message
    return f"the {kind} of {sender}, view {view},"
