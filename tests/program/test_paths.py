"""Traces cover every transition of a member's state graph, and are ways through it."""

from __future__ import annotations

import pytest

from model.protocol import Delivery
from traces.lockstep.walk import walked
from traces.program.paths import cover
from traces.run import Run


@pytest.mark.parametrize("delivery", list(Delivery))
def test_every_transition_is_covered_by_ways_from_the_start(delivery: Delivery) -> None:
    for machine in walked(Run("2+1", 1, delivery=delivery)).machines:
        found = cover(machine)
        transitions = set(machine.transitions())
        assert {edge for trace in found.traces for edge in trace} == transitions
        assert found.transitions == len(transitions)
        for trace in found.traces:
            states = [machine.start, *(target for _, _, target in trace)]
            assert [source for source, _, _ in trace] == states[:-1]


def test_no_trace_is_for_nothing_and_the_same_traces_come_again() -> None:
    machine = walked(Run("2+1", 1)).machines[0]
    found = cover(machine)
    seen: set[tuple[int, int, int]] = set()
    for trace in found.traces:
        assert not seen.issuperset(trace)
        seen.update(trace)
    again = cover(walked(Run("2+1", 1)).machines[0])
    assert (again.transitions, again.steps) == (found.transitions, found.steps)
