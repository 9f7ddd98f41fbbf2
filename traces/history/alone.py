"""What one member's own log shows, walked event by event: R2–R4, R7 and R9 as it saw them.

A walk knows no more than the member did: the views that it was told of, with their subgroups, what
it sent, and what was delivered to it. It leaves behind the member's stays, by which members are
then compared (`together`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traces.history.judgement import Tally, listed
from traces.history.messages import Network, digests_differ
from traces.history.reading import Event
from traces.history.views import Stay, Views, arrived_with


class Walk:
    """The walk along one life."""

    def __init__(self, life: str, network: Network, views: Views, tally: Tally) -> None:
        self._life = life
        self._network = network
        self._views = views
        self._tally = tally
        self._heard_last: dict[str, int] = {}
        # Views that were installed, or whose messages were delivered.
        self._known: set[str] = set()
        self._stays: list[Stay] = []
        self._stay: Stay | None = None
        self._start: Stay | None = None
        self._own: str | None = None
        self._bears_data = False
        self._done = False
        # Of the current view: whose acknowledgments of it were delivered.
        self._acknowledged_by: set[str] = set()
        # Of the current request: what the member last said of its indicator, if it did.
        self._indicator: bool | None = None

    def stays(self, events: Sequence[Event]) -> list[Stay]:
        """Judges the life, and returns its stays in their order."""
        steps = {
            "deliver": self._deliver,
            "transmit": self._transmit,
            "acknowledge": self._acknowledge,
            "complete": self._complete,
            "update": self._update,
        }
        for event in events:
            name = event["event"]
            if name == "install":
                self._install(event)
            elif name != "close":
                if self._stay is None:
                    self._violate("E3", event, "happened before a view was installed")
                    continue
                steps[name](event, self._stay)
            state = event.get("state")
            if state is not None and self._stay is not None and not self._done:
                self._says_of_itself(event, state, self._stay)
        return self._stays

    def _violate(self, name: str, event: Event, text: str) -> None:
        stay = self._stay
        request, view = (stay.view.request, stay.view.id) if stay else ("", "")
        what = f"event {event['seq']}, {event['event']}: {text}"
        self._tally.violate(name, request, view, (self._life,), what)

    def _spoken_for(self) -> bool:
        """Data of the member's subgroup was received, or sent by itself, in this request."""
        start = self._start
        return start is not None and bool(start.spoken or self._own in start.received)

    # -- views --------------------------------------------------------------------------------

    def _install(self, event: Event) -> None:
        before, view = self._stay, self._views.told(self._life, event)
        stay = Stay(self._life, view, before, event)
        self._stay = stay
        self._stays.append(stay)
        self._acknowledged_by = set()
        self._told_in_order(event, before, stay)
        if view.starts:
            self._own = view.subgroup_of.get(self._life)
            self._start, self._done, self._indicator = stay, False, None
            mine = view.subgroups.get(self._own or "")
            self._bears_data = mine is not None and mine.bears_data
        elif self._start is not None and self._start.view.id != view.request:
            self._start, self._done, self._own, self._bears_data = None, False, None, False
        if self._start is not None:
            self._start.rounds.append(stay)
        stay.start, stay.entered_done, stay.done = self._start, self._done, self._done
        stay.content = before.content if before else arrived_with(self._own)
        stay.bears_data = self._bears_data if view.starts or not before else before.bears_data

    def _told_in_order(self, event: Event, before: Stay | None, stay: Stay) -> None:
        """E3: members are told of views they are in, each later than the one before.

        The rounds of a request have increasing epochs, which give all members one order. (A request
        may begin with an earlier epoch than another one ended with, if it could not know of it;
        but no view comes twice, nor after what was sent in it.) A view in which members are
        new is a request view. (Not the converse: who is new may be gone again before anybody is
        told of the view, and the request goes on without it.)
        """
        view = stay.view
        if self._life not in view.members:
            self._violate("E3", event, "is of a view without the member")
        if before is not None:
            self._tally.premises["E3"] += 1
            if not view.starts and view.epoch <= before.view.epoch:
                self._violate("E3", event, f"is of no later epoch than view {before.view.id}")
            if view.id in self._known:
                self._violate("E3", event, "comes a second time, or after what was sent in it")
            new = view.members - before.view.members
            if new and not view.starts:
                self._violate("E3", event, f"{listed(new)} are new, and no request starts")
        self._known.add(view.id)
        if not view.starts and (before is None or before.view.request != view.request):
            self._violate("E3", event, f"is a round of request {view.request}, never told of")

    # -- messages -----------------------------------------------------------------------------

    def _deliver(self, event: Event, stay: Stay) -> None:
        tally = self._tally
        self._known.add(event["view"])
        tally.deliveries += 1
        message = self._network.deliver(self._life, stay.view, event, self._heard_last)
        stay.heard.append(message)
        if event["kind"] == "ack":
            if event["view"] == stay.view.id:
                self._acknowledged_by.add(event["sender"])
        elif event["request"] == stay.view.request and self._start is not None:
            # Data of another request than the member's is of no effect (weak E4).
            self._receive(event, self._start)

    def _receive(self, event: Event, start: Stay) -> None:
        """R2, R11, AtMostOnce: no member receives the group data of one subgroup twice.

        That is: in one request, data from two members or two rounds. One message that the
        service delivers twice is the service's fault (E1).
        """
        tally = self._tally
        subgroup = start.view.subgroup_of.get(event["sender"])
        if subgroup is None:
            self._violate("NothingInvented", event, f"{event['sender']} is of no subgroup")
            return
        first = start.received.setdefault(subgroup, event)
        tally.premises["AtMostOnce"] += 1
        if first is not event:
            tally.duplicates_received += 1
            if (first["sender"], first["view"]) != (event["sender"], event["view"]):
                text = f"data of subgroup {subgroup} again, after that of event {first['seq']}"
                self._violate("AtMostOnce", event, text)
        if subgroup == self._own and not self._done and "state" in event:
            self._indicated(event)

    def _indicated(self, event: Event) -> None:
        """R3, Indicator: it is set when group data of the member's own subgroup is received."""
        self._tally.premises["Indicator"] += 1
        if not event["state"]["indicator"]:
            self._violate("Indicator", event, "the indicator is not set by its subgroup's data")

    def _says_of_itself(self, event: Event, state: Any, stay: Stay) -> None:
        """R3, Truthful: a set indicator implies that the data was received, or sent by itself.

        Cleared when the request is received, it can be set only by data of the own subgroup in
        this request: received, as the text says, or sent, for what was sent will be received.
        """
        stay.leads = stay.leads or state["leads"]
        if state["indicator"] and not self._indicator:
            self._tally.premises["Truthful"] += 1
            if not self._spoken_for():
                self._violate("Truthful", event, "the indicator is set, and no data was received")
        self._indicator = state["indicator"]

    def _transmit(self, event: Event, stay: Stay) -> None:
        """R2, R5, R9, transmissions and OwnVoice: at most once a request, and only with data."""
        self._tally.transmissions += 1
        self._silent(event)
        if (event["view"], event["request"]) != (stay.view.id, stay.view.request) or self._done:
            self._violate("transmissions", event, "is not of the round that the member is in")
        if stay.acknowledgments:
            text = "the member had acknowledged this round"  # R7: it transmits before
            self._violate("AckAfterData", event, text)
        if self._start is None:
            return
        if self._start.spoken:
            self._violate("transmissions", event, "the member had transmitted in this request")
        if not self._bears_data:
            self._violate("OwnVoice", event, "its subgroup bears no data")
        self._start.spoken.append((event, stay))

    def _silent(self, event: Event) -> None:
        """R2, SilentIfSpokenFor: a leader with a set indicator never transmits.

        Whether the member says that its indicator is set, or its log says that it must be. The
        premise, a leader that had been spoken for by another, is met where it acknowledges.
        """
        start = self._start
        if self._indicator or (start is not None and self._own in start.received):
            self._violate("SilentIfSpokenFor", event, "its subgroup had been spoken for")

    def _acknowledge(self, event: Event, stay: Stay) -> None:
        """R4, messages: one acknowledgment a member a round, for as long as the exchange runs."""
        tally = self._tally
        tally.acknowledgments += 1
        tally.premises["messages"] += 1
        if (event["view"], event["request"]) != (stay.view.id, stay.view.request):
            self._violate("messages", event, "is not of the round that the member is in")
        elif self._done:
            self._violate("messages", event, "the member had completed the request")
        elif stay.acknowledgments:
            self._violate("messages", event, "the member had acknowledged this round")
        stay.acknowledgments += 1
        self._spoke_first(event, stay)

    def _spoke_first(self, event: Event, stay: Stay) -> None:
        """R7, AckAfterData: a leader has spoken, or been spoken for, before it acknowledges.

        Who leads is what the member says of itself, for leadership is a policy (R8); without
        that, who transmits must have done so before (`_transmit`).
        """
        start = self._start
        state = event.get("state")
        leads = state["leads"] if state is not None else stay.leads
        if start is None or not self._bears_data or not (leads or start.spoken):
            return
        self._tally.premises["AckAfterData"] += 1
        if not self._spoken_for():
            self._violate("AckAfterData", event, "the leader has not transmitted its data")
        elif leads and not start.spoken:
            self._tally.premises["SilentIfSpokenFor"] += 1

    # -- results ------------------------------------------------------------------------------

    def _complete(self, event: Event, stay: Stay) -> None:
        """R4, NoEarlyProcessing: who completes has every member's acknowledgment of this round.

        The text: a member "waits for the acknowledgment of every member, and only then processes
        the group data". Its own counts when it is delivered, as everybody sees it then.
        """
        tally, view = self._tally, stay.view
        tally.completions += 1
        tally.premises["NoEarlyProcessing"] += 1
        missing = view.members - self._acknowledged_by
        if (event["view"], event["request"]) != (view.id, view.request):
            self._violate("NoEarlyProcessing", event, "is not of the round that the member is in")
        elif self._done:
            self._violate("NoEarlyProcessing", event, "the member had completed the request")
        elif missing:
            self._violate("NoEarlyProcessing", event, f"no acknowledgment of {listed(missing)}")
        if self._start is not None:
            self._has_all(event, stay, self._start)
            self._has_no_more(event, self._start)
        stay.completion = event
        stay.done = self._done = True
        stay.content = ("completed", view.id)
        stay.bears_data = self._bears_data or bool(event["data"])

    def _has_all(self, event: Event, stay: Stay, start: Stay) -> None:
        """R9, R10, Complete: it has the data of every data-bearing subgroup still in the view.

        A data-bearing subgroup of which nobody is left and nothing was received is lost, and the
        result says so, of these and no others.
        """
        lost: set[str] = set()
        absent: set[str] = set()
        for name in start.view.bearing:
            living = not stay.view.members.isdisjoint(start.view.subgroups[name].members)
            self._tally.premises["Complete"] += living
            if name not in start.received:
                (absent if living else lost).add(name)
        if absent:
            self._violate("Complete", event, f"no data of subgroup {listed(absent)}")
        if lost != set(event["lost"]) - absent:
            text = f"lost are {listed(lost) or 'none'}, not {listed(event['lost']) or 'none'}"
            self._violate("Complete", event, text)

    def _has_no_more(self, event: Event, start: Stay) -> None:
        """R4, NothingInvented: the result is exactly what was delivered, by sender's subgroup."""
        data, received = event["data"], start.received
        self._tally.premises["NothingInvented"] += 1
        if data.keys() != received.keys():
            wrong = data.keys() ^ received.keys()
            text = f"result and deliveries differ in subgroup {listed(wrong)}"
            self._violate("NothingInvented", event, text)
        for name in data.keys() & received.keys():
            if digests_differ(data[name], received[name]["digest"]):
                text = f"the data of subgroup {name} is not what was delivered"
                self._violate("NothingInvented", event, text)

    def _update(self, event: Event, stay: Stay) -> None:
        """Updates: accepted only by who has completed; between requests the group is one."""
        self._tally.updates += 1
        if not self._done:
            self._violate("Updates", event, "accepted before the request was completed")
        update = ("update", event["sender"], event["view"], event["digest"])
        stay.heard.append(update)
        stay.content = hash((stay.content, update))
