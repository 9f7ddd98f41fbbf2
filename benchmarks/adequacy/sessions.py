"""What a session promises of itself, held against all that it was given and asked for.

- It announces what is so: who it is, how many it has made before, to which membership, and the
  epoch of its last view (`impl.core.values.Announcement`).
- A view's epoch is greater than that of the round before, and than what those who joined said of
  theirs (`ViewId`); its members are those who announced themselves, or those of the round before
  that are still there.
- It counts what it drops: what came from an earlier life or configuration (`Session.stale`).
- What members are told, tell each other and hand to the application are values: nobody can change
  them (`impl.core.values`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from benchmarks.adequacy.told import Came, Told
from impl.core import (
    Acknowledgment,
    Address,
    Announcement,
    Completed,
    Configuration,
    Data,
    Installed,
    MemberId,
    Send,
    Session,
    View,
)


def unkept(world: Told) -> Iterator[str]:
    """The promises that are not kept in a world at rest, a sentence each."""
    for address, life in world.lives.items():
        walk = Walk(life.session)
        for entry in world.diaries[address]:
            for sentence in walk.take(entry):
                yield f"{address} {sentence}"
        delivered = sum(event["event"] == "deliver" for event in life.history)
        if not walk.pending and life.session.stale != walk.dropped + walk.messages - delivered:
            dropped = f"{walk.dropped} announcements and {walk.messages - delivered} messages"
            yield f"{address} has dropped {dropped}, and counted {life.session.stale}"
    yield from _changed(world)


class Walk:
    """One member's diary, from its start to its end.

    Args:
        session: whose it is; of it only the member's name is read.

    Attributes:
        pending: whether members are new of which no view has come.
        dropped: announcements that were none for a view to come.
        messages: data and acknowledgments that came.
    """

    def __init__(self, session: Session[bytes]) -> None:
        self.pending = True
        self.dropped = self.messages = 0
        self._me: MemberId = session.member.me
        self._configuration: Configuration | None = None
        self._view: View | None = None
        self._made = 0
        self._heard: dict[Address, Announcement] = {}

    def take(self, entry: object) -> Iterator[str]:
        """Goes on by an entry; says what is wrong with it."""
        match entry:
            case Configuration():
                self._configuration = entry
                self.pending = self.pending or bool(entry.joined)
                self._heard = {}
            case Came(sender, Announcement() as said):
                self._hear(sender, said)
            case Came(_, Data() | Acknowledgment()):
                self.messages += 1
            case Send(Announcement() as said):
                yield from self._announced(said)
            case Installed(view):
                yield from self._installed(view)
            case _:
                pass

    def _hear(self, sender: Address, said: Announcement) -> None:
        present = self._configuration
        if self.pending and present is not None and said.configuration == present.name:
            self._heard[sender] = said
        else:
            self.dropped += 1

    def _announced(self, said: Announcement) -> Iterator[str]:
        epoch = 0 if self._view is None else self._view.id.epoch
        to = "" if self._configuration is None else self._configuration.name
        if (said.sender, said.number, said.configuration, said.epoch) != (
            self._me, self._made, to, epoch,
        ):  # fmt: skip
            yield f"announces {said} after {self._made} others, in epoch {epoch}, to {to}"
        if not self.pending:
            yield f"announces {said} where nobody is new"
        self._made += 1

    def _installed(self, view: View) -> Iterator[str]:
        before, members = self._view, frozenset(said.sender for said in self._heard.values())
        least = max((said.epoch for said in self._heard.values()), default=0)
        if not view.starts_request:
            assert before is not None
            least, members = before.id.epoch, before.members
        if view.id.epoch <= least:
            yield f"installs {view.id}, and epoch {least} was there"
        if not view.members <= members or (view.starts_request and view.members != members):
            yield f"installs {view.id} of others than those that are there"
        self._view, self.pending = view, False


def _changed(world: Told) -> Iterator[str]:
    """Values that can be changed, one of each kind."""
    kinds: dict[type, Any] = {}
    for diary in world.diaries.values():
        for entry in diary:
            parts: list[object] = [entry]
            match entry:
                case Installed(view):
                    parts += [view, view.request, *view.request.subgroups]
                case Completed(result):
                    parts.append(result)
                case Came(_, message):
                    parts = [message]
                case _:
                    pass
            kinds.update((type(part), part) for part in parts)
    for kind, value in kinds.items():
        for field in fields(value):
            try:
                setattr(value, field.name, getattr(value, field.name))
            except AttributeError:
                continue
            yield f"{field.name} of {kind.__name__} can be changed"
