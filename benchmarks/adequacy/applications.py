"""What an application is promised, held against what it was told, where it is known who gave what.

- It is told of every view and every result, and nothing else (`impl.core.effects`).
- What it gives as an update is accepted once, in the order in which it was given, by all that are
  there: at rest, nothing that a live member gave is left (`impl.core.session`).
- Members that arrive with the same data are one subgroup, until one of them completes an exchange;
  who arrives with nothing is one of its own (protocol.md, "Requests, views, subgroups").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.adequacy.told import Told
from impl.core import Accepted, Completed, Installed
from impl.log import digest_of

Event = Mapping[str, Any]


def broken(world: Told) -> Iterator[str]:
    """The promises that are broken in a world at rest, a sentence each."""
    for address, history in world.histories.items():
        if _told(world, address) != _logged(history):
            yield f"{address} was told something else than it did"
    at_rest = {address for members in world.rooms.values() for address in members}
    for address, history in world.histories.items():
        own = [e["digest"] for e in history if e["event"] == "update" and e["sender"] == address]
        given = [digest_of(word.encode()) for word in world.given[address]]
        if own != (given if address in at_rest else given[: len(own)]):
            yield f"{address} gave {len(given)} updates, and {len(own)} were accepted"
        if address in at_rest and not world.lives[address].session.may_update:
            yield f"{address} may give no update any more"
    yield from _arrived(world)


def _told(world: Told, address: str) -> list[tuple[str, ...]]:
    told: list[tuple[str, ...]] = []
    for effect in world.diaries[address]:
        match effect:
            case Installed(view):
                told.append(("install", str(view.id)))
            case Completed(result):
                lost = [f"-{group.name}" for group in result.lost]
                told.append(("complete", str(result.view), *map(_name, result.data), *lost))
            case Accepted(update):
                told.append(("update", str(update.sender)))
            case _:
                pass
    return sorted(told)


def _name(group: Any) -> str:
    return f"+{group.name}"


def _logged(history: Sequence[Event]) -> list[tuple[str, ...]]:
    logged: list[tuple[str, ...]] = []
    for event in history:
        match event["event"]:
            case "install":
                logged.append(("install", event["view"]))
            case "complete":
                names = [*(f"+{name}" for name in event["data"]), *(f"-{n}" for n in event["lost"])]
                logged.append(("complete", event["view"], *names))
            case "update":
                logged.append(("update", event["sender"]))
            case _:
                pass
    return sorted(logged)


def _arrived(world: Told) -> Iterator[str]:
    fresh: dict[str, list[tuple[str, frozenset[str]]]] = {}
    """By view: members that have never completed an exchange, with their subgroups there."""
    for address, history in world.histories.items():
        for event in history:
            if event["event"] == "complete":
                break
            if "subgroups" in event:
                own = next(g["members"] for g in event["subgroups"] if address in g["members"])
                fresh.setdefault(event["view"], []).append((address, frozenset(own)))
    for view, members in fresh.items():
        with_name: dict[str, frozenset[str]] = {}
        for address, group in members:
            arrival = world.arrivals[address]
            if not arrival.holds or arrival.subgroup is None:
                if group != {address}:
                    yield f"{address} came alone, and is of a subgroup of several in view {view}"
            elif with_name.setdefault(arrival.subgroup, group) != group:
                yield f"{address} came with others, and is of another subgroup in view {view}"
