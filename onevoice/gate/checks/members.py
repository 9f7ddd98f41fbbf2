"""Members that are wrong in one rule on purpose: lockstep must notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from impl.core.variants import VARIANTS
from onevoice.exits import Exit
from onevoice.gate.check import Watch, Wrong, place_of
from onevoice.gate.checks.lockstep import as_record
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.records import LockstepRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class WrongMembers(Scoped[LockstepRecord]):
    """Members that are wrong, driven through the state graph until they differ.

    Attributes:
        members: the name of what is wrong with them (`impl.core.variants`).
    """

    kind: ClassVar[str] = "wrong-members"
    record: ClassVar[type[LockstepRecord]] = LockstepRecord

    members: str

    def __post_init__(self) -> None:
        if self.members not in VARIANTS:
            raise ValueError(f"members: {self.members!r} is none of {', '.join(VARIANTS)}")

    @property
    def name(self) -> str:
        return f"{self.members}: {super().name}"

    def run(self, limits: Limits, watch: Watch) -> LockstepRecord:
        from traces.lockstep import lockstep

        return as_record(lockstep(self.at, VARIANTS[self.members], limits=limits))

    def judge(self, found: LockstepRecord) -> list[Wrong]:
        if found.difference is not None:
            return []
        reason = "nothing differs, so a mistake like this would not be seen"
        return [Wrong(Exit.VIOLATED, reason, place_of(VARIANTS[self.members]))]
