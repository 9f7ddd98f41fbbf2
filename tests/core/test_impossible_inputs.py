"""What no service that keeps its promises can give to a member is an error that says what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.core import Member, MemberId, ProtocolError, Request, Subgroup, View, ViewId
from tests.core.made import (
    A,
    B,
    C,
    D,
    acknowledge,
    acknowledgment,
    data,
    group,
    install,
    member,
    request_view,
    steps_of,
    without,
)

FIRST = request_view(5, group(A, B), group(C))


def refused(to: Member[str], view: View, held: str | None = "held") -> str:
    """Why a view is refused; nothing of it is left behind."""
    before = dict(vars(to))
    with pytest.raises(ProtocolError) as raised:
        install(to, view, held)
    assert vars(to) == before
    return str(raised.value)


def test_a_view_without_the_member_is_refused() -> None:
    assert "does not contain it" in refused(member(A, FIRST), without(FIRST, A))


@pytest.mark.parametrize("epoch", [4, 5])
def test_a_round_that_is_no_later_is_refused(epoch: int) -> None:
    earlier = replace(without(FIRST, C), id=ViewId(epoch, "another"))
    assert "comes after" in refused(member(A, FIRST), earlier)


def test_a_view_that_was_installed_before_is_refused() -> None:
    again = request_view(5, group(A), group(D))
    assert "installed before" in refused(member(A, FIRST), again)


def test_a_request_may_have_an_epoch_that_is_not_greater() -> None:
    # Whoever announced itself could not know yet of the view that it was in when that counted.
    joined = member(A, FIRST)
    joined.install(request_view(4, group(A), group(D)), lambda: "held")
    assert joined.view is not None
    assert joined.view.id.epoch == 4


def test_a_view_before_the_completion_that_is_due_is_refused() -> None:
    ready = member(B, FIRST)
    steps_of(ready)
    acknowledge(ready, FIRST, (A, B, C))
    assert "before it has completed" in refused(ready, without(FIRST, C))


def test_a_first_view_that_goes_on_with_a_request_is_refused() -> None:
    assert "a request that it is not in" in refused(Member(A), without(FIRST, C))


def test_a_view_that_goes_on_with_another_request_is_refused() -> None:
    other = without(request_view(6, group(A, B), group(C)), C)
    assert "a request that it is not in" in refused(member(A, FIRST), other)


@pytest.mark.parametrize("gone", [(), (C,)])
def test_a_round_without_fewer_members_is_refused(gone: tuple[MemberId, ...]) -> None:
    now = member(A, FIRST)
    install(now, without(FIRST, C))
    again = replace(without(FIRST, *gone), id=ViewId(9, "again"))
    assert "fewer members" in refused(now, again)


def test_subgroups_that_are_no_partition_of_the_members_are_refused() -> None:
    def view(*groups: Subgroup) -> View:
        return replace(FIRST, request=Request(FIRST.id, groups))

    assert "no subgroup" in refused(Member(A), view(group(A, B)))
    assert "no member" in refused(Member(A), view(group(A, B), group(C, D)))
    assert "several subgroups" in refused(Member(A), view(group(A, B), group(B, C)))


def test_a_subgroup_without_members_is_refused() -> None:
    empty = Subgroup("empty", frozenset(), bears_data=True)
    view = replace(FIRST, request=Request(FIRST.id, (*FIRST.request.subgroups, empty)))
    assert "no member" in refused(Member(A), view)


def test_a_member_that_holds_data_in_a_subgroup_without_is_refused() -> None:
    view = request_view(1, group(A, bears_data=False))
    assert "says that its subgroup has no data, but it has" in refused(Member(A), view)


def test_a_message_before_the_first_view_is_refused() -> None:
    with pytest.raises(ProtocolError, match="before its first view"):
        Member[str](A).deliver(acknowledgment(B, FIRST))


def test_a_message_of_a_later_view_is_refused() -> None:
    with pytest.raises(ProtocolError, match="of a later view"):
        member(A, FIRST).deliver(acknowledgment(B, without(FIRST, C)))


def test_a_message_of_another_view_of_the_same_epoch_is_refused() -> None:
    other = replace(FIRST, id=ViewId(5, "the other side"))
    with pytest.raises(ProtocolError, match="of a later view"):
        member(A, FIRST).deliver(acknowledgment(B, other))


def test_a_message_from_no_member_of_the_view_is_refused() -> None:
    now = member(A, FIRST)
    install(now, without(FIRST, C))
    for message in (data(C, FIRST), acknowledgment(C, FIRST)):
        with pytest.raises(ProtocolError, match="from no member of it"):
            now.deliver(message)


def test_a_second_acknowledgment_in_a_round_is_refused() -> None:
    now = member(A, FIRST)
    now.deliver(acknowledgment(B, FIRST))
    with pytest.raises(ProtocolError, match="twice"):
        now.deliver(acknowledgment(B, FIRST))


def test_a_stale_message_is_no_error_whoever_sent_it() -> None:
    now = member(A, FIRST)
    now.deliver(acknowledgment(D, request_view(2, group(D))))
    assert now.stale == 1
