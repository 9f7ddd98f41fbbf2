"""Members of the exchange on a simulated network: a world in which everything is somebody's choice.

Each member holds a set of words, its group data; merging is union. What happens is recorded as the
events of `impl.log`, and as nothing but that: whoever judges a history sees what a file would show.
Events that start or complete a request also tell what the member holds (`holds`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from impl.core import (
    Accepted,
    Address,
    Completed,
    Effect,
    Installed,
    Member,
    MemberId,
    Send,
    Session,
)
from impl.log import Subject, digest_of, record
from impl.transports.simulated.network import Network, Process, Room

SEPARATOR = b" "


@dataclass
class Life:
    """One life of a member.

    Attributes:
        words: what it holds.
        history: its events.
    """

    session: Session[bytes]
    process: Process
    words: set[bytes]
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return SEPARATOR.join(sorted(self.words))


class World:
    """A network with members on it.

    Args:
        sending_view: the strong form of E4.
        total_order: E5.
        make_member: the member's rules; others than the default are wrong on purpose.
        recording: whether histories are kept.
    """

    def __init__(
        self,
        *,
        sending_view: bool = False,
        total_order: bool = True,
        make_member: Callable[[MemberId], Member[bytes]] = Member,
        recording: bool = True,
    ) -> None:
        self.network = Network(sending_view=sending_view, total_order=total_order)
        self.lives: dict[Address, Life] = {}
        self.completed: set[str] = set()
        """Requests that somebody has completed."""
        self._make_member = make_member
        self._recording = recording

    # -- members ------------------------------------------------------------------------------

    def start(
        self, name: str, words: Iterable[str] = (), *, subgroup: str | None = None
    ) -> Address:
        """Starts a member, in no configuration yet.

        Args:
            name: its name; a name may live several times.
            words: what it holds; nothing for a fresh joiner.
            subgroup: as `Session` takes it.

        Returns:
            Its address, which is its name and the number of its life.
        """
        number = sum(life.session.member.me.name == name for life in self.lives.values()) + 1
        me = MemberId(name, f"{number:02d}")
        address = str(me)
        session = Session(
            self._make_member(me),
            address,
            bears_data=lambda: bool(life.words),
            snapshot=lambda: life.content,
            subgroup=subgroup,
            observe=self._observer(address) if self._recording else None,
        )
        life = Life(session, self.network.add(address), {word.encode() for word in words})
        self.lives[address] = life
        return address

    def crash(self, address: Address) -> None:
        """The member stops for ever."""
        self.network.crash(address)

    def update(self, address: Address, word: str) -> None:
        """The member's application adds a word to what all hold."""
        self._carry_out(address, self.lives[address].session.update((word.encode(),)))

    # -- moves --------------------------------------------------------------------------------

    def form(self, members: Collection[Address], *, cut: float = 1.0) -> Room:
        """The service makes a configuration: see `Network.form`."""
        room = self.network.form(members, cut=cut)
        if self.network.sending_view:
            for address in members:
                self.lives[address].session.block()
        return room

    def place(self, address: Address) -> None:
        """The service takes the first message of the member's queue."""
        self.network.place(address)

    def enter(self, address: Address) -> None:
        """The member hears of its next configuration."""
        self._carry_out(address, self.lives[address].session.configure(self.network.enter(address)))

    def deliver(self, address: Address, position: int | None = None) -> None:
        """The member receives a message: see `Network.deliver`."""
        sender, message = self.network.deliver(address, position)
        effects = self.lives[address].session.receive(sender, message)  # type: ignore[arg-type]
        if effects:
            self._carry_out(address, effects)

    def run(self) -> None:
        """Makes moves, first come first served, until none is left."""
        network, moved = self.network, True
        while moved:
            moved = False
            for address, life in self.lives.items():
                process = life.process
                while network.may_place(process):
                    network.place(address)
                    moved = True
                if not process.alive:
                    continue
                while process.received < process.limit:
                    self.deliver(address)
                    moved = True
                if network.may_enter(process):
                    self.enter(address)
                    moved = True

    # -- what is there ------------------------------------------------------------------------

    @property
    def rooms(self) -> dict[Room, list[Address]]:
        """The open configurations and who is up in each, in the order of their first members."""
        rooms: dict[Room, list[Address]] = {}
        for address, life in self.lives.items():
            room = life.process.open_room
            if life.process.alive and room is not None:
                rooms.setdefault(room, []).append(address)
        return rooms

    @property
    def histories(self) -> dict[str, list[dict[str, Any]]]:
        """The events of every life."""
        return {address: life.history for address, life in self.lives.items()}

    # -- the rest -----------------------------------------------------------------------------

    def _carry_out(self, address: Address, effects: Sequence[Effect[bytes]]) -> None:
        life = self.lives[address]
        for effect in effects:
            match effect:
                case Send():
                    self.network.send(address, effect.message)
                case Installed():
                    pass
                case Completed():
                    for content in effect.result.data.values():
                        life.words.update(content.split(SEPARATOR))
                    self.completed.add(str(effect.result.request.id))
                    completions = (e for e in reversed(life.history) if e["event"] == "complete")
                    for event in islice(completions, 1):
                        event["holds"] = digest_of(life.content)
                case Accepted():
                    life.words.update(effect.update.contents)
                    if self._recording:
                        self._note(life, "update", effect.update)

    def _observer(self, address: Address) -> Callable[[str, Any], None]:
        def observe(event: str, subject: Subject) -> None:
            self._note(self.lives[address], event, subject)

        return observe

    def _note(self, life: Life, event: str, subject: Subject) -> None:
        line = {"seq": len(life.history) + 1, **record(life.session.member, event, subject)}
        if "subgroups" in line:
            line["holds"] = digest_of(life.content) if life.words else None
        life.history.append(line)
