"""On the core, a trace is followed step by step, and the first difference is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.core import Acknowledgment, Data, Member, MemberId, ProtocolError, Result, Subgroup, View
from model.interp import Interpreter
from model.lang import ScopeError
from model.protocol import Delivery, Variant
from model.search.result import Trace
from tests.forced.made import at_random, counterexamples, to_the_end
from traces.forced import SHIPPED, counterpart, force
from traces.forced.core import on_core
from traces.lockstep.local import Content
from traces.run import Run

WRONG = [variant for variant in Variant if counterpart(variant) != SHIPPED]
RUN = Run("2+1", 1)


@pytest.mark.parametrize(
    ("groups", "delivery"), [("2", Delivery.SENDING_VIEW), ("1+1", Delivery.SAME_VIEW)]
)
@pytest.mark.parametrize("variant", list(Variant))
def test_members_of_a_variant_follow_its_counterexamples(
    variant: Variant, groups: str, delivery: Delivery
) -> None:
    run = Run(groups, 1, delivery=delivery, variant=variant)
    for counterexample in counterexamples(run):
        forced = force("core", run, counterexample.trace, counterpart(variant))
        assert forced.difference is None, counterexample.violates
        assert len(forced.taken) == forced.steps


@pytest.mark.parametrize("variant", WRONG)
def test_members_that_are_right_do_not_follow_a_wrong_protocol(variant: Variant) -> None:
    """Whoever violates something after some steps has been seen to differ by then."""
    run = Run("2+1", 1, variant=variant)
    for counterexample in counterexamples(run):
        if counterexample.trace.steps:
            difference = force("core", run, counterexample.trace, SHIPPED).difference
            assert difference is not None, counterexample.violates
            assert difference.step <= len(counterexample.trace)


def test_every_state_of_every_live_member_is_compared() -> None:
    trace = to_the_end(RUN, "install(a1, v0)", "crash(a1)", "exclude(v0, v1)")
    forced = on_core(RUN, trace)
    assert forced.difference is None
    crashed_at = [step.action.name for step in trace.steps].index("crash")
    assert forced.compared == 3 * (crashed_at + 1) + 2 * (len(trace) - crashed_at)


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("groups", ["2+1", "1+1,1j"])
def test_members_that_wait_follow_behaviours_at_random(groups: str, delivery: Delivery) -> None:
    run = Run(groups, 1, delivery=delivery)
    for seed in range(2):
        assert on_core(run, at_random(run, seed)).difference is None


class Forgets(Member[Content]):
    """It loses an acknowledgment that comes before its own was sent."""

    def _count(self, acknowledgment: Acknowledgment, view: View) -> None:
        if self.acknowledged_by:
            super()._count(acknowledgment, view)


class Mumbles(Member[Content]):
    """It says less than it holds."""

    def take(self, step):
        outcome = super().take(step)
        return replace(outcome, content=frozenset()) if isinstance(outcome, Data) else outcome


class Misdirects(Member[Content]):
    """Its acknowledgments are of another round."""

    def take(self, step):
        outcome = super().take(step)
        if isinstance(outcome, Acknowledgment):
            return replace(outcome, view=outcome.view._replace(epoch=1))
        return outcome


class Loses(Member[Content]):
    """It completes without the data of others."""

    def take(self, step):
        outcome = super().take(step)
        if isinstance(outcome, Result):
            own = {g: content for g, content in outcome.data.items() if self.me in g.members}
            return replace(outcome, data=own)
        return outcome


class Overlooks(Member[Content]):
    """It does not take in the data of others."""

    def _receive(self, group: Subgroup, content: Content) -> None:
        if self.me in group.members:
            super()._receive(group, content)


class Refuses(Member[Content]):
    """It takes no data."""

    def deliver(self, message: Data[Content] | Acknowledgment) -> None:
        if isinstance(message, Data):
            raise ProtocolError("what is this?")
        super().deliver(message)


class Hesitates(Member[Content]):
    """It never completes."""

    def _may_complete(self, view: View) -> bool:
        return False


@pytest.mark.parametrize(
    ("wrong", "step", "text"),
    [
        (Forgets, "deliver(a1, ack, a1, v0)", "a1 differs in the acknowledgments of this round "
         "that it has: nobody in the implementation, a1 by the specification"),
        (Mumbles, "transmit(a1, v0)", "a1 differs in what it sends at transmit: the data of a1 in "
         "v0 for request v0 (nothing) in the implementation, the data of a1 in v0 for request v0 "
         "(A) by the specification"),
        (Misdirects, "acknowledge(a1, v0)", "a1 differs in what it sends at acknowledge: the "
         "acknowledgment of a1 in v1 for request v0 in the implementation, the acknowledgment of "
         "a1 in v0 for request v0 by the specification"),
        (Loses, "complete(a1, v0)", "a1 differs in what it holds: A in the implementation, A B by "
         "the specification"),
        (Overlooks, "deliver(a1, data, b1, v0)", "a1 differs in whose subgroups' data it has "
         "received: a1 a2 in the implementation, a1 a2 b1 by the specification"),
        (Refuses, "deliver(a1, data, a1, v0)", "a1 differs in what it takes: refused (what is "
         "this?) in the implementation, taken by the specification"),
        (Hesitates, "deliver(a1, ack, b1, v0)", "a1 differs in what it may do of its own accord: "
         "nothing in the implementation, complete by the specification"),
    ],
)  # fmt: skip
def test_the_first_difference_is_told_with_both_values(
    wrong: type[Member[Content]], step: str, text: str
) -> None:
    forced = on_core(RUN, to_the_end(RUN, "install(a1, v0)"), wrong)
    assert forced.difference is not None
    assert forced.difference.text == text
    assert forced.taken[-1].step == step
    assert forced.difference.step == len(forced.taken)


def test_one_member_that_is_wrong_is_enough() -> None:
    def make(me: MemberId) -> Member[Content]:
        return Hesitates(me) if me.name == "b1" else Member(me)

    difference = on_core(RUN, to_the_end(RUN), make).difference
    assert difference is not None
    assert difference.member == "b1"


def test_a_step_that_closes_a_loop_is_taken_too() -> None:
    """No exchange has a loop but rest, so this one is made up: its step leads elsewhere."""
    trace = to_the_end(RUN)
    back = Trace(trace.states[:-1], trace.steps[:-1], 0, trace.steps[-1])
    forced = on_core(RUN, back)
    assert forced.steps == len(trace)
    assert forced.difference is not None
    assert forced.difference.step == len(trace)


def test_a_scope_with_too_many_members_is_refused() -> None:
    run = Run("8", 0)
    first = next(Interpreter(run.finite).initial_states())
    with pytest.raises(ScopeError, match="take fewer members"):
        on_core(run, Trace((first,), ()))
