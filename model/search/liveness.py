"""Leads-to on an explored graph, under weak and strong fairness.

`premise ↝ goal` is violated by a *fair* infinite behaviour in which the premise holds at some
point, and the goal neither then nor later. A behaviour may rest in a state for ever (stuttering
is always possible), so it is enough to look, among the states that are reached from a premise
without meeting the goal, for a set that can be gone round for ever and is fair:

- weak fairness of a step: somewhere in the set it is disabled, or it is taken inside the set;
- strong fairness: nowhere in the set it is enabled, or it is taken inside the set.

A step that changes nothing counts as taken. Fairness is judged on the violating set itself. The
candidates are the strongly connected components of the pending states, single states included; a
component that fails strong fairness of a step is split by removing the states that enable it, and
its parts are judged again
(Lichtenstein & Pnueli 1985; Emerson & Lei 1987). Nothing is sampled and no formula is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from model.lang.expr import Expr, Var
from model.lang.staged import LeadsTo
from model.scope import Finite
from model.search.exploration import Graph

States = NDArray[np.int64]


@dataclass(frozen=True)
class Lasso:
    """A violating behaviour by state numbers: `numbers[loop:]` is repeated for ever.

    `closing` says that a step leads from the last state back to `numbers[loop]`; otherwise the
    behaviour rests in the last state.
    """

    numbers: list[int]
    labels: list[int]
    loop: int
    closing: int | None


@dataclass(frozen=True)
class Violation:
    """A leads-to property that fails for these elements, and how."""

    leads_to: LeadsTo
    valuation: dict[Var, int]
    lasso: Lasso


class Liveness:
    """Checks the leads-to properties of a spec on its graph.

    Args:
        finite: the spec and its scope.
        graph: the complete graph of its reachable states.
    """

    def __init__(self, finite: Finite, graph: Graph) -> None:
        self.finite, self.graph = finite, graph
        self.sources = np.repeat(np.arange(graph.states, dtype=np.int32), np.diff(graph.offsets))
        self.fair = [
            (i, step.action.fair) for i, step in enumerate(graph.steps)
            if step.action.fair != "none"
        ]  # fmt: skip
        self.components = self._components()
        sizes = np.bincount(self.components, minlength=graph.states)
        loops = self.sources == graph.targets
        self.acyclic = bool(sizes.max() == 1 and not loops.any())
        self.rest = self._rest()

    def _components(self) -> NDArray[np.int32]:
        shape = (self.graph.states, self.graph.states)
        data = np.ones(len(self.graph.targets), np.int8)
        matrix = csr_matrix((data, self.graph.targets, self.graph.offsets), shape=shape)
        return connected_components(matrix, directed=True, connection="strong")[1]

    def _rest(self) -> NDArray[np.bool_]:
        """The states in which no fair step is enabled: there a behaviour may rest for ever."""
        fair = np.zeros(len(self.graph.steps), np.bool_)
        fair[[i for i, _ in self.fair]] = True
        rest = np.ones(self.graph.states, np.bool_)
        rest[self.sources[fair[self.graph.labels]]] = False
        return rest

    def longest(self) -> int | None:
        """The steps of the longest behaviour, if no behaviour is infinite but by resting."""
        if not self.acyclic:
            return None
        graph = self.graph
        missing = np.bincount(graph.targets, minlength=graph.states)
        length = np.zeros(graph.states, np.int64)
        front = np.flatnonzero(missing == 0)
        while len(front):
            edges = self._out(front)
            targets = graph.targets[edges]
            np.maximum.at(length, targets, length[self.sources[edges]] + 1)
            np.subtract.at(missing, targets, 1)
            candidates = np.unique(targets)
            front = candidates[missing[candidates] == 0]
        return int(length.max())

    def _out(self, states: NDArray[np.integer]) -> States:
        """The edges out of these states."""
        starts = self.graph.offsets[states]
        degrees = self.graph.offsets[states + 1] - starts
        ends = np.cumsum(degrees)
        shift = np.repeat(starts - (ends - degrees), degrees)
        edges: States = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64) + shift
        return edges

    # -- one property -------------------------------------------------------------------------

    def check(self, leads_to: LeadsTo) -> Violation | None:
        """The violation with the shortest way to its loop, over all valuations; None if none."""
        best: Violation | None = None
        for valuation in self.finite.valuations(leads_to.params):
            found = self._check(leads_to.premise, leads_to.goal, valuation)
            if found is not None and (best is None or len(found.numbers) < len(best.lasso.numbers)):
                best = Violation(leads_to, valuation, found)
        return best

    def _check(self, premise: Expr, goal: Expr, valuation: dict[Var, int]) -> Lasso | None:
        holds, reached = self.graph.observe([(premise, valuation), (goal, valuation)])
        holds &= self.graph.used
        open_ = ~reached
        if self.acyclic and not (self.rest & open_).any():
            return None
        pending = self._closure(holds & open_, open_)
        if not pending.any():
            return None
        fair_sets = self._fair_sets(pending)
        if not fair_sets:
            return None
        goals = np.zeros(self.graph.states, np.bool_)
        for states in fair_sets:
            goals[states] = True
        numbers, labels = self._shortest(holds & open_, open_, goals)
        around = next(states for states in fair_sets if numbers[-1] in states)
        return self._round(numbers, labels, around)

    def _closure(self, seed: NDArray[np.bool_], within: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The states reached from the seed without leaving `within`."""
        found = seed & within
        front: NDArray[np.integer] = np.flatnonzero(found)
        while len(front):
            targets = np.unique(self.graph.targets[self._out(front)])
            front = np.compress(within[targets] & ~found[targets], targets)
            found[front] = True
        return found

    def _fair_sets(self, pending: NDArray[np.bool_]) -> list[States]:
        """The fair sets among the pending states (see the module's docstring).

        A single state is fair by resting in it, if no fair step is enabled there; the sets that
        are split further are those that a behaviour can go round by steps.
        """
        found = [np.array([s]) for s in np.flatnonzero(pending & self.rest)]
        todo = [] if self.acyclic else [np.flatnonzero(pending)]
        while todo:
            for states in self._split(todo.pop()):
                inside = self._inside(states)
                taken = set(np.unique(self.graph.labels[inside]).tolist())
                edges = self._out(states)
                weak_ok, forbidden = True, np.zeros(len(states), np.bool_)
                for step, fairness in self.fair:
                    if step in taken:
                        continue
                    enabled = np.isin(states, self.sources[edges[self.graph.labels[edges] == step]])
                    if enabled.all():
                        weak_ok = False
                        break
                    if fairness == "strong":
                        forbidden |= enabled
                if not weak_ok:
                    continue  # no part of it is weakly fair either
                if forbidden.any():
                    if not forbidden.all():
                        todo.append(states[~forbidden])
                else:
                    found.append(states)
        return found

    def _inside(self, states: States) -> States:
        """The edges between these states."""
        edges = self._out(states)
        return edges[np.isin(self.graph.targets[edges], states)]

    def _split(self, states: States) -> list[States]:
        """The strongly connected components, with a step inside, of these states' subgraph."""
        inside = self._inside(states)
        place = np.searchsorted(states, [self.sources[inside], self.graph.targets[inside]])
        shape = (len(states), len(states))
        matrix = csr_matrix((np.ones(len(inside), np.bool_), (place[0], place[1])), shape=shape)
        count, labels = connected_components(matrix, directed=True, connection="strong")
        live = np.zeros(count, np.bool_)
        live[labels[place[0]][labels[place[0]] == labels[place[1]]]] = True
        order = np.argsort(labels, kind="stable")
        bounds = np.searchsorted(labels[order], np.arange(count + 1))
        return [np.sort(states[order[bounds[c] : bounds[c + 1]]]) for c in np.flatnonzero(live)]

    # -- the counterexample -------------------------------------------------------------------

    def _shortest(
        self, premise: NDArray[np.bool_], open_: NDArray[np.bool_], goals: NDArray[np.bool_]
    ) -> tuple[list[int], list[int]]:
        """The shortest path from an initial state over a premise state, then open, to a goal.

        Searched breadth-first in the product with "the premise has held": node 2s + pending.
        """
        n = self.graph.states
        came_from = np.full(2 * n, -2, np.int64)  # edge, with -1 for none and -2 for unseen
        first = np.arange(self.graph.initial)
        front = np.concatenate([2 * first, 2 * first[premise[first]] + 1])
        came_from[front] = -1
        while True:
            done = front[(front & 1 == 1) & goals[front >> 1]]
            if len(done):
                break
            new = []
            for node in front.tolist():
                state, pending = divmod(node, 2)
                for edge in range(self.graph.offsets[state], self.graph.offsets[state + 1]):
                    target = int(self.graph.targets[edge])
                    if pending:
                        nexts = [2 * target + 1] if open_[target] else []
                    else:
                        nexts = [2 * target] + ([2 * target + 1] if premise[target] else [])
                    for other in nexts:
                        if came_from[other] == -2:
                            # Remember whether the edge started from a pending node.
                            came_from[other] = 2 * edge + pending
                            new.append(other)
            front = np.array(new, np.int64)
            assert len(front), "a fair set is reachable"
        node = int(done[0])
        numbers, labels = [node >> 1], []
        while came_from[node] >= 0:
            edge, pending = divmod(int(came_from[node]), 2)
            labels.append(int(self.graph.labels[edge]))
            node = 2 * int(self.sources[edge]) + pending
            numbers.append(node >> 1)
        return numbers[::-1], labels[::-1]

    def _round(self, numbers: list[int], labels: list[int], around: States) -> Lasso:
        """A lasso from the end of the path that goes round the set fairly.

        For each fair step it visits an edge of it inside the set, or a state that disables it.
        """
        loop, start = len(numbers) - 1, numbers[-1]
        inside = self._inside(around)
        out = self._out(around)
        for step, _ in self.fair:
            takes = inside[self.graph.labels[inside] == step]
            walked = numbers[loop:]
            if len(takes):
                if step not in labels[loop:]:
                    edge = int(takes[0])
                    self._walk(numbers, labels, int(self.sources[edge]), around)
                    numbers.append(int(self.graph.targets[edge]))
                    labels.append(step)
                continue
            enabled = np.unique(self.sources[out[self.graph.labels[out] == step]])
            disabled = np.setdiff1d(around, enabled)
            if not np.isin(walked, disabled).any():
                self._walk(numbers, labels, int(disabled[0]), around)
        if len(numbers) - 1 == loop:
            return Lasso(numbers, labels, loop, None)
        self._walk(numbers, labels, start, around)
        return Lasso(numbers[:-1], labels[:-1], loop, labels[-1])

    def _walk(self, numbers: list[int], labels: list[int], target: int, within: States) -> None:
        """Extends the path inside the set to the target, by a shortest way."""
        came: dict[int, int] = {numbers[-1]: -1}
        front = [numbers[-1]]
        allowed = set(within.tolist())
        while target not in came:
            new = []
            for state in front:
                for edge in range(self.graph.offsets[state], self.graph.offsets[state + 1]):
                    other = int(self.graph.targets[edge])
                    if other in allowed and other not in came:
                        came[other] = edge
                        new.append(other)
            front = new
        way = []
        node = target
        while came[node] >= 0:
            way.append(came[node])
            node = int(self.sources[came[node]])
        for edge in reversed(way):
            numbers.append(int(self.graph.targets[edge]))
            labels.append(int(self.graph.labels[edge]))
