"""What the report says, as values, out of what came of the gate.

The report may be less green than the gate, never greener: a trace that the interpreter does not
reproduce is wrong here, too, and what the gate does not know is not known here either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Place, Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.records import (
    AgreementRecord,
    BoundedRecord,
    CorpusRecord,
    Property,
    SearchRecord,
)
from onevoice.gate.result import How, exit_of_all
from onevoice.web.report.told import SHIPPED, Told, tell_one, variant_of
from traces.counterexample import read_trace, trace_from_text
from traces.errors import TraceError
from traces.witness import Witness

if TYPE_CHECKING:
    from model.protocol import Variant
    from onevoice.gate.result import Done, Gated
    from onevoice.gate.rows import Row
    from traces.counterexample import Counterexample

REPORT = "this report"
"""What is said to be wrong where only the report has noticed."""


@dataclass(frozen=True)
class Content:
    """All that the report says.

    Attributes:
        version: of the program, if it is installed.
        gated: what came of the gate.
        rows: the requirements with their evidence.
        told: the traces.
        own: what is not as it must be besides what the gate has noticed, with what it is said of.
    """

    version: str | None
    gated: Gated
    rows: tuple[Row, ...]
    told: tuple[Told, ...]
    own: tuple[tuple[str, Wrong], ...] = ()

    @property
    def wrong(self) -> tuple[tuple[str, Wrong], ...]:
        """What is not as it must be, with what it is said of."""
        return (*self.gated.wrong, *self.own)

    @property
    def exit(self) -> Exit:
        """The exit code: 0 only if that of the gate is."""
        code = exit_of_all(one for _, one in self.wrong)
        return self.gated.exit if code is Exit.HOLDS else code

    @cached_property
    def unknown(self) -> tuple[Done, ...]:
        """The checks of which nothing is known."""
        return tuple(each for each in self.gated.done if each.found is None)

    @property
    def counterexamples(self) -> tuple[Told, ...]:
        """The traces that are to violate something."""
        return tuple(told for told in self.told if told.violates is not None)

    @property
    def witnesses(self) -> tuple[Told, ...]:
        """The traces that are kept for something else."""
        return tuple(told for told in self.told if told.violates is None)

    @property
    def shipped_asked(self) -> tuple[Done, ...]:
        """The searches of the shipped protocol, known or not."""
        return tuple(
            each
            for each in self.gated.done
            if isinstance(each.check, Search) and each.check.variant is None
        )

    @property
    def variants_asked(self) -> tuple[tuple[Variant, Done], ...]:
        """The searches of variants, known or not."""
        return tuple(
            (each.check.variant, each)
            for each in self.gated.done
            if isinstance(each.check, Search) and each.check.variant is not None
        )

    def of_kind(self, kind: str) -> tuple[Done, ...]:
        """The checks of a kind."""
        return tuple(each for each in self.gated.done if each.check.kind == kind)

    def with_how(self, how: How) -> int:
        """Of how many checks it is known in this way."""
        return len(self.gated.with_how(how))

    def of(self, search: Search, name: str) -> Told | None:
        """The counterexample that shows how a run violates a property."""
        found = (variant_name(search), name)
        return next((told for told in self.told if told.found == found), None)


def variant_name(search: Search) -> str:
    """The variant that is searched, or `shipped`."""
    return search.variant.value if search.variant is not None else SHIPPED


def content_of(
    gated: Gated,
    rows: Iterable[Row],
    version: str | None,
    say: Callable[[str], None] = lambda _: None,
) -> Content:
    """What the report says of the gate.

    Args:
        gated: what came of it; files of kept traces that it names are read, where they are.
        rows: the requirements with their evidence.
        version: of the program, if it is installed.
        say: is told how far it is; to replay traces takes a while.
    """
    own: list[tuple[str, Wrong]] = []
    kept = list(_kept(gated, own))
    known = {
        (variant_of(trace), trace.violates) for _, trace in kept if not isinstance(trace, Witness)
    }
    kept += _missing(gated, known, own)
    told = _tell(kept, own, say)
    noticed = {_again(name) for found in _corpora(gated) for name in found.differences}
    own += [
        (each.key, Wrong(Exit.DIFFERS, f"not reproduced: {d.place}: {d.problem}"))
        for each in told
        if (d := each.replay.difference) is not None and each.again not in noticed
    ]
    return Content(version, gated, tuple(rows), told, tuple(own))


def _corpora(gated: Gated) -> Iterator[CorpusRecord]:
    for each in gated.done:
        if isinstance(each.found, CorpusRecord):
            yield each.found


def _kept(
    gated: Gated, own: list[tuple[str, Wrong]]
) -> Iterator[tuple[str, Counterexample | Witness]]:
    """The kept traces, with the commands that replay them."""
    for found in _corpora(gated):
        for name in found.traces:
            try:
                yield _again(name), read_trace(ROOT / name)
            except TraceError as error:
                if name not in found.differences:  # the gate has said so
                    own.append((REPORT, Wrong(Exit.DIFFERS, _line(error), Place(name, 1))))


def _again(name: str) -> str:
    path = ROOT / name
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return f"onevoice replay {quote(str(shown))}"


def _missing(
    gated: Gated, known: set[tuple[str, str]], own: list[tuple[str, Wrong]]
) -> Iterator[tuple[str, Counterexample | Witness]]:
    """The counterexamples that were found to what none that is kept violates."""
    for command, run, each in _violated(gated):
        assert each.violation is not None
        try:
            trace = trace_from_text(each.violation.trace)
        except TraceError as error:
            reason = f"the counterexample to {each.name} cannot be read: {_line(error)}"
            own.append((run, Wrong(Exit.DEFECT, reason, each.place, each.name)))
            continue
        found = (variant_of(trace), each.name)
        if found not in known:
            known.add(found)
            yield f"onevoice {command} {run}", trace


def _violated(gated: Gated) -> Iterator[tuple[str, str, Property]]:
    """The violated properties, with the command that finds it and its options."""
    for each in gated.done:
        searched: tuple[SearchRecord | BoundedRecord, ...]
        match each.found:
            case SearchRecord() | BoundedRecord():
                searched = (each.found,)
            case AgreementRecord():
                searched = (each.found.native, each.found.interp)
            case _:
                continue
        for record in searched:
            command = "bounded" if isinstance(record, BoundedRecord) else "check"
            for prop in record.properties:
                if prop.violation is not None:
                    yield command, record.run, prop


def _tell(
    kept: Sequence[tuple[str, Counterexample | Witness]],
    own: list[tuple[str, Wrong]],
    say: Callable[[str], None],
) -> tuple[Told, ...]:
    told: dict[str, Told] = {}
    for number, (again, trace) in enumerate(kept, start=1):
        say(f"{number} of {len(kept)} traces are replayed")
        try:
            one = tell_one(again, trace, told)
        except TraceError as error:
            own.append((again, Wrong(Exit.DIFFERS, f"it cannot be drawn: {_line(error)}")))
        else:
            told[one.key] = one
    return tuple(told.values())


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
