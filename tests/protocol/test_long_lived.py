"""Parts that were separated and meet again: the exchange is right also then."""

from __future__ import annotations

import pytest

from model.lang import stage
from model.protocol import Delivery, Switches, exchange
from model.scope import Finite, Scope
from model.search import check
from model.search.result import Status


def reunion(delivery: Delivery, first: str) -> Finite:
    """Members exchange what they hold; then one comes that holds what they hold in the end.

    Args:
        delivery: the form of E4.
        first: those who are there first, each with data of its own.
    """
    members = (*first, "z")
    data = range(len(first))
    scope = Scope(
        sizes={"Member": len(members), "View": 3, "Arrival": 2, "Datum": len(first)},
        given={
            "arrives": {(m, 0) for m in data} | {(len(first), 1)},
            "origin": {(m, m) for m in range(len(members))},
            "brings": {(m, m) for m in data} | {(len(first), d) for d in data},
        },
        names={"Member": members},
    )
    return Finite(stage(exchange(Switches(delivery, failures=1, long_lived=True))), scope)


@pytest.mark.parametrize(
    ("delivery", "first"), [(Delivery.SENDING_VIEW, "ab"), (Delivery.SAME_VIEW, "a")]
)
def test_all_holds_but_that_nothing_is_invented(delivery: Delivery, first: str) -> None:
    result = check(reunion(delivery, first))
    assert result.complete
    assert result.coverage["request"].taken
    assert result.coverage["update"].taken
    violated = {name for name, f in result.findings.items() if f.status is not Status.HOLDS}
    # Updates invent data; where there is but one datum, they can only add what is there.
    assert violated == ({"NothingInvented"} if len(first) > 1 else set())


def test_it_does_not_go_together_with_total_order() -> None:
    with pytest.raises(ValueError, match="total_order"):
        exchange(Switches(total_order=True, long_lived=True))
