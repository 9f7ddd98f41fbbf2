"""Traces made on purpose: covers of a state graph, random walks, shortest ways to a predicate.

`graph` is the whole state graph of a spec at a scope, in one numbering. `network` says what a
cover must go through, `least` finds the least flow that does and proves that it is the least,
`paths` takes it apart, and `cover` is all three. `walks` and `reach` are the other ways to a trace,
`coverage` counts what traces go through. That each trace is a behaviour of the spec is for the
interpreter to say, once before it is told and again when it is replayed.

What drives somebody else's program through all that a *member* can meet is in `traces.program`.
"""

from traces.generate.cover import STEPS_MAX, Cover, TooLarge, cover
from traces.generate.coverage import Count, Coverage, coverage
from traces.generate.graph import Path, StateGraph, Teller, state_graph
from traces.generate.network import Cyclic
from traces.generate.reach import Reached, reach
from traces.generate.walks import SEED_MAX, random_walks

__all__ = [
    "SEED_MAX",
    "STEPS_MAX",
    "Count",
    "Cover",
    "Coverage",
    "Cyclic",
    "Path",
    "Reached",
    "StateGraph",
    "Teller",
    "TooLarge",
    "cover",
    "coverage",
    "random_walks",
    "reach",
    "state_graph",
]
