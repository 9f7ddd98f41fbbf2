"""The judge of a mutant: what holds the implementation against the specification or the protocol.

- *lockstep*: its members take every transition of the state graphs as the specification does
  (`traces.lockstep`).
- In storms on the simulated network, *history* judges what members logged from the protocol's text
  alone (`traces.history`), and *validation* wants it to be a behaviour of the specification
  (`traces.validate`). A service that keeps its promises must not be refused anything (*refusal*).
- In tempests besides, *application*s must be told what they are promised (`applications`), and a
  *session* must keep what it promises of itself (`sessions`); and a crowd must come through, for
  small numbers are one object in Python.
- What is *impossible* must be refused, or have no effect (`impossible`).

The tests of the core have no say. This module imports the implementation, so that only processes
that are there for one mutant may import it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.adequacy.applications import broken
from benchmarks.adequacy.fork import LIVES, Fate
from benchmarks.adequacy.impossible import faults
from benchmarks.adequacy.prepared import Prepared
from benchmarks.adequacy.scenes import SCENES
from benchmarks.adequacy.sessions import unkept
from benchmarks.adequacy.tempest import Tempest
from benchmarks.adequacy.told import Told
from impl.core import Member, MemberId, ProtocolError
from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather, World
from model.protocol import Delivery
from model.search.exploration import Graph
from traces.errors import TraceError
from traces.history import judge as judge_history
from traces.lockstep.columns import Columns
from traces.lockstep.environment import Environment
from traces.lockstep.local import Content
from traces.lockstep.pairs import Pairs
from traces.run import Run

STORMS = (
    (Weather(members=4, faults=4), 100),
    (Weather(), 30),
    (Weather(members=8, faults=60, updates=20), 3),
)
"""Weathers, and how many seeds of each."""
TEMPESTS = 150
CROWD = 260
REST_S = 2.0
WITHOUT_MEMBERS = ("session", "configuration", "effects")
"""Modules of which the lockstep of members uses nothing."""


class Endless(Exception):
    """A world that does not come to rest."""


def judge(module: str, prepared: Prepared) -> Fate:
    """Judges the implementation that is imported here.

    Args:
        module: which one of the core was changed.
        prepared: what it is held against.
    """
    if module not in WITHOUT_MEMBERS:
        for run, graph in prepared.graphs:
            difference = _lockstep(run, graph)
            if difference:
                return Fate("lockstep", run.name, difference)
    for weather, seeds in STORMS:
        for seed in range(int(seeds * prepared.part)):
            for by, why in _stormed(Storm(seed, weather).run, prepared):
                return Fate(by, f"storm {seed} of {weather}", why)
    for seed in range(int(TEMPESTS * prepared.part)):
        for by, why in _stormed(Tempest(seed).run, prepared):
            return Fate(by, f"tempest {seed}", why)
    for scene in SCENES:
        for by, why in _stormed(scene, prepared):
            return Fate(by, f"scene {scene.__name__}", why)
    for why in _crowd():
        return Fate("application", "crowd", why)
    for why in faults():  # last, so that it has only what nobody else notices
        return Fate("impossible", "", why)
    return LIVES


def _lockstep(run: Run, graph: Graph) -> str:
    def make_member(me: MemberId) -> Member[Content]:
        return Member(me) if run.variant is None else VARIANTS[run.variant.value](me)

    if Columns(Environment(run, graph, make_member)).run():
        return ""
    difference = Pairs(Environment(run, graph, make_member)).run()
    return "" if difference is None else difference.text


def _stormed(run: Callable[[], World], prepared: Prepared) -> Iterator[tuple[str, str]]:
    """What a run of a world shows: who says so, and what."""
    try:
        with _to_rest():
            world = run()
    except ProtocolError as error:
        yield "refusal", str(error)
    except Endless as error:
        yield "time", str(error)
    else:
        if not isinstance(world, Told) or world.logs_tell_all:
            yield from _judged(world, prepared)
        if isinstance(world, Told):
            yield from (("application", sentence) for sentence in broken(world))
            yield from (("session", sentence) for sentence in unkept(world))


@contextmanager
def _to_rest() -> Iterator[None]:
    """Ends a world that is still moving after so long as hundreds of others take together."""

    def end(number: int, frame: object) -> None:
        raise Endless(f"it does not come to rest in {REST_S} s")

    signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, REST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _crowd() -> Iterator[str]:
    """More members than there are numbers that are one object, in one exchange."""
    world = World(recording=False)
    members = [world.start(f"m{n:03d}", [f"w{n % 3}"], subgroup=f"{n % 3}") for n in range(CROWD)]
    world.form(members)
    world.run()
    for address, life in world.lives.items():
        if not life.session.settled or len(life.words) != 3:
            yield f"{address} has the data of {len(life.words)} subgroups of 3"


def _judged(world: World, prepared: Prepared) -> Iterator[tuple[str, str]]:
    network, histories = world.network, world.histories
    try:
        judgement = judge_history(
            histories, at_rest=list(world.rooms.values()), total_order=network.total_order
        )
        for violation in judgement.violations:
            yield "history", f"{violation.property}: {violation.text}"
        if any(histories.values()):
            form = Delivery.SENDING_VIEW if network.sending_view else Delivery.SAME_VIEW
            verdict = prepared.validators[form].validate(histories)
            if not verdict.accepted:
                yield "validation", str(verdict.rejected or verdict.stuck or verdict.undetermined)
    except TraceError as error:
        yield "history", f"no log: {error}"
