"""The protocol that is shipped holds, at every small scope and under both forms of delivery."""

from __future__ import annotations

import pytest

from model.protocol import Delivery
from model.search import Limits, Result, Status
from tests.protocol.searches import broken, searched, vacuous

pytestmark = pytest.mark.parametrize("delivery", Delivery, ids=lambda d: d.value)

ONE_VIEW = {"Uniform", "Announced"}  # speak of two views, and without failures there is but one


def holds(result: Result) -> bool:
    return result.complete and not result.violated


@pytest.mark.parametrize("groups", ["1+1", "2+1", "1+1j", "2+1j", "1,1j"])
def test_the_protocol_holds_with_a_failure_and_nothing_is_vacuous(
    delivery: Delivery, groups: str
) -> None:
    result = searched(groups, 1, delivery)
    assert holds(result), broken(result)
    assert not vacuous(result)
    assert {f.status for f in result.findings.values()} == {Status.HOLDS}


@pytest.mark.parametrize("groups", ["1+1", "2+1", "1+1+1"])
def test_the_protocol_holds_without_failures(delivery: Delivery, groups: str) -> None:
    result = searched(groups, 0, delivery)
    assert holds(result), broken(result)
    assert set(vacuous(result)) == ONE_VIEW


def test_a_request_in_the_middle_of_another_holds(delivery: Delivery) -> None:
    groups = "1+1,1j" if delivery is Delivery.SENDING_VIEW else "1,1"
    result = searched(groups, 0, delivery)
    assert holds(result), broken(result)
    assert not vacuous(result)


@pytest.mark.parametrize("failures", [0, 1])
def test_the_protocol_holds_under_total_order(delivery: Delivery, failures: int) -> None:
    result = searched("1+1", failures, delivery, total_order=True)
    assert holds(result), broken(result)
    assert set(vacuous(result)) == (set() if failures else ONE_VIEW)


def test_who_forms_a_group_alone_and_without_data_has_nothing_to_exchange(
    delivery: Delivery,
) -> None:
    result = searched("1j", 0, delivery)
    assert holds(result)
    assert {"Termination", "rounds", "messages"} & set(vacuous(result)) == set()
    assert "Coverage" in vacuous(result), "there is no data that could reach anybody"
    assert result.maxima["transmissions"].value == 0


def test_every_action_happens_but_those_that_are_switched_off(delivery: Delivery) -> None:
    result = searched("1+1,1j", 1, delivery, limits=Limits(threads=1, states=100_000))
    assert {name for name, c in result.coverage.items() if not c.taken} == set()
    assert set(result.coverage) == {
        "transmit", "acknowledge", "complete", "order", "deliver", "install", "crash", "exclude",
        "request",
    }  # fmt: skip


def test_the_bounds_are_reached(delivery: Delivery) -> None:
    result = searched("2+1", 1, delivery)
    measured = {name: maximum.value for name, maximum in result.maxima.items()}
    assert measured == {"rounds": 2, "transmissions": 2, "messages": 5}
    assert all(maximum.at_bound for maximum in result.maxima.values())


def test_the_exchange_never_goes_back(delivery: Delivery) -> None:
    assert searched("1+1", 1, delivery).acyclic
