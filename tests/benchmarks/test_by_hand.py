"""The model written by hand for Python checkers has the states and transitions of the spec."""

from __future__ import annotations

import pytest

from benchmarks.by_hand import ByHand
from benchmarks.by_python import Counting, by_python, minicheck, plain
from benchmarks.parts import of_safety
from benchmarks.process import CheckerError
from benchmarks.scopes import SENDING
from model.protocol import Delivery
from model.search import check
from traces.run import Run


@pytest.mark.parametrize(
    ("groups", "sizes", "failures"),
    [("1+1", (1, 1), 0), ("1+1", (1, 1), 1), ("2", (2,), 1), ("1+1+1", (1, 1, 1), 0)],
)
def test_it_has_our_states_and_transitions(
    groups: str, sizes: tuple[int, ...], failures: int
) -> None:
    ours = check(of_safety(Run(groups, failures, delivery=SENDING).finite))
    model = ByHand(sizes, failures)
    counting = Counting(model)
    states, violated = plain(model, counting)
    assert (states, counting.transitions, violated) == (ours.states, ours.transitions, [])


def test_minicheck_finds_what_the_plain_search_finds() -> None:
    pytest.importorskip("minicheck")
    model = ByHand((1, 1), 1)
    one, other = Counting(model), Counting(model)
    assert minicheck(model, one) == plain(model, other)
    assert one.transitions == other.transitions


@pytest.mark.parametrize(
    "run", [Run("1+1", 1, delivery=Delivery.SAME_VIEW), Run("1+1j", 1, delivery=SENDING)]
)
def test_it_does_not_pass_for_what_it_is_not(run: Run) -> None:
    with pytest.raises(CheckerError, match="has no"):
        by_python("plain", run)
