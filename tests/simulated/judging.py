"""What must be true of the members of a world, judged by their histories and nothing else.

The names are those of the protocol's properties. Everything here is read off the protocol's text,
so that a member that is wrong, on purpose or not, is found out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from impl.transports.simulated import World

Event = Mapping[str, Any]
Histories = Mapping[str, Sequence[Event]]


class Request:
    """A request as its first view told of it."""

    def __init__(self, event: Event) -> None:
        self.bearing = {g["name"] for g in event["subgroups"] if g["bears_data"]}
        self.group_of = {m: g["name"] for g in event["subgroups"] for m in g["members"]}
        self.holds: dict[str, set[Any]] = defaultdict(set)
        """By subgroup, what its members held when they heard of the request."""


class Stay:
    """One member in one view."""

    def __init__(self, life: str, event: Event) -> None:
        self.life = life
        self.view: str = event["view"]
        self.request: str = event["request"]
        self.members = frozenset(event["members"])
        self.leads: bool = event["state"]["leads"]
        self.delivered: list[tuple[str, ...]] = []
        self.updates: list[str] = []
        self.completed: bool = event["state"]["completed"]
        self.completion: Event | None = None
        self.left_for: str | None = None


def complaints(histories: Histories) -> list[str]:
    """Every property that is violated, each with the member and the view; none is good."""
    requests: dict[str, Request] = {}
    for history in histories.values():
        for event in history:
            if "subgroups" in event:
                requests.setdefault(event["view"], Request(event))
    for life, history in histories.items():
        for event in history:
            if "subgroups" in event:
                request = requests[event["view"]]
                request.holds[request.group_of[life]].add(event["holds"])
    found: list[str] = []
    by_view: defaultdict[str, list[Stay]] = defaultdict(list)
    for life, history in histories.items():
        for stay in _stays(life, history, requests, found):
            by_view[stay.view].append(stay)
    for view, stays in by_view.items():
        found += [f"{problem}: view {view}" for problem in _together(stays, requests)]
    return found


def _stays(
    life: str, history: Sequence[Event], requests: Mapping[str, Request], found: list[str]
) -> Iterator[Stay]:
    """The stays of one member; what it shows by itself is found on the way."""
    stay: Stay | None = None
    heard: set[str] = set()
    spoke = indicator = False

    def complain(problem: str) -> None:
        found.append(f"{problem}: {life} in view {stay.view if stay else None}")

    for event in history:
        kind, state = event["event"], event["state"]
        if kind == "install":
            if stay is not None:
                stay.left_for = event["view"]
                yield stay
            stay = Stay(life, event)
            if "subgroups" in event:
                heard, spoke = set(), False
        elif stay is not None:
            request = requests[stay.request]
            own = request.group_of[life]
            match kind:
                case "deliver":
                    stay.delivered.append((event["kind"], event["sender"], event["view"]))
                    if event["kind"] == "data" and event["request"] == stay.request:
                        group = request.group_of[event["sender"]]
                        if group in heard:
                            complain("AtMostOnce")
                        if {event["digest"]} != request.holds[group]:
                            complain("OwnVoice")
                        heard.add(group)
                case "transmit":
                    if indicator or not stay.leads or own not in request.bearing:
                        complain("Truthful")
                    spoke = True
                case "acknowledge":
                    if stay.leads and own in request.bearing and not state["indicator"]:
                        complain("AckAfterData")
                case "complete":
                    stay.completion = event
                    found += _completion(stay, request, heard)
                case "update":
                    stay.updates.append(event["digest"])
                    if not stay.completed:
                        complain("update before completion")
                case _:
                    pass
            stay.completed = state["completed"]
            if state["indicator"] and not stay.completed and not spoke and own not in heard:
                complain("Truthful")
        indicator = state["indicator"]
    if stay is not None:
        yield stay


def _completion(stay: Stay, request: Request, heard: set[str]) -> Iterator[str]:
    event, where = stay.completion, f"{stay.life} in view {stay.view}"
    assert event is not None
    acknowledged = {s for kind, s, view in stay.delivered if kind == "ack" and view == stay.view}
    if acknowledged != stay.members:
        yield f"NoEarlyProcessing: {where}"
    alive = {request.group_of[member] for member in stay.members}
    if not set(event["data"]) >= request.bearing & alive:
        yield f"Complete: {where}"
    if set(event["data"]) != heard or set(event["lost"]) != request.bearing - heard:
        yield f"the result is not what was received: {where}"


def _together(stays: Sequence[Stay], requests: Mapping[str, Request]) -> Iterator[str]:
    """What members of one view show together."""
    first = stays[0]
    if any((s.request, s.members) != (first.request, first.members) for s in stays):
        yield "two views have one name"
        return
    request = requests[first.request]
    leaders = [request.group_of[stay.life] for stay in stays if stay.leads]
    if len(leaders) > len(set(leaders)):
        yield "OneLeader"
    results = [(s.completion["data"], s.completion["lost"], s.completion.get("holds"))
               for s in stays if s.completion is not None]  # fmt: skip
    if any(result != results[0] for result in results):
        yield "Agreement"
    if any(len(holds) > 1 for holds in request.holds.values()):
        yield "members of one subgroup hold different data"
    for one, other in combinations(stays, 2):
        if one.left_for is not None and one.left_for == other.left_for:
            yield from _gone_on(one, other, requests.get(one.left_for))


def _gone_on(one: Stay, other: Stay, request: Request | None) -> Iterator[str]:
    """What two members show that were in one view next to each other and are in the next one.

    If that goes on with the request they came together. If not they may have been apart in between,
    but then they are of one subgroup only if that did not change what they hold.
    """
    if request is None:
        if sorted(one.delivered) != sorted(other.delivered):
            yield "E2"
    elif request.group_of[one.life] != request.group_of[other.life]:
        return
    if one.completed != other.completed:
        yield "Uniform"
    if one.updates != other.updates:
        yield "updates differ"


def unrest(world: World) -> list[str]:
    """What is wrong with a world in which nothing moves any more: Termination and Coverage."""
    found = []
    for members in world.rooms.values():
        lives = [world.lives[address] for address in members]
        for life in lives:
            address, session = life.process.address, life.session
            if not session.settled:
                found.append(f"Termination: {address}")
            if not session.may_update:
                found.append(f"an update is not accepted: {address}")
            if session.member.duplicates:
                found.append(f"AtMostOnce: {address}")
        if len({life.session.member.view for life in lives}) > 1:
            found.append(f"not in one view: {members}")
        if len({life.content for life in lives}) > 1:
            found.append(f"Agreement at rest: {members}")
    return found
