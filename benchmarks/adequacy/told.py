"""A world that remembers what its members were given and what came of it, for its judges to read.

Messages are carried as bytes, as over a network, so that nobody gets the very object that somebody
else has; and some members have their address as another object than the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from impl.core import Accepted, Address, Completed, Configuration, Effect, Installed, Send
from impl.transports.simulated import World
from impl.wire import Message, decode, encode


@dataclass(frozen=True)
class Arrival:
    """What a member had when it was started.

    Attributes:
        holds: whether it held something.
        subgroup: the name that was given to what it held, if one was.
    """

    holds: bool
    subgroup: str | None


@dataclass(frozen=True)
class Came:
    """A message, with the address of its sender."""

    sender: Address
    message: Message


Entry = Configuration | Came | Send[bytes] | Installed | Completed[bytes] | Accepted
"""What a session was given, or asked for."""


class Told(World):
    """A world over a wire, which keeps what it gave to members and what they asked for.

    Attributes:
        arrivals: of each life.
        given: the words that each one's application has given as updates, in order.
        diaries: of each session, all that it was given and all that it asked for, in order.
        met: whom each one was told to be new, between its views: by the number of views before.
    """

    def __init__(self, *, sending_view: bool, total_order: bool) -> None:
        super().__init__(sending_view=sending_view, total_order=total_order)
        self.arrivals: dict[Address, Arrival] = {}
        self.given: defaultdict[Address, list[str]] = defaultdict(list)
        self.diaries: defaultdict[Address, list[Entry]] = defaultdict(list)
        self.met: defaultdict[tuple[Address, int], set[Address]] = defaultdict(set)

    def start(
        self, name: str, words: Iterable[str] = (), *, subgroup: str | None = None
    ) -> Address:
        words = tuple(words)
        address = super().start(name, words, subgroup=subgroup)
        if len(self.lives) % 2:
            self.lives[address].session.address = "".join(address)  # another object
        self.arrivals[address] = Arrival(bool(words), subgroup)
        return address

    def update(self, address: Address, word: str) -> None:
        self.given[address].append(word)
        super().update(address, word)

    def enter(self, address: Address) -> None:
        configuration = self.network.enter(address)
        views = sum(event["event"] == "install" for event in self.lives[address].history)
        self.met[address, views] |= configuration.joined
        self.diaries[address].append(configuration)
        self._carry_out(address, self.lives[address].session.configure(configuration))

    def deliver(self, address: Address, position: int | None = None) -> None:
        sender, message = self.network.deliver(address, position)
        self.diaries[address].append(Came(sender, message))  # type: ignore[arg-type]
        effects = self.lives[address].session.receive(sender, message)  # type: ignore[arg-type]
        self._carry_out(address, effects)

    @property
    def logs_tell_all(self) -> bool:
        """Whether members that went from one view to the next one were together in between.

        If a member came by a configuration whose view was not established, its log does not say so,
        and whoever reads it takes it for one that stayed with the others.
        """
        came: dict[tuple[str, str], dict[Address, set[Address]]] = {}
        for address, life in self.lives.items():
            views = [event["view"] for event in life.history if event["event"] == "install"]
            for number, move in enumerate(pairwise(views), 1):
                came.setdefault(move, {})[address] = self.met[address, number]
        return not any(met & movers.keys() for movers in came.values() for met in movers.values())

    def _carry_out(self, address: Address, effects: Sequence[Effect[bytes]]) -> None:
        self.diaries[address] += effects
        carried = [
            Send(_carried(effect.message)) if isinstance(effect, Send) else effect
            for effect in effects
        ]
        super()._carry_out(address, carried)


def _carried(message: Message) -> Message:
    return decode(b"".join(encode(message)))
