"""Members with sessions, driven over the simulated network through all that can happen to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from impl.core.session import Session
from onevoice.exits import Exit
from onevoice.gate.check import Watch, Wrong, place_of
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.records import SessionsRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Sessions(Scoped[SessionsRecord]):
    """Walks that cover every transition in which nobody waits.

    Attributes:
        reduce: `order`: deliveries in one order only, where no other step can tell.
    """

    kind: ClassVar[str] = "sessions"
    record: ClassVar[type[SessionsRecord]] = SessionsRecord

    reduce: Literal["none", "order"] = "none"

    def run(self, limits: Limits, watch: Watch) -> SessionsRecord:
        from traces.forced.cover import cover

        def say(done: int, total: int) -> None:
            watch.say(f"{done:,} of {total:,} transitions")

        found = cover(self.at, reduced=self.reduce == "order", limits=limits, report=say)
        difference = found.difference
        return SessionsRecord(
            seconds=found.seconds,
            eager=found.eager,
            covered=found.covered,
            left_out=found.left_out,
            difference=None if difference is None else difference.text,
            steps=tuple(found.way),
        )

    def judge(self, found: SessionsRecord) -> list[Wrong]:
        if found.difference is not None:
            text = f"differs after {len(found.steps)} steps: {found.difference}"
            return [Wrong(Exit.DIFFERS, text, place_of(Session))]
        if found.covered < found.eager:
            reason = f"{found.covered:,} of {found.eager:,} transitions were taken, not all"
            return [Wrong(Exit.LIMIT, reason)]
        if not found.covered:
            return [Wrong(Exit.NOT_PROVED, "there was no transition to take")]
        return []
