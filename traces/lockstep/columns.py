"""The same walk, with all transitions of a level at once, where each state has one implementation.

As long as all paths to a state of the specification leave the members in the same state, what is
walked is the specification's graph, and a member's state is a column over its states. Then a level
is a few operations on columns: what a member does with an input is computed once for all
transitions in which member and input are the same, and looked up for the rest.

Whatever differs, has two implementations for one state, or does not fit into numbers, is left to
`pairs`, which knows the way there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from traces.lockstep.environment import DEAD, OWN, SILENT, Environment

Ints = NDArray[Any]  # of several widths
Part = tuple[Ints, int]
"""A column of numbers that are not negative, and the bits that they have at most."""
_CHUNK = 1 << 20  # transitions at a time
_UNKNOWN = -2
_BITS = 63


class Columns:
    """A column of states for each member.

    Args:
        environment: whose graph is walked.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        facts, graph = environment.facts, environment.graph
        self._members = range(facts.members)
        self._offsets, self._targets, self._labels = graph.offsets, graph.targets, graph.labels
        self._local = [np.full(graph.states, _UNKNOWN, np.int32) for _ in self._members]
        self._due = [np.zeros(graph.states, np.int8) for _ in self._members]
        arguments = np.full((len(environment.labels), 4), 0, np.int64)
        for label, (_, args) in enumerate(environment.labels):
            arguments[label, : len(args)] = args
        self._arguments = arguments
        names = np.array([action for action, _ in environment.labels])
        self._is = {name: names == name for name in set(names.tolist())}
        self.followed = 0

    def run(self) -> bool:
        """Whether every transition was compared, and nothing differs."""
        graph, machines = self._environment.graph, self._environment.machines
        if any(machine.has_counted for machine in machines):
            return False
        for m in self._members:
            self._local[m][: graph.initial] = machines[m].start
        first = 0
        while first < graph.states:
            # States are numbered breadth first, so those with smaller numbers are known by now.
            last = int(np.searchsorted(self._offsets, self._offsets[first] + _CHUNK, "right")) - 1
            last = min(max(last, first + 1), self._known(first), graph.states)
            if last <= first or not self._follow(first, last):
                return False
            first = last
        return self._agrees()

    def _known(self, first: int) -> int:
        """The first state from there on whose members are not known."""
        unknown = self._local[0][first : first + _CHUNK] == _UNKNOWN
        return first + (int(unknown.argmax()) if unknown.any() else len(unknown))

    # -- transitions --------------------------------------------------------------------------

    def _follow(self, first: int, last: int) -> bool:
        begin, end = int(self._offsets[first]), int(self._offsets[last])
        degrees = np.diff(self._offsets[first : last + 1])
        sources = np.repeat(np.arange(first, last), degrees)
        labels, targets = self._labels[begin:end], self._targets[begin:end]
        for m in self._members:
            after = self._local[m][sources].copy()
            if not self._one_member(m, sources, targets, labels, after):
                return False
            known = self._local[m][targets]
            new = known == _UNKNOWN
            self._local[m][targets[new]] = after[new]
            if not (self._local[m][targets] == after).all():
                return False
        self.followed += end - begin
        return True

    def _one_member(self, m: int, sources: Ints, targets: Ints, labels: Ints, after: Ints) -> bool:
        """What a member does in these transitions."""
        environment, arguments = self._environment, self._arguments
        for action, is_action in self._is.items():
            here = is_action[labels]
            if action in ("exclude", "request"):
                if environment.sending_view:
                    here &= environment.facts.at[m, sources] == arguments[labels, 0]
                    here &= after != DEAD
                    after[here] = self._blocked(m, after[here])
                continue
            if action in SILENT:
                continue
            (edges,) = np.nonzero(here & (arguments[labels, 0] == m))
            if not len(edges):
                continue
            if action == "crash":
                after[edges] = DEAD
                continue
            if not self._outcomes(m, action, sources, targets, labels, edges, after):
                return False
            if action in OWN:
                bit = 1 << list(OWN).index(action)
                np.bitwise_or.at(self._due[m], sources[edges], np.int8(bit))
        return True

    def _outcomes(
        self, m: int, action: str, sources: Ints, targets: Ints, labels: Ints, edges: Ints,
        after: Ints,
    ) -> bool:  # fmt: skip
        """Looks up what comes of an input, and computes it where nobody has."""
        environment, machine = self._environment, self._environment.machines[m]
        states, args = sources[edges], self._arguments[labels[edges]]
        if (after[edges] == DEAD).any():
            return False
        key = _packed(
            (labels[edges], len(environment.labels).bit_length()),
            (after[edges], len(machine).bit_length()),
            *self._surroundings(m, action, states, targets[edges], args),
        )
        if key is None:
            return False
        _, one, inverse = np.unique(key, return_index=True, return_inverse=True)
        results = np.empty(len(one), np.int32)
        for number, edge in enumerate(edges[one].tolist()):
            state, (name, given) = int(sources[edge]), environment.labels[labels[edge]]
            outcome = machine.after(int(after[edge]), environment.input(state, name, given))
            if environment.otherwise(state, int(targets[edge]), name, given, outcome):
                return False
            results[number] = outcome.state
        after[edges] = results[inverse]
        if action == "install" and environment.sending_view:
            closed = environment.facts.closed[args[:, 1], states] != 0
            after[edges[closed]] = self._blocked(m, after[edges[closed]])
        return True

    def _surroundings(
        self, m: int, action: str, states: Ints, targets: Ints, args: Ints
    ) -> list[Part]:
        """What an outcome depends on, and what it is compared with: see `Environment`."""
        facts = self._environment.facts
        views, members, data = facts.views.bit_length() + 1, facts.members, facts.data
        v = args[:, 3] if action == "deliver" else args[:, 1]
        r = facts.request_of[v, states]
        if action == "deliver":
            _, kind, p, _ = args.T
            dropped = facts.dropped(m, kind, p, v, states)
            return [(r, views), (facts.held[p, r, states], data), *((each, 1) for each in dropped)]
        if action == "complete":
            union = [(facts.holds[m, each], data) for each in (states, targets)]
            return [*union, *self._results(m, states)]
        if action in OWN:
            return [(r, views), (facts.held[m, r, states], data)]
        holds = np.where(r == v, facts.holds[m, states], 0)
        in_view = [(facts.in_view[each, states], members) for each in (v, r)]
        return [(r, views), *in_view, (facts.same[r, states], members**2), (holds, data)]

    def _results(self, m: int, states: Ints) -> list[Part]:
        """What the specification says of what a member completes with, all as one number."""
        facts = self._environment.facts
        members, data = facts.members, facts.data
        at = facts.at[m, states]
        r = facts.request_of[at, states]
        parts: list[Part] = [(at, facts.views), (r, facts.views)]
        parts += [(facts.same[r, states], members**2), (facts.received[m, states], members)]
        parts += [(facts.held[p, r, states], data) for p in self._members]
        packed = _packed(*parts)
        if packed is None:
            return parts
        distinct, number = np.unique(packed, return_inverse=True)
        return [(number, len(distinct).bit_length())]

    def _blocked(self, m: int, locals_: Ints) -> Ints:
        kinds, inverse = np.unique(locals_, return_inverse=True)
        results = [self._environment.blocked(m, local) for local in kinds.tolist()]
        return np.array(results, np.int32)[inverse]

    # -- states -------------------------------------------------------------------------------

    def _agrees(self) -> bool:
        """Whether each member knows, and may do, what the specification says, in every state."""
        return all(self._one_agrees(m) for m in self._members)

    def _one_agrees(self, m: int) -> bool:
        local, machine = self._local[m], self._environment.machines[m]
        facts, own = self._environment.facts, list(OWN.values())
        met = range(len(machine))
        knows = [facts.abstraction(machine.member(number)) for number in met]
        may = [sum(1 << own.index(step) for step in machine.due(number)) for number in met]
        alive = local != DEAD
        of = np.where(alive, local, 0)
        if any(map(machine.undue, met)):
            return False
        same = np.array(knows, np.int64)[of] == facts.signature(m)
        due = np.where(alive, np.array(may, np.int8)[of], 0)
        return bool((same | ~alive).all() and (due == self._due[m]).all())


def _packed(*parts: Part) -> Ints | None:
    """Several columns as one; None if they have too many bits for that."""
    if sum(width for _, width in parts) > _BITS:
        return None
    key: Ints = np.zeros_like(parts[0][0], dtype=np.int64)
    for column, width in parts:
        key = key << width | column
    return key
