"""Bounded model checking refutes each breaking variant by as few steps as explicit search."""

from __future__ import annotations

import pytest

from model.protocol import Delivery, Variant
from tests.ground_sat.verdicts import HOLDS, by, explicit, verdicts
from traces.run import Run

LENGTH_MAX = 12  # longer ones are compared by `python -m benchmarks --only bounded`

SCOPES = {Variant.FORGETS_SUBGROUPS: ("1+1,1j", 0)}  # the others show in a request of two members
HARMLESS = {Variant.HIGHEST_NAME, Variant.UNREPORTED_FAILURES}  # they break no safety
RUNS = [
    *(
        Run(*SCOPES.get(variant, ("2", 1)), variant=variant)
        for variant in Variant
        if variant not in HARMLESS
    ),
    Run("2", 1, delivery=Delivery.SENDING_VIEW, variant=Variant.IGNORES_INDICATOR),
    Run("1+1", 1, delivery=Delivery.SENDING_VIEW, variant=Variant.NO_WAITING),
]


def short(found: dict[str, str | int]) -> dict[str, int]:
    return {
        name: length
        for name, length in found.items()
        if isinstance(length, int) and length <= LENGTH_MAX
    }


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_breaking_variant_is_refuted_by_as_few_steps_as_explicit_search(run: Run) -> None:
    expected = short(explicit(run.finite))
    assert expected, "the scope does not show this variant"
    assert short(verdicts(by("bmc", run.finite, LENGTH_MAX))) == expected


def test_ic3_refutes_a_variant_by_as_few_steps_and_proves_the_rest() -> None:
    finite = Run("2", 1, variant=Variant.ON_RECEIPT_ONLY).finite
    assert verdicts(by("ic3", finite)) == explicit(finite)


def test_ic3_proves_the_shipped_protocol_at_a_small_scope() -> None:
    found = verdicts(by("ic3", Run("1+1", 1).finite))
    assert set(found.values()) == {HOLDS}
    assert len(found) == 19
