"""What a failed test says: what is wrong and where, the way there, and how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.lang import Where
from onevoice.api.results import written
from onevoice.commands.check import TRACE_DIR
from onevoice.exits import Exit
from onevoice.gate.check import Place, Wrong
from onevoice.gate.plan import DEFAULT
from onevoice.gate.records import (
    BoundedRecord,
    CorpusRecord,
    LockstepRecord,
    SearchRecord,
    SessionsRecord,
    Violation,
)
from onevoice.gate.result import Done
from onevoice.invocation import program
from onevoice.report import words
from onevoice.report.searched import show_counterexample
from traces.counterexample import Counterexample, trace_from_text

if TYPE_CHECKING:
    from onevoice.report.terminal import Terminal


class Unfulfilled(Exception):
    """Something is not as it must be; its text says what."""


def what_is_wrong(done: Done, plan: Path, folder: Path) -> str:
    """What is wrong with a check.

    Args:
        done: the check.
        plan: the file of the gate.
        folder: in which the folder for traces is, to which counterexamples are written.
    """
    violations = _violations(done)
    parts = [what_all_say(done.wrong), *_ways(done, violations)]
    commands = [*_seen_again(done, violations, folder), _done_again(done, plan)]
    parts.append("See it again:\n" + "\n".join(f"  {program()} {each}" for each in commands))
    return "\n\n".join(parts)


def what_all_say(wrong: Iterable[Wrong]) -> str:
    """What is wrong, each with its place."""
    return "\n".join(f"{_reason(each)}{_at(each.place)}" for each in wrong)


def _reason(wrong: Wrong) -> str:
    said = "A limit was reached, so this is not known: " if wrong.exit is Exit.LIMIT else ""
    return said + wrong.reason


def _at(place: Place | None) -> str:
    return "" if place is None else f"\n    at {words.place(Where(str(place.path), place.line))}"


def _violations(done: Done) -> list[Violation]:
    """The counterexamples to what is wrong, the shortest first."""
    if not isinstance(done.found, SearchRecord | BoundedRecord):
        return []
    named = {each.property for each in done.wrong}
    found = [each.violation for each in done.found.properties if each.name in named]
    return sorted((each for each in found if each is not None), key=lambda each: each.steps)


def _ways(done: Done, violations: Iterable[Violation]) -> Iterator[str]:
    """How it comes to that, step by step: for several properties the shortest way."""
    for number, violation in enumerate(violations):
        kept = trace_from_text(violation.trace)
        assert isinstance(kept, Counterexample)

        def show(terminal: Terminal, kept: Counterexample = kept, first: bool = not number) -> None:
            show_counterexample(terminal, kept, steps=first)

        yield written(show)
    if isinstance(done.found, LockstepRecord | SessionsRecord) and done.found.steps:
        steps = done.found.steps
        yield "\n".join(f"{number:>3}  {step}" for number, step in enumerate(steps, start=1))


def _seen_again(done: Done, violations: Iterable[Violation], folder: Path) -> Iterator[str]:
    for violation in violations:
        file = folder / TRACE_DIR / violation.file_name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(violation.trace, encoding="utf-8")
        except OSError:
            continue  # the last command finds it again
        yield shlex.join(("show", _near(file)))
    if isinstance(done.found, CorpusRecord):
        for each in done.wrong:
            if each.place is not None:
                yield shlex.join(("replay", _near(each.place.path)))


def _done_again(done: Done, plan: Path) -> str:
    check = done.check
    config = () if plan == DEFAULT else ("--config", _near(plan))
    only = ("--tier", check.tier, "--only", f"{check.kind}: {check.name}")
    return shlex.join(("gate", *config, *only))


def _near(file: Path) -> str:
    """A path, relative to here where that is possible."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
