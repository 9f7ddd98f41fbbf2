"""At small scopes the implementation does what the specification says, at every transition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.core import Acknowledgment, Data, Member, MemberId, Result, Step, Subgroup, View
from impl.core.variants import VARIANTS
from model.lang import ScopeError
from model.protocol import Delivery, Variant
from model.search import check
from model.search.exploration import Limits
from traces.lockstep import columns, facts, lockstep
from traces.lockstep.local import Content
from traces.run import Run

BOTH = list(Delivery)


@pytest.mark.parametrize("delivery", BOTH)
@pytest.mark.parametrize(
    ("groups", "failures"), [("2+1", 2), ("1+1+1", 1), ("2+1j", 1), ("3", 1), ("1+1", 1)]
)
def test_every_transition_is_taken_by_both(groups: str, failures: int, delivery: Delivery) -> None:
    found = lockstep(Run(groups, failures, delivery=delivery))
    assert found.difference is None
    assert found.followed == found.transitions > 0
    assert found.pairs == found.states
    assert found.complete


@pytest.mark.parametrize("failures", [0, 1])
def test_a_request_may_interrupt_another(failures: int) -> None:
    run = Run("1+1", failures, requests=2, delivery=Delivery.SENDING_VIEW)
    assert lockstep(run).complete


@pytest.mark.parametrize("delivery", BOTH)
def test_total_order_changes_nothing_for_the_members(delivery: Delivery) -> None:
    assert lockstep(Run("1+1", 1, delivery=delivery, total_order=True)).complete


@pytest.mark.parametrize("delivery", BOTH)
@pytest.mark.parametrize(("groups", "failures"), [("2", 1), ("2+1", 1)])
def test_both_walks_see_the_same(groups: str, failures: int, delivery: Delivery) -> None:
    run = Run(groups, failures, delivery=delivery)
    fast, plain = lockstep(run), lockstep(run, plainly=True)
    assert (fast.followed, fast.pairs, fast.locals) == (plain.followed, plain.pairs, plain.locals)
    assert plain.complete


@pytest.mark.parametrize("delivery", BOTH)
@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_members_that_are_wrong_are_caught(name: str, delivery: Delivery) -> None:
    groups = "2+1j" if name == "waits-for-joiners" else "2+1"
    found = lockstep(Run(groups, 1, delivery=delivery), VARIANTS[name])
    assert found.difference is not None
    assert not found.complete


# No property is broken by the first, which is right, nor by the letter of R3 in the sending view.
BREAKING = sorted({v.value for v in Variant} & set(VARIANTS) - {"highest-name"})


@pytest.mark.parametrize("name", BREAKING)
def test_the_way_to_a_difference_is_no_longer_than_to_a_violation(name: str) -> None:
    """R1–R5, R7, R8: what breaks a property is seen before, or when, it does."""
    run = Run("2+1", 1, delivery=Delivery.SAME_VIEW)
    violated = check(Run("2+1", 1, delivery=run.delivery, variant=Variant(name)).finite)
    lengths = [len(f.trace.steps) for f in violated.violated if f.trace is not None]
    shortest = min(filter(None, lengths))  # what is wrong at the start shows when somebody acts
    found = lockstep(run, VARIANTS[name])
    assert found.difference is not None
    assert len(found.difference.steps) <= shortest


class Forgets(Member[Content]):
    """It loses an acknowledgment that comes before its own was sent."""

    def _count(self, acknowledgment: Acknowledgment, view: View) -> None:
        if self.acknowledged:
            super()._count(acknowledgment, view)


class Mumbles(Member[Content]):
    """It says less than it holds."""

    def take(self, step: Step):
        outcome = super().take(step)
        if isinstance(outcome, Data):
            return Data(outcome.sender, outcome.request, outcome.view, frozenset())
        return outcome


class Loses(Member[Content]):
    """It completes without the data of the first subgroup."""

    def take(self, step: Step):
        outcome = super().take(step)
        if isinstance(outcome, Result) and len(outcome.data) > 1:
            return replace(outcome, data=dict(list(outcome.data.items())[1:]))
        return outcome


class Reports(Member[Content]):
    """It says of a result what is not so: see `wrong`."""

    def wrong(self, result: Result[Content]) -> Result[Content]:
        raise NotImplementedError

    def take(self, step: Step):
        outcome = super().take(step)
        return self.wrong(outcome) if isinstance(outcome, Result) else outcome


class SaysNothingOfTheLost(Reports):
    def wrong(self, result: Result[Content]) -> Result[Content]:
        return replace(result, lost=())


class LosesWhoHadNothing(Reports):
    def wrong(self, result: Result[Content]) -> Result[Content]:
        groups = result.request.subgroups
        return replace(result, lost=tuple(each for each in groups if each not in result.data))


class Reorders(Reports):
    def wrong(self, result: Result[Content]) -> Result[Content]:
        return replace(result, data=dict(list(result.data.items())[::-1]))


class Confuses(Reports):
    """It takes one subgroup's data for another's."""

    def wrong(self, result: Result[Content]) -> Result[Content]:
        contents = list(result.data.values())[::-1]
        return replace(result, data=dict(zip(result.data, contents, strict=True)))


class Misdates(Reports):
    """It says that it completed in the first view, whenever it did."""

    def wrong(self, result: Result[Content]) -> Result[Content]:
        return replace(result, view=result.request.id)


class Garbles(Member[Content]):
    """It keeps other data than it receives."""

    def _receive(self, group: Subgroup, content: Content) -> None:
        super()._receive(group, frozenset({1}))


class Refuses(Member[Content]):
    """It does not take messages of an earlier round for stale."""

    def deliver(self, message: Data[Content] | Acknowledgment) -> None:
        assert self.view is not None
        if message.view != self.view.id:
            from impl.core import ProtocolError

            raise ProtocolError("what is this?")
        super().deliver(message)


class Hesitates(Member[Content]):
    """It does not complete the first round."""

    def _may_complete(self, view: View) -> bool:
        return not view.starts_request and super()._may_complete(view)


class CountsTooMuch(Member[Content]):
    """It counts every message that it drops twice."""

    def deliver(self, message: Data[Content] | Acknowledgment) -> None:
        before = self.stale
        super().deliver(message)
        self.stale += self.stale - before


class Presumes(Member[Content]):
    """It takes its subgroup for spoken for before it is in a view."""

    def __init__(self, me: MemberId) -> None:
        super().__init__(me)
        self.indicator = True


class Remembers(Member[Content]):
    """It counts from what was dropped in an earlier life."""

    def __init__(self, me: MemberId) -> None:
        super().__init__(me)
        self.stale = 1


class Obeys(Member[Content]):
    """It completes whenever it is told to."""

    def take(self, step: Step):
        if step is Step.COMPLETE and self.view is not None:
            self.completed = True
            return self._result(self.view)
        return super().take(step)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (Forgets, "differs in acknowledgments"),
        (Mumbles, "is sent, not"),
        (Loses, "brought {1} of b1 in view 0 of request 0, lost nothing, not {0} of a1+a2, {1}"),
        (SaysNothingOfTheLost, "lost nothing, not {0} of a1+a2 in view 1 of request 0, lost b1"),
        (Reorders, "brought {1} of b1, {0} of a1+a2 in view 0 of request 0, lost nothing, not"),
        (Confuses, "brought {1} of a1+a2, {0} of b1 in view 0 of request 0, lost nothing, not"),
        (Misdates, "in view 0 of request 0, lost b1, not {0} of a1+a2 in view 1 of request 0"),
        (Garbles, "complete: holds {0, 1}, not {0}"),
        (Refuses, "what is this?"),
        (Hesitates, "complete is not due"),
        (CountsTooMuch, "deliver: counted as dropped (2, 0), not (1, 0)"),
        (Obeys, "a1 takes complete, which is not due"),
    ],
)
def test_a_difference_is_told_as_what_it_is(wrong: type[Member[Content]], text: str) -> None:
    found = lockstep(Run("2+1", 1, delivery=Delivery.SAME_VIEW), wrong)
    assert found.difference is not None
    assert text in found.difference.text
    assert found.difference.steps


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (Presumes, "a1 differs in indicator"),
        (Remembers, "a1 has counted messages before any came"),
    ],
)
def test_who_knows_something_before_its_first_view_differs_at_the_start(
    wrong: type[Member[Content]], text: str
) -> None:
    found = lockstep(Run("2", 1, delivery=Delivery.SAME_VIEW), wrong)
    assert found.difference is not None
    assert (found.difference.text, found.difference.steps) == (text, ())


def test_who_had_nothing_is_not_lost() -> None:
    found = lockstep(Run("1+1j", 1, delivery=Delivery.SAME_VIEW), LosesWhoHadNothing)
    assert found.difference is not None
    assert "lost a1, b1, not nothing in view 1 of request 0, lost a1" in found.difference.text


def test_one_member_that_is_wrong_is_enough() -> None:
    def make(me: MemberId) -> Member[Content]:
        return Forgets(me) if me.name == "b1" else Member(me)

    found = lockstep(Run("2+1", 1), make)
    assert found.difference is not None
    assert found.difference.text.startswith("b1 ")


def test_what_does_not_fit_into_columns_is_walked_pair_by_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columns, "_BITS", 20)
    found, plain = lockstep(Run("2", 1)), lockstep(Run("2", 1), plainly=True)
    assert found.complete
    assert (found.followed, found.locals) == (plain.followed, plain.locals)


def test_a_scope_whose_relations_do_not_fit_into_numbers_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(facts, "_BITS", 3)
    with pytest.raises(ScopeError, match="fewer members"):
        lockstep(Run("2", 1))


def test_a_graph_that_is_not_whole_is_not_compared() -> None:
    with pytest.raises(TimeoutError, match="not whole"):
        lockstep(Run("2+1", 1), limits=Limits(states=100))
