"""The implementation's side: a member of `impl.core`, as values that can be compared and kept.

A member is a state machine, so all that it does follows from its state and its input. `Machine`
keeps each state once, with a number, and each outcome of an input once; what a member does in
millions of transitions of the specification is then looked up. Nothing of a member's state is left
out but its counters of what was dropped, so that no difference is hidden by it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from impl.core import (
    Acknowledgment,
    Data,
    Member,
    MemberId,
    ProtocolError,
    Result,
    Step,
    View,
)

Content = frozenset[int]
"""What a member holds: data of the specification, by number."""

COUNTERS = ("stale", "duplicates")


@dataclass(frozen=True)
class Outcome:
    """What came of an input.

    Attributes:
        state: the number of the state that the member is in then.
        message: what it sends, or None.
        merged: what it has completed with, or None.
        refused: why it does not accept the input, "" if it does.
    """

    state: int
    message: Data[Content] | Acknowledgment | None = None
    merged: Content | None = None
    refused: str = ""


@dataclass(frozen=True)
class Held:
    """What the member would say; as `Member.install` takes it, but comparable."""

    content: Content

    def __call__(self) -> Content:
        return self.content


@dataclass(frozen=True)
class Install:
    """Input: a view, and what the member holds, if it holds anything."""

    view: View
    held: Content


@dataclass(frozen=True)
class Deliver:
    """Input: a message."""

    message: Data[Content] | Acknowledgment


@dataclass(frozen=True)
class Block:
    """Input: the view is about to close."""


@dataclass(frozen=True)
class Take:
    """A step that the member is to take."""

    step: Step


Input = Install | Deliver | Block | Take


class Machine:
    """All states of one member that were met.

    Args:
        me: the member.
        make_member: its rules.
    """

    def __init__(
        self, me: MemberId, make_member: Callable[[MemberId], Member[Content]] = Member
    ) -> None:
        self.me = me
        self._numbers: dict[Hashable, int] = {}
        self._members: list[Member[Content]] = []
        self._inputs: dict[Input, int] = {}
        self._given: list[Input] = []
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self.start = self._number(make_member(me))

    def __len__(self) -> int:
        return len(self._members)

    def member(self, state: int) -> Member[Content]:
        """The member in this state; not to be changed."""
        return self._members[state]

    def given(self, number: int) -> Input:
        """The input of this number."""
        return self._given[number]

    def transitions(self) -> list[tuple[int, int, int]]:
        """What it was given in which states, and the state after: what a walk has asked for."""
        return [(s, given, o.state) for (s, given), o in self._outcomes.items() if not o.refused]

    def due(self, state: int) -> tuple[Step, ...]:
        """The steps that it may take."""
        return self._members[state].due()

    def input(self, given: Input) -> int:
        """The number of an input."""
        number = self._inputs.setdefault(given, len(self._given))
        if number == len(self._given):
            self._given.append(given)
        return number

    def after(self, state: int, number: int) -> Outcome:
        """What comes of an input, by its number."""
        outcome = self._outcomes.get((state, number))
        if outcome is None:
            outcome = self._run(state, self._given[number])
            self._outcomes[state, number] = outcome
        return outcome

    def _run(self, state: int, given: Input) -> Outcome:
        member = _copied(self._members[state])
        message: Data[Content] | Acknowledgment | None = None
        merged: Content | None = None
        try:
            match given:
                case Install(view, held):
                    member.install(view, Held(held) if held else None)
                case Deliver(delivered):
                    member.deliver(delivered)
                case Block():
                    member.block()
                case Take(step):
                    match member.take(step):
                        case Result() as result:
                            merged = frozenset().union(*result.data.values())
                        case sent:
                            message = sent
        except ProtocolError as error:
            return Outcome(state, refused=str(error))
        return Outcome(self._number(member), message, merged)

    def _number(self, member: Member[Content]) -> int:
        key = _frozen({k: v for k, v in vars(member).items() if k not in COUNTERS})
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._members)
            self._members.append(member)
        return number


def _copied(member: Member[Content]) -> Member[Content]:
    """A member that can be changed without changing this one."""
    other = copy.copy(member)
    for name, value in vars(member).items():
        if isinstance(value, dict | set | list):
            setattr(other, name, copy.copy(value))
    return other


def _frozen(value: Any) -> Hashable:
    """A value that is equal if the state is."""
    if isinstance(value, dict):
        return frozenset((_frozen(k), _frozen(v)) for k, v in value.items())
    if isinstance(value, set | frozenset):
        return frozenset(map(_frozen, value))
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Hashable):
        return value
    raise TypeError(f"{type(value).__name__} cannot be part of a member's state here")
