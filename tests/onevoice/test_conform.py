"""`onevoice conform`: the implementation in lockstep, from the command line."""

from __future__ import annotations

from tests.onevoice.conftest import Run


def test_the_shipped_implementation_conforms(onevoice: Run) -> None:
    ran = onevoice("conform", "--groups", "2", "--plain")
    assert ran.code == 0
    assert "1,764 of 1,764 transitions compared" in ran.out
    assert "does what the specification says" in ran.out


def test_a_wrong_member_is_told_with_the_way_to_where_it_shows(onevoice: Run) -> None:
    ran = onevoice("conform", "--groups", "2+1", "--members", "ignores-indicator", "--plain")
    assert ran.code == 14
    assert "Difference after 6 steps: a1#0: acknowledge is not due." in ran.out
    assert "  6  acknowledge(a1, v1)" in ran.out


def test_the_specification_may_be_the_wrong_one(onevoice: Run) -> None:
    ran = onevoice("conform", "--groups", "2", "--variant", "ignores-indicator", "--plain")
    assert ran.code == 14


def test_a_limit_that_is_reached_is_said_and_nothing_is_claimed(onevoice: Run) -> None:
    ran = onevoice("conform", "--max-states", "10")
    assert ran.code == 75
    assert "nothing was compared" in ran.err
    assert "does what" not in ran.out


def test_an_unknown_variant_suggests_the_nearest(onevoice: Run) -> None:
    ran = onevoice("conform", "--members", "ignores-indicators")
    assert ran.code == 2
    assert "did you mean 'ignores-indicator'?" in ran.err


def test_the_limits_hold_for_programs_too(onevoice: Run) -> None:
    ran = onevoice("conform", "--max-states", "10", "--program", "cat")
    assert ran.code == 75
    assert "nothing was compared" in ran.err


def test_wrong_members_are_not_a_program(onevoice: Run) -> None:
    ran = onevoice("conform", "--members", "shared-key", "--program", "cat")
    assert ran.code == 2
    assert "--members is for the implementation here" in ran.err
