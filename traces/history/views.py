"""Views as members were told of them, and the time that a member spends in one: a stay.

Stays are what the histories of several members are compared by. Those that go together from view
u to view w are the ones whose stay in w comes directly after their stay in u. A view's name is
unique, so views form a tree however the network splits, and what is compared by views is compared
per lineage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from traces.history.judgement import Tally, listed
from traces.history.reading import Event, epoch_of


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Members that are told that they hold the same group data."""

    members: frozenset[str]
    bears_data: bool


@dataclass(slots=True, eq=False)
class View:
    """A membership, as one or more members were told of it.

    Attributes:
        subgroups: by name; empty if the view starts no request.
        subgroup_of: the subgroup's name of each member.
        told: the fields of the event, to see fast that others were told the same.
    """

    id: str
    epoch: int
    request: str
    members: frozenset[str]
    subgroups: Mapping[str, Subgroup]
    subgroup_of: Mapping[str, str]
    told: tuple[Any, ...]

    @property
    def starts(self) -> bool:
        """The view starts a request."""
        return self.id == self.request

    @property
    def bearing(self) -> list[str]:
        """The subgroups that bear data."""
        return [name for name, each in self.subgroups.items() if each.bears_data]


@dataclass(slots=True, eq=False)
class Stay:
    """The time of a member in a view, from the installation to the next one or the log's end.

    Attributes:
        life: whose.
        before: its stay before, if it was in a view.
        start: its stay in the view that started the request; None if it was never told of that.
        entered_done: the request was completed in an earlier view.
        done: the request was completed when the stay ended.
        leads: it led its subgroup while the exchange was running.
        heard: messages (kind, sender, view) and updates ("update", sender, view, digest).
        completion: the event that completed the request, in this stay.
        acknowledgments: how many it sent.
        content: what it holds when the stay ends, as an identity: members hold the same if they
            completed in the same view, and accepted the same updates since.
        bears_data: it holds data when the stay ends, as far as the log can tell.

    Of a stay that starts a request:

        rounds: the stays of the request, this one first.
        spoken: its transmissions in the request, with the stay.
        received: by subgroup the first data that it received in the request.
    """

    life: str
    view: View
    before: Stay | None
    event: Event
    start: Stay | None = None
    entered_done: bool = False
    done: bool = False
    leads: bool = False
    completion: Event | None = None
    acknowledgments: int = 0
    content: object = None
    bears_data: bool = False
    heard: list[tuple[str | None, ...]] = field(default_factory=list)
    rounds: list[Stay] = field(default_factory=list)
    spoken: list[tuple[Event, Stay]] = field(default_factory=list)
    received: dict[str, Event] = field(default_factory=dict)

    @property
    def own(self) -> str | None:
        """The member's subgroup in its request."""
        return self.start.view.subgroup_of.get(self.life) if self.start else None


def arrived_with(subgroup: str | None) -> object:
    """What a member holds that was in no view before, by the subgroup that it is announced in.

    A fresh joiner is a subgroup of its own; parts that arrive bring their subgroups along.
    """
    return ("arrived", subgroup)


class Views:
    """All views that were installed."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self.known: dict[str, View] = {}

    def told(self, life: str, event: Event) -> View:
        """The view that a member was told of: as all others were, or else its own (E3).

        E3 has the same views for all, and the protocol computes leaders from their content.
        """
        told = (event["request"], event["members"], event.get("subgroups"))
        known = self.known.get(event["view"])
        if known is not None and known.told == told:
            self._tally.premises["E3"] += 1
            return known
        view = _view(event, told)
        if known is None:
            self.known[view.id] = view
            self._partition(life, view)
            return view
        self._tally.premises["E3"] += 1
        if (known.request, known.members, known.subgroups) == (
            view.request,
            view.members,
            view.subgroups,
        ):
            return known
        text = f"event {event['seq']}: others were told something else of view {view.id}"
        self._tally.violate("E3", view.request, view.id, (life,), text)
        return view

    def _partition(self, life: str, view: View) -> None:
        """R9–R11, Announced: subgroups are an equivalence on the members of a request view."""
        if not view.starts:
            return
        placed = sum(len(each.members) for each in view.subgroups.values())
        if placed != len(view.members) or view.subgroup_of.keys() != view.members:
            text = f"the subgroups {listed(view.subgroups)} are no partition of the members"
            self._tally.violate("Announced", view.request, view.id, (life,), text)


def _view(event: Event, told: tuple[Any, ...]) -> View:
    subgroups = {
        each["name"]: Subgroup(frozenset(each["members"]), each["bears_data"])
        for each in event.get("subgroups") or ()
    }
    return View(
        id=event["view"],
        epoch=epoch_of(event["view"]),
        request=event["request"],
        members=frozenset(event["members"]),
        subgroups=subgroups,
        subgroup_of={member: name for name, each in subgroups.items() for member in each.members},
        told=told,
    )
