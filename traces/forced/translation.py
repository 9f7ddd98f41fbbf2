"""What members with sessions say and hold, in the specification's numbers.

A view's name is made up by the members, so it is learned when a member has installed the view that
the trace says, and from then on it stands for that one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from impl.core import Acknowledgment, Announcement, Data, MemberId, View, ViewId
from impl.transports.simulated.world import SEPARATOR
from traces.forced.knowledge import ACK, DATA, STRANGE, Words
from traces.forced.moves import ANNOUNCEMENT
from traces.lockstep.facts import NONE


class Said(NamedTuple):
    """A message: what kind, whose, of which view and request, and the data in it, as bits.

    Of an announcement only the sender is looked at.
    """

    kind: int
    sender: int
    view: int = NONE
    request: int = NONE
    content: int = NONE


class Translation:
    """From the implementation to the specification.

    Args:
        words: the specification's names.
        number: which members its members are.
    """

    def __init__(self, words: Words, number: Mapping[MemberId, int]) -> None:
        self._words, self._number = words, number
        self._data = {name.encode(): 1 << d for d, name in enumerate(words.data)}
        self._else = 1 << len(words.data)
        self._views: dict[ViewId, int] = {}

    def learn(self, view: View, v: int) -> None:
        """A view has been installed where the trace installs v, so it is v, if neither is known."""
        if view.id not in self._views and v not in self._views.values():
            self._views[view.id] = v

    def view(self, view: ViewId) -> int:
        """The number of a view, STRANGE if it is none of those that were met."""
        return self._views.get(view, STRANGE)

    def member(self, member: MemberId) -> int:
        """The number of a member."""
        return self._number[member]

    def members(self, members: Iterable[MemberId]) -> int:
        """Members as bits."""
        return sum(1 << self._number[member] for member in members)

    def content(self, content: bytes) -> int:
        """What a message carries, as bits."""
        return self.words(content.split(SEPARATOR) if content else ())

    def words(self, words: Iterable[bytes]) -> int:
        """What a member holds, as bits; one more for all that the specification does not have."""
        bits = 0
        for word in words:
            bits |= self._data.get(word, self._else)
        return bits

    def said(self, message: object) -> Said:
        """A message."""
        match message:
            case Data(sender, request, view, content):
                held = self.content(content)
                return Said(DATA, self.member(sender), self.view(view), self.view(request), held)
            case Acknowledgment(sender, request, view):
                return Said(ACK, self.member(sender), self.view(view), self.view(request))
            case Announcement(sender=sender):
                return Said(ANNOUNCEMENT, self.member(sender))
            case _:
                raise TypeError(f"{type(message).__name__} is no message of an exchange")

    def worded(self, said: Said | None) -> str:
        """A message in words."""
        if said is None:
            return "nothing"
        if said.kind == ANNOUNCEMENT:
            return f"the announcement of {self._words.members[said.sender]}"
        text = self._words.message(said.kind, said.sender, said.view)
        if said.request != said.view:
            text += f" (request {self._words.view(said.request)})"
        return text if said.kind == ACK else f"{text}: {self._words.content(said.content)}"
