"""What a session asks for: messages to be sent, and what the application is to hear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from impl.core.values import Acknowledgment, Announcement, Data, Result, Update, View

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Send(Generic[D]):
    """Effect: multicast this, after all that was given to be sent before."""

    message: Announcement | Data[D] | Acknowledgment | Update


@dataclass(frozen=True, slots=True)
class Installed:
    """Effect: the application may hear of a new view."""

    view: View


@dataclass(frozen=True, slots=True)
class Completed(Generic[D]):
    """Effect: the exchange is complete, here is the data."""

    result: Result[D]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Effect: an update applies to the data that all members hold."""

    update: Update


Effect = Send[D] | Installed | Completed[D] | Accepted
Message = Announcement | Data[D] | Acknowledgment | Update
Observer = Callable[[str, "View | Data[D] | Acknowledgment | Result[D]"], None]
"""Hears of every step: the name of the specification's action, and what it is about."""
