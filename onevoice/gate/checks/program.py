"""Programs: somebody else's member does what the specification says, at every transition."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Place, Watch, Wrong, relative
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.records import ProgramRecord

if TYPE_CHECKING:
    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Program(Scoped[ProgramRecord]):
    """A program, driven over JSON Lines.

    Attributes:
        command: how it is started; files in it are looked for beside the file of the gate.
        answer_s: seconds for an answer; a program that takes longer hangs.
    """

    kind: ClassVar[str] = "program"
    record: ClassVar[type[ProgramRecord]] = ProgramRecord

    command: str
    answer_s: float = 5.0

    @property
    def name(self) -> str:
        return f"{self.command}: {super().name}"

    def located(self, base: Path) -> Program:
        words = shlex.split(self.command)
        found = [
            str((base / word).resolve()) if (base / word).is_file() else word for word in words
        ]
        return replace(self, command=shlex.join(map(relative, found)))

    @property
    def words(self) -> list[str]:
        """The command, with the files that it names."""
        words = shlex.split(self.command)
        return [str(ROOT / word) if (ROOT / word).is_file() else word for word in words]

    def files(self) -> tuple[Path, ...]:
        return tuple(Path(word) for word in self.words if Path(word).is_file())

    def run(self, limits: Limits, watch: Watch) -> ProgramRecord:
        from traces.program import conform

        started = time.monotonic()
        failure, members, transitions, steps = None, 0, 0, 0
        try:
            driven = conform(
                self.at,
                self.words,
                limits=limits,
                answer_s=self.answer_s,
                report=lambda done, total: watch.say(f"{done:,} of {total:,} lines"),
            )
        except OSError as error:
            failure = f"it cannot be started: {error.strerror}"
        else:
            members, transitions, steps = driven.members, driven.transitions, driven.steps
            failure = None if driven.failure is None else driven.failure.text
        return ProgramRecord(
            seconds=time.monotonic() - started,
            members=members,
            transitions=transitions,
            steps=steps,
            failure=failure,
        )

    def judge(self, found: ProgramRecord) -> list[Wrong]:
        if found.failure is not None:
            where = [Place(relative(str(path)), 1) for path in self.files()[-1:]]
            return [Wrong(Exit.DIFFERS, found.failure, where[0] if where else None)]
        if not found.transitions:
            return [Wrong(Exit.NOT_PROVED, "there was no transition to compare")]
        return []
