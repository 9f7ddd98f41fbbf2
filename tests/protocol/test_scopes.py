"""The notation of scopes, such as `2+1,1j`: what it means, and what is no scope."""

from __future__ import annotations

import pytest

from model.lang import ScopeError
from model.protocol import ExchangeScope, parse_groups
from model.protocol.scopes import Group


def test_groups_are_read() -> None:
    assert parse_groups("2+1") == ((Group(2), Group(1)),)
    assert parse_groups("1+2j") == ((Group(1), Group(2, joins=True)),)
    assert parse_groups("1+1,1j") == ((Group(1), Group(1)), (Group(1, joins=True),))
    assert parse_groups(" 2 + 10j , 3") == ((Group(2), Group(10, joins=True)), (Group(3),))


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("", ""),
        ("0+1", "0"),
        ("2+", ""),
        ("2++1", ""),
        ("+1", ""),
        ("1,", ""),
        ("1;1", "1;1"),
        ("-1", "-1"),
        ("1j2", "1j2"),
        ("j", "j"),
        ("2-1", "2-1"),
        ("100", "100"),
        ("1.5", "1.5"),
        ("two", "two"),
    ],
)
def test_what_is_no_notation_is_refused_and_explained(text: str, item: str) -> None:
    with pytest.raises(ScopeError) as error:
        parse_groups(text)
    assert str(error.value) == (
        f"groups {text!r}: {item!r} is no subgroup: write sizes joined by `+`, as in `2+1`; `1j` "
        "is a joiner without data; `,` begins what the next request brings, as in `1+1,1j`"
    )


@pytest.mark.parametrize(
    ("groups", "failures", "views"),
    [
        ("1+1", 0, 1),
        ("1+1", 1, 2),
        ("1+1", 5, 2),  # the last member never leaves a view
        ("2+1", 1, 2),
        ("2+1", 2, 3),
        ("1", 3, 1),
        ("1+1,1j", 0, 2),
        ("1+1,1j,1j", 2, 5),
    ],
)
def test_each_request_and_each_failure_needs_a_view(groups: str, failures: int, views: int) -> None:
    scope = ExchangeScope.parse(groups, failures)
    assert scope.needed_views == views
    assert scope.scope().sizes["View"] == views


def test_more_views_may_be_asked_for() -> None:
    assert ExchangeScope.parse("1+1", 0, views=4).scope().sizes["View"] == 4


def test_too_few_views_are_refused() -> None:
    with pytest.raises(ScopeError, match="1 requests and 1 failures can form 2 views; with 1 the"):
        ExchangeScope.parse("1+1", 1, views=1)


def test_failures_are_not_negative() -> None:
    with pytest.raises(ScopeError, match="failures: -1 is negative"):
        ExchangeScope.parse("1+1", -1)


def test_requests_beyond_the_groups_bring_one_joiner_each() -> None:
    assert ExchangeScope.parse("1+1", requests=3) == ExchangeScope.parse("1+1,1j,1j")


def test_fewer_requests_than_groups_are_refused() -> None:
    with pytest.raises(ScopeError, match="groups '1,1j' make 2 requests, not 1"):
        ExchangeScope.parse("1,1j", requests=1)


def test_a_scope_prints_in_its_notation() -> None:
    assert str(ExchangeScope.parse("2+1j,1", 1)) == "2+1j,1 with 1 failure"
    assert str(ExchangeScope.parse("1+1", 2)) == "1+1 with 2 failures"


def test_members_are_named_after_their_subgroups() -> None:
    scope = ExchangeScope.parse("2+1j,1", 1).scope()
    assert scope.names["Member"] == ("a1", "a2", "b1", "c1")
    assert scope.names["Datum"] == ("A", "C"), "joiners bring no data"
    assert scope.names["View"] == ("v0", "v1", "v2")
    assert scope.names["Arrival"] == ("r0", "r1")
    assert scope.sizes == {"Member": 4, "View": 3, "Arrival": 2, "Datum": 2}


def test_a_subgroup_has_its_data_in_common_and_a_joiner_has_none() -> None:
    given = ExchangeScope.parse("2+2j,1", 0).scope().given
    assert given["arrives"] == {(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)}
    together = {(a, b) for a in (0, 1) for b in (0, 1)}
    assert given["origin"] == together | {(2, 2), (3, 3), (4, 4)}
    assert given["brings"] == {(0, 0), (1, 0), (4, 1)}


def test_a_scope_without_data_still_has_a_datum_that_nobody_holds() -> None:
    scope = ExchangeScope.parse("1j", 0).scope()
    assert scope.sizes["Datum"] == 1
    assert scope.given["brings"] == set()
    assert scope.names["Datum"] == ("none",)
