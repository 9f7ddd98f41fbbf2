"""One run of the benchmarks: what was measured so far, and who disagrees with whom."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.checkers import Built, Cost, Outcome
from benchmarks.ours import ours
from benchmarks.parts import of_safety
from benchmarks.process import CheckerError
from benchmarks.scopes import short
from model.export import Format, export
from onevoice.report.terminal import Terminal
from traces.run import Run

OURS = "onevoice"
PROGRAMS = {"SPIN": ("spin", "cc"), "Rumur": ("rumur", "cc"), "TLC": ("java",)}
JAR = "TLA2TOOLS_JAR"


@dataclass
class Row:
    """A search, or what became of the attempt.

    Attributes:
        section: where it is shown.
        checker: who searched.
        how: with which options that matter.
        failure: why there is no outcome.
        disagreement: how its counts or verdicts differ from what they must be.
        exact: it stores states, not only their hashes, so that none can be lost.
        threads: on how many it searched.
    """

    section: str
    checker: str
    how: str
    run: Run
    outcome: Outcome | None = None
    failure: str | None = None
    disagreement: str | None = None
    exact: bool = True
    threads: int = 1
    note: str = ""

    @property
    def cost(self) -> Cost | None:
        return None if self.outcome is None else self.outcome.cost

    @property
    def states_per_second(self) -> float | None:
        """By the clock."""
        return rate(self.outcome) if self.outcome is not None else None


def rate(outcome: Outcome) -> float:
    """States a second, by the clock."""
    assert outcome.cost is not None
    return outcome.states / max(outcome.cost.seconds, 1e-3)


@dataclass
class Bench:
    """What is asked for, and what was measured.

    Attributes:
        folder: for files; removed at the end.
        scopes: to be searched instead of each section's own.
        rounds: how often the searches are repeated, in turn, whose ratios matter.
        full: every checker on the main scope, however long it takes.
        notes: what is to be said under a section's table.
        cells: lines of a section's table that are no searches, by their columns' heads.
        measured: figures for the targets, by name.
    """

    terminal: Terminal
    folder: Path
    scopes: tuple[Run, ...] = ()
    rounds: int = 3
    quick: bool = False
    full: bool = False
    rows: list[Row] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.export = lru_cache(maxsize=None)(self._export)
        self.reference = lru_cache(maxsize=None)(self._reference)

    # -- who is there -------------------------------------------------------------------------

    @property
    def jar(self) -> Path | None:
        """TLC, if it is here."""
        named = os.environ.get(JAR)
        return Path(named) if named and Path(named).is_file() else None

    def lacks(self, checker: str) -> str | None:
        """Why a checker cannot be run here, if it cannot."""
        missing = [name for name in PROGRAMS[checker] if shutil.which(name) is None]
        if missing:
            return f"{checker} is left out: {' and '.join(missing)} not found"
        if checker == "TLC" and self.jar is None:
            return f"TLC is left out: {JAR} names no tla2tools.jar"
        return None

    # -- searching ----------------------------------------------------------------------------

    def new_folder(self) -> Path:
        """A folder of its own for a checker's files."""
        folder = self.folder / f"{sum(1 for _ in self.folder.iterdir()):04}"
        folder.mkdir()
        return folder

    def _export(self, run: Run, format: Format) -> dict[str, str]:
        return export(of_safety(run.finite), format)

    def text(self, run: Run, format: Format) -> str:
        """The spec at a scope in the language of a checker."""
        (text,) = self.export(run, format).values()
        return text

    def _reference(self, run: Run) -> Outcome:
        """What our engine finds, on one thread."""
        return ours(run).search()

    def add(
        self,
        row: Row,
        search: Callable[[], Outcome],
        expected: Callable[[Outcome], Outcome] | None = None,
    ) -> Row:
        """Searches, compares with what must be found, and keeps the row.

        Args:
            row: what is not known of it is filled in.
            search: may raise CheckerError, which is kept too.
            expected: what it must say, given what it says.
        """
        self.rows.append(row)
        self.say(f"{row.checker} {row.how}: {short(row.run)}".replace(" :", ":"))
        try:
            row.outcome = search()
        except CheckerError as error:
            row.failure = str(error)
            return row
        if expected is not None:
            _judge(row, row.outcome, expected(row.outcome))
        return row

    def as_ours(self, run: Run) -> Callable[[Outcome], Outcome]:
        """A checker that counts as we do must find what we find."""
        return lambda _: self.reference(run)

    def in_turn(
        self, rows: list[Row], built: list[Built], expected: list[Callable[[Outcome], Outcome]]
    ) -> list[list[Outcome]]:
        """Searches again and again, one after the other, so that noise hits all of them.

        Each row keeps the search of median length. All of them must find what is expected.

        Returns:
            The outcomes by round.
        """
        self.rows += rows
        rounds: list[list[Outcome]] = []
        for number in range(self.rounds):
            names = ", ".join(f"{row.checker} {row.how}".strip() for row in rows)
            self.say(f"round {number + 1} of {self.rounds}: {names}")
            rounds.append([each.search() for each in built])
            for row, outcomes, must in zip(rows, zip(*rounds, strict=True), expected, strict=True):
                row.outcome = sorted(outcomes, key=_seconds)[len(outcomes) // 2]
                row.note = f"median of {len(outcomes)}" if len(outcomes) > 1 else ""
                _judge(row, outcomes[-1], must(outcomes[-1]))
        return rounds

    # -- saying -------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """What is being done, for whoever waits."""
        self.terminal.complain(text)

    def note(self, section: str, text: str) -> None:
        """A line under the table of a section."""
        self.notes.setdefault(section, []).append(text)

    @property
    def disagreements(self) -> list[Row]:
        return [row for row in self.rows if row.disagreement]

    @property
    def failures(self) -> list[Row]:
        return [row for row in self.rows if row.failure]


def _judge(row: Row, found: Outcome, must: Outcome) -> None:
    """Notes in a row how it disagrees; states may be lost where only hashes are stored."""
    wrong, lost = difference(found, must), must.states - found.states
    if wrong and lost > 0 and not row.exact:
        said = f"lost {lost:,} states ({lost / must.states:.2%})"
        row.note = f"{row.note}; {said}" if row.note else said
    elif wrong:
        row.disagreement = row.disagreement or wrong


def difference(found: Outcome, must: Outcome) -> str | None:
    """How an outcome differs from what it must be, in words."""
    parts = [
        f"{name} {is_:,} instead of {ought:,}"
        for name, is_, ought in (
            ("states", found.states, must.states),
            ("transitions", found.transitions, must.transitions),
        )
        if is_ != ought
    ]
    if found.violated != must.violated:
        listed = [", ".join(sorted(names)) or "none" for names in (found.violated, must.violated)]
        parts.append(f"violated {listed[0]} instead of {listed[1]}")
    return "; ".join(parts) or None


def _seconds(outcome: Outcome) -> float:
    assert outcome.cost is not None
    return outcome.cost.seconds


@dataclass(frozen=True)
class Spread:
    """The least, the middle and the largest of some numbers."""

    least: float
    middle: float
    most: float

    @staticmethod
    def of(values: list[float]) -> Spread:
        return Spread(min(values), median(values), max(values))

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.least:.2f} to {self.most:.2f})"
