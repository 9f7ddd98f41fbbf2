"""Kept traces: each still is a behaviour of the specification that shows what it is for."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Check, Place, Watch, Wrong, relative
from onevoice.gate.records import CorpusRecord

if TYPE_CHECKING:
    from model.search import Limits
    from traces.counterexample import Counterexample
    from traces.witness import Witness

SUFFIX = ".itf.json"


@dataclass(frozen=True, kw_only=True)
class Corpus(Check[CorpusRecord]):
    """A folder of traces, replayed by the interpreter.

    Attributes:
        folder: where they are, relative to the file of the gate.
    """

    kind: ClassVar[str] = "corpus"
    record: ClassVar[type[CorpusRecord]] = CorpusRecord

    folder: str

    @property
    def name(self) -> str:
        return f"kept traces, {self.folder}"

    def located(self, base: Path) -> Corpus:
        return replace(self, folder=relative(str((base / self.folder).resolve())))

    def files(self) -> tuple[Path, ...]:
        return (ROOT / self.folder,)

    def paths(self) -> list[Path]:
        """The trace files."""
        return sorted((ROOT / self.folder).rglob(f"*{SUFFIX}"))

    def run(self, limits: Limits, watch: Watch) -> CorpusRecord:
        from traces.counterexample import read_trace
        from traces.errors import TraceError

        started = time.monotonic()
        traces: list[str] = []
        differences: dict[str, str] = {}
        for number, path in enumerate(self.paths(), start=1):
            watch.say(f"{number:,} traces")
            name = relative(str(path))
            traces.append(name)
            try:
                difference = differs(read_trace(path))
            except TraceError as error:
                difference = " ".join(str(error).split())
            if difference is not None:
                differences[name] = difference
        return CorpusRecord(
            seconds=time.monotonic() - started, traces=tuple(traces), differences=differences
        )

    def judge(self, found: CorpusRecord) -> list[Wrong]:
        wrong = [
            Wrong(Exit.DIFFERS, f"{name}: {why}", Place(name, 1))
            for name, why in found.differences.items()
        ]
        if not found.traces:
            wrong.append(Wrong(Exit.NOT_PROVED, f"there is no trace in {ROOT / self.folder}"))
        return wrong


def differs(kept: Counterexample | Witness) -> str | None:
    """Where a trace and the specification part, if they do."""
    from traces.replay import reaches, replay
    from traces.witness import Witness

    difference = reaches(kept) if isinstance(kept, Witness) else replay(kept).difference
    return None if difference is None else f"{difference.place}: {difference.problem}"
