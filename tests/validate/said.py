"""What logs say of views: which there are, who is in them, which follow which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

Event = Mapping[str, Any]
Logs = Mapping[str, Sequence[Event]]


class Outside(Exception):
    """These logs are not of the kind that is decided here."""


@dataclass(frozen=True)
class SaidView:
    """A view as the lives that install it say it is."""

    name: str
    request: str
    members: frozenset[str]
    groups: frozenset[tuple[frozenset[str], bool]]
    group_names: Mapping[str, frozenset[str]]

    @property
    def starts_request(self) -> bool:
        return self.name == self.request


Stays = dict[str, list[tuple[str, int, int]]]
"""By life the views that it installed, each with its first event and the one after its last."""


def stays_of(logs: Logs) -> Iterator[Stays]:
    """The ways to name the views of all lives; where all say their names there is one."""
    parts: list[list[tuple[str, int, int]]] = []
    where: list[str] = []
    names: set[str] = set()
    for life, events in logs.items():
        begins = [i for i, event in enumerate(events) if event["event"] == "install"]
        if any(e["event"] != "close" for e in events[: begins[0] if begins else len(events)]):
            return
        for begin, end in pairwise([*begins, len(events)]):
            said = {e["view"] for e in events[begin:end] if "view" in e and e["event"] != "deliver"}
            if len(said) > 1:
                return
            names |= said
            parts.append([(name, begin, end) for name in said])
            where.append(life)
    for number, choices in enumerate(parts):
        if not choices:
            life = where[number]
            begin, end = bounds(logs[life], sum(w == life for w in where[:number]))
            parts[number] = [(name, begin, end) for name in sorted(names)]
    for chosen in product(*parts):
        stays: Stays = {life: [] for life in logs}
        for life, stay in zip(where, chosen, strict=True):
            stays[life].append(stay)
        if all(len({name for name, *_ in own}) == len(own) for own in stays.values()):
            yield stays


def bounds(events: Sequence[Event], number: int) -> tuple[int, int]:
    begins = [i for i, event in enumerate(events) if event["event"] == "install"]
    return begins[number], [*begins, len(events)][number + 1]


def said_views(logs: Logs, stays: Stays) -> dict[str, SaidView] | None:
    """What each view is, put together from all; None if they contradict each other."""
    said: dict[str, dict[str, Any]] = {}
    for life, own in stays.items():
        for name, begin, end in own:
            view = said.setdefault(name, {})
            event = logs[life][begin]
            facts: dict[str, Any] = {}
            if "members" in event:
                facts["members"] = frozenset(event["members"])
                if life not in facts["members"]:
                    return None
            if "subgroups" in event:
                groups = event["subgroups"]
                facts["groups"] = frozenset(
                    (frozenset(g["members"]), g["bears_data"]) for g in groups
                )
                facts["group_names"] = {g["name"]: frozenset(g["members"]) for g in groups}
            requests = {
                e["request"]
                for e in logs[life][begin:end]
                if "request" in e and e["event"] != "deliver"
            }
            for request in requests:
                if facts.setdefault("request", request) != request:
                    return None
            for key, value in facts.items():
                if view.setdefault(key, value) != value:
                    return None
    views = {}
    for name, view in said.items():
        if "request" not in view or "members" not in view:
            raise Outside
        starts = view["request"] == name
        if starts != ("groups" in view):
            if starts:
                raise Outside
            return None
        grouped = sorted(life for group, _ in view.get("groups", ()) for life in group)
        if starts and grouped != sorted(view["members"]):
            return None
        views[name] = SaidView(
            name, view["request"], view["members"],
            view.get("groups", frozenset()), view.get("group_names", {}),
        )  # fmt: skip
    return views


def lineage(stays: Stays, views: Mapping[str, SaidView]) -> list[str]:
    """The views in their order, if they have one."""
    edges = {(a[0], b[0]) for own in stays.values() for a, b in pairwise(own)}
    after, before = dict(edges), {b: a for a, b in edges}
    firsts = [name for name in views if name not in before]
    if len(after) < len(edges) or len(before) < len(edges) or len(firsts) != 1:
        raise Outside
    path = firsts
    while path[-1] in after:
        path.append(after[path[-1]])
    if len(path) != len(views):
        raise Outside
    return path
