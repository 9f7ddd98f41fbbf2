"""Lockstep: the implementation does what the specification says, at every transition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from impl.core import Member
from onevoice.exits import Exit
from onevoice.gate.check import Watch, Wrong, place_of
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.records import LockstepRecord

if TYPE_CHECKING:
    from model.search import Limits
    from traces.lockstep import Lockstep


@dataclass(frozen=True, kw_only=True)
class InLockstep(Scoped[LockstepRecord]):
    """The core, driven through the whole state graph."""

    kind: ClassVar[str] = "lockstep"
    record: ClassVar[type[LockstepRecord]] = LockstepRecord

    def run(self, limits: Limits, watch: Watch) -> LockstepRecord:
        from traces.lockstep import lockstep

        return as_record(lockstep(self.at, limits=limits))

    def judge(self, found: LockstepRecord) -> list[Wrong]:
        if found.difference is not None:
            text = f"differs after {len(found.steps)} steps: {found.difference}"
            return [Wrong(Exit.DIFFERS, text, place_of(Member))]
        if found.followed < found.transitions:
            return [Wrong(Exit.LIMIT, f"{found.followed:,} transitions were compared, not all")]
        if not found.transitions:
            return [Wrong(Exit.NOT_PROVED, "there was no transition to compare")]
        return []


def as_record(found: Lockstep) -> LockstepRecord:
    """A walk as a value that can be kept."""
    difference = found.difference
    return LockstepRecord(
        seconds=found.seconds,
        states=found.states,
        transitions=found.transitions,
        followed=found.followed,
        difference=None if difference is None else difference.text,
        steps=() if difference is None else difference.steps,
    )
