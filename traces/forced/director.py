"""The steps of a trace as moves of a service between members with sessions.

The specification's members are told of requests; a service tells of processes only, and sessions
(`impl.core.session`) work the requests out: in a request view every member announces itself, and
the view is established where all announcements have come. So a step of the trace is several moves,
or none:

- When a view is formed, its configuration is. Members enter that of a request view as soon as they
  have received all that comes before, and taken what is due (`rest`). What waits in their queues is
  placed then, being of an earlier request and of no effect, and their announcements behind it. When
  the trace installs the view, the announcements are delivered.
- The configuration of another view is entered when the trace installs the view.
- Messages are placed and delivered when the trace does it. Those of an earlier request came with
  the announcements already.
- The members' own steps need no move. A session takes them at once.

Sessions say of which subgroup they are by what they have completed. The specification says it by
what the view before has completed, which is the same as long as the protocol is right (`Announced`
of `model.protocol.properties`).

`Director` keeps the queues and configurations by the trace alone, whatever an implementation does.
It refuses what sessions over such a service cannot do, with the reason. (`eager` refuses members
that wait.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from traces.forced.knowledge import ACK, DATA, Formed, Words
from traces.forced.moves import (
    ANNOUNCEMENT,
    Crash,
    Deliver,
    Enter,
    Form,
    Message,
    Move,
    Place,
    named,
)
from traces.forced.result import Late, Unforceable

_NORMALISE = "--normalise moves steps earlier where that is a behaviour, too"
_CORE = "force it on members alone: --on core"


@dataclass
class _Room:
    """A view as the service has it.

    Attributes:
        is_request: whether its members announce themselves.
        formed: as the specification forms it.
        placed: its messages, in order.
        said: of which subgroup each member has said that it is.
    """

    members: tuple[int, ...]
    is_request: bool
    formed: Formed
    placed: list[Message] = field(default_factory=list)
    said: dict[int, tuple[str, int]] = field(default_factory=dict)


@dataclass
class _Place:
    """Where a member is.

    Attributes:
        queue: what it has sent and is not placed.
        view: whose configuration it has entered last, None before the first.
        ahead: those that it is to enter, in order.
        got: the positions of the messages of its view that it has received.
        subgroup: the name of what it holds, as its session has it.
        has_completed: the request of its view.
        is_alive: whether it has not crashed.
    """

    queue: deque[Message] = field(default_factory=deque)
    view: int | None = None
    ahead: deque[int] = field(default_factory=deque)
    got: set[int] = field(default_factory=set)
    subgroup: tuple[str, int] = ("", 0)
    has_completed: bool = False
    is_alive: bool = True


class Director:
    """Turns the steps of one trace into moves, one after the other.

    Args:
        words: for reasons.
        sending_view: the service delivers in the sending view, and tells everyone to be silent
            until they have entered the next configuration; only then it forms another.
        total_order: it delivers in one order.
    """

    def __init__(self, words: Words, *, sending_view: bool, total_order: bool) -> None:
        self._words = words
        self._sending_view, self._total_order = sending_view, total_order
        self._places = [_Place() for _ in words.members]
        self._rooms: dict[int, _Room] = {}
        self._early: set[Message] = set()
        """Messages that were placed with an announcement, being of an earlier request."""

    # -- what there is ------------------------------------------------------------------------

    def queue(self, m: int) -> Sequence[Message]:
        """What a member has sent and is not placed, by the trace."""
        return self._places[m].queue

    def is_request(self, view: int) -> bool:
        """Whether a view that was formed starts a request, so that its members announce it."""
        return self._rooms[view].is_request

    # -- steps --------------------------------------------------------------------------------

    def begin(self, formed: Formed) -> list[Move]:
        """The moves for the initial state.

        Args:
            formed: the first request view.
        """
        return self._form(0, formed, is_request=True)

    def moves(self, action: str, args: Sequence[int], formed: Formed | None) -> list[Move]:
        """The moves for the next step.

        Args:
            action: its name.
            args: its arguments.
            formed: the view that it forms, if it forms one.

        Raises:
            Unforceable: the service cannot do it. Then it is as if it had not been asked.
        """
        match action:
            case "order":
                return self._order(Message(*args[:3]))
            case "deliver":
                return self._deliver(args[0], Message(*args[1:4]))
            case "install":
                return self._install(args[0], args[1])
            case "crash":
                return self._crash(args[0])
            case "exclude" | "request":
                assert formed is not None
                self._check_close(args[0], args[1], formed)
                return self._form(args[1], formed, is_request=action == "request")
            case "transmit" | "acknowledge":
                kind = DATA if action == "transmit" else ACK
                self._places[args[0]].queue.append(Message(kind, args[0], args[1]))
                return []
            case "complete":
                self._places[args[0]].has_completed = True
                return []
            case "suspect":
                return []
            case _:
                raise Unforceable(
                    f"no service does {action}",
                    advice="force it on the specification's members: --on core",
                )

    def rest(self) -> list[Move]:
        """The moves when members have taken all steps that are due: who may come to a request view
        does."""
        return [move for m in range(len(self._places)) for move in self._announced(m)]

    # -- membership ---------------------------------------------------------------------------

    def _form(self, view: int, formed: Formed, *, is_request: bool) -> list[Move]:
        everyone = tuple(m for m in range(len(self._places)) if formed.members >> m & 1)
        before = {v for m in everyone for v in (self._places[m].view, *self._places[m].ahead)}
        left = {
            m: None
            for v in sorted(v for v in before if v is not None)
            for m in self._rooms[v].members
            if self._places[m].is_alive and m not in everyone
        }
        self._rooms[view] = _Room(everyone, is_request, formed)
        for m in everyone:
            place = self._places[m]
            place.ahead.append(view)
            if place.view is None:  # it is new, and of the subgroup with which it comes
                group = next(g for g in formed.subgroups if g >> m & 1)
                place.subgroup = ("origin", (group & -group).bit_length())
        return [Form(view, everyone, tuple(left))]

    def _announced(self, m: int) -> list[Move]:
        """Has a member enter a request view, if it may by now, and announce itself."""
        place = self._places[m]
        if not place.is_alive or not place.ahead or not self._has_all(place):
            return []
        before, view = place.view, place.ahead[0]
        room = self._rooms[view]
        if not room.is_request:
            return []
        self._enter(place)
        if place.has_completed and before is not None:
            place.subgroup = ("completed", before)
        place.has_completed = False
        room.said[m] = place.subgroup
        moves: list[Move] = [Enter(m, view)]
        self._early.update(place.queue)
        for message in (*place.queue, Message(ANNOUNCEMENT, m, view)):
            room.placed.append(message)
            moves.append(Place(message))
        place.queue.clear()
        return moves

    def _check_close(self, view: int, following: int, formed: Formed) -> None:
        """Whether the service can form the view that follows one."""
        room = self._rooms[view]
        for m in (m for m in room.members if self._places[m].is_alive):
            place = self._places[m]
            if view not in place.ahead:
                continue
            if room.is_request:
                raise self._unheard(m, view, f"{self._words.view(following)} is formed from it")
            if self._sending_view and formed.members >> m & 1:
                raise Late(
                    f"{self._words.view(following)} is formed while {self._words.members[m]} has "
                    f"not installed {self._words.view(view)}: a service that delivers in the "
                    "sending view has everybody enter a view before it forms the next",
                    advice=_NORMALISE, member=m, view=view, installed=True,
                )  # fmt: skip

    def _install(self, m: int, view: int) -> list[Move]:
        place, room = self._places[m], self._rooms[view]
        if not room.is_request:
            if not self._has_all(place):
                raise Unforceable(
                    f"{self._words.members[m]} installs {self._words.view(view)} before it has "
                    "all messages of the view before: every service here keeps E2",
                    advice=_CORE,
                )
            self._enter(place)
            return [Enter(m, view)]
        for other in (m, *room.members):
            if other not in room.said:
                raise self._unheard(other, view, f"{self._words.members[m]} installs it")
        self._check_subgroups(view, room)
        last = max(i for i, message in enumerate(room.placed) if message.kind == ANNOUNCEMENT)
        place.got.update(range(last + 1))
        return [Deliver(m, room.placed[i], i) for i in range(last + 1)]

    def _check_subgroups(self, view: int, room: _Room) -> None:
        """Whether what the members say of themselves makes the specification's subgroups."""
        groups: dict[tuple[str, int], int] = {}
        for m, subgroup in room.said.items():
            groups[subgroup] = groups.get(subgroup, 0) | 1 << m
        if frozenset(groups.values()) != room.formed.subgroups:
            found, wanted = (
                " | ".join(self._words.people(group) for group in sorted(each))
                for each in (groups.values(), room.formed.subgroups)
            )
            raise Unforceable(
                f"the subgroups of {self._words.view(view)} are {wanted} by the specification; "
                f"sessions, which go by what each member has completed, make them {found}",
                advice=_CORE,
            )

    def _crash(self, m: int) -> list[Move]:
        place = self._places[m]
        for view in place.ahead:
            if self._rooms[view].is_request:
                raise self._unheard(m, view, "it crashes")
        place.is_alive = False
        return [Crash(m)]

    def _enter(self, place: _Place) -> None:
        place.view = place.ahead.popleft()
        place.got = set()

    def _has_all(self, place: _Place) -> bool:
        """Whether a member has received all of the view that it is in."""
        return place.view is None or len(place.got) == len(self._rooms[place.view].placed)

    def _unheard(self, m: int, view: int, when: str) -> Late:
        name = self._words.members[m]
        return Late(
            f"{name} has not received all that comes before request view {self._words.view(view)} "
            f"when {when}: sessions establish a request view when all its members have announced "
            "themselves, which they do when they come to it",
            advice=_NORMALISE,
            member=m,
            view=view,
        )

    # -- messages -----------------------------------------------------------------------------

    def _order(self, message: Message) -> list[Move]:
        if message in self._early:
            return []
        place = self._places[message.sender]
        if not place.queue or place.queue[0] != message:
            raise Unforceable(
                f"{self._named(message)} is ordered before what its sender has sent earlier: every "
                "service here keeps E1",
                advice=_CORE,
            )
        place.queue.popleft()
        view = place.ahead[-1] if place.ahead else place.view
        assert view is not None
        self._rooms[view].placed.append(message)
        return [Place(message)]

    def _deliver(self, m: int, message: Message) -> list[Move]:
        if message in self._early:
            return []
        place, name = self._places[m], self._words.members[m]
        assert place.view is not None
        placed = self._rooms[place.view].placed
        position = placed.index(message)
        if position in place.got:  # it came with the announcements
            return []
        for before in range(position):
            if before in place.got:
                continue
            if placed[before].sender == message.sender:
                raise Unforceable(
                    f"{name} gets {self._named(message)} before what its sender has sent earlier: "
                    "every service here keeps E1",
                    advice=_CORE,
                )
            if self._total_order:
                raise Late(
                    f"{name} gets {self._named(message)} before {self._named(placed[before])}, "
                    "which was ordered first: this service delivers in one order (E5)",
                    advice=_NORMALISE,
                    member=m,
                    message=placed[before],
                )
        place.got.add(position)
        return [Deliver(m, message, position)]

    def _named(self, message: Message) -> str:
        return named(message, self._words)
