"""A member of the exchange (R1–R5, R7, R8, R11, R12), in the steps of the specification.

Its inputs are a view (`install`), a message (`deliver`), and, from services that deliver in the
sending view, that its view is about to close (`block`). What it then has to do is `due`; `take`
does it and gives what comes of it: a message for everyone, or the result. A driver takes what is
due at once; whoever compares with the specification may take steps in any order that it allows.

Rules:

- A view that starts a request clears the indicator. Data of the member's own subgroup sets it, and
  so does sending it: a message that waits in the own queue is lost only with its sender (E4).
- In a round, the leader of a subgroup that bears data speaks if the indicator is clear; whoever
  has nothing to say, or has said it, acknowledges; with everyone's acknowledgment of *this* round
  the member completes. A view in which members are gone is the next round.
- What belongs to an earlier request, and acknowledgments of an earlier round, are dropped and
  counted. What no right member or service can give is a `ProtocolError`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar

from impl.core.policy import Policy, lowest_name
from impl.core.values import Acknowledgment, Data, MemberId, ProtocolError, Result, Subgroup, View

D = TypeVar("D")


class Step(Enum):
    """What a member does of its own accord; the value is the specification's action."""

    TRANSMIT = "transmit"
    ACKNOWLEDGE = "acknowledge"
    COMPLETE = "complete"


class Member(Generic[D]):
    """One member's part of the exchange.

    Args:
        me: who it is.
        policy: who leads a subgroup (R8).
    """

    def __init__(self, me: MemberId, policy: Policy = lowest_name) -> None:
        self.me = me
        self.policy = policy

        self.view: View | None = None
        """The view installed last."""
        self.held: Callable[[], D] | None = None
        """What the member held when the request reached it; None for nothing (R9)."""
        self.indicator = False
        """Invariant: while exchanging, set only if the subgroup's data was received or sent."""
        self.received: dict[Subgroup, D] = {}
        """Data received in this request, each subgroup's once."""
        self.completed = False
        """Whether this request is. Invariant: once true, true until the next request."""

        self.blocked = False
        """Nothing may be sent until the next view."""
        self.leads = False
        """Whether the member is the leader of its subgroup in this view (R1, R5)."""
        self.transmitted = False
        """In this round."""
        self.acknowledged = False
        """In this round. Invariant: only set if the member need not speak in it (R7)."""
        self.acknowledged_by: set[MemberId] = set()
        """Whose acknowledgments of this round have come: members of the view."""

        self.stale = 0
        """Messages dropped: of an earlier request, or acknowledgments of an earlier round."""
        self.duplicates = 0
        """Data of a subgroup whose data was received already: none, unless a member is wrong."""

    # -- inputs -------------------------------------------------------------------------------

    def install(self, view: View, held: Callable[[], D] | None = None) -> None:
        """The service tells of a view (R6): a request, or the next round of the running one.

        Args:
            view: the next one; the member has taken what was due, and got all messages, in the
                one before.
            held: gives what the member holds, called once if it has to speak; None if it holds
                nothing. Read only if the view starts a request.

        Raises:
            ProtocolError: the view cannot follow the present one.
        """
        self._check(view, held)
        self.view = view
        if view.starts_request:
            self.held = held
            self.received = {}
            self.completed = False
            self._clear_indicator()
        self.blocked = False
        self.leads = self._is_leader(view)
        self.transmitted = False
        self.acknowledged = False
        self._begin_round(view)

    def block(self) -> None:
        """The view is about to close: nothing that is sent now would be delivered in it (E4)."""
        self.blocked = True

    def deliver(self, message: Data[D] | Acknowledgment) -> None:
        """A message arrives (R3, R4).

        Raises:
            ProtocolError: it is of this request, but of a later round, or its sender is not in the
                view, or its sender acknowledges twice.
        """
        view = self.view
        if view is None:
            raise ProtocolError(f"{self.me} got {message} before its first view")
        if message.request != view.request.id:
            self.stale += 1
            return
        if message.view.epoch >= view.id.epoch and message.view != view.id:
            raise ProtocolError(f"{self.me} in view {view.id} got {message} of a later view")
        if message.sender not in view.members:
            raise ProtocolError(f"{self.me} in view {view.id} got {message} from no member of it")
        match message:
            case Data():
                self._receive(view.request.subgroup_of[message.sender], message.content)
            case Acknowledgment():
                self._count(message, view)

    # -- own steps ----------------------------------------------------------------------------

    def due(self) -> tuple[Step, ...]:
        """The steps that the member may take now; in a right one, never two at once."""
        if self.view is None or self.completed:
            return ()
        if not self.acknowledged and not self.blocked:
            return (Step.TRANSMIT if self._must_speak() else Step.ACKNOWLEDGE,)
        return (Step.COMPLETE,) if self._may_complete(self.view) else ()

    def take(self, step: Step) -> Data[D] | Acknowledgment | Result[D]:
        """Takes a step that is due.

        Returns:
            The message to send to everyone, or what the request brought.

        Raises:
            ProtocolError: the step is not due.
        """
        view = self.view
        if view is None or step not in self.due():
            raise ProtocolError(f"{self.me}: {step.value} is not due")
        match step:
            case Step.TRANSMIT:
                if self.held is None:
                    raise ProtocolError(f"{self.me} leads {self._own_group(view)}, but has no data")
                self.transmitted = True
                self._note_own_sending()
                return Data(self.me, view.request.id, view.id, self.held())
            case Step.ACKNOWLEDGE:
                self.acknowledged = True
                return Acknowledgment(self.me, view.request.id, view.id)
            case Step.COMPLETE:
                self.completed = True
                return self._result(view)

    # -- the rules, one each ------------------------------------------------------------------

    def _clear_indicator(self) -> None:
        """R3: a request clears it."""
        self.indicator = False

    def _note_own_sending(self) -> None:
        """E4: what waits in the own queue has been said."""
        self.indicator = True

    def _note_own_group(self) -> None:
        """R3: the own subgroup's data has been received."""
        self.indicator = True

    def _is_leader(self, view: View) -> bool:
        """R1, R5, R8: the leader is worked out from the members of this view."""
        return self.policy(self._own_group(view).members & view.members) == self.me

    def _must_speak(self) -> bool:
        """R2: the member leads, has data, and its subgroup has not been spoken for."""
        return self.leads and self.held is not None and not self.transmitted and not self.indicator

    def _begin_round(self, view: View) -> None:
        """R12: acknowledgments of earlier rounds do not count."""
        self.acknowledged_by = set()

    def _count(self, acknowledgment: Acknowledgment, view: View) -> None:
        """R4: an acknowledgment counts in its own round."""
        if acknowledgment.view != view.id:
            self.stale += 1
        elif acknowledgment.sender in self.acknowledged_by:
            raise ProtocolError(f"{self.me} got {acknowledgment} twice")
        else:
            self.acknowledged_by.add(acknowledgment.sender)

    def _may_complete(self, view: View) -> bool:
        """R4: everyone in the view has acknowledged. (Nobody else is ever counted.)"""
        return len(self.acknowledged_by) == len(view.members)

    def _must_complete(self, view: View) -> bool:
        """E2: whether the member has to complete before it may go on to the next view."""
        return not self.completed and self._may_complete(view)

    # -- the rest -----------------------------------------------------------------------------

    def _own_group(self, view: View) -> Subgroup:
        return view.request.subgroup_of[self.me]

    def _receive(self, group: Subgroup, content: D) -> None:
        """R11: a message speaks for its sender's subgroup, and each is heard once."""
        assert self.view is not None
        if group in self.received:
            self.duplicates += 1
        else:
            self.received[group] = content
        if group is self._own_group(self.view):
            self._note_own_group()

    def _result(self, view: View) -> Result[D]:
        groups = view.request.subgroups
        return Result(
            view.request,
            view.id,
            {group: self.received[group] for group in groups if group in self.received},
            tuple(group for group in groups if group.bears_data and group not in self.received),
        )

    def _check(self, view: View, held: Callable[[], D] | None) -> None:
        before = self.view
        problem = ""
        if self.me not in view.members:
            problem = "does not contain it"
        elif before is not None and view.id in (before.id, before.request.id):
            problem = "has been installed before"
        elif before is not None and self._must_complete(before):
            problem = "comes before it has completed the exchange, which it must"
        elif view.starts_request:
            groups = view.request.subgroups
            if set().union(*(group.members for group in groups)) != view.members or not all(
                group.members for group in groups
            ):
                problem = "has members of no subgroup, or subgroups of no member"
            elif sum(len(group.members) for group in groups) != len(view.members):
                problem = "has members of several subgroups"
            elif (held is not None) > self._own_group(view).bears_data:
                problem = "says that its subgroup has no data, but it has"
        elif before is None or before.request.id != view.request.id:
            problem = "goes on with a request that it is not in"
        elif view.id.epoch <= before.id.epoch:
            problem = f"comes after {before.id}"
        elif not view.members < before.members:
            problem = f"does not have fewer members than {before.id}"
        if problem:
            raise ProtocolError(f"view {view.id} of {self.me} {problem}")
