"""Members on the simulated network, whatever the network does: Hypothesis makes the moves, and
shrinks what goes wrong to a short script of `World`'s methods.

After every move, and when all have come to rest, the properties of the protocol must hold.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from impl.core import Address
from impl.transports.simulated import Room, World
from tests.simulated.judging import complaints, unrest

picks = st.integers(0, 9)
cuts = st.sampled_from((1.0, 0.5, 0.0))
always_the_same = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=400,
    stateful_step_count=30,
    report_multiple_bugs=False,
)
MEMBERS_MAX = 6


class Scripts(RuleBasedStateMachine):
    """Any moves in any order."""

    sending_view = False
    total_order = True

    def __init__(self) -> None:
        super().__init__()
        self.world = World(sending_view=self.sending_view, total_order=self.total_order)
        self.words = 0
        self.failed = False
        self.judged = 0
        """How many events the members had shown when they were judged last."""

    # -- who there is -------------------------------------------------------------------------

    @property
    def up(self) -> list[Address]:
        return [a for a, life in self.world.lives.items() if life.process.alive]

    @property
    def rooms(self) -> list[tuple[Room, list[Address]]]:
        return list(self.world.rooms.items())

    def movable(self, members: list[Address]) -> bool:
        """Whether the service may tell them of a configuration: they can move, and it is new."""
        network = self.world.network
        rooms = {id(network.processes[address].open_room) for address in members}
        room = network.processes[members[0]].open_room
        same = len(rooms) == 1 and room is not None and set(room.members) == set(members)
        return all(map(network.may_move, members)) and not same

    def form(self, members: list[Address], cut: float = 1.0) -> None:
        if members and self.movable(members):
            self.world.form(members, cut=cut)

    # -- moves --------------------------------------------------------------------------------

    @initialize(holds=st.lists(st.sampled_from(("", "own", "x")), min_size=2, max_size=3))
    def begin(self, holds: list[str]) -> None:
        for name, what in zip("abc", holds, strict=False):
            self.start(name, what)
        self.form(self.up)

    @precondition(lambda self: len(self.world.lives) < MEMBERS_MAX)
    @rule(name=st.sampled_from("abc"), holds=st.sampled_from(("", "own", "x", "y")))
    def start(self, name: str, holds: str) -> None:
        self.words += 1
        match holds:
            case "own":
                self.world.start(name, [f"w{self.words}"])
            case "":
                self.world.start(name)
            case subgroup:
                self.world.start(name, [subgroup], subgroup=subgroup)

    @precondition(lambda self: self.up)
    @rule(who=picks)
    def form_of_one(self, who: int) -> None:
        self.form([self.up[who % len(self.up)]])

    @precondition(lambda self: self.up)
    @rule(cut=cuts)
    def form_of_all(self, cut: float) -> None:
        self.form(self.up, cut)

    @precondition(lambda self: self.up)
    @rule(chosen=st.sets(picks, min_size=1), cut=cuts)
    def form_of_some(self, chosen: set[int], cut: float) -> None:
        self.form(sorted({self.up[who % len(self.up)] for who in chosen}), cut)

    @precondition(lambda self: self.up)
    @rule(chosen=st.integers(1, (1 << MEMBERS_MAX) - 1), placed=st.integers(0, 2))
    def move(self, chosen: int, placed: int) -> None:
        """Some hear of a configuration at once; little of what waits in their queues gets out."""
        members = [address for n, address in enumerate(self.up) if chosen >> n & 1]
        self.form(members)
        for address in members:
            self.enter_next(address)
        for address in members:
            self.place(list(self.world.lives).index(address), placed)
        for address in members:
            self.receive(address)

    @precondition(lambda self: self.rooms)
    @rule(which=picks)
    def report(self, which: int) -> None:
        """Those of a room that some have left, or crashed in, hear of it."""
        _, members = self.rooms[which % len(self.rooms)]
        self.form(members)

    @precondition(lambda self: len(self.up) > 1)
    @rule(who=picks)
    def crash(self, who: int) -> None:
        self.world.crash(self.up[who % len(self.up)])

    @precondition(lambda self: self.world.lives)
    @rule(who=picks, times=st.integers(1, 4))
    def place(self, who: int, times: int) -> None:
        address = list(self.world.lives)[who % len(self.world.lives)]
        for _ in range(times):
            if self.world.network.may_place(self.world.lives[address].process):
                self.world.place(address)

    @precondition(lambda self: self.up)
    @rule(who=picks, which=st.lists(picks, min_size=1, max_size=6))
    def deliver(self, who: int, which: list[int]) -> None:
        address = self.up[who % len(self.up)]
        for position in which:
            choices = self.world.network.choices(self.world.lives[address].process)
            if choices:
                self.world.deliver(address, choices[position % len(choices)])

    @precondition(lambda self: self.up)
    @rule(who=picks)
    def enter(self, who: int) -> None:
        self.enter_next(self.up[who % len(self.up)])

    @rule()
    def everyone_enters(self) -> None:
        for address in self.up:
            self.enter_next(address)

    def enter_next(self, address: Address) -> None:
        self.receive(address)
        if self.world.network.may_enter(self.world.lives[address].process):
            self.world.enter(address)

    def receive(self, address: Address) -> None:
        process = self.world.lives[address].process
        while process.received < process.limit:
            self.world.deliver(address)

    @precondition(lambda self: self.total_order and self.up)
    @rule(who=picks)
    def update(self, who: int) -> None:
        address = self.up[who % len(self.up)]
        if self.world.lives[address].session.may_update:
            self.words += 1
            self.world.update(address, f"u{self.words}")

    @rule()
    def run_for_a_while(self) -> None:
        self.world.run()

    # -- what must be true --------------------------------------------------------------------

    @invariant()
    def nothing_is_wrong(self) -> None:
        events = sum(len(history) for history in self.world.histories.values())
        if events > self.judged:
            self.judged = events
            found = complaints(self.world.histories)
            self.failed = bool(found)
            assert not found

    def teardown(self) -> None:
        """Failures are reported, parts meet, and all come to rest, with the same data."""
        if self.failed:
            return
        self.world.run()
        for _, members in self.rooms:
            self.form(members)
        self.world.run()
        found = unrest(self.world)
        if self.up:
            self.form(self.up)
            self.world.run()
            assert len({self.world.lives[address].content for address in self.up}) == 1
        found += unrest(self.world) + complaints(self.world.histories)
        assert not found


def machine(*, sending_view: bool, total_order: bool) -> type[Scripts]:
    options = {"sending_view": sending_view, "total_order": total_order}
    return type("Scripts", (Scripts,), options)


TestSameView = machine(sending_view=False, total_order=True).TestCase
TestSameView.settings = always_the_same
TestSendingView = machine(sending_view=True, total_order=True).TestCase
TestSendingView.settings = always_the_same
TestSameViewWithoutTotalOrder = machine(sending_view=False, total_order=False).TestCase
TestSameViewWithoutTotalOrder.settings = always_the_same
TestSendingViewWithoutTotalOrder = machine(sending_view=True, total_order=False).TestCase
TestSendingViewWithoutTotalOrder.settings = always_the_same
