"""`onevoice soak`: the implementation under random faults, from the command line."""

from __future__ import annotations

import re

import pytest

from impl.core.variants import VARIANTS
from tests.onevoice.conftest import Run


def test_a_soak_of_the_shipped_members_finds_nothing(onevoice: Run) -> None:
    ran = onevoice("soak", "--exchanges", "3000", "--seed", "1", "--plain")
    assert ran.code == 0, ran.out
    assert "Nothing was violated" in ran.out
    assert "Never put to the test" not in ran.out


def test_the_same_seed_shows_the_same(onevoice: Run) -> None:
    words = ("soak", "--seed", "7", "--storms", "20", "--plain", "--keep-going")
    first, second = onevoice(*words, "--jobs", "1"), onevoice(*words, "--jobs", "2")
    assert re.sub(r"in .* s", "", first.out) == re.sub(r"in .* s", "", second.out)


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_members_that_are_wrong_are_caught(onevoice: Run, variant: str) -> None:
    ran = onevoice("soak", "--variant", variant, "--seed", "1", "--exchanges", "2000", "--plain")
    if variant == "highest-name":
        assert ran.code == 0, ran.out
        return
    assert ran.code in (10, 12, 13), ran.out
    again = re.search(r"onevoice soak (--seed .*)", ran.out)
    assert again is not None
    assert onevoice("soak", *again[1].split(), "--plain").code in (10, 12, 13)
