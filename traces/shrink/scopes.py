"""Smaller scopes, and what a trace is in them.

A scope is *smaller* if it has fewer members; of as many, fewer requests; then fewer failures, fewer
views, less data, fewer subgroups. (And as a last resort, so that the same counterexample does not
come in two spellings: larger subgroups first, joiners last.) A reduction makes it smaller in one
respect: it says what becomes of the elements, and with that a trace is told in the smaller scope. A
member may vanish with all that it does, or become one with another: then what one of the two does,
the other has done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from model.protocol.scopes import Group
from model.scope import Finite
from traces.run import Run
from traces.shrink.follow import Call, Path

FAILING = ("crash", "suspect")  # (m): member m fails


@dataclass(frozen=True)
class Part:
    """A subgroup that arrives (or so many fresh joiners), by the members of the larger scope."""

    members: tuple[int, ...]
    joins: bool = False


Cast = tuple[tuple[Part, ...], ...]  # what each request brings


@dataclass(frozen=True)
class Reduction:
    """A smaller run, and what becomes of the elements of the larger one.

    Attributes:
        renamed: per sort, by its name, the new element of each old one, None if it vanishes; the
            elements of other sorts stay.
        spared: old members that do not fail.
    """

    run: Run
    renamed: Mapping[str, tuple[int | None, ...]]
    spared: frozenset[int] = frozenset()

    def of(self, finite: Finite, path: Path) -> tuple[Run, Path]:
        """A path in the smaller scope, where no more members can fail than fail on it.

        Args:
            finite: the larger scope.
            path: in that.
        """
        sorts = {a.name: [p.sort.name for p in a.params] for a in finite.staged.actions}
        loop, calls = path.loop, []
        for index, call in enumerate(path.calls):
            moved = self._call(sorts[call[0]], call)
            if moved is not None:
                calls.append(moved)
            elif path.loop is not None and loop is not None and index < path.loop:
                loop -= 1
        failing = sum(name in FAILING for name, _ in calls)
        run = replace(self.run, failures=min(self.run.failures, failing))
        return run, Path(tuple(calls), loop)

    def _call(self, sorts: list[str], call: Call) -> Call | None:
        name, args = call
        if name in FAILING and args[0] in self.spared:
            return None
        moved = []
        for sort, arg in zip(sorts, args, strict=True):
            new = self.renamed[sort][arg] if sort in self.renamed else arg
            if new is None:
                return None
            moved.append(new)
        return name, tuple(moved)


def size(run: Run) -> tuple[object, ...]:
    """What is smaller for a smaller scope."""
    requests = run.exchange_scope.requests
    groups = [group for request in requests for group in request]
    return (
        run.exchange_scope.members,
        len(requests),
        run.failures,
        run.views_max,
        sum(not group.joins for group in groups),
        sum(group.members if group.joins else 1 for group in groups),
        tuple(tuple((group.joins, -group.members) for group in request) for request in requests),
    )


def cast(run: Run) -> Cast:
    """What each request brings, by members."""
    numbers = iter(range(run.exchange_scope.members))

    def part(group: Group) -> Part:
        return Part(tuple(next(numbers) for _ in range(group.members)), group.joins)

    return tuple(tuple(map(part, request)) for request in run.exchange_scope.requests)


def reduction(
    run: Run,
    smaller: Cast,
    become: Mapping[int, int] | None = None,
    requests: Mapping[int, int] | None = None,
) -> Reduction:
    """The reduction to another cast.

    Args:
        run: the larger run.
        smaller: the cast of the smaller one, by members of the larger.
        become: members that become one with another.
        requests: of each old request that stays the new one; None if all stay.
    """
    old = cast(run)
    become = become or {}
    order = [m for request in smaller for part in request for m in part.members]
    new = {m: i for i, m in enumerate(order)}
    data = [part for request in smaller for part in request if not part.joins]
    holds = {m: d for d, part in enumerate(data) for m in part.members}
    members = tuple(new.get(become.get(m, m)) for m in range(run.exchange_scope.members))
    brought = [part for request in old for part in request if not part.joins]
    arrivals = range(len(old))
    renamed = {
        "Member": members,
        "Arrival": tuple(arrivals if requests is None else map(requests.get, arrivals)),
        "Datum": tuple(
            next((holds[n] for m in part.members if (n := become.get(m, m)) in holds), None)
            for part in brought
        ),
    }
    text = ",".join(
        "+".join(f"{len(part.members)}{'j' if part.joins else ''}" for part in request)
        for request in smaller
    )
    return Reduction(replace(run, groups=text, requests=0), renamed, frozenset(become))


# -- fewer of something -------------------------------------------------------------------------


def fewer_requests(run: Run) -> Iterator[Reduction]:
    """Without a request and all that it brings."""
    old = cast(run)
    for gone in reversed(range(len(old))):
        yield from _only(run, old, {m for part in old[gone] for m in part.members})


def fewer_subgroups(run: Run) -> Iterator[Reduction]:
    """Without all members of a subgroup."""
    old = cast(run)
    for part in reversed([part for request in old for part in request]):
        yield from _only(run, old, set(part.members))


def fewer_members(run: Run) -> Iterator[Reduction]:
    """Without one member."""
    for gone in reversed(range(run.exchange_scope.members)):
        yield from _only(run, cast(run), {gone})


def members_made_one(run: Run) -> Iterator[Reduction]:
    """With one member in the place of two; it fails if the one whose place it takes did."""
    members = range(run.exchange_scope.members)
    for gone, other in permutations(members, 2):
        yield from _only(run, cast(run), {gone}, {gone: other})


def _only(
    run: Run, old: Cast, gone: set[int], become: Mapping[int, int] | None = None
) -> Iterator[Reduction]:
    """Without these members, and the subgroups and requests that nobody is left of."""
    left = [
        tuple(
            Part(kept, part.joins)
            for part in request
            if (kept := tuple(m for m in part.members if m not in gone))
        )
        for request in old
    ]
    staying = [number for number, request in enumerate(left) if request]
    if staying:
        requests = {number: new for new, number in enumerate(staying)}
        yield reduction(run, tuple(filter(None, left)), become, requests)


def requests_made_one(run: Run) -> Iterator[Reduction]:
    """With one request that brings at once what two brought one after the other."""
    old = cast(run)
    for later in reversed(range(1, len(old))):
        smaller = (*old[: later - 1], old[later - 1] + old[later], *old[later + 1 :])
        requests = {number: number - (number >= later) for number in range(len(old))}
        yield reduction(run, smaller, None, requests)


def fewer_failures(run: Run) -> Iterator[Reduction]:
    """With fewer failures at most."""
    for failures in range(run.failures):
        yield Reduction(replace(run, failures=failures), {})


def fewer_views(run: Run) -> Iterator[Reduction]:
    """With no more views than can be formed."""
    if run.views:
        yield Reduction(replace(run, views=0), {})


# -- simpler subgroups --------------------------------------------------------------------------


def less_data(run: Run) -> Iterator[Reduction]:
    """With joiners in the place of a subgroup that bears data."""
    old = cast(run)
    for at, position, part in _parts(old):
        if not part.joins:
            yield reduction(run, _with(old, at, position, (Part(part.members, joins=True),)))


def subgroups_made_one(run: Run) -> Iterator[Reduction]:
    """With one subgroup in the place of two that arrive together."""
    old = cast(run)
    for at, request in enumerate(old):
        for first, second in permutations(range(len(request)), 2):
            one, other = request[first], request[second]
            if one.joins and not other.joins:
                continue  # there is the same the other way round
            parts = list(request)
            parts[first] = Part(one.members + other.members, one.joins)
            del parts[second]
            yield reduction(run, (*old[:at], tuple(parts), *old[at + 1 :]))


def subgroups_exchanged(run: Run) -> Iterator[Reduction]:
    """With two subgroups, next to each other, the other way round."""
    old = cast(run)
    for at, position, part in _parts(old):
        if position:
            before = old[at][position - 1]
            yield reduction(run, _with(old, at, position - 1, (part, before), 2))


def _parts(old: Cast) -> Iterator[tuple[int, int, Part]]:
    for at, request in enumerate(old):
        for position, part in enumerate(request):
            yield at, position, part


def _with(old: Cast, at: int, position: int, parts: tuple[Part, ...], instead_of: int = 1) -> Cast:
    request = old[at]
    changed = (*request[:position], *parts, *request[position + instead_of :])
    return (*old[:at], changed, *old[at + 1 :])


# -- the same scope, told otherwise -------------------------------------------------------------


def members_exchanged(run: Run) -> Iterator[Reduction]:
    """At the same scope, with two members the other way round."""
    members = range(run.exchange_scope.members)
    for one, other in combinations(members, 2):
        order = list(members)
        order[one], order[other] = other, one
        yield Reduction(run, {"Member": tuple(order)})


FEWER = (fewer_requests, fewer_subgroups, fewer_members)
SIMPLER = (
    members_made_one, requests_made_one, fewer_failures, fewer_views, less_data,
    subgroups_made_one, subgroups_exchanged, members_exchanged,
)  # fmt: skip
