"""Two engines agree: on states, transitions, verdicts and lengths of traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from onevoice.exits import Exit
from onevoice.gate.check import Watch, Wrong
from onevoice.gate.checks.scoped import Scoped, search_at
from onevoice.gate.records import AgreementRecord, Property, SearchRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Agreement(Scoped[AgreementRecord]):
    """A search by the fast engine, and by the slow one that is the definition of meaning."""

    kind: ClassVar[str] = "agreement"
    record: ClassVar[type[AgreementRecord]] = AgreementRecord

    def run(self, limits: Limits, watch: Watch) -> AgreementRecord:
        native = search_at(self.at, limits, watch)
        interp = search_at(self.at, limits, watch, engine="interp")
        return AgreementRecord(
            seconds=native.seconds + interp.seconds, native=native, interp=interp
        )

    def judge(self, found: AgreementRecord) -> list[Wrong]:
        for each in (found.native, found.interp):
            if not each.complete:
                return [Wrong(Exit.LIMIT, f"{each.engine} was not completed: {each.stopped}")]
        native, interp = dict(_said(found.native)), dict(_said(found.interp))
        return [
            Wrong(
                Exit.DEFECT,
                f"the engines disagree: {what}: {native.get(what)} by native, "
                f"{interp.get(what)} by interp",
            )
            for what in {**native, **interp}
            if native.get(what) != interp.get(what)
        ]


def _said(found: SearchRecord) -> Iterator[tuple[str, object]]:
    """What an engine says. To which action a new state is put down depends on its order."""
    yield "states", found.states
    yield "transitions", found.transitions
    yield "depth", found.depth
    yield "initial", found.initial
    for name, action in found.actions.items():
        yield f"states that enable {name}", action.enabled
        yield f"transitions by {name}", action.taken
    for name, maximum in found.maxima.items():
        yield f"largest {name}", (maximum.value, maximum.at_bound)
    for each in found.properties:
        yield each.name, _verdict(each)


def _verdict(each: Property) -> str:
    steps = f" after {each.violation.steps} steps" if each.violation is not None else ""
    never = f" (never true: {'; '.join(each.never)})" if each.never else ""
    return f"{each.status}{steps}{never}"
