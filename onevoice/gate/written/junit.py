"""What came of the gate as JUnit XML, which continuous integration shows as tests.

There is no standard. Written is what the schema of Jenkins' xunit plugin (`junit-10.xsd`) allows,
which is the strictest that is in use: of the others, Ant's asks for a host and a time of day, which
would make two reports of the same gate differ. A test case has no properties there, so those of a
suite say how it is known what each of its checks finds.

A suite `gate` says what is said of all checks together, so that a report has a failure or an error
exactly if the exit code of the gate is not 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from onevoice.exits import Exit
from onevoice.gate.check import Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.result import EVERYWHERE, Done, Gated, How, exit_of_all
from onevoice.gate.written.said import GATE, NOTHING, by_kind, covered, line, spent, writable

PACKAGE = "onevoice.gate"
_FAILURES = {
    Exit.VIOLATED, Exit.DEADLOCK, Exit.SAFETY, Exit.LIVENESS, Exit.DIFFERS, Exit.NOT_PROVED,
}  # fmt: skip
"""Exit codes that say something of what is checked; the others say that it could not be checked."""

Outcome = Literal["failure", "error", "skipped"]


@dataclass(frozen=True)
class _Case:
    """A test case.

    Attributes:
        outcome: None if it is passed.
        type: of the outcome, in a word.
        reasons: for it; the first is its message.
        how: how it is known, if it is one of the checks.
    """

    name: str
    seconds: float = 0.0
    outcome: Outcome | None = None
    type: str = ""
    reasons: tuple[str, ...] = ()
    how: How | None = None


def junit(gated: Gated) -> str:
    """The results as JUnit XML."""
    suites = {kind: [_of_check(each) for each in done] for kind, done in by_kind(gated).items()}
    suites[GATE] = list(_of_gate(gated))
    cases = [case for suite in suites.values() for case in suite]
    root = ElementTree.Element(
        "testsuites", {"name": f"onevoice gate, {gated.tier}", **_counts(cases, gated.seconds)}
    )
    for number, (kind, suite) in enumerate(suites.items()):
        _write(root, number, kind, suite)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _of_check(done: Done) -> _Case:
    name, seconds, how = done.check.name, spent(done), done.how
    if how is How.UNCONCERNED:
        return _Case(name, seconds, "skipped", how.value, ("no change concerns it",), how)
    if how is How.NO_TIME:
        reasons = tuple(one.reason for one in done.wrong)
        return _Case(name, seconds, "skipped", how.value, reasons, how)
    if not done.wrong:
        return _Case(name, seconds, how=how)
    code = exit_of_all(done.wrong)
    outcome: Outcome = "failure" if code in _FAILURES else "error"
    reasons = tuple(map(_reason, done.wrong))
    return _Case(name, seconds, outcome, code.name.lower(), reasons, how)


def _of_gate(gated: Gated) -> Iterable[_Case]:
    """What is said of all checks together."""
    name = "something is known"
    if any(each.how.known for each in gated.done):
        yield _Case(name)
    else:
        yield _Case(name, 0.0, "failure", "not_proved", (NOTHING,))
    late = tuple(each.check.name for each in gated.with_how(How.NO_TIME))
    name = "there was time for every check"
    if late:
        yield _Case(name, 0.0, "error", "limit", tuple(f"not for {each}" for each in late))
    else:
        yield _Case(name)
    if not any(isinstance(each.check, Search) and not each.check.variant for each in gated.done):
        return
    name = f"{EVERYWHERE}: each property was checked, each action taken"
    match covered(gated):
        case None:
            reason = "not all of its runs are known"
            yield _Case(name, 0.0, "skipped", "not known", (reason,))
        case True:
            yield _Case(name)
        case False:
            reasons = tuple(map(_reason, gated.of_all))
            yield _Case(name, 0.0, "failure", "not_proved", reasons)


def _reason(wrong: Wrong) -> str:
    where = "" if wrong.place is None else f" ({wrong.place.file}:{wrong.place.line})"
    return wrong.reason + where


def _write(root: ElementTree.Element, number: int, kind: str, cases: list[_Case]) -> None:
    attributes = {"name": kind, "id": str(number), "package": PACKAGE}
    counts = _counts(cases, sum(case.seconds for case in cases))
    skipped = sum(1 for case in cases if case.outcome == "skipped")
    suite = ElementTree.SubElement(
        root, "testsuite", {**attributes, **counts, "skipped": str(skipped)}
    )
    known = [(case.name, case.how.value) for case in cases if case.how is not None]
    if known:
        properties = ElementTree.SubElement(suite, "properties")
        for name, how in known:
            value = {"name": f"how: {line(name)}", "value": how}
            ElementTree.SubElement(properties, "property", value)
    for case in cases:
        named = {"classname": f"{PACKAGE}.{kind}", "name": line(case.name)}
        element = ElementTree.SubElement(suite, "testcase", {**named, "time": _time(case.seconds)})
        if case.outcome is not None:
            more = f" (and {len(case.reasons) - 1} more)" if len(case.reasons) > 1 else ""
            said = {"type": case.type, "message": line(case.reasons[0]) + more}
            outcome = ElementTree.SubElement(element, case.outcome, said)
            outcome.text = writable("\n".join(case.reasons))


def _counts(cases: list[_Case], seconds: float) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(1 for case in cases if case.outcome == "failure")),
        "errors": str(sum(1 for case in cases if case.outcome == "error")),
        "time": _time(seconds),
    }


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
