"""The gate on a terminal: a line a check as it is done, the requirements, and the last line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from onevoice.exits import Exit
from onevoice.gate.records import (
    AgreementRecord,
    AnyRecord,
    BoundedRecord,
    CorpusRecord,
    LockstepRecord,
    LogsRecord,
    ProgramRecord,
    ProofRecord,
    SearchRecord,
    SessionsRecord,
    StormsRecord,
)
from onevoice.gate.result import How
from onevoice.report import words
from onevoice.report.behaviour import listed
from onevoice.report.terminal import Terminal, Watcher

if TYPE_CHECKING:
    from onevoice.gate.check import Check, Wrong
    from onevoice.gate.result import Done, Gated
    from onevoice.gate.rows import Citation, Row

_NOTHING = "no evidence yet"
_INDENT = " " * 10
_NAME_WIDTH = 56  # of the longest name; with less room its numbers take a second line
HEADINGS = {
    "search": "The shipped protocol must violate nothing",
    "variant": "Each variant must break what is expected of it, and nothing else",
    "agreement": "The fast engine must agree with the slow one",
    "corpus": "Kept traces must still show what they are kept for",
    "lockstep": "The implementation must do what the specification says, at every transition",
    "wrong-members": "Members that are wrong in one rule must be caught at that",
    "sessions": "So must members with sessions, over the simulated network",
    "program": "So must members in other languages",
    "storms": "What members do under random faults must be behaviours of the specification",
    "logs": "What members have logged must be behaviours of the specification",
    "bounded": "Safety must hold where there are too many states to search",
    "proof": "The protocol must be proved, for any number of members, requests and failures",
}
_SIGNS = {
    How.RUN: "ok      ",
    How.KEPT: "kept    ",
    How.UNCONCERNED: "-       ",
    How.NO_TIME: "no time ",
}


def part_of(check: Check[Any]) -> str:
    """The part of the gate that a check belongs to: its kind, or that of searches of variants."""
    is_variant = check.kind == "search" and getattr(check, "variant", None) is not None
    return "variant" if is_variant else check.kind


class GateReport:
    """Prints what the gate does, as it does it.

    Args:
        terminal: where to.
        checks: how many there will be.

    Attributes:
        finished: how many are done, or will not be done.
    """

    def __init__(self, terminal: Terminal, checks: int) -> None:
        self.terminal, self.checks = terminal, checks
        self.finished = 0
        self._part = ""

    def progress(self, check: Check[Any]) -> AbstractContextManager[Watcher]:
        """Shows how far a check is."""
        self._begin(check)
        return self.terminal.progress(f"{self.finished + 1} of {self.checks}, {check.name}")

    def done(self, done: Done) -> None:
        """A check is done, or is not done."""
        self.finished += 1
        if done.how is How.UNCONCERNED:
            return
        self._begin(done.check)
        sign = "FAILED  " if done.wrong and done.how is not How.NO_TIME else _SIGNS[done.how]
        counts = "" if done.found is None else counted(done.found)
        self._line(sign, done.check.name, counts, "bold red" if done.wrong else "")
        if isinstance(done.found, SearchRecord) and part_of(done.check) == "variant":
            broken = sorted(done.found.violated, key=_steps)
            names = [f"{each.name} ({_steps(each)})" for each in broken]
            self.terminal.hanging(_INDENT, ["breaks", *(listed(names) or ["nothing"])])
        if isinstance(done.found, ProofRecord) and done.found.counted:
            items = ["not proved here but counted:", *listed(done.found.counted)]
            self.terminal.hanging(_INDENT, items)
        for one in done.wrong:
            self._complain(one)

    def complain(self, text: str) -> None:
        """Something is wrong that does not change what was found."""
        self.terminal.complain(f"onevoice: {text}")

    def end(self, gated: Gated, rows: Sequence[Row]) -> None:
        """Prints what is said of all, the table of the requirements, and the last line."""
        unconcerned = gated.with_how(How.UNCONCERNED)
        if unconcerned:
            self.terminal.line()
            self.terminal.line(
                f"{words.count(len(unconcerned), 'check')} not done: no file that they depend on "
                "is different."
            )
        if gated.of_all:
            self.terminal.line()
            self.terminal.line("Over all runs of the shipped protocol", "bold")
            for one in gated.of_all:
                self._complain(one)
        _show_rows(self.terminal, rows, len(gated.shipped))
        self.terminal.line()
        self._last(gated)

    def _last(self, gated: Gated) -> None:
        kept = len(gated.with_how(How.KEPT))
        said = words.count(len(gated.with_how(How.RUN)) + kept, "check")
        if kept:
            said += f", {kept:,} of them known from before"
        states = sum(found.states for _, found in (*gated.shipped, *gated.variants))
        total = f"{said}, {states:,} states, {gated.seconds:.1f} s"
        if gated.exit is Exit.HOLDS and gated.whole:
            self.terminal.line(f"The gate is passed (tier {gated.tier}): {total}.", "bold green")
            return
        if gated.exit is Exit.HOLDS:
            of = len(gated.done) + gated.left_out
            self.terminal.line(
                f"What was asked for is as it must be, of the {of} checks of the tier "
                f"{gated.tier}: {total}.",
                "green",
            )
            return
        self.terminal.line(
            f"The gate is NOT passed (tier {gated.tier}): {total}. Exit code {int(gated.exit)}:",
            "bold red",
        )
        for name, wrong in gated.wrong:
            self.terminal.hanging("  ", f"{name}: {wrong.reason}", "red")
        if not gated.wrong:
            self.terminal.hanging("  ", "Nothing was checked.", "red")

    def _begin(self, check: Check[Any]) -> None:
        part = part_of(check)
        if part != self._part:
            if self._part:
                self.terminal.line()
            self.terminal.line(HEADINGS[part], "bold")
            self._part = part

    def _line(self, sign: str, name: str, counts: str, style: str) -> None:
        room = self.terminal.width - len(counts) - 11
        if room >= _NAME_WIDTH:
            self.terminal.exact(f"  {sign}{name:{room}} {counts}".rstrip(), style)
        else:
            self.terminal.exact(f"  {sign}{name}", style)
            if counts:
                self.terminal.exact(f"{_INDENT}{counts.strip()}")

    def _complain(self, one: Wrong) -> None:
        where = f" ({one.place.file}:{one.place.line})" if one.place is not None else ""
        self.terminal.hanging(_INDENT, f"{one.reason}{where}", "red")


def counted(found: Any) -> str:
    """What a check has found, in numbers."""
    record: AnyRecord = found
    seconds = f"{record.seconds:5.1f} s"
    match record:
        case SearchRecord(states=states, transitions=transitions):
            return f"{states:>11,} states {transitions:>11,} transitions {seconds}"
        case AgreementRecord(native=native):
            return f"{native.states:>11,} states {native.transitions:>11,} transitions {seconds}"
        case LockstepRecord(difference=None, states=states, followed=followed):
            return f"{states:>11,} states {followed:>11,} transitions {seconds}"
        case LockstepRecord(steps=steps):
            return f"differs after {words.count(len(steps), 'step')} {seconds}"
        case SessionsRecord(eager=eager, covered=covered):
            return f"{covered:,} of {eager:,} transitions {seconds}"
        case StormsRecord(constrained=constrained, events=events):
            return f"{events:,} events, {constrained:,} of them held against it {seconds}"
        case CorpusRecord(traces=traces):
            return f"{words.count(len(traces), 'trace')} {seconds}"
        case ProofRecord(proved=proved, obligations=obligations):
            return f"{proved:,} of {obligations:,} obligations {seconds}"
        case BoundedRecord(properties=properties):
            holds = sum(each.status == "holds" for each in properties)
            return f"{holds:,} of {words.count(len(properties), 'property')} hold {seconds}"
        case ProgramRecord(transitions=transitions, steps=steps_taken):
            return f"{transitions:,} transitions, {steps_taken:,} lines {seconds}"
        case LogsRecord(events=events, constrained=constrained):
            return f"{events:,} events, {constrained:,} of them held against it {seconds}"
        case _:
            assert_never(record)


def _steps(each: Any) -> int:
    return each.violation.steps if each.violation is not None else 0


def _show_rows(terminal: Terminal, rows: Sequence[Row], shipped: int) -> None:
    """Prints the requirements, each with its evidence."""
    terminal.line()
    terminal.line("What is known of each requirement", "bold")
    terminal.line(
        "Files are those of model/protocol. A property is counted in each run of the shipped "
        "protocol in which it held, and not vacuously; what is proved is so for every size. "
        "Members that are wrong in a requirement on purpose are named if they were caught."
    )
    for row in rows:
        terminal.hanging(f"{row.name:4} ", row.requirement, "bold")
        checked = [f"{name} in {len(r)} of {shipped}" for name, r in row.checked.items()]
        evidence = {
            "specified": _places(row.specified),
            "checked": checked,
            "proved": _places(row.proved),
            "implemented": _places(row.implemented),
            "caught": list(row.caught),
            "tested": _places(row.tested),
        }
        for what, items in evidence.items():
            if items:
                terminal.hanging(f"     {what:12} ", listed(items))
        nothing = [what for what, items in evidence.items() if not items]
        if nothing:
            terminal.hanging("     ", f"{', '.join(nothing)}: {_NOTHING}", "dim")


def _places(citations: Iterable[Citation]) -> list[str]:
    return [f"{c.name} ({Path(c.where.file).name}:{c.where.line})" for c in citations]
