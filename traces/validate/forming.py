"""The service forms the next view of a path, as the log says that it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from traces.validate.behaviour import Behaviour, Way
from traces.validate.steps import ACK, DATA, Message
from traces.validate.views import LoggedView


def begin(it: Behaviour, view: LoggedView) -> bool:
    """The first view of a path: all its members arrive with its request."""
    if not view.starts_request or view.members is None:
        return False
    it.elements[view.name] = {life: it.member(life) for life in sorted(view.members)}
    it.arrivals = 1
    it.new("Arrival", 0)
    it.new("View", 0)
    it.new("View", 1)
    _arrive(it, view, it.elements[view.name], view.members)
    it.machine.begin()
    return _formed(it, view, it.elements[view.name])


def ways_on(it: Behaviour, before: LoggedView, view: LoggedView) -> list[Way]:
    """The ways to form a view after another one.

    Where deliveries are silent, the log may leave open how much of what the leaving members sent
    came out in time; else what nobody delivered need not have. And of those who never installed the
    view it may leave open which way they came.
    """
    return [way for stays in staying(it, before, view) for way in _ways(it, before, view, stays)]


def _ways(it: Behaviour, before: LoggedView, view: LoggedView, stays: frozenset[str]) -> list[Way]:
    hidden = "deliver" in it.silent
    queues = [
        list(_prefixes(it, m))
        for life, m in sorted(it.elements[before.name].items())
        if hidden and life not in stays
    ]

    def way(prefixes: tuple[list[Message], ...]) -> bool:
        here = it.view_of[before.name]
        for message in (message for prefix in prefixes for message in prefix):
            if not it.steps.ensure_placed(message, here):
                return False
        return _form(it, before, view, stays)

    return [lambda each=each: way(each) for each in product(*queues)]  # type: ignore[misc]


def staying(it: Behaviour, before: LoggedView, view: LoggedView) -> Iterator[frozenset[str]]:
    """The lives that go from one view to the next: those who were in it and came no other way.

    Whoever is in the view but never installed it may have come from where it was last seen, or may
    have gone there from here, after the service had formed the view.
    """
    assert view.members is not None
    old = it.elements[before.name]
    both = view.members & set(old)
    if not view.starts_request:
        yield both
        return
    came = {life: name for name, lives in view.before.items() for life in lives}
    sure = frozenset(life for life in both if came.get(life) == before.name)
    unseen = [
        life
        for life in sorted(both - set(came))
        if not any(phase.view == view.name for phase in it.views.phases.get(life, ()))
    ]
    yield sure | set(unseen)
    for number in range(1, len(unseen) + 1):
        for gone in combinations(unseen, number):
            yield (sure | set(unseen)) - set(gone)


def _prefixes(it: Behaviour, p: int) -> Iterator[list[Message]]:
    """What may have come out of a member's queue, and of what it may have sent unseen."""
    queue = it.steps.waiting(p)
    here = it.steps.at(p)
    for kind, action in ((DATA, "transmit"), (ACK, "acknowledge")):
        message = (kind, p, here)
        if here >= 0 and it.hides(p, action, False) and not it.steps.was_sent(message):
            queue.append(message)
    for length in range(len(queue) + 1):
        yield queue[:length]


def _form(it: Behaviour, before: LoggedView, view: LoggedView, stays: frozenset[str]) -> bool:
    assert view.members is not None
    steps, old = it.steps, it.elements[before.name]
    here = it.view_of[before.name]
    if steps.sending_view:
        for life in sorted(stays):
            for message in steps.waiting(old[life]):
                if not steps.ensure_placed(message, here):
                    return False
    if not all(_foresee(it, life, old[life], view) for life in sorted(stays)):
        return False
    for life, m in old.items():
        if life not in stays and not steps.take("crash", m):
            return False
    if not view.starts_request:
        members = {life: m for life, m in old.items() if life in stays}
        number = _next_view(it)
        return steps.take("exclude", here, number) and _formed(it, view, members)
    arriving = view.members - stays
    members = {
        life: old[life] if life in stays else it.member(life) for life in sorted(view.members)
    }
    arrival = it.new("Arrival", it.arrivals)
    it.arrivals += 1
    number = _next_view(it)
    if arriving:
        _arrive(it, view, members, arriving, arrival)
        return steps.take("request", here, number, arrival) and _formed(it, view, members)
    # Those who arrived were gone before the view was established: the service formed one with
    # them, and then one without.
    nobody = it.nobody()
    it.put("arrives", nobody, arrival)
    it.put("origin", nobody, nobody)
    it.unmet[number] = None
    it.formed += 1
    last = _next_view(it)
    it.start_of[view.name] = number
    return (
        steps.take("request", here, number, arrival)
        and steps.take("crash", nobody)
        and steps.take("exclude", number, last)
        and _formed(it, view, members)
    )


def _foresee(it: Behaviour, life: str, m: int, view: LoggedView) -> bool:
    """If a member says next that its indicator is set, it got its subgroup's data in time."""
    if "deliver" not in it.silent or view.starts_request or it.steps.is_set(m):
        return True
    events, cursor = it.views.logs.get(life, ()), it.cursors.get(life, 0)
    if cursor >= len(events) or not events[cursor].get("state", {}).get("indicator"):
        return True
    return any(
        it.attempt(lambda x=x: it.steps.deliver(m, x) and it.steps.is_set(m))  # type: ignore[misc]
        for x in it.steps.own_data(m)
    )


def _next_view(it: Behaviour) -> int:
    it.new("View", it.formed + 1)
    return it.formed


def _arrive(
    it: Behaviour, view: LoggedView, members: dict[str, int], arriving: frozenset[str],
    arrival: int = 0,
) -> None:  # fmt: skip
    """Members arrive: with what they have in common, and what they hold.

    Who is of one subgroup with members that stay holds what they hold; others hold what nobody
    else does. What a state says of members before they arrive is what `@init` says of them.
    """
    holds = it.machine.store.facts("holds")
    for life in arriving:
        it.put("arrives", members[life], arrival)
    for group in view.subgroups or ():
        new = sorted(group.members & arriving)
        old = sorted(group.members - set(arriving))
        for one in new:
            for other in new:
                it.put("origin", members[one], members[other])
        data: list[int] = []
        if old:
            data = sorted(d for m, d in holds if m == members[old[0]])
        elif group.bears_data:
            data = [it.new("Datum", it.data)]
            it.data += 1
        for life in new:
            for datum in data:
                it.put("brings", members[life], datum)
                it.put("holds", members[life], datum)
                it.put("indicator", members[life])


def _formed(it: Behaviour, view: LoggedView, members: dict[str, int]) -> bool:
    """Notes a view that was formed, if it is as the log says."""
    number = it.formed
    it.formed += 1
    store = it.machine.store
    it.level += 1
    it.view_of[view.name] = number
    it.elements[view.name] = members
    start = it.steps.request_of(number)
    if it.start_of.setdefault(view.request, start) != start:
        return it.steps.refuse(f"view {view.name} is not of request {view.request}")
    if {m for v, m in store.facts("in_view") if v == number} != set(members.values()):
        return it.steps.refuse(f"view {view.name} has other members")
    return not view.starts_request or _grouped(it, view, members, start)


def _grouped(it: Behaviour, view: LoggedView, members: dict[str, int], start: int) -> bool:
    """Whether the subgroups of a request are those of the log."""
    store = it.machine.store
    logged = {
        (start, members[one], members[other])
        for group in view.subgroups or ()
        for one in group.members
        for other in group.members
    }
    present = set(members.values())
    same = {p for p in store.facts("same") if p[0] == start and p[1] in present and p[2] in present}
    bearing = {m for m, _ in store.facts("holds")}
    if same != logged:
        one, other = min((a, b) for _, a, b in same ^ logged)
        names = [life for m in (one, other) for life in members if members[life] == m]
        are = "are not" if (start, one, other) in logged else "are"
        return it.steps.refuse(
            f"request {view.name}: {' and '.join(names)} {are} of one subgroup by the specification"
        )
    for group in view.subgroups or ():
        for life in group.members:
            if (members[life] in bearing) != group.bears_data:
                has = "has no data" if group.bears_data else "has data"
                return it.steps.refuse(f"request {view.name}: {life} {has} by the specification")
    return True
