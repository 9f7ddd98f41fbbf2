"""A state graph as a networkx graph, in which everything is text, a number or a truth value.

Attributes of a node: `number`, `depth`, `initial`, `resting` (no step is enabled), `final` (the
spec says that it may rest), `violated` (names of properties, with commas) and `facts` (what is
true there, with commas). Attributes of an edge: `step` (as text, with its arguments), `action` and
`violated`. Attributes of the graph: `spec`, `options` (of the command line), `states`,
`transitions`, and `always`, the facts that are true in every state because the scope says so.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import networkx

from traces.facts import facts

if TYPE_CHECKING:
    from model.search.statespace import StateSpace
    from traces.run import Run


def state_graph(run: Run, space: StateSpace) -> networkx.MultiDiGraph:
    """The graph: a node a state, by its number, and an edge a step."""
    finite = space.finite
    given = [
        frozenset(facts(finite, node.state, immutable=True))
        for node in space.nodes[: space.initial]
    ]
    always = frozenset.intersection(*given) if given else frozenset()
    graph = networkx.MultiDiGraph(
        spec=finite.staged.name,
        options=run.options,
        states=len(space.nodes),
        transitions=len(space.edges),
        always=", ".join(sorted(always)),
    )
    for number, node in enumerate(space.nodes):
        graph.add_node(
            number,
            number=number,
            depth=node.depth,
            initial=number < space.initial,
            resting=node.resting,
            final=node.final,
            violated=", ".join(node.violated),
            facts=", ".join(fact for fact in facts(finite, node.state) if fact not in always),
        )
    for edge in space.edges:
        graph.add_edge(
            edge.source,
            edge.target,
            step=finite.describe(edge.step),
            action=edge.step.action.name,
            violated=", ".join(edge.violated),
        )
    return graph


def graphml(graph: networkx.MultiDiGraph) -> str:
    """The graph as GraphML (U. Brandes and others, "GraphML Progress Report", GD 2001)."""
    file = io.BytesIO()
    networkx.write_graphml(graph, file)
    return file.getvalue().decode("utf-8")
