"""A session, fed by hand: announcements, pending views, and what comes too early or too late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from impl.core import (
    Accepted,
    Acknowledgment,
    Announcement,
    Completed,
    Configuration,
    Data,
    Effect,
    Installed,
    Member,
    MemberId,
    ProtocolError,
    Send,
    Session,
    Update,
    ViewId,
)

A, B, C = (MemberId(name, "1") for name in "abc")


def session(me: MemberId, holds: str = "", subgroup: str | None = None) -> Session[str]:
    return Session(
        Member(me),
        me.name,
        bears_data=lambda: bool(holds),
        snapshot=lambda: holds,
        subgroup=subgroup,
    )


def configuration(members: str, joined: str = "") -> Configuration:
    return Configuration(tuple(members), frozenset(joined))


def announcement(of: MemberId, to: str, *, epoch: int = 0, holds: str = "") -> Announcement:
    return Announcement(of, 0, configuration(to).name, epoch, f"@{of}", bool(holds))


def sent(effects: Sequence[Effect[str]]) -> list[object]:
    return [effect.message for effect in effects if isinstance(effect, Send)]


def heard(by: Session[str], *messages: tuple[str, object]) -> list[Effect[str]]:
    effects = []
    for sender, message in messages:
        effects += by.receive(sender, message)  # type: ignore[arg-type]
    return effects


def own(by: Session[str], effects: Iterable[Effect[str]]) -> list[Effect[str]]:
    """What it says comes back to it, and what it says to that, until it is silent."""
    everything, waiting = [], list(effects)
    while waiting:
        effect = waiting.pop(0)
        everything.append(effect)
        if isinstance(effect, Send):
            waiting += by.receive(by.address, effect.message)
    return everything


def alone(me: MemberId = A, holds: str = "x") -> Session[str]:
    """One that has completed the exchange with itself."""
    single = session(me, holds)
    own(single, single.configure(configuration(me.name, me.name)))
    assert single.settled
    return single


# -- announcements ------------------------------------------------------------------------------


def test_a_first_configuration_is_answered_with_an_announcement_and_nothing_else() -> None:
    (effect,) = session(A, "x").configure(configuration("ab", "ab"))
    assert effect == Send(announcement(A, "ab", holds="x"))


def test_a_view_is_established_by_the_last_announcement_in_whatever_order_they_come() -> None:
    for order in ((A, B, C), (C, A, B), (B, C, A)):
        waiting = session(B)
        waiting.configure(configuration("abc", "abc"))
        for of in order[:-1]:
            assert heard(waiting, (of.name, announcement(of, "abc", epoch=4))) == []
        effects = heard(waiting, (order[-1].name, announcement(order[-1], "abc", epoch=6)))
        installed = effects[0]
        assert isinstance(installed, Installed)
        assert installed.view.members == {A, B, C}
        assert installed.view.id.epoch >= 5


def test_all_that_hear_the_announcements_establish_the_same_view() -> None:
    said = [
        (of.name, announcement(of, "abc", epoch=epoch, holds="held"))
        for epoch, of in enumerate((A, B, C))
    ]
    views = []
    for me in (A, B, C):
        listener = session(me, "held")
        listener.configure(configuration("abc", "abc"))
        heard(listener, *said)
        views.append(listener.member.view)
    assert views[0] == views[1] == views[2]
    assert views[0] is not None
    assert views[0].id.epoch == 3


def test_an_announcement_to_another_membership_is_dropped_and_counted() -> None:
    waiting = session(A)
    waiting.configure(configuration("ab", "ab"))
    assert heard(waiting, ("b", announcement(B, "bc"))) == []
    assert waiting.stale == 1
    assert waiting.pending


def test_an_announcement_before_the_first_configuration_is_dropped() -> None:
    early = session(A)
    assert heard(early, ("b", announcement(B, "ab"))) == []
    assert early.stale == 1


@pytest.mark.parametrize("who", ["twice", "a stranger"])
def test_an_announcement_that_nobody_should_make_is_refused(who: str) -> None:
    waiting = session(A)
    waiting.configure(configuration("ab", "ab"))
    waiting.receive("b", announcement(B, "ab"))
    with pytest.raises(ProtocolError, match="does not expect"):
        waiting.receive("c" if who == "a stranger" else "b", announcement(B, "ab"))


def test_an_announcement_that_comes_when_the_view_is_established_is_of_before() -> None:
    waiting = session(A)
    waiting.configure(configuration("ab", "ab"))
    heard(waiting, ("b", announcement(B, "ab")), ("a", announcement(A, "ab")))
    view = waiting.member.view
    assert heard(waiting, ("b", announcement(B, "ab"))) == []
    assert waiting.stale == 1
    assert waiting.member.view is view


def test_two_members_with_the_same_name_and_incarnation_are_refused() -> None:
    waiting = session(A)
    waiting.configure(configuration("ab", "ab"))
    waiting.receive("a", announcement(A, "ab"))
    with pytest.raises(ProtocolError, match="the same"):
        waiting.receive("b", announcement(A, "ab"))


def test_two_lives_of_one_name_are_two_members() -> None:
    again = MemberId("a", "2")
    waiting = session(A, "x")
    waiting.configure(configuration("ab", "ab"))
    heard(waiting, ("a", announcement(A, "ab", holds="x")), ("b", announcement(again, "ab")))
    assert waiting.member.view is not None
    assert waiting.member.view.members == {A, again}


def test_members_that_name_the_same_data_but_do_not_all_hold_it_are_refused() -> None:
    # The lowest of them would lead, and has nothing to say: the data of the others were lost.
    waiting = session(B, "x", subgroup="same")
    waiting.configure(configuration("ab", "ab"))
    named = configuration("ab").name
    waiting.receive("b", Announcement(B, 0, named, 0, "=same", True))
    with pytest.raises(ProtocolError):
        waiting.receive("a", Announcement(A, 0, named, 0, "=same", False))


# -- what comes while a view is pending ---------------------------------------------------------


def test_what_comes_before_the_view_is_established_is_delivered_when_it_is() -> None:
    first, later = session(A, "x"), session(B)
    said = [("a", announcement(A, "ab", holds="x")), ("b", announcement(B, "ab"))]
    first.configure(configuration("ab", "ab"))
    later.configure(configuration("ab", "ab"))
    from_first = [("a", message) for message in sent(heard(first, *said))]
    assert [type(message) for _, message in from_first] == [Data, Acknowledgment]
    assert heard(later, said[0], *from_first) == []  # a service without total order
    effects = heard(later, said[1])
    assert isinstance(effects[0], Installed)
    assert list(later.member.received.values()) == ["x"]
    assert later.member.acknowledged_by == {A}


def test_what_came_for_a_view_that_was_never_established_is_dropped_and_counted() -> None:
    waiting = alone()
    announced = waiting.configure(configuration("ab", "b"))
    view = ViewId(9, "elsewhere")
    heard(waiting, ("b", Data(B, view, view, "y")), ("b", Acknowledgment(B, view, view)))
    announced += waiting.configure(configuration("a"))
    own(waiting, announced)
    assert waiting.settled
    assert waiting.stale == 3  # and its own announcement to b
    assert waiting.member.stale == 0


def test_a_message_of_an_earlier_request_that_comes_while_a_view_is_pending_is_stale() -> None:
    waiting = alone()
    old = waiting.member.view
    assert old is not None
    waiting.configure(configuration("ab", "b"))
    heard(waiting, ("a", Acknowledgment(A, old.id, old.id)))
    heard(waiting, ("a", Announcement(A, 0, configuration("ab").name, 1, "old", True)))
    heard(waiting, ("b", announcement(B, "ab", epoch=3)))
    assert waiting.member.stale == 1
    assert waiting.member.acknowledged_by == set()


def test_a_message_in_the_name_of_another_is_dropped_and_counted() -> None:
    single = alone()
    view = single.member.view
    assert view is not None
    assert heard(single, ("b", Acknowledgment(B, view.id, view.id))) == []
    assert heard(single, ("a", Acknowledgment(B, view.id, view.id))) == []
    assert single.stale == 2


def test_nothing_is_sent_for_a_view_that_is_established_while_its_configuration_closes() -> None:
    # Sending-view delivery: what is sent now would be delivered in the next configuration.
    flushed = session(A, "x")
    flushed.configure(configuration("ab", "ab"))
    flushed.block()
    effects = heard(flushed, ("a", announcement(A, "ab", holds="x")), ("b", announcement(B, "ab")))
    assert [type(effect) for effect in effects] == [Installed]
    effects = flushed.configure(configuration("a"))
    assert [type(message) for message in sent(effects)] == [Data, Acknowledgment]


# -- configurations -----------------------------------------------------------------------------


def test_a_configuration_without_new_members_goes_on_without_a_word_from_the_members() -> None:
    waiting = session(A, "x")
    waiting.configure(configuration("ab", "ab"))
    heard(waiting, ("a", announcement(A, "ab", holds="x")), ("b", announcement(B, "ab")))
    effects = waiting.configure(configuration("a"))
    assert [type(effect) for effect in effects] == [Installed, Send]
    assert [type(message) for message in sent(effects)] == [Acknowledgment]  # it has spoken


def test_a_configuration_of_the_member_alone_completes_by_its_own_words() -> None:
    single = session(A, "x")
    effects = own(single, single.configure(configuration("a", "a")))
    (completed,) = (effect for effect in effects if isinstance(effect, Completed))
    assert list(completed.result.data.values()) == ["x"]


@pytest.mark.parametrize(
    ("members", "joined", "why"),
    [
        ("bc", "bc", "does not contain it"),
        ("ab", "", "not fewer"),
        ("a", "", None),
        ("abc", "", "not fewer"),
        ("ac", "", "not fewer"),
        ("ab", "b", None),  # b has been elsewhere in between
    ],
)
def test_a_configuration_that_cannot_follow_is_refused(
    members: str, joined: str, why: str | None
) -> None:
    now = session(A)
    now.configure(configuration("ab", "ab"))
    if why is None:
        now.configure(configuration(members, joined))
    else:
        with pytest.raises(ProtocolError, match=why):
            now.configure(configuration(members, joined))


def test_a_first_configuration_with_old_members_is_refused() -> None:
    with pytest.raises(ProtocolError, match="not new"):
        session(A).configure(configuration("ab", "a"))


# -- updates ------------------------------------------------------------------------------------


def test_an_update_of_a_settled_member_goes_out_and_is_accepted_when_it_comes() -> None:
    single = alone()
    (effect,) = single.update((b"1", b"2"))
    update = Update(A, (b"1", b"2"))
    assert effect == Send(update)
    assert not single.may_update
    assert heard(single, ("a", update)) == [Accepted(update)]
    assert single.may_update


def test_one_update_at_a_time_is_on_its_way() -> None:
    single = alone()
    single.update((b"1",))
    with pytest.raises(ProtocolError, match="on its way"):
        single.update((b"2",))


def test_an_update_waits_until_the_exchange_is_complete() -> None:
    waiting = session(A, "x")
    assert waiting.update((b"1",)) == []
    effects = own(waiting, waiting.configure(configuration("a", "a")))
    kinds = [type(effect) for effect in effects if isinstance(effect, (Completed, Accepted))]
    assert kinds == [Completed, Accepted]


def test_an_update_that_comes_while_a_view_is_pending_is_ignored_and_sent_again_once() -> None:
    single = alone()
    (effect,) = single.update((b"1",))
    assert isinstance(effect, Send)
    announced = single.configure(configuration("ab", "b"))
    assert heard(single, ("a", effect.message)) == []
    ours = heard(single, ("b", announcement(B, "ab"))) + own(single, announced)
    assert not any(isinstance(message, Update) for message in sent(ours))
    view = single.member.view
    assert view is not None
    effects = heard(single, ("b", Acknowledgment(B, view.id, view.id)))
    assert [type(effect) for effect in effects] == [Completed, Send]
    assert sent(effects) == [effect.message]
    assert heard(single, ("a", effect.message)) == [Accepted(Update(A, (b"1",)))]


def test_an_update_is_not_sent_while_the_configuration_closes() -> None:
    pair = alone()
    pair.block()
    assert pair.update((b"1",)) == []
    own(pair, pair.configure(configuration("ab", "b")))
    effects = own(pair, pair.configure(configuration("a")))
    assert [type(effect) for effect in effects if isinstance(effect, Accepted)] == [Accepted]


def test_an_update_of_an_earlier_life_or_a_stranger_is_ignored() -> None:
    single = alone()
    assert heard(single, ("a", Update(MemberId("a", "0"), (b"1",)))) == []
    assert heard(single, ("b", Update(B, (b"1",)))) == []
