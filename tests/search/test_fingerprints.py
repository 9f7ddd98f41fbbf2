"""A search by fingerprints finds what the exact one finds, and says what it relies on."""

from __future__ import annotations

import pytest

from model.scope import Finite
from model.search import Limits, check
from model.search.exploration import Method
from model.search.native import engine as native
from tests.agreement.comparison import must_agree, must_replay
from tests.search.specs import Dials, Judged, dials, lamps, rows

FINGERPRINTS = Method(seen="fingerprints")
SPECS = {
    "one word": dials(Dials(), 4, 7),
    "several words": rows(2, 70),
    "judged": lamps(Judged(fair="weak")),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", SPECS)
def test_fingerprints_find_what_an_exact_search_finds(
    name: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_CHUNK", 16)
    finite = SPECS[name]
    found = check(finite, limits=Limits(threads=threads), method=FINGERPRINTS)
    must_agree(check(finite, limits=Limits(threads=1)), found)
    must_replay(finite, found)


def test_fingerprints_say_how_probable_a_collision_is() -> None:
    collision = check(dials(Dials(), 4, 7), method=FINGERPRINTS).account.collision
    assert collision is not None
    assert 0 < collision.expected < 1e-9, "2401 states are few"
    assert 0 < collision.observed < 1e-3


@pytest.mark.parametrize("name", SPECS)
def test_both_are_probabilities(name: str) -> None:
    collision = check(SPECS[name], method=FINGERPRINTS).account.collision
    assert collision is not None
    assert 0 < collision.expected <= 1
    assert 0 < collision.observed <= 1


def test_an_exact_search_relies_on_no_luck() -> None:
    assert check(dials(Dials(), 3, 5)).account.collision is None


def test_the_interpreter_takes_no_fingerprints() -> None:
    finite: Finite = lamps(Judged())
    with pytest.raises(Exception, match="only the native engine"):
        check(finite, "interp", method=FINGERPRINTS)


def test_fingerprints_take_less_memory_for_wide_states_with_many_halves() -> None:
    finite = rows(2, 70)
    exact, by_hash = check(finite), check(finite, method=FINGERPRINTS)
    assert by_hash.account.seen_bytes < exact.account.seen_bytes
