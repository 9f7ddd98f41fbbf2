"""Who may be who: the members of the specification that the lives of logs can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from model.protocol import Delivery
from model.scope import Finite, Scope
from tests.validate.graph import specification
from tests.validate.said import Outside, SaidView, Stays


@dataclass(frozen=True)
class Cast:
    """Who is who along a path: a life that comes again is another member."""

    path: tuple[SaidView, ...]
    members: tuple[tuple[str, int], ...]
    """Life and arrival, in the order of names."""
    of: tuple[Mapping[str, int], ...]
    """By view the members' numbers by life."""
    data: int
    """The number of data that somebody arrives with."""
    finite: Finite


def casts(
    path: Sequence[SaidView], stays: Stays, updates: int, delivery: Delivery
) -> Iterator[Cast]:
    """All who may be who: whoever did not install a view may have come to it some other way.

    There is a datum for each subgroup that arrives with data, one for each update that a log shows,
    and one for those that none shows.
    """
    came = {(a[0], b[0], life) for life, own in stays.items() for a, b in pairwise(own)}
    installed = {(name, life) for life, own in stays.items() for name, *_ in own}
    choices: list[list[frozenset[str]]] = [[frozenset()]]
    for before, view in pairwise(path):
        both = view.members & before.members
        if not view.starts_request:
            choices.append([both])
            continue
        sure = {life for life in both if (before.name, view.name, life) in came}
        unseen = {life for life in both if (view.name, life) not in installed}
        choices.append(
            [frozenset(sure) | set(some) for n in range(len(unseen) + 1)
             for some in combinations(sorted(unseen), n)]
        )  # fmt: skip
    for chosen in product(*choices):
        yield from _cast(path, chosen, updates, delivery)


def _cast(
    path: Sequence[SaidView], stay: Sequence[frozenset[str]], updates: int, delivery: Delivery
) -> Iterator[Cast]:
    arrival = -1
    now: dict[str, tuple[str, int]] = {}
    each: list[dict[str, tuple[str, int]]] = []
    arrives: dict[tuple[str, int], int] = {}
    for view, staying in zip(path, stay, strict=True):
        new = view.members - staying
        if view.starts_request:
            arrival += 1
            if not new:
                raise Outside  # those who were to come are gone before anybody is told of them
        elif new:
            return
        now = {life: now[life] if life in staying else (life, arrival) for life in view.members}
        arrives |= {now[life]: arrival for life in new}
        each.append(now)
    members = sorted(arrives, key=lambda m: (m[0].rpartition("#")[::2], m[1]))
    number = {member: i for i, member in enumerate(members)}
    of = [{life: number[member] for life, member in view.items()} for view in each]
    origin, mixed, brings, data = set(), [], set[tuple[int, int]](), 0
    for view, staying, names in zip(path, stay, of, strict=True):
        for group, bears_data in view.groups:
            new_ones = [names[life] for life in group - staying]
            origin |= set(product(new_ones, new_ones))
            if bears_data and new_ones and group & staying:
                mixed.append(new_ones)
            elif bears_data and new_ones:
                brings |= {(m, data) for m in new_ones}
                data += 1
    if len(mixed) > 1:
        raise Outside
    all_data = data + updates + 1
    for some in product((False, True), repeat=all_data if mixed else 0):
        more = {(m, d) for group in mixed for m in group for d in range(all_data) if some[d]}
        scope = Scope(
            {
                "Member": len(members), "View": len(path), "Arrival": arrival + 1,
                "Datum": all_data,
            },
            {
                "arrives": {(number[m], a) for m, a in arrives.items()},
                "origin": origin,
                "brings": brings | more,
            },
        )  # fmt: skip
        finite = Finite(specification(delivery), scope)
        yield Cast(tuple(path), tuple(members), tuple(of), data, finite)
