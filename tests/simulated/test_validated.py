"""What members do in storms is a behaviour of the specification; what wrong ones do is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather
from model.protocol import Delivery
from traces.storms import storms
from traces.validate import Validator

Logs = Mapping[str, Sequence[Mapping[str, Any]]]


def test_whatever_members_do_in_storms_is_accepted() -> None:
    stormed = storms(range(1000, 1120))
    assert stormed.refused is None
    assert stormed.storms == 120
    assert stormed.constrained > 0.9 * stormed.events > 4000


@pytest.mark.parametrize("name", sorted(set(VARIANTS) - {"highest-name"}))
def test_what_wrong_members_do_is_not(name: str) -> None:
    assert storms(range(1, 60), VARIANTS[name]).refused is not None


def thinned(logs: Logs, *, deliveries: bool) -> dict[str, list[dict[str, Any]]]:
    """Without every second field, but with what says of which subgroups a request is."""
    thin: dict[str, list[dict[str, Any]]] = {}
    turn = 0
    for life, events in logs.items():
        thin[life] = []
        for event in events:
            if event["event"] != "deliver" or deliveries:
                fields = [f for f in event if f not in ("seq", "member", "event", "subgroups")]
                gone = {"seq", *fields[turn % 2 :: 2]}
                thin[life].append({k: v for k, v in event.items() if k not in gone})
                turn += 1
    return thin


@pytest.mark.parametrize("deliveries", [True, False])
def test_logs_that_say_less_are_accepted_too(deliveries: bool) -> None:
    validator = Validator(Delivery.SAME_VIEW)
    silent = () if deliveries else ("deliver",)
    accepted = 0
    for seed in range(1, 60):
        logs = Storm(seed, Weather(sending_view=False)).run().histories
        if any(logs.values()):
            verdict = validator.validate(thinned(logs, deliveries=deliveries), silent)
            assert verdict.accepted or verdict.guesses, (seed, verdict.rejected)
            accepted += verdict.accepted
    assert accepted >= 50
