"""Moves of a service between members with sessions, which `director` makes of a trace's steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, assert_never

from traces.forced.knowledge import Words

CLOSING = ("exclude", "request")
"""The actions that form a view, and close the one before."""
ANNOUNCEMENT = 2
"""A third kind of message; its view is the one that it speaks to."""


class Message(NamedTuple):
    """A message: its kind, its sender, and the view in which it was sent."""

    kind: int
    sender: int
    view: int


@dataclass(frozen=True, slots=True)
class Form:
    """The service forms a configuration of these members, in ascending order.

    Attributes:
        left: members that are up and are left out (false suspicion).
    """

    view: int
    members: tuple[int, ...]
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Enter:
    """A member hears of its next configuration."""

    member: int
    view: int


@dataclass(frozen=True, slots=True)
class Place:
    """The first message of a member's queue is placed in the configuration that is open to it."""

    message: Message


@dataclass(frozen=True, slots=True)
class Deliver:
    """A member receives a message of its configuration, the one that was placed at this position,
    counted from 0."""

    member: int
    message: Message
    position: int


@dataclass(frozen=True, slots=True)
class Crash:
    """A member stops."""

    member: int


Move: TypeAlias = Form | Enter | Place | Deliver | Crash


def worded(move: Move, words: Words) -> str:
    """A move in a few words."""
    match move:
        case Form(view, _, _):
            return f"the configuration of {words.view(view)} is formed"
        case Enter(m, view):
            return f"{words.members[m]} enters {words.view(view)}"
        case Place(message):
            return f"{named(message, words)} is placed"
        case Deliver(m, message, _):
            return f"{words.members[m]} gets {named(message, words)}"
        case Crash(m):
            return f"{words.members[m]} is no more"
        case _:
            assert_never(move)


def named(message: Message, words: Words) -> str:
    """A message in a few words."""
    if message.kind == ANNOUNCEMENT:
        return f"the announcement of {words.members[message.sender]}"
    return words.message(*message)
