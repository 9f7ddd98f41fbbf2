"""A search of each classic finds the numbers that others published, with every engine."""

from __future__ import annotations

import pytest

from model.lang import stage
from model.scope import Finite
from model.search import check, select
from tests.classics import Engine, Golden
from tests.classics.every import CLASSICS

NUMBERS = [
    pytest.param(golden, engine, id=f"{golden} {engine}")
    for classic in CLASSICS
    for golden in classic.GOLDEN
    for engine in golden.engines
]


@pytest.mark.parametrize(("golden", "engine"), NUMBERS)
def test_a_search_finds_the_published_numbers(golden: Golden, engine: Engine) -> None:
    counted = select(stage(golden.spec), [])  # the verdicts are for test_verdicts.py
    result = check(Finite(counted, golden.scope), engine=engine)
    assert result.complete, result.stopped
    assert result.states == golden.states + golden.besides, golden.source
    if golden.transitions is not None:
        assert result.transitions == golden.transitions, golden.source
    if golden.depth is not None:
        assert result.depth == golden.depth, golden.source


def test_every_number_has_a_source() -> None:
    assert all(golden.source for classic in CLASSICS for golden in classic.GOLDEN)


def test_what_does_not_match_the_source_is_said() -> None:
    differing = [g for classic in CLASSICS for g in classic.GOLDEN if g.besides]
    assert all("besides" in golden.source for golden in differing)
