"""Proofs: the protocol for any number of members, requests and failures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from model.protocol import Delivery, Switches, Variant
from onevoice.exits import Exit
from onevoice.gate.check import Check, Place, Watch, Wrong
from onevoice.gate.records import Open, ProofRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Proof(Check[ProofRecord]):
    """The protocol under its switches, proved. A solver is asked about all of it.

    Attributes:
        obligation_s: seconds for an obligation at most.
    """

    kind: ClassVar[str] = "proof"
    record: ClassVar[type[ProofRecord]] = ProofRecord

    delivery: Delivery = Delivery.SAME_VIEW
    total_order: bool = False
    variant: Variant | None = None
    obligation_s: float = 30.0

    @property
    def name(self) -> str:
        return f"proof, {self.switches}"

    @property
    def switches(self) -> Switches:
        """What is proved."""
        return Switches(self.delivery, total_order=self.total_order, variant=self.variant)

    def run(self, limits: Limits, watch: Watch) -> ProofRecord:
        from onevoice.proving import hints, prove
        from proofs.induction.attempt import OUTSIDE, PROVED
        from proofs.induction.attempt import Limits as ProofLimits
        from proofs.induction.proved import Way

        way = Way(hints(), "", os.cpu_count() or 1, ProofLimits(search_s=self.obligation_s))
        proofs = prove(self.switches, way, watch.say)
        outside = [o.goal for each in proofs for o, _ in each.with_result(OUTSIDE)]
        bounds = [bound.name for each in proofs for bound in each.counted]
        return ProofRecord(
            seconds=sum(each.seconds for each in proofs),
            obligations=sum(len(each.outcomes) for each in proofs),
            proved=sum(len(each.with_result(PROVED)) for each in proofs),
            properties=tuple(sorted(frozenset[str]().union(*(p.properties() for p in proofs)))),
            open=tuple(
                Open(obligation.title, Place.of(obligation.clause.where))
                for each in proofs
                for obligation, _ in each.open
            ),
            counted=(*outside, *bounds),
            goals={goal.name: goal.seconds for each in proofs for goal in each.goals},
        )

    def judge(self, found: ProofRecord) -> list[Wrong]:
        wrong = [
            Wrong(Exit.NOT_PROVED, f"{each.title} is not proved", each.place) for each in found.open
        ]
        if not found.proved:
            wrong.append(Wrong(Exit.NOT_PROVED, "nothing is proved"))
        return wrong
