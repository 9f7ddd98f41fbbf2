"""Traces that cover a state graph with as few steps as can be, and how few traces could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traces.generate.graph import Path, StateGraph
from traces.generate.least import least_flow
from traces.generate.network import items, network
from traces.generate.paths import paths
from traces.witness import Covered

STEPS_MAX = 100_000


class TooLarge(Exception):
    """A cover would have more steps than are wanted.

    Attributes:
        covers: what it would cover.
        at_least: steps that every such cover has.
        steps_max: that it may have.
    """

    def __init__(self, covers: Covered, at_least: int, steps_max: int) -> None:
        self.covers, self.at_least, self.steps_max = covers, at_least, steps_max
        super().__init__(
            f"to cover all {covers} takes at least {at_least:,} steps, more than {steps_max:,}"
        )


@dataclass(frozen=True)
class Cover:
    """Paths from initial states that together go through everything.

    Attributes:
        covers: what they go through.
        items: how many of those there are.
        paths: in an order that does not change from run to run.
        steps_at_least: steps that every cover has, proved by `least`.
        paths_at_least: paths that every cover has, proved alike.
    """

    covers: Covered
    items: int
    paths: tuple[Path, ...]
    steps_at_least: int
    paths_at_least: int

    @property
    def steps(self) -> int:
        """Of all paths together."""
        return sum(map(len, self.paths))


def cover(
    graph: StateGraph,
    covers: Covered,
    steps_max: int = STEPS_MAX,
    seconds: float | None = None,
    report: Callable[[str], None] = lambda doing: None,
) -> Cover:
    """Covers a state graph.

    Args:
        graph: without cycles, as that of any run of the exchange.
        covers: what is to be covered. `transitions` covers the states too, `pairs` all three.
        steps_max: steps of all traces together at most.
        seconds: that each of the two searches for a least flow may take.
        report: told what is being done.

    Raises:
        TooLarge: there would be more steps.
        Cyclic: the graph has a cycle.
        TimeoutError: a least flow was not found in time.
    """
    wanted = items(graph, covers)
    first = graph.initial if covers == "states" else 0  # where no step is needed to be
    if wanted - first > steps_max:
        raise TooLarge(covers, wanted - first, steps_max)
    net = network(graph, covers)
    report(f"the least number of steps over {wanted:,} {covers}")
    fewest_steps = least_flow(net, arc_cost=1, start_cost=0, seconds=seconds)
    if fewest_steps.cost > steps_max:
        raise TooLarge(covers, fewest_steps.cost, steps_max)
    report(f"the least number of traces over {wanted:,} {covers}")
    fewest_paths = least_flow(net, arc_cost=0, start_cost=1, seconds=seconds)
    found = paths(net, fewest_steps)
    return Cover(covers, wanted, found, fewest_steps.at_least, fewest_paths.at_least)
