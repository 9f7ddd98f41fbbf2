"""Whether what logs say by name of data and updates is the same in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from tests.validate.said import Event, Logs, SaidView, Stays


def agree(logs: Logs, stays: Stays, views: Mapping[str, SaidView]) -> bool:
    """Whether what is said by name of contents is the same in all logs."""
    said: dict[tuple[Any, ...], object] = {}
    orders: dict[str, dict[str, list[tuple[str, int]]]] = {}

    def groups(request: str | None, life: str) -> frozenset[str] | None:
        view = views.get(request or "")
        return next((g for g, _ in view.groups if life in g), None) if view is not None else None

    def facts(life: str, name: str, event: Event) -> Iterator[tuple[tuple[Any, ...], object]]:
        view = views[name]
        kind = event["event"]
        if kind == "install" and view.starts_request:
            yield (name, groups(name, life), "digest"), event.get("holds")
        if kind in ("transmit", "deliver"):
            request, sender = view.request, life
            if kind == "deliver":
                sent_in = views.get(event.get("view", ""))
                known = sent_in.request if sent_in is not None else None
                request, sender = event.get("request", known), event.get("sender", "")
                if is_data(event) and request is not None and sender:
                    yield ("sent in", request, sender), event.get("view")
            if kind == "transmit" or is_data(event):
                for field in ("bytes", "digest"):
                    yield (request, groups(request, sender), field), event.get(field)
        if kind == "complete":
            yield ("completed", name), event.get("holds")
            names = views[view.request].group_names if view.request in views else {}
            for group, digest in (event.get("data") or {}).items():
                yield (view.request, names.get(group), "digest"), digest
        if kind == "update":
            order = orders.setdefault(name, {}).setdefault(life, [])
            # After one of an unknown sender it is not known how many they were.
            sender = event.get("sender", "") if all(s for s, _ in order) else ""
            order.append((sender, sum(s == sender for s, _ in order)))
            yield ("update", name, sender, order[-1][1]), event.get("digest")

    for life, own in stays.items():
        for name, begin, end in own:
            for event in logs[life][begin:end]:
                for key, value in facts(life, name, event):
                    if value is None or None in key or "" in key:
                        continue
                    if said.setdefault(key, value) != value:
                        return False
    if any(
        [each for each in one if each in other and each[0]]
        != [each for each in other if each in one and each[0]]
        for by_life in orders.values()
        for one, other in combinations(by_life.values(), 2)
    ):
        return False
    for name, view in views.items():
        for before in orders:
            came = [
                life for life, own in stays.items()
                if (before, name) in [(a[0], b[0]) for a, b in pairwise(own)]
            ]  # fmt: skip
            for one, other in combinations(came, 2):
                together = not view.starts_request or groups(name, one) == groups(name, other)
                mine, theirs = orders[before].get(one, []), orders[before].get(other, [])
                same = len(mine) == len(theirs) and all(
                    a == b for a, b in zip(mine, theirs, strict=True) if a[0] and b[0]
                )
                if together and not same:
                    return False
    return True


def is_data(event: Event) -> bool:
    """Whether a delivery says that it is of data."""
    return bool(event.get("kind", "data" if {"bytes", "digest"} & set(event) else "") == "data")
