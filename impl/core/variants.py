"""Members that are wrong on purpose, each in one rule.

Tests, soaks and the gate use them to show that they would notice: a check that passes them all
proves nothing. Those that are variants of the specification too have its names; `highest-name` is
the one that is right. What a docstring says it is against is the evidence for that requirement.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from impl.core.member import Member, Step
from impl.core.policy import Policy, highest_name, lowest_name
from impl.core.values import Acknowledgment, MemberId, Subgroup, View

if TYPE_CHECKING:
    from collections.abc import Callable

D = TypeVar("D")


class IgnoresIndicator(Member[D]):
    """The leader does not consult the indicator (against R2)."""

    def _must_speak(self) -> bool:
        return self.leads and self.held is not None and not self.transmitted


class NeverCleared(Member[D]):
    """A request does not clear the indicator (against R3); who brings data begins with it set."""

    def _clear_indicator(self) -> None:
        self.indicator = self.indicator or (self._first and self.held is not None)
        self._first = False

    _first = True


class OnSendingOnly(Member[D]):
    """The indicator is set on sending only (against R3)."""

    def _note_own_group(self) -> None:
        pass


class OnReceiptOnly(Member[D]):
    """The indicator is set on receipt only: the letter of R3."""

    def _note_own_sending(self) -> None:
        pass


class AcknowledgmentsWithoutRound(Member[D]):
    """An acknowledgment counts in any round of its request (against R12).

    So a member may complete before it has acknowledged in a round. It must, before it goes on to
    the next view, only if all have acknowledged in this one.
    """

    def __init__(self, me: MemberId, policy: Policy = lowest_name) -> None:
        super().__init__(me, policy)
        self._in_this_round: set[MemberId] = set()

    def _begin_round(self, view: View) -> None:
        self._in_this_round = set()
        if view.starts_request:
            self.acknowledged_by = set()

    def _count(self, acknowledgment: Acknowledgment, view: View) -> None:
        self.acknowledged_by.add(acknowledgment.sender)
        if acknowledgment.view == view.id:
            self._in_this_round.add(acknowledgment.sender)
        else:
            self.stale += 1  # and yet it counts

    def _may_complete(self, view: View) -> bool:
        return self.acknowledged_by >= view.members

    def _must_complete(self, view: View) -> bool:
        return not self.completed and self._in_this_round == view.members

    def due(self) -> tuple[Step, ...]:
        steps = super().due()
        if self.view is None or self.completed or Step.COMPLETE in steps:
            return steps
        return (*steps, Step.COMPLETE) if self._may_complete(self.view) else steps


class AcknowledgesBeforeItTransmits(Member[D]):
    """A leader acknowledges before it transmits (against R7)."""

    def due(self) -> tuple[Step, ...]:
        if self.view is None or self.completed:
            return ()
        steps = []
        if not self.blocked and not self.acknowledged:
            steps.append(Step.ACKNOWLEDGE)
        elif not self.blocked and self._must_speak():
            steps.append(Step.TRANSMIT)
        if self._may_complete(self.view):
            steps.append(Step.COMPLETE)
        return tuple(steps)


class DoesNotWait(Member[D]):
    """A member processes without every acknowledgment (against R4)."""

    def due(self) -> tuple[Step, ...]:
        steps = super().due()
        if self.view is None or self.completed or Step.COMPLETE in steps:
            return steps
        return (*steps, Step.COMPLETE)


class LeaderOfRequest(Member[D]):
    """The leader is that of the request's first view (against R5)."""

    def _is_leader(self, view: View) -> bool:
        return self.policy(self._own_group(view).members) == self.me


class SharedKey(Member[D]):
    """All members have the same key, so all lead (against R8)."""

    def _is_leader(self, view: View) -> bool:
        return True


class NeverSpeaks(Member[D]):
    """It leaves it to others to speak, leader or not (against R1)."""

    def _must_speak(self) -> bool:
        return False


class GoesOnAlone(Member[D]):
    """It takes no notice that members are gone (against R6)."""

    def install(self, view: View, held: Callable[[], D] | None = None) -> None:
        if view.starts_request or self.view is None:
            super().install(view, held)
        else:
            self._check(view, held)
            self.view, self.blocked = view, False


class WaitsForJoiners(Member[D]):
    """It completes only with the data of all subgroups, also of those without (against R9)."""

    def _may_complete(self, view: View) -> bool:
        everyone = len(self.received) == len(view.request.subgroups)
        return everyone and super()._may_complete(view)


class KeepsToItsOwn(Member[D]):
    """It takes in the data of its own subgroup only (against R10)."""

    def _receive(self, group: Subgroup, content: D) -> None:
        assert self.view is not None
        if group is self._own_group(self.view):
            super()._receive(group, content)


class HearsAnyone(Member[D]):
    """Any subgroup's data sets its indicator (against R11)."""

    def _receive(self, group: Subgroup, content: D) -> None:
        super()._receive(group, content)
        self.indicator = True


VARIANTS: dict[str, Callable[[MemberId], Member[Any]]] = {
    "ignores-indicator": IgnoresIndicator,
    "indicator-never-cleared": NeverCleared,
    "indicator-on-sending-only": OnSendingOnly,
    "indicator-on-receipt-only": OnReceiptOnly,
    "acks-without-round": AcknowledgmentsWithoutRound,
    "ack-before-transmit": AcknowledgesBeforeItTransmits,
    "no-waiting": DoesNotWait,
    "leader-of-request": LeaderOfRequest,
    "highest-name": partial(Member, policy=highest_name),
    "shared-key": SharedKey,
    "never-speaks": NeverSpeaks,
    "goes-on-alone": GoesOnAlone,
    "waits-for-joiners": WaitsForJoiners,
    "keeps-to-its-own": KeepsToItsOwn,
    "hears-anyone": HearsAnyone,
}
"""How to make each, as `Session` takes it."""
