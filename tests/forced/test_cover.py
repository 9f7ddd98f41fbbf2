"""Members with sessions are driven through every transition that they can be made to take."""

from __future__ import annotations

import sys
from itertools import count
from types import SimpleNamespace

import pytest

from impl.core.variants import VARIANTS
from model.protocol import Delivery, Variant
from model.search.exploration import Limits
from traces.forced import counterpart, cover
from traces.forced.members import maker
from traces.run import Run

BOTH = list(Delivery)
covering = sys.modules[cover.__module__]


@pytest.mark.parametrize("total_order", [False, True])
@pytest.mark.parametrize("delivery", BOTH)
@pytest.mark.parametrize("groups", ["2", "1+1", "1+1j"])
def test_every_transition_is_taken_in_which_nobody_waits(
    groups: str, delivery: Delivery, total_order: bool
) -> None:
    covered = cover(Run(groups, 1, delivery=delivery, total_order=total_order))
    assert covered.difference is None
    assert covered.complete
    assert covered.percent == 100.0
    assert covered.covered == covered.eager > 300
    assert covered.left_out == 0


@pytest.mark.parametrize("delivery", BOTH)
def test_a_merge_with_a_failure_is_covered_but_for_the_order_of_deliveries(
    delivery: Delivery,
) -> None:
    covered = cover(Run("2+1", 1, delivery=delivery), reduced=True)
    assert covered.complete
    assert covered.covered > 15_000


@pytest.mark.parametrize("delivery", BOTH)
def test_a_request_may_interrupt_another(delivery: Delivery) -> None:
    """What is left out are steps that need somebody elsewhere; the rest is covered."""
    covered = cover(Run("1,1j", 1, delivery=delivery))
    assert covered.complete
    assert 0 < covered.left_out < covered.covered / 100


def test_no_more_walks_are_made_than_are_needed_by_far() -> None:
    covered = cover(Run("1+1", 1))
    assert covered.steps < 4 * covered.covered
    assert covered.walks < covered.covered / 3


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_members_that_are_wrong_are_caught(name: str) -> None:
    """R1–R11: with sessions, too. The way to the difference is told."""
    groups = "2+1j" if name == "waits-for-joiners" else "2+1"
    covered = cover(Run(groups, 1), VARIANTS[name], reduced=True)
    assert covered.difference is not None
    assert not covered.complete
    assert len(covered.way) == covered.difference.step > 0


@pytest.mark.parametrize("variant", [Variant.SHARED_KEY, Variant.ACKS_WITHOUT_ROUND,
                                     Variant.FALSE_SUSPICION, Variant.NO_WAITING])  # fmt: skip
def test_members_of_a_variant_are_driven_through_its_own_graph(variant: Variant) -> None:
    covered = cover(Run("1+1", 1, variant=variant), maker(counterpart(variant)))
    assert covered.complete


def test_what_a_limit_leaves_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock on which each look takes a second, and so does a walk."""
    clock = SimpleNamespace(monotonic=count().__next__)
    monkeypatch.setattr(covering, "time", clock)
    covered = cover(Run("2", 1), limits=Limits(seconds=5))
    assert covered.difference is None
    assert covered.walks == 4
    assert 0 < covered.covered < covered.eager
    assert 0 < covered.percent < 100
    assert not covered.complete


def test_a_graph_that_is_not_whole_is_not_covered() -> None:
    with pytest.raises(TimeoutError, match="not whole"):
        cover(Run("2+1", 1), limits=Limits(states=100))
