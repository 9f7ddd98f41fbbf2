"""A flow as the paths that it is made of."""

from __future__ import annotations

from traces.generate.graph import Path
from traces.generate.least import Flow
from traces.generate.network import Network


def paths(network: Network, flow: Flow) -> tuple[Path, ...]:
    """The paths of a flow through a network without cycles.

    A path goes on as long as an arc is left where it is, the first one first. As no more leaves a
    node than comes to it, no arc is left over in the end.
    """
    left: list[int] = flow.arcs.tolist()  # how often each arc is still to be taken
    heads, taken = network.heads.tolist(), network.transitions.tolist()
    offsets = network.offsets.tolist()
    place = offsets[:-1]  # the first arc out of each node that may be left
    found = []
    for start, count in enumerate(flow.starts.tolist()):
        for _ in range(count):
            node, way = start, []
            while True:
                while place[node] < offsets[node + 1] and left[place[node]] == 0:
                    place[node] += 1
                if place[node] == offsets[node + 1]:
                    break
                arc = place[node]
                left[arc] -= 1
                way.append(taken[arc])
                node = heads[arc]
            found.append(Path(start, tuple(way)))
    if any(left):
        raise AssertionError("an arc of a flow is on no path of it")
    return tuple(found)
