"""What the histories of several members show together: in a view, from view to view, at rest.

`judge_views` compares who was in one view, `judge_moves` who went from one view directly to the
next. Requests are compared in `requests`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from traces.history.judgement import Tally, listed
from traces.history.views import Stay, View, arrived_with

_ABSENT = object()
_NOWHERE = "nowhere"  # whence a fresh member comes; no view has such a name


# -- in one view ------------------------------------------------------------------------------


def judge_views(by_view: Mapping[str, Sequence[Stay]], tally: Tally) -> None:
    """Judges who was in one view: who leads, what they completed, where they came from."""
    for stays in by_view.values():
        one_leader(stays, tally)
        completed = [stay for stay in stays if stay.completion is not None]
        if len(completed) > 1:
            agreement(completed, tally)
            same_data(completed, tally)
        if stays[0].view.starts:
            arrivals_and_parts(stays, tally)


def one_leader(stays: Sequence[Stay], tally: Tally) -> None:
    """R1, R8, OneLeader: of a view's members, at most one of each subgroup believes it leads.

    Whoever transmits believes so. The premise: a leader that has a fellow in the view.
    """
    leaders: defaultdict[str, list[str]] = defaultdict(list)
    for stay in stays:
        own = stay.own
        if own is None or not (stay.leads or (stay.start and _spoke_in(stay, stay.start))):
            continue
        leaders[own].append(stay.life)
        subgroup = stay.start.view.subgroups[own] if stay.start else None
        if subgroup and len(subgroup.members & stay.view.members) > 1:
            tally.premises["OneLeader"] += 1
    view = stays[0].view
    for own, lives in leaders.items():
        if len(lives) > 1:
            text = f"{listed(lives)} lead subgroup {own}"
            tally.violate("OneLeader", view.request, view.id, lives, text)


def _spoke_in(stay: Stay, start: Stay) -> bool:
    return any(where is stay for _, where in start.spoken)


def agreement(completed: Sequence[Stay], tally: Tally) -> None:
    """R4, Agreement: who completes in the same view has received the same, and lost the same."""
    first = completed[0]
    known: dict[str, str] = {}
    for stay in completed:
        tally.premises["Agreement"] += stay is not first
        one, other = first.completion or {}, stay.completion or {}
        wrong = set(one["data"]) ^ set(other["data"]) | set(one["lost"]) ^ set(other["lost"])
        for name, digest in other["data"].items():
            if digest is not None and known.setdefault(name, digest) != digest:
                wrong.add(name)
        if wrong:
            text = f"the results of {first.life} and {stay.life} differ in {listed(wrong)}"
            view = stay.view
            tally.violate("Agreement", view.request, view.id, (first.life, stay.life), text)


def same_data(completed: Sequence[Stay], tally: Tally) -> None:
    """SameData: Agreement, after: who completes in the same view holds the same then."""
    _hold_the_same([(stay, stay.completion) for stay in completed], "SameData", tally)


def _hold_the_same(
    said: Iterable[tuple[Stay, Mapping[str, object] | None]], name: str, tally: Tally
) -> None:
    """Compares what members say they hold, of those that say it."""
    first: Stay | None = None
    held: object = _ABSENT
    for stay, event in said:
        holds = _ABSENT if event is None else event.get("holds", _ABSENT)
        if holds is _ABSENT:
            continue
        if first is None:
            first, held = stay, holds
            continue
        tally.holds_compared += 1
        tally.premises[name] += 1
        if holds != held:
            view = stay.view
            text = f"{first.life} and {stay.life} do not hold the same"
            tally.violate(name, view.request, view.id, (first.life, stay.life), text)


def arrivals_and_parts(stays: Sequence[Stay], tally: Tally) -> None:
    """R9–R11, Announced: members of one subgroup must hold the same when the request starts.

    Members that come from different views can be in one only if they hold the same: not having
    completed since they were, or having completed together with no update since. Who comes from
    none holds what it arrived with, which others can hold too, if they have not completed either.
    """
    by_subgroup: defaultdict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.own is not None:
            by_subgroup[stay.own].append(stay)
    met = len({stay.before.view.id if stay.before else _NOWHERE for stay in stays}) > 1
    tally.premises["Announced"] += met
    for name, fellows in by_subgroup.items() if met else ():
        origins = {stay.before.view.id if stay.before else _NOWHERE: stay for stay in fellows}
        if len(origins) < 2:
            continue
        contents = {
            stay.before.content if stay.before else arrived_with(name) for stay in origins.values()
        }
        if len(contents) > 1:
            text = f"those of subgroup {name} cannot hold the same: from {listed(origins)}"
            lives = [stay.life for stay in origins.values()]
            view = fellows[0].view
            tally.violate("Announced", view.request, view.id, lives, text)


# -- from one view to the next ----------------------------------------------------------------


def judge_moves(by_view: Mapping[str, Sequence[Stay]], tally: Tally, *, total_order: bool) -> None:
    """Judges who goes together from one view directly to the next."""
    for stays in by_view.values():
        moves: defaultdict[str, list[Stay]] = defaultdict(list)
        for stay in stays:
            if stay.before is not None:
                moves[stay.before.view.id].append(stay)
        for movers in moves.values():
            before = [stay.before for stay in movers if stay.before is not None]
            uniform(before, stays[0].view, tally)
            heard_the_same(before, stays[0].view, tally, total_order=total_order)
            same_updates(before, tally)
            if stays[0].view.starts:
                announced(movers, tally)


def uniform(before: Sequence[Stay], after: View, tally: Tally) -> None:
    """R4, R12, Uniform: who goes on together has completed the request, all or none of them."""
    done = [stay.life for stay in before if stay.done]
    tally.premises["Uniform"] += len(before) > 1 and bool(done)
    if done and len(done) < len(before):
        rest = [stay.life for stay in before if not stay.done]
        view = before[0].view
        text = f"going on to view {after.id}, {listed(done)} completed and {listed(rest)} did not"
        tally.violate("Uniform", view.request, view.id, done + rest, text)


def heard_the_same(before: Sequence[Stay], after: View, tally: Tally, *, total_order: bool) -> None:
    """E2, E5: who goes on together has delivered the same messages, and with E5 in one order."""
    first = before[0]
    if len(before) < 2:
        return
    tally.premises["E2"] += bool(first.heard)
    if total_order:
        tally.premises["E5"] += len(first.heard) > 1
    messages: frozenset[tuple[str | None, ...]] | None = None
    for stay in before[1:]:
        if stay.heard == first.heard:
            continue
        view = stay.view
        if total_order and sorted(stay.heard, key=str) == sorted(first.heard, key=str):
            text = f"going on to view {after.id}, they heard the same in another order"
            tally.violate("E5", view.request, view.id, (first.life, stay.life), text)
        messages = _messages(first) if messages is None else messages
        wrong = messages ^ _messages(stay)
        if wrong:
            named = listed(f"{kind} of {sender} in {view}" for kind, sender, view in wrong)
            text = f"going on to view {after.id}, they did not both hear {named}"
            tally.violate("E2", view.request, view.id, (first.life, stay.life), text)


def _messages(stay: Stay) -> frozenset[tuple[str | None, ...]]:
    return frozenset(heard for heard in stay.heard if len(heard) == 3)


def updates_of(stay: Stay) -> list[tuple[str | None, ...]]:
    """The updates that were accepted, in their order."""
    return [heard for heard in stay.heard if len(heard) == 4]


def same_updates(stays: Sequence[Stay], tally: Tally) -> None:
    """Updates: who goes on together (or is at rest together) accepted the same, in one order.

    Between requests "the group is one subgroup", that is, everyone holds the same group data;
    who has applied other updates, or in another order, does not.
    """
    if len(stays) < 2:
        return
    first = updates_of(stays[0])
    some = bool(first)
    for stay in stays[1:]:
        updates = updates_of(stay)
        some = some or bool(updates)
        if updates != first:
            view = stay.view
            text = f"they accepted different updates: {len(first)} and {len(updates)}"
            tally.violate("Updates", view.request, view.id, (stays[0].life, stay.life), text)
    tally.premises["Updates"] += some


def announced(movers: Sequence[Stay], tally: Tally) -> None:
    """R9, R10, Announced: a request's subgroups are announced by who has really completed.

    "Who completed the previous exchange together is one subgroup; who did not complete it is
    still in the subgroup of before". And they bear data if they have some: who did not complete
    has what it had, who completed has all of the result.
    """
    view = movers[0].view
    done = [stay for stay in movers if stay.before and stay.before.done]
    rest = [stay for stay in movers if stay.before and not stay.before.done]
    tally.premises["Announced"] += (len(done) > 1) + (len(rest) > 1)
    if len({stay.own for stay in done}) > 1:
        text = "they completed together, and are of several subgroups"
        tally.violate("Announced", view.request, view.id, (stay.life for stay in done), text)
    _hold_the_same(((stay, stay.event) for stay in done), "SameData", tally)
    pairs = {(stay.before.own if stay.before else None, stay.own): stay for stay in rest}
    before, after = {one for one, _ in pairs}, {other for _, other in pairs}
    if len(before) < len(pairs) or len(after) < len(pairs):
        text = "they did not complete, and are not in the subgroups of before"
        tally.violate("Announced", view.request, view.id, (stay.life for stay in rest), text)
    for stay in movers:
        was = stay.before
        mine = view.subgroups.get(stay.own or "")
        if was is None or mine is None:
            continue
        forgotten = was.bears_data and not mine.bears_data
        if forgotten or (mine.bears_data and not was.bears_data and not was.done):
            text = f"subgroup {stay.own} is announced with{'out' * forgotten} data"
            tally.violate("Announced", view.request, view.id, (stay.life,), text)


# -- at rest ----------------------------------------------------------------------------------


def judge_rest(at_rest: Iterable[Collection[str]], last: Mapping[str, Stay], tally: Tally) -> None:
    """Judges each component of members that can hear each other and have no more to do."""
    for component in at_rest:
        if component and termination(component, last, tally):
            stays = [last[life] for life in sorted(component)]
            coverage(stays, tally)
            same_updates(stays, tally)


def termination(component: Collection[str], last: Mapping[str, Stay], tally: Tally) -> bool:
    """R6, R12, Termination: at rest they share one last view, exactly theirs, and completed it.

    "Every request is eventually completed by every member that stays up", and every failure is
    eventually reported: so of who stays up nobody is in a view with others, or still waits.
    Returns whether there is one last view, so that more can be said.
    """
    tally.premises["Termination"] += 1
    absent = [life for life in component if life not in last]
    views = {last[life].view.id for life in component if life in last}
    if absent or len(views) != 1:
        text = f"at rest there is no common view: {listed(views)}; none at {listed(absent) or '-'}"
        tally.violate("Termination", "", "", component, text)
        return False
    view = last[next(iter(component))].view
    if view.members != set(component):
        wrong = listed(view.members ^ set(component))
        text = f"at rest the view and its live members differ in {wrong}"
        tally.violate("Termination", view.request, view.id, component, text)
    waiting = [life for life in component if not last[life].done]
    if waiting:
        text = f"at rest {listed(waiting)} have not completed"
        tally.violate("Termination", view.request, view.id, waiting, text)
    return True


def coverage(stays: Sequence[Stay], tally: Tally) -> None:
    """R5, R11, Coverage: the data of each subgroup that kept a live member reached all of them.

    Of the last request: what an earlier one left undone, its subgroups brought along. If members
    say what they hold, then all of them hold the same.
    """
    start = stays[0].start
    if start is None:
        return
    lives = {stay.life for stay in stays}
    for name in start.view.bearing:
        if lives.isdisjoint(start.view.subgroups[name].members):
            continue
        tally.premises["Coverage"] += 1
        without = [stay.life for stay in stays if stay.start and name not in stay.start.received]
        if without:
            text = f"at rest the data of subgroup {name} has not reached {listed(without)}"
            tally.violate("Coverage", start.view.id, stays[0].view.id, without, text)
    results = []
    for stay in stays:
        rounds = stay.start.rounds if stay.start else []
        completions = [each.completion for each in rounds if each.completion is not None]
        results.append((stay, completions[-1] if completions else None))
    _hold_the_same(results, "Coverage", tally)
