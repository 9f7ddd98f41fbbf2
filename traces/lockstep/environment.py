"""What the specification's environment gives to members, as the implementation takes it.

The environment decides which messages are placed and delivered, which views are formed, and who
crashes. Under sending-view delivery, members are told (`block`) when the view that they are in is
closed, or was closed before they came.
"""

from __future__ import annotations

from collections.abc import Callable

from impl.core import Acknowledgment, Data, Member, MemberId, Request, Step, Subgroup, View, ViewId
from model.protocol import Delivery
from model.search.exploration import Graph
from traces.lockstep.facts import ACK, DATA, Facts
from traces.lockstep.local import (
    NOTHING,
    Block,
    Brought,
    Content,
    Deliver,
    Install,
    Machine,
    Outcome,
    Take,
)
from traces.run import Run

DEAD = -1
OWN = {step.value: step for step in Step}
"""The members' own steps, by the specification's actions."""
SILENT = ("order", "suspect")
"""Actions of which no member knows."""

Arguments = tuple[int, ...]


class Environment:
    """A state graph, and the machines that are driven through it.

    Args:
        run: the specification's scope and switches.
        graph: all its states and transitions.
        make_member: the implementation's rules.
    """

    def __init__(
        self, run: Run, graph: Graph, make_member: Callable[[MemberId], Member[Content]]
    ) -> None:
        self.graph = graph
        self.facts = Facts(run.finite, graph)
        self.sending_view = run.delivery is Delivery.SENDING_VIEW
        names = run.finite.scope.names["Member"]
        # Their names are in the order of the specification's members, and so are those here.
        self.ids = [MemberId(name, str(number)) for number, name in enumerate(names)]
        assert sorted(self.ids) == self.ids
        self.machines = [Machine(me, make_member) for me in self.ids]
        self.labels = [(step.action.name, step.args) for step in graph.steps]
        self.text = [run.finite.describe(step) for step in graph.steps]
        self._inputs: dict[tuple[object, ...], int] = {}

    def input(self, state: int, action: str, args: Arguments) -> int:
        """The number of what a member is given: the same for all states in which it is the same."""
        facts, m = self.facts, args[0]
        key: tuple[object, ...]
        if action in OWN:
            key = (m, action)
        elif action == "deliver":
            _, kind, p, v = args
            r = int(facts.request_of[v, state])
            key = (m, kind, p, v, r, int(facts.held[p, r, state]))
        else:
            _, v = args
            r = int(facts.request_of[v, state])
            first, same = int(facts.in_view[r, state]), int(facts.same[r, state])
            holds = int(facts.holds[m, state]) if r == v else 0
            key = (m, "install", v, r, int(facts.in_view[v, state]), first, same, holds)
        number = self._inputs.get(key)
        if number is None:
            number = self._inputs[key] = self.machines[m].input(self._made(state, action, args))
        return number

    def blocked(self, m: int, local: int) -> int:
        """A member is told that its view is closed."""
        machine = self.machines[m]
        return machine.after(local, machine.input(Block())).state

    def otherwise(
        self, state: int, target: int, action: str, args: Arguments, outcome: Outcome
    ) -> str:
        """How what came of an input is not what the specification says, "" if it is.

        Args:
            state: in which the member was.
            target: the state after the transition.
            action: its action, and `args` its arguments.
            outcome: what the member does.
        """
        if outcome.refused:
            return outcome.refused
        message, brought = outcome.message, outcome.brought
        counted = self._counted(state, args) if action == "deliver" else NOTHING
        if outcome.counted != counted:
            return f"{action}: counted as dropped {outcome.counted}, not {counted}"
        if (action == "complete") != (brought is not None):
            return f"{action}: {brought} is brought"
        if brought is not None:
            return self._completed(state, target, args[0], brought)
        if action not in ("transmit", "acknowledge"):
            return "" if message is None else f"{action}: {message} is sent"
        m, v = args
        expected = self._message(state, DATA if action == "transmit" else ACK, m, v)
        return "" if message == expected else f"{action}: {message} is sent, not {expected}"

    def _counted(self, state: int, args: Arguments) -> tuple[int, ...]:
        """What a message adds to the counters: 1 to one of them, or nothing."""
        m, kind, p, v = args
        return tuple(map(int, self.facts.dropped(m, kind, p, v, state)))

    def _completed(self, state: int, target: int, m: int, brought: Brought) -> str:
        before, after = (numbers(int(self.facts.holds[m, s])) for s in (state, target))
        holds = before | brought.merged
        if holds != after:
            return f"complete: holds {set(holds)}, not {set(after)}"
        expected = self._brought(state, m)
        return "" if brought == expected else f"complete: brought {brought}, not {expected}"

    def _brought(self, state: int, m: int) -> Brought:
        """What a member completes with: what was delivered, by subgroup, and what was not."""
        facts = self.facts
        v = int(facts.at[m, state])
        r = int(facts.request_of[v, state])
        received = self._ids(int(facts.received[m, state]))
        data, lost = [], []
        for group in self._view(state, v, m, bool(facts.held[m, r, state])).request.subgroups:
            held = (int(facts.held[self.ids.index(p), r, state]) for p in group.members)
            if group.members <= received:
                data.append((group.members, frozenset[int]().union(*map(numbers, held))))
            elif group.bears_data:
                lost.append(group.members)
        return Brought(ViewId(r, ""), ViewId(v, ""), tuple(data), tuple(lost))

    def _made(self, state: int, action: str, args: Arguments) -> Take | Deliver | Install:
        if action in OWN:
            return Take(OWN[action])
        if action == "deliver":
            _, kind, p, v = args
            return Deliver(self._message(state, kind, p, v))
        m, v = args
        holds = numbers(int(self.facts.holds[m, state]))
        return Install(self._view(state, v, m, bool(holds)), holds)

    def _message(self, state: int, kind: int, p: int, v: int) -> Data[Content] | Acknowledgment:
        r = int(self.facts.request_of[v, state])
        sender, request, view = self.ids[p], ViewId(r, ""), ViewId(v, "")
        if kind == DATA:
            return Data(sender, request, view, numbers(int(self.facts.held[p, r, state])))
        return Acknowledgment(sender, request, view)

    def _view(self, state: int, v: int, m: int, bears_data: bool) -> View:
        """A view; of other subgroups than the member's it does not matter who bears data."""
        facts, everyone = self.facts, (1 << len(self.ids)) - 1
        r = int(facts.request_of[v, state])
        same = int(facts.same[r, state])
        first = numbers(int(facts.in_view[r, state]))
        groups = {same >> a * len(self.ids) & everyone for a in first}
        subgroups = tuple(
            Subgroup(f"{group:b}", self._ids(group), bears_data if group >> m & 1 else True)
            for group in sorted(groups, key=lambda group: group & -group)
        )
        request = Request(ViewId(r, ""), subgroups)
        return View(ViewId(v, ""), request, self._ids(int(facts.in_view[v, state])))

    def _ids(self, bits: int) -> frozenset[MemberId]:
        return frozenset(self.ids[number] for number in numbers(bits))


def numbers(bits: int) -> frozenset[int]:
    """The places of the bits that are set."""
    return frozenset(i for i in range(bits.bit_length()) if bits >> i & 1)
