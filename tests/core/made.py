"""Views and members made by hand, for tests that give them their inputs one by one."""

from __future__ import annotations

from collections.abc import Iterable

from impl.core import (
    Acknowledgment,
    Data,
    Member,
    MemberId,
    Policy,
    Request,
    Result,
    Step,
    Subgroup,
    View,
    ViewId,
    lowest_name,
)

A, B, C, D = (MemberId(name, "1") for name in "abcd")


def group(*members: MemberId, bears_data: bool = True) -> Subgroup:
    """A subgroup, named after its members."""
    return Subgroup("".join(m.name for m in members), frozenset(members), bears_data)


def request_view(epoch: int, *groups: Subgroup) -> View:
    """A view that starts a request between the subgroups."""
    identity = ViewId(epoch, f"r{epoch}")
    members = frozenset(member for subgroup in groups for member in subgroup.members)
    return View(identity, Request(identity, groups), members)


def without(view: View, *gone: MemberId) -> View:
    """The next round of the view's request."""
    identity = ViewId(view.id.epoch + 1, f"{view.id.tag}-{''.join(m.name for m in gone)}")
    return View(identity, view.request, view.members - set(gone))


def data(sender: MemberId, view: View, content: str = "") -> Data[str]:
    return Data(sender, view.request.id, view.id, content or f"data of {sender.name}")


def acknowledgment(sender: MemberId, view: View) -> Acknowledgment:
    return Acknowledgment(sender, view.request.id, view.id)


def member(
    me: MemberId, view: View, held: str | None = "held", policy: Policy = lowest_name
) -> Member[str]:
    """A member that has just been told of its first view."""
    made: Member[str] = Member(me, policy)
    install(made, view, held)
    return made


def install(to: Member[str], view: View, held: str | None = "held") -> None:
    to.install(view, None if held is None else lambda: held)


def steps_of(of: Member[str]) -> list[Step]:
    """What the member does at once, taking every step that is due."""
    taken = []
    while due := of.due():
        assert len(due) == 1
        of.take(due[0])
        taken.append(due[0])
    return taken


def acknowledge(to: Member[str], view: View, senders: Iterable[MemberId]) -> None:
    for sender in senders:
        to.deliver(acknowledgment(sender, view))


def result_of(of: Member[str]) -> Result[str]:
    """What the member completes with, which must be due."""
    result = of.take(Step.COMPLETE)
    assert isinstance(result, Result)
    return result
