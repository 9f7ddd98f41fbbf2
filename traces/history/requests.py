"""What the histories of several members show of one request: who spoke, how often, at what cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from traces.history.judgement import Tally, listed
from traces.history.messages import differ
from traces.history.reading import Event
from traces.history.views import Stay, View

_Spoken: TypeAlias = tuple[Event, Stay]


def judge_requests(by_view: Mapping[str, Sequence[Stay]], tally: Tally) -> tuple[int, int]:
    """Judges each request by all that were told of it.

    Returns:
        The most rounds that a member took for one, and the most transmissions for a subgroup.
    """
    rounds_max = transmissions_max = 0
    for stays in by_view.values():
        # Members may have been told different things of one view (E3): each as it was told.
        starts = [stay for stay in stays if stay.view.starts]
        if not starts:
            continue
        view = starts[0].view
        for start in starts:
            rounds_max = max(rounds_max, rounds(start, tally))
        by_subgroup: defaultdict[str, list[Stay]] = defaultdict(list)
        for start in starts:
            if start.own is not None:
                by_subgroup[start.own].append(start)
        for name, fellows in by_subgroup.items():
            spoken = [each for start in fellows for each in start.spoken]
            transmissions_max = max(transmissions_max, len(spoken))
            if spoken:
                own_voice(name, fellows, spoken, tally)
                transmissions(name, view, spoken, tally)
        exact_cost(view, starts, tally)
    return rounds_max, transmissions_max


def rounds(start: Stay, tally: Tally) -> int:
    """R12, rounds: acknowledgment rounds of a request ≤ 1 + failures during it.

    Counted along the views of one member, which are one lineage: a round is a view that it enters
    without having completed, a failure is a member that is gone from the last of them. Returns
    their number.
    """
    taken = [stay for stay in start.rounds if not stay.entered_done]
    last = taken[-1]
    tally.premises["rounds"] += len(taken) > 1
    failures = len(start.view.members - last.view.members)
    if len(taken) > 1 + failures:
        text = f"{len(taken)} rounds, and {failures} members failed"
        tally.violate("rounds", start.view.id, last.view.id, (start.life,), text)
    return len(taken)


def own_voice(name: str, fellows: Sequence[Stay], spoken: Sequence[_Spoken], tally: Tally) -> None:
    """R9–R11, OwnVoice: data sent for a subgroup equals what all its members held.

    A message speaks for its sender's subgroup. What members held is compared if they say so; and
    whoever speaks for one subgroup, in whatever lineage, says the same.
    """
    # A digest that was left out is compared with none, so one that was not is preferred.
    first, where = next((each for each in spoken if each[0]["digest"] is not None), spoken[0])
    for event, stay in spoken:
        tally.premises["OwnVoice"] += event is not first
        if differ(event, first):
            text = f"they said different things for subgroup {name}"
            lives = {where.life, stay.life}
            tally.violate("OwnVoice", stay.view.request, stay.view.id, lives, text)
    if first["digest"] is None:
        return
    for start in fellows:
        if "holds" not in start.event:
            continue
        tally.premises["OwnVoice"] += 1
        tally.holds_compared += 1
        if start.event["holds"] != first["digest"]:
            text = f"what was said for subgroup {name} is not what {start.life} held"
            lives = {where.life, start.life}
            tally.violate("OwnVoice", where.view.request, where.view.id, lives, text)


def transmissions(name: str, view: View, spoken: Sequence[_Spoken], tally: Tally) -> None:
    """R2, R5, transmissions: a new leader speaks only if nobody in its view had spoken.

    This is the bound of 1 + crashes of successive leaders, per lineage: another transmission is
    due only to a view that the earlier speaker is not in. Earlier is what was sent in a view that
    the later speaker was in as well, up to its own.
    """
    subgroup = view.subgroups.get(name)
    tally.premises["transmissions"] += subgroup is not None and len(subgroup.members) > 1
    if len(spoken) < 2:
        return
    for _, stay in spoken:
        lineage = set()
        for each in stay.start.rounds if stay.start else []:
            lineage.add(each.view.id)
            if each is stay:
                break
        earlier = {
            other.life
            for _, other in spoken
            if other.life != stay.life
            and other.life in stay.view.members
            and other.view.id in lineage
        }
        if earlier:
            text = f"{stay.life} spoke for subgroup {name}, as had {listed(earlier)}"
            tally.violate("transmissions", view.id, stay.view.id, earlier | {stay.life}, text)


def exact_cost(view: View, starts: Sequence[Stay], tally: Tally) -> None:
    """R9–R11, ExactCost: without failures, one message per subgroup with data, one ack a member.

    Of requests that all members completed in the first view.
    """
    if len(starts) < len(view.members) or not all(start.completion for start in starts):
        return
    tally.premises["ExactCost"] += 1
    sent = sum(len(start.spoken) for start in starts)
    acknowledgments = sum(stay.acknowledgments for start in starts for stay in start.rounds)
    needed = len(view.bearing)
    if sent != needed or acknowledgments != len(view.members):
        text = (
            f"{sent} transmissions and {acknowledgments} acknowledgments,"
            f" where {needed} and {len(view.members)} are needed"
        )
        tally.violate("ExactCost", view.id, view.id, (start.life for start in starts), text)


def interrupted(by_view: Mapping[str, Sequence[Stay]]) -> set[str]:
    """The requests that somebody left for another without having completed them."""
    return {
        stay.before.view.request
        for stays in by_view.values()
        for stay in stays
        if stay.view.starts and stay.before is not None and not stay.before.done
    }


def leader_died(by_view: Mapping[str, Sequence[Stay]]) -> set[str]:
    """The requests in which a leader of a subgroup with data was gone in the next round."""
    leaders = {view: set(map(_led, stays)) for view, stays in by_view.items()}
    return {
        stay.view.request
        for stays in by_view.values()
        for stay in stays
        if stay.before is not None
        and not stay.view.starts
        and not stay.entered_done
        and leaders[stay.before.view.id] - stay.view.members - {""}
    }


def _led(stay: Stay) -> str:
    """The member, if it led its subgroup with data in this view; or else ""."""
    start, own = stay.start, stay.own
    if start is None or own is None or not start.view.subgroups[own].bears_data:
        return ""
    return stay.life if stay.leads or any(where is stay for _, where in start.spoken) else ""
