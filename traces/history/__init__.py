"""Judges the histories that real or simulated runs wrote, from the protocol's text alone.

A history is one ordered list of events per member life (name#incarnation), in the format that
`reading` states. The logs of several members have no common clock. Nothing here is shared with an
implementation or with the specification: the checks are read off the text, each says by which
sentence, so that they are evidence about both.

- `reading`: logs to events, strictly.
- `alone`: what one member's log shows by itself.
- `messages`: what was delivered against what was sent.
- `together`, `requests`: what several histories show together.
- `judgement`: what comes of it, and how much there was to judge.

Views form a tree, and a view's name is unique, also across partitions; so what members have in
common is what they have by views, and every property is judged per lineage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from traces.errors import TraceError
from traces.history.alone import Walk
from traces.history.judgement import (
    AT_REST,
    ENVIRONMENT,
    PROTOCOL,
    TOTAL_ORDER,
    Counts,
    Judgement,
    Tally,
    Violation,
)
from traces.history.messages import Network
from traces.history.reading import check_life, read_log
from traces.history.requests import interrupted, judge_requests, leader_died
from traces.history.together import judge_moves, judge_rest, judge_views
from traces.history.views import Stay, Views

__all__ = ["Counts", "Judgement", "Violation", "judge", "judge_files", "read_log"]


def judge(
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    at_rest: Sequence[Collection[str]] | None = None,
    killed: Collection[str] = (),
    total_order: bool = False,
) -> Judgement:
    """Judges the histories of one run.

    Args:
        histories: by member life, its events in order, as dictionaries.
        at_rest: if the run ended at rest, the live members in groups of those that can hear each
            other. Nothing is in flight then. Members that are in none are dead.
        killed: lives whose logs may have lost their tail: what they sent after the last view that
            they logged may be missing.
        total_order: the service promises E5.

    Returns:
        Every violation, and how often each premise was met.

    Raises:
        TraceError: if an event is not of the format.
    """
    for life, events in histories.items():
        try:
            check_life(life, events)
        except TraceError as error:
            raise error.within(place=f"the history of {ascii(life)[:60]}") from None
    return _judged(histories, at_rest, killed, total_order=total_order)


def judge_files(
    paths: Iterable[str | Path],
    *,
    at_rest: Sequence[Collection[str]] | None = None,
    killed: Collection[str] | None = None,
    total_order: bool = False,
) -> Judgement:
    """Judges the logs of one run, one file for each member life.

    Args:
        paths: the files.
        at_rest: see `judge`.
        killed: see `judge`; by default the lives whose logs end without `close`, except those
            that are at rest.
        total_order: see `judge`.

    Raises:
        TraceError: if a file is malformed, or two are of one life.
    """
    histories: dict[str, list[dict[str, Any]]] = {}
    for path in paths:
        events = read_log(path)
        if not events:
            continue
        life = events[0]["member"]
        if life in histories:
            problem = f"there is another log of {ascii(life)[:60]}"
            raise TraceError(problem, advice="name each log once", file=str(path))
        histories[life] = events
    if killed is None:
        resting = set(chain.from_iterable(at_rest or ()))
        killed = {
            life
            for life, events in histories.items()
            if events[-1]["event"] != "close" and life not in resting
        }
    return _judged(histories, at_rest, killed, total_order=total_order)


def _judged(
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    at_rest: Sequence[Collection[str]] | None,
    killed: Collection[str],
    *,
    total_order: bool,
) -> Judgement:
    """Judges histories that are of the format."""
    asked = (TOTAL_ORDER,) * total_order + (AT_REST if at_rest is not None else ())
    tally = Tally.of((*PROTOCOL, *ENVIRONMENT, *asked))
    network, views = Network(histories, killed, tally), Views(tally)
    by_view: defaultdict[str, list[Stay]] = defaultdict(list)
    last: dict[str, Stay] = {}
    for life, events in histories.items():
        for stay in Walk(life, network, views, tally).stays(events):
            by_view[stay.view.id].append(stay)
            last[life] = stay
    judge_views(by_view, tally)
    judge_moves(by_view, tally, total_order=total_order)
    measured = judge_requests(by_view, tally)
    judge_rest(at_rest or (), last, tally)
    counts = _counts(histories, by_view, measured, tally)
    return Judgement(tuple(tally.found), tally.violated, tally.premises, counts)


def _counts(
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    by_view: Mapping[str, Sequence[Stay]],
    measured: tuple[int, int],
    tally: Tally,
) -> Counts:
    stays = list(chain.from_iterable(by_view.values()))
    return Counts(
        members=sum(1 for events in histories.values() if events),
        events=sum(map(len, histories.values())),
        views=len(by_view),
        requests=sum(1 for same in by_view.values() if same[0].view.starts),
        exchanges=len({stay.view.request for stay in stays if stay.completion is not None}),
        completions=tally.completions,
        rounds=len({stay.view.id for stay in stays if stay.acknowledgments}),
        transmissions=tally.transmissions,
        acknowledgments=tally.acknowledgments,
        deliveries=tally.deliveries,
        late_deliveries=tally.late_deliveries,
        duplicates_received=tally.duplicates_received,
        updates=tally.updates,
        requests_leader_died=len(leader_died(by_view)),
        requests_interrupted=len(interrupted(by_view)),
        holds_compared=tally.holds_compared,
        excused=tally.excused,
        rounds_max=measured[0],
        transmissions_max=measured[1],
    )
