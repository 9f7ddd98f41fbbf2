"""What members are told, tell each other, and hand to the application. Values only.

The words are those of the specification (`model/protocol`): a member, a view, a request with its
subgroups, data, acknowledgments. `D` is what an application holds as group data; the core never
looks into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

D = TypeVar("D")


class ProtocolError(Exception):
    """An input that no service that keeps its promises, and no right member, can give."""


class MemberId(NamedTuple):
    """One life of a member. Ordered by name, then incarnation, so that it is unique (R8).

    Attributes:
        name: chosen by whoever starts the member.
        incarnation: drawn anew for each life, so that one that comes back is another member.
    """

    name: str
    incarnation: str

    def __str__(self) -> str:
        return f"{self.name}#{self.incarnation}"


class ViewId(NamedTuple):
    """A view's name.

    Attributes:
        epoch: greater than that of the round before, and than what those who joined said of theirs.
        tag: tells it from every other view.
    """

    epoch: int
    tag: str

    def __str__(self) -> str:
        return f"{self.epoch}.{self.tag}"


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Members that hold the same group data when a request starts.

    Attributes:
        name: what its members have in common: where their data comes from.
        members: at least one.
        bears_data: False for joiners, who hold nothing (R9).
    """

    name: str
    members: frozenset[MemberId]
    bears_data: bool

    def __str__(self) -> str:
        return "+".join(member.name for member in sorted(self.members))


@dataclass(frozen=True)
class Request:
    """What a request view starts: an exchange between subgroups (R9, R10).

    Attributes:
        id: that of its first view.
        subgroups: a partition of the members of its first view, by their lowest members.
    """

    id: ViewId
    subgroups: tuple[Subgroup, ...]

    @cached_property
    def subgroup_of(self) -> Mapping[MemberId, Subgroup]:
        """Each member's subgroup."""
        return {member: group for group in self.subgroups for member in group.members}


@dataclass(frozen=True)
class View:
    """A membership, as announced to all its members: a round of its request.

    Attributes:
        id: of this view.
        request: that it starts, if the ids are equal, or else goes on with.
        members: some of the request's members.
    """

    id: ViewId
    request: Request
    members: frozenset[MemberId]

    @property
    def starts_request(self) -> bool:
        return self.id == self.request.id


@dataclass(frozen=True, slots=True)
class Data(Generic[D]):
    """A subgroup's data, on behalf of all its members.

    Attributes:
        sender: whose subgroup it is.
        request: the exchange it belongs to.
        view: in which it was sent.
        content: the data.
    """

    sender: MemberId
    request: ViewId
    view: ViewId
    content: D


@dataclass(frozen=True, slots=True)
class Acknowledgment:
    """Its sender has nothing more to say in this round (R4, R7). Attributes as those of `Data`."""

    sender: MemberId
    request: ViewId
    view: ViewId


@dataclass(frozen=True)
class Result(Generic[D]):
    """What a request brought: the same for all that complete it.

    Attributes:
        request: which one.
        view: in which it was completed.
        data: by subgroup, in the order of the request.
        lost: subgroups that bore data, of which no member lived to transmit it.
    """

    request: Request
    view: ViewId
    data: Mapping[Subgroup, D]
    lost: tuple[Subgroup, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a member says of itself to members that are new.

    Attributes:
        sender: who it is.
        number: how many it has made before.
        configuration: the name of the membership that it speaks to.
        epoch: of its last view; 0 if it had none.
        subgroup: the name of what it holds.
        bears_data: whether it holds anything.
    """

    sender: MemberId
    number: int
    configuration: str
    epoch: int
    subgroup: str
    bears_data: bool


@dataclass(frozen=True, slots=True)
class Update:
    """What an application tells the group between exchanges."""

    sender: MemberId
    contents: tuple[bytes, ...]
