"""Leads-to on an explored graph, under weak and strong fairness.

`premise ↝ goal` is violated by a *fair* infinite behaviour in which the premise holds at some
point, and the goal neither then nor later. A behaviour may rest in a state for ever (stuttering
is always possible), so it is enough to look, among the states that are reached from a premise
without meeting the goal, for a set that can be gone round for ever and is fair:

- weak fairness of a step: somewhere in the set it is disabled, or it is taken inside the set;
- strong fairness: nowhere in the set it is enabled, or it is taken inside the set.

A step that changes nothing counts as taken. Fairness is judged on the violating set itself: a
single state in which no fair step is enabled, where a behaviour rests, or a set that steps go
round in, see `components.py` (Lichtenstein & Pnueli 1985; Emerson & Lei 1987). Nothing is sampled
and no formula is dropped.

Everything is done to all states or edges at once. The graph's cycles are looked for once; a
property costs, for each valuation, passes over the states, and over those edges only that leave
the states that are pending in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.lang.expr import Var
from model.lang.staged import LeadsTo
from model.scope import Finite
from model.search.breadth import EDGES_MAX, Mask, Rows, closure, longest_path
from model.search.components import Promises, cyclic_states, fair_sets
from model.search.exploration import Graph
from model.search.lasso import NO_BOUND, Lasso, Lassos

__all__ = ["Lasso", "Liveness", "Violation"]


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
        deadline: called between passes over the graph, some seconds apart at most but for its
            strongly connected components. What it raises ends the check.

    Attributes:
        acyclic: no step leads back to a state that was visited before.

    Raises:
        MemoryError: the graph has more edges than can be numbered.
    """

    def __init__(
        self, finite: Finite, graph: Graph, deadline: Callable[[], None] | None = None
    ) -> None:
        if len(graph.targets) > EDGES_MAX:
            raise MemoryError(f"leads-to is judged on at most {EDGES_MAX:,} transitions")
        self.finite, self.graph = finite, graph
        self.rows = Rows(graph, deadline or (lambda: None))
        self.promises = Promises.of(graph)
        self.cyclic = cyclic_states(self.rows)
        self.acyclic = not self.cyclic.any()
        self.rest = self._rest()
        self.lassos = Lassos(self.rows, self.promises)

    def _rest(self) -> Mask:
        """The states in which no fair step is enabled: there a behaviour may rest for ever."""
        rest = np.ones(self.graph.states, np.bool_)
        offsets = self.graph.offsets
        for first, end in self.rows.ranges():
            fair = self.promises.fair[self.graph.labels[offsets[first] : offsets[end]]]
            leaves = first + np.flatnonzero(offsets[first:end] < offsets[first + 1 : end + 1])
            if len(leaves):
                rest[leaves] = ~np.logical_or.reduceat(fair, offsets[leaves] - offsets[first])
        return rest

    def longest(self) -> int | None:
        """The steps of the longest behaviour, if no behaviour is infinite but by resting."""
        return longest_path(self.rows) if self.acyclic else None

    def check(self, leads_to: LeadsTo) -> Violation | None:
        """The violation with the shortest lasso that was found, over all valuations; None if none.

        If one of the shortest rests in the end, none is shorter (see `lasso.py`).
        """
        best: Violation | None = None
        for valuation in self.finite.valuations(leads_to.params):
            self.rows.deadline()
            below = NO_BOUND if best is None else best.lasso.steps
            found = self._check(leads_to, valuation, below)
            if found is not None:
                best = Violation(leads_to, valuation, found)
        return best

    def _check(self, leads_to: LeadsTo, valuation: dict[Var, int], below: int) -> Lasso | None:
        """A violation for one valuation, with less than so many steps."""
        holds, reached = self.graph.observe(
            [(leads_to.premise, valuation), (leads_to.goal, valuation)]
        )
        open_ = ~reached
        seeds = holds & open_
        if not seeds.any() or not (open_ & (self.rest | self.cyclic)).any():
            return None
        if below != NO_BOUND and self.lassos.nearest(seeds) >= below:
            return None
        pending = closure(self.rows, seeds, open_)
        resting = pending & self.rest
        around = np.flatnonzero(pending & self.cyclic).astype(np.int32)
        sets = fair_sets(self.rows, self.promises, around)
        if not resting.any() and not (sets >= 0).any():
            return None
        found = self.lassos.shortest(seeds, pending, resting, sets, below)
        assert found is not None or below != NO_BOUND, "a fair set can be gone round"
        return found
