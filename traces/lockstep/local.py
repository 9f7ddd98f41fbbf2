"""The implementation's side: a member of `impl.core`, as values that can be compared and kept.

A member is a state machine, so all that it does follows from its state and its input. `Machine`
keeps each state once, with a number, and each outcome of an input once; what a member does in
millions of transitions of the specification is then looked up. Nothing of a member's state is left
out but its counters of what was dropped, so that no difference is hidden by it. Of those it is
compared what each input adds.
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
    ViewId,
)

Content = frozenset[int]
"""What a member holds: data of the specification, by number."""

COUNTERS = ("stale", "duplicates")
NOTHING = (0, 0)
"""What has no effect on the counters."""
_BEFORE = 7  # what they have before an input: any number will do that no input sets them to


@dataclass(frozen=True)
class Brought:
    """What a request brought: a `Result`, with each subgroup as its members.

    Attributes:
        request, view: which one, and in which view it was completed.
        data: by subgroup.
        lost: subgroups that bore data, and nobody's was received.
    """

    request: ViewId
    view: ViewId
    data: tuple[tuple[frozenset[MemberId], Content], ...]
    lost: tuple[frozenset[MemberId], ...]

    @property
    def merged(self) -> Content:
        """All the data."""
        return frozenset().union(*(content for _, content in self.data))

    def __str__(self) -> str:
        data = [f"{set(content)} of {_listed(group)}" for group, content in self.data]
        lost = [_listed(group) for group in self.lost]
        of = f"in view {self.view.epoch} of request {self.request.epoch}"
        return f"{', '.join(data) or 'nothing'} {of}, lost {', '.join(lost) or 'nothing'}"


def _listed(members: frozenset[MemberId]) -> str:
    return "+".join(member.name for member in sorted(members))


@dataclass(frozen=True)
class Outcome:
    """What came of an input.

    Attributes:
        state: the number of the state that the member is in then.
        message: what it sends, or None.
        brought: what it has completed with, or None.
        counted: what was added to each of its counters.
        refused: why it does not accept the input, "" if it does.
    """

    state: int
    message: Data[Content] | Acknowledgment | None = None
    brought: Brought | None = None
    counted: tuple[int, ...] = NOTHING
    refused: str = ""

    @property
    def merged(self) -> Content | None:
        """All the data that it has completed with, or None."""
        return None if self.brought is None else self.brought.merged


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

    @property
    def has_counted(self) -> bool:
        """Whether it begins with messages dropped, before there was one."""
        return _counters(self._members[self.start]) != NOTHING

    def given(self, number: int) -> Input:
        """The input of this number."""
        return self._given[number]

    def transitions(self) -> list[tuple[int, int, int]]:
        """What it was given in which states, and the state after: what a walk has asked for."""
        return [(s, given, o.state) for (s, given), o in self._outcomes.items() if not o.refused]

    def due(self, state: int) -> tuple[Step, ...]:
        """The steps that it may take."""
        return self._members[state].due()

    def undue(self, state: int) -> tuple[Step, ...]:
        """The steps that are not due, and that it takes nevertheless when it is told to."""
        rest = (step for step in Step if step not in self.due(state))
        return tuple(step for step in rest if not self._run(state, Take(step)).refused)

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
        for name in COUNTERS:
            setattr(member, name, _BEFORE)
        message: Data[Content] | Acknowledgment | None = None
        brought: Brought | None = None
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
                            brought = _brought(result)
                        case sent:
                            message = sent
        except ProtocolError as error:
            return Outcome(state, refused=str(error))
        added = tuple(count - _BEFORE for count in _counters(member))
        return Outcome(self._number(member), message, brought, added)

    def _number(self, member: Member[Content]) -> int:
        key = _frozen({k: v for k, v in vars(member).items() if k not in COUNTERS})
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._members)
            self._members.append(member)
        return number


def _counters(member: Member[Content]) -> tuple[int, ...]:
    return tuple(getattr(member, name) for name in COUNTERS)


def _brought(result: Result[Content]) -> Brought:
    data = tuple((group.members, content) for group, content in result.data.items())
    lost = tuple(group.members for group in result.lost)
    return Brought(result.request.id, result.view, data, lost)


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
