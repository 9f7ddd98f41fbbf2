"""No verdict is believed: the behaviours that come with it are taken again by the interpreter.

What was found with facts and numbers that have gaps becomes a trace of a finite scope, and
`traces.replay` judges that; then it is read what the behaviour shows of each life's log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from model.protocol import Delivery
from model.scope import Finite
from model.search.result import Trace
from tests.validate.cases import SCOPES, Case, changed, whole
from tests.validate.graph import KINDS, specification
from traces import itf
from traces.errors import TraceError
from traces.replay import behaves
from traces.states import Codec
from traces.validate import Validator
from traces.validate.prefix import Prefix
from traces.validate.steps import Taken
from traces.validate.verdict import Verdict

SEEDS = range(40, 44)
EVERY = [(groups, delivery) for groups in SCOPES for delivery in Delivery]
NOTED = ("install", "deliver", "transmit", "acknowledge", "complete", "update")
Event = Mapping[str, Any]


def judged(groups: str, delivery: Delivery) -> Iterator[tuple[Case, Verdict]]:
    validator = Validator(delivery)
    for seed in SEEDS:
        case = whole(groups, delivery, seed)
        for each in (case, *changed(case, 10)):
            try:
                yield each, validator.validate(each.logs, each.silent)
            except TraceError:
                continue  # no log of the format: `test_agreement` judges that


def fits(prefix: Prefix, event: Event, step: Taken) -> bool:
    """Whether an event is that of a step of its life, by what both name."""
    name, args = step
    if event["event"] != name:
        return False
    view = args[1] if name == "update" else args[-1]
    said: dict[str, Any] = {"view": prefix.views.get(view)}
    if name == "deliver":
        said |= {"kind": KINDS[args[1]], "sender": prefix.lives[args[2]]}
    return all(event.get(field, value) == value for field, value in said.items())


def shown(prefix: Prefix, life: str, case: Case) -> set[int]:
    """Which events of a life a behaviour shows; all its steps are shown, or may be hidden."""
    events = [event for event in case.logs[life] if event["event"] != "close"]
    requests, views = dict(requests_of(prefix)), set(prefix.views.values())
    found: set[int] = set()
    index, here = 0, -1
    for step in prefix.steps:
        name, args = step
        if name not in NOTED or prefix.lives[args[0]] != life:
            continue
        here = args[1] if name == "install" else here
        while index < len(events) and is_elsewhere(events[index], views):
            index += 1
        if index < len(events) and fits(prefix, events[index], step):
            found.add(index)
            index += 1
        else:
            stale = name == "deliver" and requests[args[3]] != requests[here]
            assert index == len(events) or name in case.silent or stale, (case.name, life, step)
    return found


def is_elsewhere(event: Event, views: set[str]) -> bool:
    """Whether it is the delivery of a message from a view that other lives came through."""
    return event["event"] == "deliver" and event.get("view", "") not in views


def requests_of(prefix: Prefix) -> Iterator[tuple[int, int]]:
    """By view the request that it is of."""
    starts = [0, *(args[1] for name, args in prefix.steps if name == "request")]
    views = {0, *(args[1] for name, args in prefix.steps if name in ("request", "exclude"))}
    for view in views:
        yield view, max(start for start in starts if start <= view)


def read_back(prefix: Prefix) -> tuple[Finite, Trace, Trace]:
    """A behaviour, and what the reader of trace files reads of its text."""
    finite, trace = prefix.trace()
    codec, document = Codec(finite), itf.parse(prefix.text("what logs show"))
    steps = [codec.read_step(fields) for fields in document.states]
    assert steps[0] is None
    fields = ({k: v for k, v in s.items() if k not in PICKED} for s in document.states)
    states = tuple(codec.read_state(each) for each in fields)
    return finite, trace, Trace(states, tuple(step for step in steps if step is not None))


PICKED = ("mbt::actionTaken", "mbt::nondetPicks")


@pytest.mark.parametrize(("groups", "delivery"), EVERY)
def test_what_is_accepted_comes_with_behaviours_that_the_interpreter_takes_again(
    groups: str, delivery: Delivery
) -> None:
    accepted = steps = 0
    for case, verdict in judged(groups, delivery):
        if not verdict.accepted:
            continue
        accepted += 1
        assert verdict.behaviours >= 1
        seen: dict[str, set[int]] = {life: set() for life in case.logs}
        for prefix in verdict.found:
            finite, trace = prefix.trace()
            assert finite.staged.name == specification(delivery).name
            difference = behaves(finite, trace)
            assert difference is None, (case.name, difference)
            steps += len(trace.steps)
            for life in case.logs if not case.thin else ():
                seen[life] |= shown(prefix, life, case)
        for life in case.logs if not case.thin else ():
            events = sum(event["event"] != "close" for event in case.logs[life])
            assert seen[life] == set(range(events)), (case.name, life)
    assert accepted >= 15
    assert steps >= 200


@pytest.mark.parametrize(("groups", "delivery"), EVERY)
def test_how_far_what_is_rejected_came_is_a_behaviour_that_can_be_written_and_read(
    groups: str, delivery: Delivery
) -> None:
    rejected = steps = 0
    for case, verdict in judged(groups, delivery):
        if verdict.stuck is None or verdict.accepted:
            continue
        rejected += 1
        if not verdict.stuck.view:
            with pytest.raises(TraceError, match="its first view cannot be formed"):
                verdict.stuck.prefix.trace()
            continue
        finite, trace, read = read_back(verdict.stuck.prefix)
        assert read == trace, case.name
        assert behaves(finite, read) is None, case.name
        steps += len(read.steps)
        possible = verdict.stuck.possible
        assert len(set(possible)) == len(possible)
    assert rejected >= 3
    assert steps >= 10


def test_a_step_that_is_not_enabled_is_no_behaviour() -> None:
    """The test's own judge notices: no prefix is taken on trust."""
    verdict = next(verdict for case, verdict in judged("2", Delivery.SAME_VIEW) if verdict.accepted)
    prefix = verdict.found[-1]
    steps: Sequence[Taken] = prefix.steps
    for i in range(len(steps)):
        doubled = Prefix(
            prefix.delivery, (*steps[: i + 1], *steps[i:]), prefix.given, prefix.lives, prefix.views
        )
        with pytest.raises(AssertionError, match="is no step of the specification"):
            doubled.trace()
