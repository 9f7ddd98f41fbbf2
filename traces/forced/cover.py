"""The implementation's members with sessions driven through all that a scope lets happen to them.

The *eager part* of a state graph is what remains if members take their own steps at once: where one
is enabled, it is the only step (`eager`); and steps that sessions or their service cannot do are
left out, with what only they lead to (`director`). Its transitions are covered by walks from the
start to where nothing is left ahead, of which there are not many more than there must be.

*Reduced*, it has one order only of deliveries that the specification's circuit shows to commute
with all other steps (`model.search.reduce.eager`): what matters then is what each member is given,
and not whose turn it is, since members share nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from impl.core import Member, MemberId
from model.ground import ground
from model.interp import Interpreter
from model.scope import State, Step
from model.search.exploration import Exploration, Graph, Limits
from model.search.reduce.eager import Eager
from traces.forced.eager import OWN
from traces.forced.knowledge import Known
from traces.forced.result import Difference, Unforceable
from traces.forced.sessions import Sessions
from traces.run import Run

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Covered:
    """What came of a cover.

    Attributes:
        states, transitions: of the whole graph.
        reduced: whether the eager part is reduced.
        eager: its transitions, as far as it is known what must be left out.
        covered: those of them that were taken.
        left_out: transitions out of states of the eager part that sessions cannot be made to take.
        walks, steps: how many, and the steps of all.
        compared: how often what a member knows was compared.
        difference: the first one, if there is one; nothing is done after it.
        way: the steps that lead there, as the specification writes them.
        seconds: by the clock.
    """

    states: int
    transitions: int
    reduced: bool
    eager: int
    covered: int
    left_out: int
    walks: int
    steps: int
    compared: int
    difference: Difference | None
    way: tuple[str, ...]
    seconds: float

    @property
    def complete(self) -> bool:
        """All were covered, and nothing differs."""
        return self.difference is None and self.covered == self.eager

    @property
    def percent(self) -> float:
        """How much of the eager part was covered."""
        return 100 * self.covered / self.eager if self.eager else 100.0


def cover(
    run: Run,
    make_member: Callable[[MemberId], Member[bytes]] = Member,
    *,
    reduced: bool = False,
    limits: Limits | None = None,
    report: Report = lambda done, total: None,
) -> Covered:
    """Drives members over the simulated network through every transition of the eager part.

    Args:
        run: the specification's scope and switches.
        make_member: the implementation's rules.
        reduced: only one order of deliveries whose order does not matter.
        limits: what the search of the graph may take; `seconds` is for all of it.
        report: told how many transitions of how many are covered.

    Raises:
        ScopeError: the scope does not fit the spec, or has too many members.
        TimeoutError: the graph was not found whole within the limits.
        MemoryError: it does not fit.
    """
    started = time.monotonic()
    limits = limits or Limits()
    initial = list(Interpreter(run.finite).initial_states())
    found = _whole_graph(run, initial, limits)
    at_once = _at_once(run, initial) if reduced else frozenset[Step]()
    walker = _Walker(run, found.graph(), at_once, make_member)
    end = None if limits.seconds is None else started + limits.seconds
    difference = None
    while difference is None and walker.part.is_left and (end is None or time.monotonic() < end):
        difference = walker.walk()
        report(walker.part.covered, walker.part.total)
    return Covered(
        found.states,
        found.transitions,
        reduced,
        walker.part.count(),
        walker.part.covered,
        walker.part.left_out,
        walker.walks,
        walker.steps,
        walker.compared,
        difference,
        tuple(map(run.finite.describe, walker.way)) if difference is not None else (),
        time.monotonic() - started,
    )


def _whole_graph(run: Run, initial: list[State], limits: Limits) -> Exploration:
    from model.search.native.engine import NativeSearch  # costs half a second to import

    found = NativeSearch(run.finite, initial, limits).run()
    if found.stopped is not None:
        raise TimeoutError(f"the state graph is not whole: {found.stopped}")
    return found


def _at_once(run: Run, initial: list[State]) -> frozenset[Step]:
    """The deliveries that may be taken at once."""
    circuit = ground(run.finite, initial)
    steps = (circuit.steps[number].step for number in Eager(circuit).find(()))
    return frozenset(step for step in steps if step.action.name == "deliver")


class _Walker:
    def __init__(
        self,
        run: Run,
        graph: Graph,
        at_once: Collection[Step],
        make_member: Callable[[MemberId], Member[bytes]],
    ) -> None:
        self.part = _Part(graph, at_once)
        self.walks = self.steps = self.compared = 0
        self.way: list[Step] = []
        self._run, self._make_member = run, make_member
        self._known = Known(run, graph)
        self._graph_steps = graph.steps

    def walk(self) -> Difference | None:
        """One walk, from the start to where nothing is left ahead."""
        part, run = self.part, self._run
        sessions = Sessions(run, self._known, self._make_member)
        self.walks += 1
        self.way = []
        state = part.initial
        difference = sessions.begin(state)
        while difference is None and (edge := part.ahead(state)) is not None:
            step, target = self._graph_steps[part.labels[edge]], part.targets[edge]
            at_rest = not part.is_busy(target)
            try:
                difference = sessions.take(step.action.name, step.args, target, at_rest=at_rest)
            except Unforceable:
                part.leave_out(edge)
                continue
            self.way.append(step)
            part.cover(edge)
            self.steps += 1
            state = target
        self.compared += sessions.compared
        return difference


def _turn(step: Step, number: int, at_once: Collection[Step]) -> tuple[int, ...] | None:
    """Whose turn it is where steps are not branched over; None for those that are."""
    if step.action.name in OWN:
        return (0, step.args[0], OWN.index(step.action.name))
    return (1, number) if step in at_once else None


class _Part:
    """The eager part of a graph, and what of it is left to be covered.

    Args:
        graph: the whole one, with a single initial state.
        at_once: steps of which one is taken where several are enabled, before any other.
    """

    def __init__(self, graph: Graph, at_once: Collection[Step]) -> None:
        assert graph.initial == 1
        self.initial = 0
        self.covered = self.left_out = 0
        self.targets: list[int] = graph.targets.tolist()
        self.labels: list[int] = graph.labels.tolist()
        self._is_own = [step.action.name in OWN for step in graph.steps]
        self._turn = [_turn(step, number, at_once) for number, step in enumerate(graph.steps)]
        self._out: dict[int, list[int]] = {}
        """By state: its transitions that are not left out."""
        self._in: dict[int, list[int]] = {}
        self._order: list[int] = []
        self._find(graph.offsets.tolist())
        self.total = sum(map(len, self._out.values()))
        """Transitions, but for those left out; what only those lead to is not yet taken off."""
        self._source = {edge: state for state, edges in self._out.items() for edge in edges}
        self._missing = {state: list(edges) for state, edges in self._out.items()}
        """By state: its transitions that are not covered."""
        self._worth = {state: len(edges) for state, edges in self._out.items()}
        """By state: how many of its transitions are not covered, or have such ahead."""
        self._is_covered: set[int] = set()
        self._planned = self._plan()
        """By transition: how many walks are still to take it."""

    def count(self) -> int:
        """The transitions of the part, as far as is known what is left out."""
        found, pending = {self.initial}, [self.initial]
        total = 0
        while pending:
            edges = self._out[pending.pop()]
            total += len(edges)
            new = {self.targets[edge] for edge in edges} - found
            found |= new
            pending += new
        return total

    @property
    def is_left(self) -> bool:
        """Whether there is something to cover."""
        return bool(self._worth[self.initial])

    def is_busy(self, state: int) -> bool:
        """Whether an own step is enabled in a state."""
        edges = self._out[state]
        return bool(edges) and self._is_own[self.labels[edges[0]]]

    def ahead(self, state: int) -> int | None:
        """A transition to go on with: to be covered, or with some ahead; None if there is none."""
        edges = self._missing[state] or [
            edge for edge in self._out[state] if self._worth[self.targets[edge]]
        ]
        return max(edges, key=self._planned.__getitem__, default=None)

    def cover(self, edge: int) -> None:
        """A transition was taken."""
        self._planned[edge] -= 1
        if edge in self._is_covered:
            return
        self._is_covered.add(edge)
        self.covered += 1
        self._missing[self._source[edge]].remove(edge)
        if not self._worth[self.targets[edge]]:
            self._lose(self._source[edge])

    def leave_out(self, edge: int) -> None:
        """A transition cannot be taken; nor what only it leads to, which is found out later."""
        state = self._source[edge]
        self._missing[state].remove(edge)
        self._out[state].remove(edge)
        self._in[self.targets[edge]].remove(edge)
        self.left_out += 1
        self.total -= 1
        self._lose(state)

    def _lose(self, state: int) -> None:
        """One transition of a state is of no more use."""
        stack = [state]
        while stack:
            state = stack.pop()
            self._worth[state] -= 1
            if not self._worth[state]:
                covered = (e for e in self._in.get(state, ()) if e in self._is_covered)
                stack += [self._source[edge] for edge in covered]

    def _find(self, offsets: list[int]) -> None:
        """Finds the part. In `_order` states are after those that they lead to, but in cycles."""
        pending = [(self.initial, False)]
        while pending:
            state, is_done = pending.pop()
            if is_done:
                self._order.append(state)
            if state in self._out:
                continue
            edges = list(range(offsets[state], offsets[state + 1]))
            first = [(turn, e) for e in edges if (turn := self._turn[self.labels[e]]) is not None]
            edges = [min(first)[1]] if first else edges
            self._out[state] = edges
            pending.append((state, True))
            for edge in edges:
                self._in.setdefault(self.targets[edge], []).append(edge)
                pending.append((self.targets[edge], False))

    def _plan(self) -> dict[int, int]:
        """How many walks take each transition: at least one, and more where many are ahead.

        Where more walks have to leave a state than transitions lead to it, those are sent over the
        one whose source has most to spare. That comes near to the fewest walks that cover all.
        """
        planned: dict[int, int] = {}
        spare = {state: len(self._in.get(state, ())) for state in self._order}
        for state in self._order:
            edges = self._in.get(state, ())
            for edge in edges:
                planned[edge] = 1
                spare[self._source[edge]] -= 1
            if spare[state] < 0 and edges:
                most = max(edges, key=lambda edge: spare[self._source[edge]])
                planned[most] -= spare[state]
                spare[self._source[most]] += spare[state]
        return planned
