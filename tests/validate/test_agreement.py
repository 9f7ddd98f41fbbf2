"""Two witnesses decide whether logs are behaviours, and share nothing: they must agree.

`Validator` follows logs cleverly; `BruteForce` tries everything, on the interpreter. What either
does not decide is counted, so that this does not become a test of nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from model.protocol import Delivery
from tests.validate.brute_force import BruteForce
from tests.validate.cases import SCOPES, Case, changed, whole
from tests.validate.said import Outside
from traces.errors import TraceError
from traces.validate import Validator

SEEDS = range(4)
CHANGES = 12
PLACES_MAX = 2_000
DIFFER = (
    ("accepted", "rejected"), ("rejected", "accepted"),
    ("accepted", "refused"),  # it is said to be no log of the format
)  # fmt: skip


def cases(groups: str, delivery: Delivery, seed: int) -> Iterator[Case]:
    case = whole(groups, delivery, seed)
    yield case
    yield from changed(case, CHANGES)


def by_brute_force(witness: BruteForce, case: Case) -> str:
    try:
        return "accepted" if witness.accepts(case.logs, case.silent) else "rejected"
    except Outside:
        return "outside"


def by_validator(witness: Validator, case: Case) -> str:
    try:
        verdict = witness.validate(case.logs, case.silent)
    except TraceError:
        return "refused"
    if verdict.undetermined:
        return "undetermined"
    return "accepted" if verdict.accepted else "rejected"


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("groups", SCOPES)
def test_both_decide_alike(groups: str, delivery: Delivery) -> None:
    validator = Validator(delivery)
    counts: Counter[tuple[str, str]] = Counter()
    for seed in SEEDS:
        brute_force = BruteForce(delivery, PLACES_MAX)
        for case in cases(groups, delivery, seed):
            both = by_brute_force(brute_force, case), by_validator(validator, case)
            counts[both] += 1
            assert both not in DIFFER, (case.name, *both)
    total = counts.total()
    assert counts["accepted", "accepted"] >= 16, counts
    assert counts["rejected", "rejected"] >= 8, counts
    assert sum(n for (one, _), n in counts.items() if one == "outside") < total * 0.4, counts
    open_ones = ("undetermined", "refused")
    assert sum(n for (_, other), n in counts.items() if other in open_ones) < total / 6, counts


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("groups", SCOPES)
def test_whatever_a_behaviour_shows_is_accepted_however_little_is_said(
    groups: str, delivery: Delivery
) -> None:
    """What is left open is decided, or said to be open: it is never held against the logs."""
    validator = Validator(delivery)
    accepted = 0
    for seed in range(20, 24):
        for case in cases(groups, delivery, seed):
            if case.mutant is None:
                said = by_validator(validator, case)
                assert said in ("accepted", "undetermined") or not any(case.logs.values()), case
                accepted += said == "accepted"
    assert accepted >= 10
