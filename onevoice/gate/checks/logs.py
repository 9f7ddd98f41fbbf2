"""Logs: what members noted while they ran is a behaviour of the specification."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from model.protocol import Delivery
from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Check, Watch, Wrong, relative
from onevoice.gate.records import LogsRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Logs(Check[LogsRecord]):
    """Files or folders of logs, validated together.

    Attributes:
        paths: of them, relative to the file of the gate.
        silent: kinds of event that are left out of the logs.
        ignore: fields that are not looked at.
    """

    kind: ClassVar[str] = "logs"
    record: ClassVar[type[LogsRecord]] = LogsRecord

    paths: tuple[str, ...]
    delivery: Delivery = Delivery.SAME_VIEW
    silent: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"logs, {', '.join(self.paths)}"

    def located(self, base: Path) -> Logs:
        return replace(
            self, paths=tuple(relative(str((base / path).resolve())) for path in self.paths)
        )

    def files(self) -> tuple[Path, ...]:
        return tuple(ROOT / path for path in self.paths)

    def run(self, limits: Limits, watch: Watch) -> LogsRecord:
        from traces.logs import read_logs
        from traces.validate import validate

        started = time.monotonic()
        read = read_logs(self.files(), self.ignore)
        verdict = validate(read, delivery=self.delivery, silent=self.silent)
        why = ""
        if verdict.rejected is not None:
            life, index, reason = verdict.rejected
            why = f"{life}, event {index + 1}: {reason}"
        elif verdict.stuck is not None:
            why = verdict.stuck.why
        return LogsRecord(
            seconds=time.monotonic() - started,
            events=verdict.events.total(),
            constrained=verdict.constrained,
            accepted=verdict.accepted,
            why=verdict.undetermined or why,
        )

    def judge(self, found: LogsRecord) -> list[Wrong]:
        if not found.accepted:
            reason = f"no behaviour of the specification shows the logs: {found.why}"
            return [Wrong(Exit.DIFFERS, reason)]
        if not found.constrained:
            return [Wrong(Exit.NOT_PROVED, "there was no event to be held against anything")]
        return []
