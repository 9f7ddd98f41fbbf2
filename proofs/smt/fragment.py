"""Whether a set of formulas is in the decidable fragment.

Sorts are the nodes of a graph: there is an edge from S to T where for every element of S an
element of T is said to exist, or a function gives one. Without a cycle only finitely many elements
can be named, so the formulas have a finite model or none (many-sorted "effectively propositional":
Abadi, Rabinovich and Sagiv 2010; Padon et al., "Paxos Made EPR", OOPSLA 2017, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from model.lang.expr import SortDecl
from proofs.smt.written import Dependency


class Fragment:
    """The quantifier alternations of the formulas that were added so far.

    Args:
        functions: from the sort of an argument to that of the result, of each function.
    """

    def __init__(self, functions: Iterable[tuple[SortDecl, SortDecl]]) -> None:
        self._graph = nx.DiGraph(list(functions))

    def cycle(self) -> list[str]:
        """The names of the sorts of a cycle, the first one again at the end; or nothing."""
        try:
            edges = nx.find_cycle(self._graph)
        except nx.NetworkXNoCycle:
            return []
        return [edge[0].name for edge in edges] + [edges[-1][1].name]

    def add(self, dependencies: Iterable[Dependency]) -> None:
        """Adds formulas with these dependencies, come what may."""
        self._graph.add_edges_from((d.source, d.target) for d in dependencies)

    def admits(self, dependencies: Iterable[Dependency]) -> bool:
        """Whether formulas with these dependencies can be added without a new cycle."""
        graph = self._graph.copy()
        edges = [(d.source, d.target) for d in dependencies]
        graph.add_edges_from(edges)
        return not any(nx.has_path(graph, target, source) for source, target in edges)
