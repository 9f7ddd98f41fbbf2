"""Members with sessions over the simulated network, driven through states of the specification.

The network's moves are those that the trace asks for (`director`), and members do at once what is
due. So the implementation is where the trace is whenever no own step is enabled there: at these
states, what each member knows and holds must be what the specification says, and what waits in its
queue must be what it has sent by the specification: the same messages, of the same round, with the
same data, in the same order. A view that a member has worked out must have the specification's
members and subgroups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import assert_never

from impl.core import Member, MemberId, ProtocolError, View
from impl.transports.simulated import Life, World
from model.lang import ScopeError
from model.protocol import Delivery
from traces.forced.director import Director
from traces.forced.knowledge import DATA, Formed, Knowledge, Known, Reading, Words
from traces.forced.moves import (
    ANNOUNCEMENT,
    CLOSING,
    Crash,
    Deliver,
    Enter,
    Form,
    Message,
    Move,
    Place,
    worded,
)
from traces.forced.result import Difference
from traces.forced.translation import Said, Translation
from traces.lockstep.facts import NONE
from traces.run import Run

_Subgroup = tuple[int, bool]
"""The members of a subgroup, as bits, and whether it bears data."""


def simulated_service(run: Run) -> Director:
    """What the simulated network can do, at the beginning of a trace."""
    return Director(
        Words(run.finite),
        sending_view=run.delivery is Delivery.SENDING_VIEW,
        total_order=run.total_order,
    )


class Sessions:
    """A world in which a trace is played.

    Args:
        run: the specification's scope and switches.
        known: what members know in the states that it is driven through.
        make_member: the implementation's rules.

    Attributes:
        compared: how often what a member knows was compared.

    Raises:
        ScopeError: names of members are not in the order of the specification.
    """

    def __init__(
        self, run: Run, known: Known, make_member: Callable[[MemberId], Member[bytes]] = Member
    ) -> None:
        self.compared = 0
        self._known, self._words = known, Words(run.finite)
        self._director = simulated_service(run)
        self._world = World(
            sending_view=run.delivery is Delivery.SENDING_VIEW,
            total_order=run.total_order,
            make_member=make_member,
            recording=False,
        )
        self._addresses = _started(self._world, run, self._words)
        self._lives: list[Life] = [self._world.lives[address] for address in self._addresses]
        number = {life.session.member.me: m for m, life in enumerate(self._lives)}
        self._to = Translation(self._words, number)
        self._reading = Reading(self._to.view, self._to.member, self._to.content)
        self._bearing: dict[int, int] = {}
        """By request: who bore data when somebody heard of it, as bits."""
        self._touched: set[int] = set()
        """Members that something has happened to since they were compared."""
        self._moves: list[Move] = []
        self._step = self._state = 0

    def begin(self, state: int) -> Difference | None:
        """Goes to an initial state, by its number."""
        self._step, self._state = 0, state
        self._moves = []
        return self._carry_out(
            [*self._director.begin(self._known.formed(0, state)), *self._director.rest()]
        )

    def take(
        self, action: str, args: Sequence[int], state: int, *, at_rest: bool
    ) -> Difference | None:
        """Takes the next step.

        Args:
            action: its name.
            args: its arguments.
            state: the number of the state after it.
            at_rest: whether no own step is enabled there.

        Raises:
            Unforceable: the network cannot do it; then nothing has been done.
        """
        formed = self._known.formed(args[1], state) if action in CLOSING else None
        moves = self._director.moves(action, args, formed)
        self._step, self._state = self._step + 1, state
        self._moves = []
        difference = self._carry_out(moves)
        if difference is None and action == "install":
            difference = self._met(args[0], args[1])
        if difference is None and at_rest:
            difference = self._compare() or self._carry_out(self._director.rest())
        return difference

    @property
    def done(self) -> tuple[str, ...]:
        """What was done for the last step, a few words each."""
        return tuple(worded(move, self._words) for move in self._moves)

    # -- moves --------------------------------------------------------------------------------

    def _carry_out(self, moves: Iterable[Move]) -> Difference | None:
        for move in moves:
            self._moves.append(move)
            difference = self._one(move)
            if difference is not None:
                return difference
        return None

    def _one(self, move: Move) -> Difference | None:
        world, addresses = self._world, self._addresses
        match move:
            case Form(_, members, left):
                world.form([addresses[m] for m in members])
                if world.network.sending_view:
                    for m in left:  # who is left out is in the view that is flushed, too
                        self._lives[m].session.block()
            case Enter(m, _):
                return self._given(m, lambda: world.enter(addresses[m]))
            case Place(message):
                queue = self._lives[message.sender].process.queue
                found, expected = self._said(next(iter(queue), None)), self._expected(message)
                if found != expected:
                    return self._differs_in_message(
                        message.sender, "the next message that it has sent", found, expected
                    )
                world.place(addresses[message.sender])
            case Deliver(m, _, position):
                return self._given(m, lambda: world.deliver(addresses[m], position))
            case Crash(m):
                world.crash(addresses[m])
                self._touched.discard(m)
            case _:
                assert_never(move)
        return None

    def _given(self, m: int, give: Callable[[], None]) -> Difference | None:
        """Gives a member something, which it must take."""
        self._touched.add(m)
        try:
            give()
        except ProtocolError as error:
            return self._differs(m, "what it takes", f"refused ({error})", "taken")
        return None

    # -- comparing ----------------------------------------------------------------------------

    def _compare(self) -> Difference | None:
        """What members know, hold and have sent to whom something has happened."""
        for m in sorted(self._touched):
            life = self._lives[m]
            self.compared += 1
            member, holds = life.session.member, self._to.words(life.words)
            here, there = self._reading.of(member, holds), self._known.of(m, self._state)
            if here != there and _until_done(here) != _until_done(there):
                here, there = _until_done(here), _until_done(there)
                return self._differs(m, *self._words.differing(here, there))
            for sent, expected in zip_longest(life.process.queue, self._director.queue(m)):
                one, other = self._said(sent), self._expected(expected)
                if one != other:
                    return self._differs_in_message(m, "what waits in its queue", one, other)
        self._touched.clear()
        return None

    def _said(self, message: object) -> Said | None:
        return None if message is None else self._to.said(message)

    def _expected(self, message: Message | None) -> Said | None:
        """A message by the specification."""
        if message is None:
            return None
        kind, p, v = message
        if kind == ANNOUNCEMENT:
            return Said(kind, p)
        facts = self._known.facts
        r = int(facts.request_of[v, self._state])
        held = int(facts.held[p, r, self._state]) if kind == DATA else NONE
        return Said(kind, p, v, r, held)

    def _met(self, m: int, v: int) -> Difference | None:
        """The view that a member has installed now is the specification's."""
        view = self._lives[m].session.member.view
        words = self._words
        if view is not None:
            self._to.learn(view, v)
        at = NONE if view is None else self._to.view(view.id)
        if view is None or at != v:
            return self._differs(m, "the view that it is in", words.view(at), words.view(v))
        formed = self._known.formed(v, self._state)
        here, there = self._to.members(view.members), formed.members
        if here != there:
            variable = f"the members of {words.view(v)}"
            return self._differs(m, variable, words.people(here), words.people(there))
        return self._same_subgroups(m, v, view, formed) if view.starts_request else None

    def _same_subgroups(self, m: int, v: int, view: View, formed: Formed) -> Difference | None:
        # By then all have completed what they will; who bears data is what it is for everyone.
        bearing = self._bearing.setdefault(v, self._known.bearing(self._state))
        expected = {(group, bool(group & bearing)) for group in formed.subgroups}
        found = {(self._to.members(g.members), g.bears_data) for g in view.request.subgroups}
        if found == expected:
            return None
        variable = f"the subgroups of {self._words.view(v)}"
        return self._differs(m, variable, self._grouped(found), self._grouped(expected))

    def _grouped(self, groups: set[_Subgroup]) -> str:
        return " | ".join(
            f"{self._words.people(members)}{'' if bears else ' without data'}"
            for members, bears in sorted(groups)
        )

    def _differs_in_message(
        self, m: int, variable: str, one: Said | None, other: Said | None
    ) -> Difference:
        return self._differs(m, variable, self._to.worded(one), self._to.worded(other))

    def _differs(
        self, m: int, variable: str, implementation: str, specification: str
    ) -> Difference:
        name = self._words.members[m]
        return Difference(self._step, name, variable, implementation, specification)


def _started(world: World, run: Run, words: Words) -> list[str]:
    """Every member of the scope; who arrives later is in no configuration until then."""
    if list(words.members) != sorted(words.members):
        raise ScopeError("members with sessions are ordered by name: take fewer of a subgroup")
    given, addresses = run.finite.scope.given, []
    for m, name in enumerate(words.members):
        data = [words.data[d] for x, d in sorted(given["brings"]) if x == m]
        first = min(x for x, y in given["origin"] if y == m)
        subgroup = words.members[first] if data else None
        addresses.append(world.start(name, data, subgroup=subgroup))
    return addresses


def _until_done(knows: Knowledge) -> Knowledge:
    """What a member held is of no use to anybody once it has completed the exchange."""
    return knows._replace(held=0) if knows.done else knows
