"""The service forms the next view of a path, as the log says that it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from traces.validate.behaviour import Behaviour, Way
from traces.validate.later import Awaited
from traces.validate.steps import ACK, Message
from traces.validate.views import LoggedView


def begin(it: Behaviour, view: LoggedView) -> bool:
    """The first view of a path: all its members arrive with its request."""
    if not view.starts_request or view.members is None:
        return False
    members = {life: it.member(life) for life in sorted(view.members)}
    it.arrivals = 1
    it.new("Arrival", 0)
    it.new("View", 0)
    it.new("View", 1)
    _arrive(it, view, members, view.members)
    it.machine.begin()
    return _formed(it, view, members)


def ways_on(it: Behaviour, before: LoggedView, view: LoggedView, path: Sequence[str]) -> list[Way]:
    """The ways to form a view after another one.

    The log may leave open: of those who never installed the view, which way they came; where
    deliveries are silent, how much of what the leaving members sent came out in time; what members
    sent unseen that is delivered later; where completions are silent, whether they completed.

    Args:
        it: the behaviour, in which all has been done in `before`.
        before: the view that is open.
        view: the one to be formed.
        path: the views from that one on.
    """
    return [
        way for stays in staying(it, before, view) for way in _ways(it, before, view, stays, path)
    ]


def _ways(
    it: Behaviour, before: LoggedView, view: LoggedView, stays: frozenset[str], path: Sequence[str]
) -> list[Way]:
    old = it.elements[before.name]
    leaving = [
        list(_prefixes(it, m, it.view_of[before.name]))
        for life, m in sorted(old.items())
        if "deliver" in it.silent and life not in stays
    ]
    late = [list(_late(it, before, life, old[life], path)) for life in sorted(stays)]
    completing = (False, True) if _may_complete_unseen(it, before, stays) else (False,)

    def way(choice: tuple[list[Message], ...], completes: bool) -> bool:
        here, count = it.view_of[before.name], len(leaving)
        for message in (message for queue in choice[:count] for message in queue):
            if not it.hidden.ensure_placed(message, here):
                return False
        for message in (message for queue in choice[count:] for message in queue):
            if not it.hidden.ensure_sent(message):
                return False
        if completes:
            for m in it.steps.members(here):
                if not it.hidden.ensure_placed((ACK, m, here), here):
                    return False
        return _form(it, before, view, stays)

    return [
        lambda choice=choice, completes=completes: way(choice, completes)  # type: ignore[misc]
        for completes in completing
        for choice in product(*leaving, *late)
    ]


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


def _prefixes(it: Behaviour, m: int, here: int) -> Iterator[list[Message]]:
    """What may have come out of a member's queue, and of what it may have sent unseen."""
    queue = [*it.steps.waiting(m), *it.unseen(m, here)]
    for length in range(len(queue) + 1):
        yield queue[:length]


def _late(
    it: Behaviour, before: LoggedView, life: str, m: int, path: Sequence[str]
) -> Iterator[list[Message]]:
    """What a member may have sent unseen that is delivered in a later view (E4), and must be sent
    before it goes there: what somebody says to deliver there, or what it may be that is delivered.
    """
    here = it.view_of[before.name]
    messages = it.unseen(m, here)
    done = it.steps.at(m) == here and it.steps.completed(m)
    if not messages or it.steps.sending_view or done:
        yield []
        return
    awaited = [it.later.awaited(each[0], life, before.name, path) for each in messages]
    named = [each for each, wait in zip(messages, awaited, strict=True) if wait is Awaited.BY_NAME]
    yield named
    for each, wait in zip(messages, awaited, strict=True):
        if wait is Awaited.PERHAPS:
            yield [*named, each] if each not in named else named
    if named:
        yield []


def _may_complete_unseen(it: Behaviour, before: LoggedView, stays: frozenset[str]) -> bool:
    if "complete" not in it.silent:
        return False
    old = it.elements[before.name]
    return any(
        it.steps.at(old[life]) == it.view_of[before.name] and not it.steps.completed(old[life])
        for life in stays
    )


def _form(it: Behaviour, before: LoggedView, view: LoggedView, stays: frozenset[str]) -> bool:
    assert view.members is not None
    steps, old = it.steps, it.elements[before.name]
    here = it.view_of[before.name]
    if not all(_foresee(it, life, old[life], view) for life in sorted(stays)):
        return False
    if "complete" in it.silent:
        for life in view.before.get(before.name, ()):
            if not it.hidden.finish(old[life]):
                return False
    if steps.sending_view:
        for life in sorted(stays):
            for message in steps.waiting(old[life]):
                if not it.hidden.ensure_placed(message, here):
                    return False
    for group in view.subgroups or ():
        for life in sorted(group.members & stays) if group.bears_data else ():
            it.attempt(lambda m=old[life]: it.hidden.ensure_holding(m, here, it.new_datum))  # type: ignore[misc]
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
    it.trail.set(it.unmet, number, True)
    it.formed += 1
    last = _next_view(it)
    return (
        steps.take("request", here, number, arrival)
        and steps.take("crash", nobody)
        and steps.take("exclude", number, last)
        and _formed(it, view, members)
    )


def _foresee(it: Behaviour, life: str, m: int, view: LoggedView) -> bool:
    """What a member knows when it installs the next round, it has come to know before."""
    events, cursor = it.views.logs.get(life, ()), it.cursors.get(life, 0)
    if view.starts_request or cursor >= len(events):
        return True
    state = events[cursor].get("state", {})
    if state.get("completed") and not it.hidden.ensure_completed(m):
        return False
    if not state.get("indicator") or it.steps.is_set(m):
        return True
    return any(it.attempt(way) for way in it.hidden.ways_to_be_set(m))


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
            data = sorted(it.steps.holds(members[old[0]]))
        elif group.bears_data:
            data = [it.new_datum()]
        for life in new:
            for datum in data:
                it.put("brings", members[life], datum)
                it.put("holds", members[life], datum)
                it.put("indicator", members[life])


def _formed(it: Behaviour, view: LoggedView, members: dict[str, int]) -> bool:
    """Notes a view that was formed, if it is as the log says."""
    number = it.formed
    it.formed += 1
    it.level += 1
    it.trail.set(it.view_of, view.name, number)
    it.trail.set(it.name_of, number, view.name)
    it.trail.set(it.elements, view.name, members)
    start = it.steps.request_of(number)
    if view.starts_request:
        it.trail.set(it.start_of, view.name, start)
    if it.start_of.get(view.request, -1) != start:
        return it.steps.refuse(f"view {view.name} is not of request {view.request}")
    if it.steps.members(number) != sorted(members.values()):
        return it.steps.refuse(f"view {view.name} has other members")
    return not view.starts_request or _grouped(it, view, members, start)


def _grouped(it: Behaviour, view: LoggedView, members: dict[str, int], start: int) -> bool:
    """Whether the subgroups of a request are those of the log."""
    life_of = {m: life for life, m in members.items()}
    for group in view.subgroups or ():
        logged = {members[life] for life in group.members}
        for m in sorted(logged):
            same = it.steps.partners(start, m) & set(life_of)
            if same != logged:
                other = life_of[min(same ^ logged)]
                are = "are not" if members[other] in logged else "are"
                return it.steps.refuse(
                    f"request {view.name}: {life_of[m]} and {other} {are} of one subgroup by the "
                    "specification"
                )
    for group in view.subgroups or ():
        for life in group.members:
            if bool(it.steps.holds(members[life])) != group.bears_data:
                has = "has no data" if group.bears_data else "has data"
                return it.steps.refuse(f"request {view.name}: {life} {has} by the specification")
    return True
