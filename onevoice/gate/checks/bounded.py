"""Bounded checks: safety at a scope, by SAT solvers, where there are too many states to search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from onevoice.exits import Exit, exit_of_kinds
from onevoice.gate.check import Watch, Wrong
from onevoice.gate.checks.scoped import Scoped, as_properties
from onevoice.gate.records import BoundedRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class BoundedCheck(Scoped[BoundedRecord]):
    """Safety at a scope, by SAT solvers.

    Attributes:
        method: as `onevoice bounded` has it.
        properties: which; none for all.
        depth: of bmc and k-induction.
    """

    kind: ClassVar[str] = "bounded"
    record: ClassVar[type[BoundedRecord]] = BoundedRecord

    method: Literal["bmc", "k-induction", "ic3"] = "ic3"
    properties: tuple[str, ...] = ()
    depth: int = 20

    @property
    def name(self) -> str:
        of = f", {', '.join(self.properties)}" if self.properties else ""
        return f"{super().name}, by {self.method}{of}"

    def run(self, limits: Limits, watch: Watch) -> BoundedRecord:
        from onevoice.bounding import bounded
        from proofs.ground.sat import Limits as SatLimits
        from proofs.ground.several import Way

        way = Way(self.method, self.depth, SatLimits(limits.seconds))
        found = bounded(self.at, way, self.properties, lambda far: watch.say(far.about))
        return BoundedRecord(
            seconds=found.seconds,
            run=self.at.options,
            properties=as_properties(self.at, [each.as_finding() for each in found.outcomes]),
        )

    def judge(self, found: BoundedRecord) -> list[Wrong]:
        wrong = [
            Wrong(exit_of_kinds([each.kind]), f"{each.name} is violated", each.place, each.name)
            for each in found.properties
            if each.status == "violated"
        ]
        wrong += [
            Wrong(Exit.LIMIT, f"{each.name} is neither proved nor violated", each.place, each.name)
            for each in found.properties
            if each.status == "undecided"
        ]
        if not any(each.status == "holds" for each in found.properties) and not wrong:
            wrong.append(Wrong(Exit.NOT_PROVED, "everything holds only vacuously"))
        return wrong
