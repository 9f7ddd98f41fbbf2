"""The simulated service keeps its promises, whatever is done to it: E1, E2, both forms of E4, E5.

Hypothesis makes the moves; what must come of them is worked out here, from the moves alone.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from impl.core import Configuration
from impl.transports.simulated import Network

picks = st.integers(0, 9)
always_the_same = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, stateful_step_count=50
)


class Word(NamedTuple):
    """A message: who sent it, as its how-many-eth, in which formation."""

    sender: str
    number: int
    sent_in: int | None


class Service(RuleBasedStateMachine):
    """A network, and what is known of it: formations are numbered as they are made."""

    sending_view = False
    total_order = True

    def __init__(self) -> None:
        super().__init__()
        self.network = Network(sending_view=self.sending_view, total_order=self.total_order)
        self.up: list[str] = []
        self.members: list[tuple[str, ...]] = []
        self.led_to: dict[str, list[int]] = {}
        """The formations of each process, those that it is still to enter too."""
        self.entered: dict[str, int] = {}
        """How many of them it has entered."""
        self.got: defaultdict[tuple[str, int], list[Word]] = defaultdict(list)
        """What a process received in a formation."""
        self.placed: defaultdict[int, list[Word]] = defaultdict(list)
        self.owed: defaultdict[tuple[str, int], int] = defaultdict(int)
        """How many messages of a formation it gets before it leaves it, at least."""
        self.sent: defaultdict[str, int] = defaultdict(int)

    # -- moves --------------------------------------------------------------------------------

    @initialize(count=st.integers(1, 4))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.add()
        self._form(self.up.copy(), 1.0)
        for address in self.up:
            self._enter(address)

    @precondition(lambda self: len(self.led_to) < 6)
    @rule()
    def add(self) -> None:
        address = f"p{len(self.led_to)}"
        self.network.add(address)
        self.up.append(address)
        self.led_to[address], self.entered[address] = [], 0

    @precondition(lambda self: len(self.up) > 1)
    @rule(who=picks)
    def crash(self, who: int) -> None:
        self.network.crash(self.up.pop(who % len(self.up)))

    @precondition(lambda self: self.up)
    @rule(who=picks, times=st.integers(1, 3))
    def send(self, who: int, times: int) -> None:
        address = self.up[who % len(self.up)]
        now = self.now(address)
        if now is None or (self.sending_view and self.now(address) != self.led_to[address][-1]):
            return  # the caller does not send while its configuration closes
        for _ in range(times):
            self.sent[address] += 1
            self.network.send(address, Word(address, self.sent[address], now))

    @precondition(lambda self: self.led_to)
    @rule(who=picks)
    def place(self, who: int) -> None:
        address = list(self.led_to)[who % len(self.led_to)]
        process = self.network.processes[address]
        if self.network.may_place(process):
            self._note_placed(address, 1)
            self.network.place(address)

    @precondition(lambda self: self.up)
    @rule(who=picks, which=picks)
    def deliver(self, who: int, which: int) -> None:
        address = self.up[who % len(self.up)]
        choices = self.network.choices(self.network.processes[address])
        if choices:
            self._deliver(address, choices[which % len(choices)] if which else None)

    @precondition(lambda self: self.up)
    @rule(who=picks)
    def enter(self, who: int) -> None:
        address = self.up[who % len(self.up)]
        if self.network.may_enter(self.network.processes[address]):
            self._enter(address)

    @precondition(lambda self: self.up)
    @rule(chosen=st.sets(picks, min_size=1), cut=st.sampled_from((0.0, 0.5, 1.0)))
    def form(self, chosen: set[int], cut: float) -> None:
        members = sorted({self.up[who % len(self.up)] for who in chosen})
        members = [address for address in members if self.network.may_move(address)]
        if members:
            self._form(members, cut)

    # -- what must come of them ---------------------------------------------------------------

    def now(self, address: str) -> int | None:
        """The formation that a process is in."""
        entered = self.entered[address]
        return self.led_to[address][entered - 1] if entered else None

    def _note_placed(self, address: str, count: int) -> None:
        formation = self.led_to[address][-1]
        queue = self.network.processes[address].queue
        for message in list(queue)[:count]:
            assert isinstance(message, Word)
            self.placed[formation].append(message)

    def _form(self, members: list[str], cut: float) -> None:
        formation = len(self.members)
        leaving: defaultdict[int, list[str]] = defaultdict(list)
        for address in members:
            if self.led_to[address]:
                leaving[self.led_to[address][-1]].append(address)
                if self.sending_view:
                    self._note_placed(address, len(self.network.processes[address].queue))
        for before, together in leaving.items():
            stay = [a for a in self.up if a not in together and self.led_to[a][-1:] == [before]]
            for address in together:
                whole = len(self.placed[before])
                self.owed[address, before] = whole if not stay or cut == 1.0 else 0
        self.network.form(members, cut=cut)
        self.members.append(tuple(members))
        for address in members:
            self.led_to[address].append(formation)

    def _deliver(self, address: str, position: int | None = None) -> None:
        sender, word = self.network.deliver(address, position)
        assert isinstance(word, Word)
        assert sender == word.sender
        formation = self.now(address)
        assert formation is not None
        assert word not in self.got[address, formation]
        self.got[address, formation].append(word)
        assert word in self.placed[formation]  # E4: in one formation, the same for everyone
        assert word.sent_in is not None
        path = self.led_to[sender]
        if self.sending_view:
            assert formation == word.sent_in
        assert path.index(formation) >= path.index(word.sent_in)
        numbers = [w.number for w in self._heard(address, sender)]
        assert numbers == sorted(numbers)  # E1

    def _enter(self, address: str) -> None:
        before = self.now(address)
        told = self.network.enter(address)
        self.entered[address] += 1
        formation = self.now(address)
        assert formation is not None
        together = [a for a in self.members[formation] if self._before(a, formation) == before]
        new = frozenset(self.members[formation]).difference(together if before is not None else ())
        assert told == Configuration(self.members[formation], new)
        if before is None:
            return
        got = self.got[address, before]
        assert len(got) >= self.owed[address, before]
        own = [word for word in self.placed[before] if word.sender == address]
        assert [word for word in got if word.sender == address] == own  # it hears itself
        for other in together:
            if self.led_to[other].index(formation) < self.entered[other]:
                self._same(got, self.got[other, before])  # E2

    def _heard(self, address: str, sender: str) -> list[Word]:
        """What a process received of another, in all its formations."""
        received = (word for f in self.led_to[address] for word in self.got[address, f])
        return [word for word in received if word.sender == sender]

    def _before(self, address: str, formation: int) -> int | None:
        at = self.led_to[address].index(formation)
        return self.led_to[address][at - 1] if at else None

    def _same(self, one: list[Word], other: list[Word]) -> None:
        assert one == other if self.total_order else sorted(one) == sorted(other)

    @invariant()
    def messages_of_a_formation_have_one_order(self) -> None:
        if not self.total_order:
            return
        for formation in range(len(self.members)):
            logs = [self.got[address, formation] for address in self.members[formation]]
            for one, other in combinations(logs, 2):
                common = set(one) & set(other)
                assert [w for w in one if w in common] == [w for w in other if w in common]

    def teardown(self) -> None:
        """At rest, everyone has heard itself, and those who are together the same."""
        moved = True
        while moved:
            moved = False
            for address, process in self.network.processes.items():
                while self.network.may_place(process):
                    self.place(list(self.led_to).index(address))
                    moved = True
                if process.alive:
                    while self.network.choices(process):
                        self._deliver(address)
                    if self.network.may_enter(process):
                        self._enter(address)
                        moved = True
        for address in self.up:
            assert self.entered[address] == len(self.led_to[address])
            assert len(self._heard(address, address)) == self.sent[address]
            for other in self.up:
                if self.led_to[address] and self.led_to[address][-1:] == self.led_to[other][-1:]:
                    last = self.led_to[address][-1]
                    self._same(self.got[address, last], self.got[other, last])


def machine(*, sending_view: bool, total_order: bool) -> type[Service]:
    options = {"sending_view": sending_view, "total_order": total_order}
    return type("Service", (Service,), options)


TestSameView = machine(sending_view=False, total_order=True).TestCase
TestSameView.settings = always_the_same
TestSendingView = machine(sending_view=True, total_order=True).TestCase
TestSendingView.settings = always_the_same
TestSameViewWithoutTotalOrder = machine(sending_view=False, total_order=False).TestCase
TestSameViewWithoutTotalOrder.settings = always_the_same
TestSendingViewWithoutTotalOrder = machine(sending_view=True, total_order=False).TestCase
TestSendingViewWithoutTotalOrder.settings = always_the_same


def pair() -> Network:
    network = Network()
    for address in ("a", "b"):
        network.add(address)
    network.form(["a", "b"])
    network.enter("a")
    network.enter("b")
    return network


def test_an_address_is_given_once() -> None:
    with pytest.raises(ValueError, match="taken"):
        pair().add("a")


def test_moves_that_are_not_possible_are_refused() -> None:
    network = pair()
    with pytest.raises(ValueError, match="nothing to place"):
        network.place("a")
    with pytest.raises(ValueError, match="cannot receive"):
        network.deliver("a")
    with pytest.raises(ValueError, match="no next configuration"):
        network.enter("a")
    with pytest.raises(ValueError, match="of processes that are up"):
        network.form([])
    network.crash("b")
    with pytest.raises(ValueError, match="of processes that are up"):
        network.form(["a", "b"])


def test_who_leaves_others_behind_misses_what_they_said_but_not_what_it_said_itself() -> None:
    network = pair()
    for sender in "abab":
        network.send(sender, f"of {sender}")
        network.place(sender)
    network.form(["a"], cut=0.0)
    assert [network.deliver("a")[1] for _ in range(2)] == ["of a", "of a"]
    assert network.enter("a") == Configuration(("a",), frozenset())
    assert [network.deliver("b")[1] for _ in range(4)] == ["of a", "of b"] * 2


def test_who_leaves_together_gets_what_one_of_them_has_got() -> None:
    network = Network()
    for address in "abc":
        network.add(address)
    network.form("abc")
    for address in "abc":
        network.enter(address)
    for word in ("first", "second", "third"):
        network.send("c", word)
        network.place("c")
    network.deliver("a")
    network.deliver("a")
    network.form("ab", cut=0.0)
    assert [network.deliver("b")[1] for _ in range(2)] == ["first", "second"]
    for address in "ab":
        assert network.enter(address) == Configuration(("a", "b"), frozenset())


def test_what_a_crashed_process_said_may_get_out_until_it_is_excluded() -> None:
    network = pair()
    network.send("b", "early")
    network.send("b", "late")
    network.crash("b")
    network.place("b")
    network.form(["a"])
    network.place("b")
    assert network.deliver("a") == ("b", "early")
    assert network.enter("a") == Configuration(("a",), frozenset())
    assert network.choices(network.processes["a"]) == ()


def test_under_sending_view_delivery_nobody_moves_on_from_a_configuration_that_closes() -> None:
    network = Network(sending_view=True)
    for address in ("a", "b"):
        network.add(address)
    network.form(["a", "b"])
    assert not network.may_move("a")
    network.enter("a")
    assert network.may_move("a")
