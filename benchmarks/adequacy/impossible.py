"""What no service that keeps its promises and no right member can give must be refused.

`impl.core` says so of a member's and a session's inputs, each where the input is described. A
service that keeps its promises never shows whether it is so; hence these inputs, each wrong in one
thing. Beside them are some that look wrong and can come (`impl.core.session`): what an earlier life
of a member had sent, or a request that was left. They must have no effect.

Epochs are large, for small numbers are one object in Python.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from impl.core import (
    Accepted,
    Acknowledgment,
    Announcement,
    Configuration,
    Data,
    Member,
    MemberId,
    ProtocolError,
    Request,
    Send,
    Session,
    Step,
    Subgroup,
    Update,
    View,
    ViewId,
)

A, B, C, D = (MemberId(name, "2") for name in "abcd")
EARLIER, LATER = "1", "3"
"""Other lives."""
EPOCH = 1000

Case = tuple[str, Callable[[], object]]
"""What is given, and how."""


def faults() -> Iterator[str]:
    """What is accepted and must not be, or has an effect and must have none, a sentence each."""
    for cases in (_views, _first_views, _messages, _configurations, _announcements):
        for what, give in cases():
            try:
                give()
            except ProtocolError:
                continue
            yield f"{what} is not refused"
    yield from _effects()


# -- a member's inputs ----------------------------------------------------------------------------


def _group(*members: MemberId, bears_data: bool = True) -> Subgroup:
    return Subgroup("".join(m.name for m in members), frozenset(members), bears_data)


def _request(epoch: int, *groups: Subgroup, tag: str = "r") -> View:
    identity = ViewId(epoch, tag)
    members = frozenset(member for group in groups for member in group.members)
    return View(identity, Request(identity, groups), members)


def _round(request: View, epoch: int, *members: MemberId, tag: str = "s") -> View:
    return View(ViewId(epoch, tag), request.request, frozenset(members))


FIRST = _request(EPOCH, _group(A, B), _group(C))
SECOND = _round(FIRST, EPOCH + 2, A, B)


def _member(*views: View) -> Member[str]:
    member: Member[str] = Member(A)
    for view in views:
        member.install(view, lambda: "data of a")
    return member


def _views() -> Iterator[Case]:
    """Views that cannot follow, by why."""

    def after(what: str, view: View, *before: View) -> Case:
        return what, lambda: _member(*(before or (FIRST, SECOND))).install(view, lambda: "")

    yield after("a view without the member", _round(FIRST, EPOCH + 3, B))
    yield after("the present view", SECOND)
    yield after("the request's first view", FIRST)
    yield after("another view with the name of the first", _request(EPOCH, _group(A)))
    for epoch in (EPOCH - 1, EPOCH + 9):
        other = _request(epoch, _group(A, B), tag="other")
        yield after("a round of another request", _round(other, EPOCH + 9, A, tag="t"))
    for epoch in (EPOCH + 1, int(f"{EPOCH + 2}")):
        yield after("a round that is no later", _round(FIRST, epoch, A, tag="t"))
    yield after("a round with the same members", _round(FIRST, EPOCH + 3, A, B))
    yield after("a round with one who was gone", _round(FIRST, EPOCH + 3, A, C))
    yield after("a round with more members", _round(FIRST, EPOCH + 3, A, B, C))

    def too_early() -> None:
        member = _member(SECOND_ALONE := _request(EPOCH, _group(A), _group(B)))
        member.take(Step.TRANSMIT)
        member.take(Step.ACKNOWLEDGE)
        for sender in (A, B):
            member.deliver(_acknowledgment(sender, SECOND_ALONE))
        member.install(_round(SECOND_ALONE, EPOCH + 1, A))

    yield "a view before the completion that is due", too_early


def _first_views() -> Iterator[Case]:
    """Views of which the first is wrong already."""

    def first(what: str, view: View) -> Case:
        return what, lambda: Member[str](A).install(view, lambda: "")

    def of(*groups: Subgroup) -> View:
        return replace(FIRST, request=Request(FIRST.id, groups))

    yield first("a first view that goes on", SECOND)
    yield first("a member of no subgroup", of(_group(A, B)))
    yield first("a subgroup of no member", of(_group(A, B), _group(C, D)))
    yield first("another one than a member in a subgroup", of(_group(A, B), _group(D)))
    yield first("an empty subgroup", of(_group(A, B), _group(C), _group()))
    yield first("a member of two subgroups", of(_group(A, B), _group(B, C)))
    yield first("data where there is none", _request(EPOCH, _group(A, bears_data=False)))


def _acknowledgment(sender: MemberId, view: View) -> Acknowledgment:
    return Acknowledgment(sender, view.request.id, view.id)


def _messages() -> Iterator[Case]:
    """Messages that cannot come, by why."""

    def given(what: str, *messages: Data[str] | Acknowledgment) -> Iterator[Case]:
        def give() -> None:
            member = _member(FIRST, SECOND)
            for message in messages:
                member.deliver(message)

        yield what, give

    own = _acknowledgment(B, SECOND)
    yield "a message before the first view", lambda: Member[str](A).deliver(own)
    for view in (ViewId(EPOCH + 3, "a"), ViewId(EPOCH + 2, "a"), ViewId(EPOCH + 2, "z")):
        yield from given("an acknowledgment of a later view", replace(own, view=view))
        yield from given("data of a later view", Data(B, FIRST.id, view, ""))
    yield from given("an acknowledgment from one who is gone", _acknowledgment(C, SECOND))
    yield from given("data from one who is gone", Data(C, FIRST.id, SECOND.id, ""))
    yield from given("an acknowledgment twice", own, own)


# -- a session's inputs ---------------------------------------------------------------------------


def _session(me: MemberId) -> Session[str]:
    member: Member[str] = Member(me)
    return Session(member, me.name, bears_data=lambda: True, snapshot=lambda: "", subgroup="x")


def _configuration(members: str, joined: str = "") -> Configuration:
    return Configuration(tuple(members), frozenset(joined))


def _configurations() -> Iterator[Case]:
    """Configurations that cannot come, by why."""

    def of(what: str, *configurations: Configuration) -> Case:
        def give() -> None:
            session = _session(A)
            for configuration in configurations:
                session.configure(configuration)

        return what, give

    ab = _configuration("ab", "ab")
    yield of("a configuration without the member", _configuration("bc", "bc"))
    yield of("a first one of which some are not new", _configuration("ab", "a"))
    yield of("a first one to which others come than are there", _configuration("ab", "abc"))
    yield of("the same configuration", ab, _configuration("ab"))
    yield of("more members, none of them new", ab, _configuration("abc"))
    yield of("other members, none of them new", ab, _configuration("ac"))

    def second_update() -> None:
        session = _session(A)
        session.update(())
        session.update(())

    yield "an update before the one before is accepted", second_update


def _announcements() -> Iterator[Case]:
    """Announcements that cannot come, by why."""
    abc = _configuration("abc", "abc")

    def said(sender: MemberId, subgroup: str = "=x", *, bears_data: bool = True) -> Announcement:
        return Announcement(sender, 0, abc.name, EPOCH, subgroup, bears_data)

    def given(what: str, *given: tuple[str, Announcement]) -> Case:
        def give() -> None:
            session = _session(A)
            session.configure(abc)
            for sender, announcement in given:
                session.receive(sender, announcement)

        return what, give

    yield given("an announcement twice", ("b", said(B)), ("b", said(B)))
    yield given("an announcement of one who is not there", ("d", said(D)))
    yield given("one member with two addresses", ("a", said(A)), ("b", said(B)), ("c", said(B)))
    for bears in (True, False):
        others = ("b", said(B, bears_data=bears)), ("c", said(C, bears_data=not bears))
        yield given("one subgroup with data and without", ("a", said(A, "@a")), *others)


# -- what must have no effect ---------------------------------------------------------------------


def _complete() -> Session[str]:
    """A session of two that have completed their exchange."""
    sessions = {"a": _session(A), "b": _session(B)}
    sent: deque[tuple[str, Send[str]]] = deque()

    def note(address: str, effects: list[object]) -> None:
        sent.extend((address, effect) for effect in effects if isinstance(effect, Send))

    for address, session in sessions.items():
        note(address, [*session.configure(_configuration("ab", "ab"))])
    while sent:
        sender, effect = sent.popleft()
        for address, session in sessions.items():
            note(address, [*session.receive(sender, effect.message)])
    return sessions["a"]


def _effects() -> Iterator[str]:
    if _session(A).settled or not _session(A).pending:
        yield "a view is said to be established before the first configuration"
    member = _member(_request(EPOCH + 9, _group(A, B)), FIRST)
    state = {name: value for name, value in vars(member).items() if name != "stale"}
    member.deliver(Data(B, ViewId(EPOCH + 9, "r"), ViewId(EPOCH + 9, "r"), ""))
    if member.stale != 1 or member.received or not state.items() <= vars(member).items():
        yield "a message of a request that was left has an effect"
    for life in (EARLIER, LATER):
        session = _complete()
        view = session.member.view
        assert view is not None
        was = session.stale
        other = MemberId(B.name, life)
        if session.receive("b", Data(other, view.request.id, view.id, "")):
            yield "data of another life has an effect"
        if session.receive("b", _acknowledgment(other, view)) or session.stale != was + 2:
            yield "an acknowledgment of another life has an effect"
        if any(isinstance(e, Accepted) for e in session.receive("b", Update(other, (b"w",)))):
            yield "an update of another life is accepted"
        session.update((b"u",))
        if session.receive("a", Update(MemberId(A.name, life), (b"w",))) or session.may_update:
            yield "an update of another life of its own has an effect"
    for sender in ("0", "b"):
        session = _complete()
        session.update((b"u",))
        if session.receive(sender, Update(A, (b"w",))) or session.may_update:
            yield f"an update in its own name from {sender} has an effect"
