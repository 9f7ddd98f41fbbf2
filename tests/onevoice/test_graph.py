"""`onevoice graph` writes the graph that `onevoice check` searches, for other programs to read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import networkx
import pytest

from onevoice.report.dot import dot
from tests.onevoice.conftest import Run

SMALL = ("--groups", "1", "--failures", "0")
VIOLATING = ("--groups", "2", "--failures", "0", "--variant", "ack-before-transmit")

_VALUE = r'"(?:[^"\\]|\\.)*"|[^\s",;\[\]]+'
_ATTRIBUTES = re.compile(rf"(\w+)=({_VALUE})(?:, |$)")
_LINE = re.compile(rf"  (?:(\d+)(?: -> (\d+))? \[(.*)\]|(\w+)=({_VALUE}));")


def value(text: str) -> object:
    if text.startswith('"'):
        return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text[1:-1])
    return {"true": True, "false": False}.get(text) if text.isalpha() else int(text)


def attributes(text: str) -> dict[str, Any]:
    found = list(_ATTRIBUTES.finditer(text))
    assert "".join(match[0] for match in found) == text, "nothing is left between attributes"
    return {match[1]: value(match[2]) for match in found}


def parsed(text: str) -> networkx.MultiDiGraph:
    """A reader of the DOT that we write: every line but the first two and the last must fit."""
    graph = networkx.MultiDiGraph()
    lines = text.splitlines()
    assert re.fullmatch(rf"digraph ({_VALUE}) {{", lines[0])
    assert lines[1].startswith("  // ")
    assert lines[-1] == "}"
    for line in lines[2:-1]:
        match = _LINE.fullmatch(line)
        assert match is not None, line
        source, target, rest, name, whole = match.groups()
        if name is not None:
            graph.graph[name] = value(whole)
        elif target is not None:
            graph.add_edge(int(source), int(target), **attributes(rest))
        else:
            graph.add_node(int(source), **attributes(rest))
    return graph


def read_graphml(path: Path) -> networkx.MultiDiGraph:
    return networkx.read_graphml(path, node_type=int, force_multigraph=True)


def test_it_has_as_many_states_and_transitions_as_the_search(onevoice: Run, tmp_path: Path) -> None:
    scope = ("--groups", "2", "--failures", "0")
    searched = json.loads(onevoice("check", *scope, "--json").out)
    ran = onevoice("graph", *scope, "--format", "graphml", "--output", "g.graphml")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Wrote g.graphml: 148 states, 371 transitions.\n"
    graph = read_graphml(tmp_path / "g.graphml")
    assert graph.number_of_nodes() == searched["states"] == graph.graph["states"]
    assert graph.number_of_edges() == searched["transitions"] == graph.graph["transitions"]
    assert max(depth for _, depth in graph.nodes(data="depth")) == searched["depth"]


def test_dot_and_graphml_hold_the_same_graph(onevoice: Run, tmp_path: Path) -> None:
    onevoice("graph", *VIOLATING, "--format", "graphml", "-o", "g.graphml")
    read = read_graphml(tmp_path / "g.graphml")
    drawn = parsed(onevoice("graph", *VIOLATING).out)
    assert drawn.graph == {k: v for k, v in read.graph.items() if k in drawn.graph}
    assert set(drawn.nodes) == set(read.nodes)
    for number, state in read.nodes(data=True):
        assert {k: drawn.nodes[number][k] for k in state} == state
    kept = ("step", "action", "violated")

    def edges(graph: networkx.MultiDiGraph) -> list[tuple[Any, ...]]:
        return sorted((a, b, *(step[k] for k in kept)) for a, b, step in graph.edges(data=True))

    assert edges(drawn) == edges(read)


def test_a_node_says_what_is_true_and_an_edge_what_is_done(onevoice: Run) -> None:
    graph = parsed(onevoice("graph", *SMALL).out)
    first = graph.nodes[0]
    assert first["facts"] == (
        "formed(v0), in_view(v0, a1), belongs(v0, v0), same(v0, a1, a1), arrived(r0), "
        "indicator(a1), holds(a1, A)"
    )
    assert first["tooltip"] == first["facts"]
    assert graph.graph["always"] == "arrives(a1, r0), brings(a1, A), origin(a1, a1)"
    ((_, _, step),) = graph.out_edges(0, data=True)
    assert (step["step"], step["action"]) == ("install(a1, v0)", "install")


def test_initial_resting_and_violating_states_look_different(onevoice: Run) -> None:
    graph = parsed(onevoice("graph", *VIOLATING).out)
    for _, state in graph.nodes(data=True):
        assert (state["peripheries"] == 2) == state["initial"]
        assert (state["shape"] == "box") == state["resting"]
        assert (state.get("fillcolor") is not None) == (state["violated"] != "")
        assert state["label"].split("\n") == [
            str(state["number"]), *(name for name in state["violated"].split(", ") if name),
        ]  # fmt: skip
    assert [n for n, initial in graph.nodes(data="initial") if initial] == [0]
    resting = [n for n, rests in graph.nodes(data="resting") if rests]
    assert resting == [n for n in graph if graph.out_degree(n) == 0] != []


def test_the_nearest_violating_state_is_as_deep_as_the_counterexample_is_long(
    onevoice: Run,
) -> None:
    searched = json.loads(onevoice("check", *VIOLATING, "--json", "--no-liveness").out)
    shortest = {
        found["name"]: found["counterexample"]["length"]
        for found in searched["properties"]
        if found["status"] == "violated"
    }
    nearest: dict[str, int] = {}
    for _, state in parsed(onevoice("graph", *VIOLATING).out).nodes(data=True):
        for name in filter(None, state["violated"].split(", ")):
            nearest[name] = min(nearest.get(name, state["depth"]), state["depth"])
    assert nearest == shortest != {}


def test_what_dot_would_misread_is_quoted() -> None:
    odd = 'a "quoted" \\ b;] -> {\nc\\'
    graph = networkx.MultiDiGraph(spec=odd)
    graph.add_node(0, number=0, initial=True, resting=False, violated=odd, facts=odd)
    graph.add_edge(0, 0, step=odd, action="a", violated="")
    read = parsed(dot(graph))
    assert read.graph["spec"] == odd
    assert read.nodes[0]["facts"] == odd
    assert [step for *_, step in read.edges(data="step")] == [odd]


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it(onevoice: Run, tmp_path: Path) -> None:
    onevoice("graph", *SMALL, "-o", "g.dot")
    subprocess.run(["dot", "-Tsvg", "-O", "g.dot"], cwd=tmp_path, check=True)
    assert (tmp_path / "g.dot.svg").read_text().count('class="node"') == 12


def test_more_states_than_allowed_are_refused_and_nothing_is_written(
    onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice("graph", *SMALL, "--max-states", "11", "-o", "g.dot")
    assert (ran.code, ran.out) == (75, "")
    assert ran.err == (
        "onevoice: no graph is written: it exceeds the limit of 11 states, 12 states were found so "
        "far, to depth 8. Take a smaller scope (--groups, --failures) or raise --max-states.\n"
    )
    assert list(tmp_path.iterdir()) == []
    assert onevoice("graph", *SMALL, "--max-states", "12", "-o", "g.dot").code == 0


def test_a_file_is_overwritten_only_if_that_is_asked_for(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "g.dot").write_text("mine")
    ran = onevoice("graph", *SMALL, "-o", "g.dot")
    assert ran.code == 2
    assert ran.err == "onevoice: g.dot exists already: --force overwrites it\n"
    assert (tmp_path / "g.dot").read_text() == "mine"
    assert onevoice("graph", *SMALL, "-o", "g.dot", "--force").code == 0
    assert (tmp_path / "g.dot").read_text().startswith("digraph")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--format png", "'png' is not one of 'dot', 'graphml'"),
        ("--groups 2+", "groups '2+': '' is no subgroup"),
        ("--max-states 0", "0 is not in the range"),
        ("--max-states -5", "-5 is not in the range"),
        ("--failures -1", "-1 is not in the range"),
        ("--variant no-wating", "did you mean 'no-waiting'?"),
        ("--output .", "'.' is a directory"),
        (
            "--groups 1 --failures 0 --output absent/g.dot",
            "absent/g.dot cannot be written: No such",
        ),
    ],
)
def test_wrong_usage_is_said_in_one_line(words: str, said: str, onevoice: Run) -> None:
    ran = onevoice("graph", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
