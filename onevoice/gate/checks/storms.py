"""Storms: what members do under random faults is a behaviour of the specification."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, ClassVar

from impl.core.session import Session
from onevoice.exits import Exit
from onevoice.gate.check import Check, Watch, Wrong, place_of
from onevoice.gate.records import StormsRecord

if TYPE_CHECKING:
    from model.search import Limits

_BITS = 48  # of a seed that is drawn; a report names it if something is wrong


@dataclass(frozen=True, kw_only=True)
class Storms(Check[StormsRecord]):
    """Storms on the simulated network, held against the specification.

    Attributes:
        first, last: the seeds.
        until_budget: go on with other seeds, new ones each time, until the time is up. Such a check
            is done again each time.
    """

    kind: ClassVar[str] = "storms"
    record: ClassVar[type[StormsRecord]] = StormsRecord

    first: int = 1
    last: int = 100
    until_budget: bool = False

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"last: {self.last} is less than first, {self.first}")

    @property
    def name(self) -> str:
        more = ", and others until the time is up" if self.until_budget else ""
        return f"storms {self.first} to {self.last}{more}"

    @property
    def repeatable(self) -> bool:
        return not self.until_budget

    def run(self, limits: Limits, watch: Watch) -> StormsRecord:
        from traces.storms import storms

        started = time.monotonic()
        stormed = storms(self._seeds(limits.seconds), say=watch.say)
        return StormsRecord(
            seconds=time.monotonic() - started,
            storms=stormed.storms,
            events=stormed.events,
            constrained=stormed.constrained,
            steps=stormed.steps,
            refused=stormed.refused,
        )

    def _seeds(self, seconds: float | None) -> Iterator[int]:
        """Seeds as long as there is time."""
        end = None if seconds is None else time.monotonic() + seconds
        seeds: Iterable[int] = range(self.first, self.last + 1)
        if self.until_budget and end is not None:
            seeds = chain(seeds, count(secrets.randbits(_BITS)))
        for seed in seeds:
            if end is not None and time.monotonic() > end:
                return
            yield seed

    def judge(self, found: StormsRecord) -> list[Wrong]:
        if found.refused is not None:
            seed, why = found.refused
            text = f"storm {seed} is no behaviour of the specification: {why}"
            return [Wrong(Exit.DIFFERS, text, place_of(Session))]
        if found.storms < self.last - self.first + 1:
            return [Wrong(Exit.LIMIT, f"there was time for {found.storms} storms only")]
        if not found.constrained:
            return [Wrong(Exit.NOT_PROVED, "there was no event to be held against anything")]
        return []
