"""Many storms, on all cores, each judged, and what came of them all."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, fields
from itertools import count
from multiprocessing import get_context

from impl.core import Member, ProtocolError
from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather
from onevoice.exits import Exit
from traces.history import Counts, Violation, judge

_BATCH = 100  # storms that a process takes at a time: enough to make handing out cheap
_LIVENESS = ("Termination", "Coverage")


@dataclass(frozen=True)
class SoakAsk:
    """What `onevoice soak` was asked for: see its options."""

    seed: int
    exchanges: int
    storms: int | None
    variant: str | None
    delivery: str | None
    members: int
    faults: int
    jobs: int | None
    seconds_max: float | None
    keep_going: bool

    @property
    def weather(self) -> Weather:
        strong = None if self.delivery is None else self.delivery == "sending-view"
        return Weather(members=self.members, faults=self.faults, sending_view=strong)


@dataclass
class Soaked:
    """What came of some storms.

    Attributes:
        storms: how many.
        seconds: how long they took, by the clock.
        counts: added up; of what is a maximum, the maximum.
        premises: how often each property's premise was met.
        violated: how many violations of each property.
        first: the first storm, by its seed, that violates a property, with the violation.
        bad: storms with a violation.
        interrupted: by the user.
    """

    storms: int = 0
    seconds: float = 0.0
    counts: Counts = field(default_factory=Counts)
    premises: dict[str, int] = field(default_factory=dict)
    violated: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, Violation]] = field(default_factory=dict)
    bad: int = 0
    interrupted: bool = False

    def add(self, other: Soaked) -> None:
        """Takes in what came of others."""
        self.storms += other.storms
        self.bad += other.bad
        self.counts = _sum(self.counts, other.counts)
        for name, times in other.premises.items():
            self.premises[name] = self.premises.get(name, 0) + times
        for name, times in other.violated.items():
            self.violated[name] = self.violated.get(name, 0) + times
        for name, found in other.first.items():
            self.first[name] = min(found, self.first.get(name, found), key=lambda pair: pair[0])


def any_seed() -> int:
    """A seed that nobody has chosen."""
    return secrets.randbelow(1 << 31)


def exit_of(soaked: Soaked) -> Exit:
    """The exit code that says what was found."""
    if soaked.interrupted:
        return Exit.INTERRUPTED
    liveness = [name for name in soaked.violated if name in _LIVENESS]
    if not soaked.violated:
        return Exit.HOLDS if any(soaked.premises.values()) else Exit.NOT_PROVED
    if len(liveness) == len(soaked.violated):
        return Exit.LIVENESS
    return Exit.VIOLATED if liveness else Exit.SAFETY


def storm(ask: SoakAsk, seed: int) -> Soaked:
    """One storm, judged."""
    make_member = Member if ask.variant is None else VARIANTS[ask.variant]
    try:
        world = Storm(seed, ask.weather, make_member).run()
    except ProtocolError as error:
        refused = Violation("Refused", "", "", (), str(error))
        return Soaked(1, violated={"Refused": 1}, first={"Refused": (seed, refused)}, bad=1)
    judgement = judge(
        world.histories,
        at_rest=list(world.rooms.values()),
        total_order=world.network.total_order,
    )
    first: dict[str, tuple[int, Violation]] = {}
    for violation in judgement.violations:
        first.setdefault(violation.property, (seed, violation))
    return Soaked(
        1,
        counts=judgement.counts,
        premises=dict(judgement.premises),
        violated=dict(judgement.violated),
        first=first,
        bad=int(not judgement.holds),
    )


def soak(ask: SoakAsk, say: Callable[[str], None]) -> Soaked:
    """Takes storms until there are enough exchanges.

    Args:
        ask: what is asked.
        say: hears how far it is.
    """
    soaked = Soaked()
    began = time.monotonic()
    jobs = ask.jobs or os.cpu_count() or 1
    # Started anew: a process that has searched has more memory reserved than it may fork with.
    anew = get_context("spawn")
    with ProcessPoolExecutor(jobs, anew, _leave_interrupts_to_the_parent) as pool:
        batches = _batches(ask)
        running: set[Future[Soaked]] = set()
        try:
            while True:
                while len(running) < 2 * jobs and not _is_enough(ask, soaked, began):
                    batch = next(batches, None)
                    if batch is None:
                        break
                    running.add(pool.submit(_storms, ask, batch))
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    soaked.add(future.result())
                say(f"{soaked.storms:,} storms, {soaked.counts.exchanges:,} exchanges")
        except KeyboardInterrupt:
            soaked.interrupted = True
            for future in running:
                future.cancel()
    soaked.seconds = time.monotonic() - began
    return soaked


def _is_enough(ask: SoakAsk, soaked: Soaked, began: float) -> bool:
    late = ask.seconds_max is not None and time.monotonic() - began >= ask.seconds_max
    found = bool(soaked.violated) and not ask.keep_going
    return late or found or soaked.counts.exchanges >= ask.exchanges


def _batches(ask: SoakAsk) -> Iterator[range]:
    end = None if ask.storms is None else ask.seed + ask.storms
    for first in count(ask.seed, _BATCH):
        last = first + _BATCH if end is None else min(first + _BATCH, end)
        if first >= last:
            return
        yield range(first, last)


def _storms(ask: SoakAsk, seeds: range) -> Soaked:
    soaked = Soaked()
    for seed in seeds:
        soaked.add(storm(ask, seed))
    return soaked


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _sum(one: Counts, other: Counts) -> Counts:
    combined = {}
    for entry in fields(Counts):
        a, b = getattr(one, entry.name), getattr(other, entry.name)
        combined[entry.name] = max(a, b) if entry.name.endswith("_max") else a + b
    return Counts(**combined)
