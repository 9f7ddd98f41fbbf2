"""What a sequence diagram shows: plain values, of which nothing says how they are drawn.

Time runs downwards, a row for each state; a lane is a member's life. Places are numbers of rows
and of lanes, from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

MessageKind = Literal["data", "ack"]


class Sign(Enum):
    """What happens to a member in a row; the value is its name in a drawing."""

    INSTALL = "install"
    TRANSMIT = "transmit"
    ACKNOWLEDGE = "acknowledge"
    PLACED = "placed"
    COMPLETE = "complete"
    CRASH = "crash"
    SUSPECT = "suspect"


@dataclass(frozen=True)
class Lane:
    """A member.

    Attributes:
        name: of the member.
        brings: the data with which it arrives; empty if it has none.
        first: the row in which it first belongs to the group; None if it never does.
        last: the row in which it crashes; None if it stays up.
    """

    name: str
    brings: str
    first: int | None
    last: int | None


@dataclass(frozen=True)
class Row:
    """A state, and the step that led to it.

    Attributes:
        number: of the row.
        step: the step, as text; of the first row that there is none.
        changes: what the step changed, each as text: `+ p(a)`, `- p(a)` or `f(a): x → y`.
        view: the view that the step formed, with its members; empty if none.
    """

    number: int
    step: str
    changes: tuple[str, ...]
    view: str = ""


@dataclass(frozen=True)
class Band:
    """The rows, both included, in which a view is the last one that a member has installed."""

    lane: int
    view: int
    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Mark:
    """Something that a member does, or that happens to it, in a row."""

    row: int
    lane: int
    sign: Sign
    label: str


@dataclass(frozen=True)
class Arrow:
    """A delivery of a message: from where it was sent to where it arrived.

    Invariant: `sent < delivered`.
    """

    kind: MessageKind
    view: str
    sender: int
    sent: int
    receiver: int
    delivered: int


@dataclass(frozen=True)
class Loop:
    """How a behaviour goes on for ever.

    Attributes:
        row: the last one, from which it goes back.
        back_to: the row whose state follows; the same row if it rests there.
    """

    row: int
    back_to: int


@dataclass(frozen=True)
class Diagram:
    """A trace, to be seen.

    Attributes:
        title: what it is, in a line.
        verdict: what is wrong at its end, in a line; empty if nothing is.
    """

    title: str
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    loop: Loop | None = None
    verdict: str = ""
