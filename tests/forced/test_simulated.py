"""Over the simulated network, members with sessions do what a trace says; else it is told where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.core import (
    Acknowledgment,
    Announcement,
    Data,
    Member,
    ProtocolError,
    Session,
    Subgroup,
    View,
)
from impl.core import session as sessions
from model.lang import ScopeError
from model.protocol import Delivery
from tests.forced.made import script, to_the_end
from traces.forced.simulated import on_simulated
from traces.run import Run

RUN = Run("2+1", 1)
MERGED = to_the_end(RUN, "install(a1, v0)")


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("total_order", [False, True])
def test_a_joiner_comes_in_the_middle_of_an_exchange_and_its_group_loses_a_member(
    delivery: Delivery, total_order: bool
) -> None:
    run = Run("1+1,1j", 1, delivery=delivery, total_order=total_order)
    flushed = ("order(data, a1, v0, v0)", "order(ack, a1, v0, v0)")
    trace = to_the_end(
        run, "install(a1, v0)", *flushed, "request(v0, v1, r1)", "deliver(a1, data, a1, v0)",
        "deliver(a1, ack, a1, v0)", "install(b1, v0)", "deliver(b1, data, a1, v0)",
        "deliver(b1, ack, a1, v0)", "install(c1, v1)", "crash(b1)",
    )  # fmt: skip
    forced = on_simulated(run, trace)
    assert forced.difference is None
    assert len(forced.taken) == forced.steps == len(trace)
    assert forced.compared > 20


def test_what_is_due_at_the_end_of_a_trace_is_taken_too() -> None:
    trace = script(RUN, "install(a1, v0)", eager=False)
    forced = on_simulated(RUN, trace)
    assert forced.difference is None
    assert [taken.step for taken in forced.taken] == [
        "install(a1, v0)", "transmit(a1, v0)", "acknowledge(a1, v0)",
    ]  # fmt: skip


def test_it_is_told_what_was_done_for_each_step() -> None:
    trace = script(RUN, "install(a1, v0)", "order(data, a1, v0, v0)", "deliver(a1, data, a1, v0)",
                   "crash(b1)", "exclude(v0, v1)", "install(a1, v1)")  # fmt: skip
    done = [text for taken in on_simulated(RUN, trace).taken for text in taken.done]
    assert done == [
        "a1 gets the announcement of a1", "a1 gets the announcement of a2",
        "a1 gets the announcement of b1", "the data of a1 in v0 is placed",
        "a1 gets the data of a1 in v0", "b1 is no more", "the configuration of v1 is formed",
        "a1 enters v1",
    ]  # fmt: skip


class Mumbles(Member[bytes]):
    """It says less than it holds."""

    def take(self, step):
        outcome = super().take(step)
        return replace(outcome, content=b"") if isinstance(outcome, Data) else outcome


class Babbles(Member[bytes]):
    """It says what nobody holds."""

    def take(self, step):
        outcome = super().take(step)
        return replace(outcome, content=b"X") if isinstance(outcome, Data) else outcome


class Overlooks(Member[bytes]):
    """It does not take in the data of others."""

    def _receive(self, group: Subgroup, content: bytes) -> None:
        if self.me in group.members:
            super()._receive(group, content)


class Refuses(Member[bytes]):
    """It takes no data."""

    def deliver(self, message: Data[bytes] | Acknowledgment) -> None:
        if isinstance(message, Data):
            raise ProtocolError("what is this?")
        super().deliver(message)


class Hesitates(Member[bytes]):
    """It never completes."""

    def _may_complete(self, view: View) -> bool:
        return False


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (Mumbles, "a1 differs in what waits in its queue: the data of a1 in v0: nothing in the "
         "implementation, the data of a1 in v0: A by the specification"),
        (Babbles, "a1 differs in what waits in its queue: the data of a1 in v0: something else in "
         "the implementation, the data of a1 in v0: A by the specification"),
        (Overlooks, "a1 differs in whose subgroups' data it has received: a1 a2 in the "
         "implementation, a1 a2 b1 by the specification"),
        (Refuses, "a1 differs in what it takes: refused (what is this?) in the implementation, "
         "taken by the specification"),
        (Hesitates, "a1 differs in whether it has completed: no in the implementation, yes by the "
         "specification"),
    ],
)  # fmt: skip
def test_the_first_difference_is_told_with_both_values(
    wrong: type[Member[bytes]], text: str
) -> None:
    difference = on_simulated(RUN, MERGED, wrong).difference
    assert difference is not None
    assert difference.text == text


def test_subgroups_that_sessions_work_out_wrongly_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_in_one(announcements: list[Announcement]) -> tuple[Subgroup, ...]:
        return (Subgroup("all", frozenset(said.sender for said in announcements), True),)

    monkeypatch.setattr(sessions, "_subgroups", all_in_one)
    difference = on_simulated(RUN, MERGED).difference
    assert difference is not None
    assert difference.text == (
        "a1 differs in the subgroups of v0: a1 a2 b1 in the implementation, a1 a2 | b1 by the "
        "specification"
    )


def test_a_view_that_sessions_name_differently_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each calls it by something of its own."""
    real = Session._go_on

    def go_on(self, configuration, effects) -> None:
        real(self, configuration, effects)
        view = self.member.view
        tag = view.id.tag + self.member.me.name
        self.member.view = replace(view, id=view.id._replace(tag=tag))

    monkeypatch.setattr(Session, "_go_on", go_on)
    trace = to_the_end(RUN, "crash(b1)", "exclude(v0, v1)")
    difference = on_simulated(RUN, trace).difference
    assert difference is not None
    assert difference.variable in ("the view that it is in", "what waits in its queue")


def test_a_session_that_says_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Session._act

    def act(self, effects) -> None:
        real(self, effects)
        effects += [effect for effect in effects[-1:] if self.member.acknowledged]

    monkeypatch.setattr(Session, "_act", act)
    difference = on_simulated(RUN, MERGED).difference
    assert difference is not None
    assert difference.text == (
        "a1 differs in what waits in its queue: the acknowledgment of a1 in v0 in the "
        "implementation, nothing by the specification"
    )


def test_a_session_that_announces_itself_too_late_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "_announce", lambda self, configuration, effects: None)
    difference = on_simulated(RUN, MERGED).difference
    assert difference is not None
    assert difference.step == 0
    assert difference.text == (
        "a1 differs in the next message that it has sent: nothing in the implementation, the "
        "announcement of a1 by the specification"
    )


def test_names_that_are_not_in_the_specifications_order_are_refused() -> None:
    """a10 is before a2, where names are compared."""
    run = Run("10", 0)
    with pytest.raises(ScopeError, match="take fewer"):
        on_simulated(run, script(run))
