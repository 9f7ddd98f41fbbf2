"""Traces of the specification forced upon the implementation: on its core, on members with sessions
over a simulated network, and on real processes.

`result` says what comes of it, `places` where a trace can be forced; `core`, `simulated` and
`local` do it. `knowledge` and `events` are what is compared. What lies between the environment of
the specification and a service that knows no requests is in `director`; which traces members can be
made to follow who take their steps at once, in `eager`; how others are made such traces, in
`normal`. `cover` drives members with sessions through all that a scope lets happen to them.
"""

from traces.forced.core import side_by_side
from traces.forced.cover import Covered, cover
from traces.forced.members import SHIPPED, counterpart, maker
from traces.forced.places import PLACES, Place, force, normal_form, shows_after
from traces.forced.result import Difference, Forced, SideBySide, Sides, Taken, Unforceable

__all__ = [
    "PLACES",
    "SHIPPED",
    "Covered",
    "Difference",
    "Forced",
    "Place",
    "SideBySide",
    "Sides",
    "Taken",
    "Unforceable",
    "counterpart",
    "cover",
    "force",
    "maker",
    "normal_form",
    "shows_after",
    "side_by_side",
]
