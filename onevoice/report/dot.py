"""A state graph in Graphviz's language, DOT, with what its nodes look like.

Every attribute of the graph is written as it is, and what Graphviz draws besides: an initial state
has a double border, one where no step is enabled is a box, what is violated is red, with its
names. What is true in a state is its tooltip, for it would not fit into a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

_FILLED = {"style": "filled", "fillcolor": "#f8c0c0", "color": "#c00000"}
_RED = {"color": "#c00000", "fontcolor": "#c00000"}


def dot(graph: networkx.MultiDiGraph) -> str:
    """The text of a graph that `onevoice.report.graph` made."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: networkx.MultiDiGraph) -> Iterator[str]:
    yield f"digraph {_quoted(graph.graph['spec'])} {{"
    yield "  // Double border: initial. Box: no step is enabled. Red: something is violated."
    for name, value in graph.graph.items():
        yield f"  {name}={_quoted(value)};"
    for number, state in graph.nodes(data=True):
        yield f"  {number} [{_attributes({**state, **_looks_of_state(state)})}];"
    for source, target, step in graph.edges(data=True):
        yield f"  {source} -> {target} [{_attributes({**step, **_looks_of_step(step)})}];"
    yield "}"


def _looks_of_state(state: Mapping[str, object]) -> dict[str, object]:
    label = "\n".join([str(state["number"]), *_names(state)])
    return {
        "label": label,
        "tooltip": state["facts"],
        "shape": "box" if state["resting"] else "ellipse",
        "peripheries": 2 if state["initial"] else 1,
        **(_FILLED if state["violated"] else {}),
    }


def _looks_of_step(step: Mapping[str, object]) -> dict[str, object]:
    label = "\n".join([str(step["step"]), *_names(step)])
    return {"label": label, **(_RED if step["violated"] else {})}


def _names(of: Mapping[str, object]) -> list[str]:
    violated = str(of["violated"])
    return violated.split(", ") if violated else []


def _attributes(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in values.items())


def _quoted(value: object) -> str:
    """A value as DOT writes it: numbers and truth values bare, all else as a quoted string.

    Graphviz reads escapes in what it draws (a line's end is `\\n`), so that a backslash is two.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
