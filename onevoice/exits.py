"""What the exit codes mean, everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.search import Finding


class Exit(IntEnum):
    """0 is given only where something was checked and all of it holds."""

    HOLDS = 0
    USAGE = 2
    VIOLATED = 10  # properties of several kinds, or something that must break does not
    DEADLOCK = 11
    SAFETY = 12
    LIVENESS = 13
    DIFFERS = 14  # a trace is no behaviour of the spec, or violates nothing
    NOT_PROVED = 15  # whatever was asked holds vacuously, if at all
    UNAVAILABLE = 69  # the group cannot be joined, or was lost
    DEFECT = 70  # of this program
    LIMIT = 75
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class Stop(Exception):
    """The program ends here, with this code and this line on standard error."""

    def __init__(self, code: Exit, line: str) -> None:
        self.code, self.line = code, line
        super().__init__(line)


_OF_KIND = {
    "safety": Exit.SAFETY,
    "step": Exit.SAFETY,
    "bound": Exit.SAFETY,
    "leads-to": Exit.LIVENESS,
    "deadlock": Exit.DEADLOCK,
}


def exit_of_kinds(kinds: Iterable[str]) -> Exit:
    """The exit code for violated properties of these kinds; there is at least one."""
    exits = {_OF_KIND[kind] for kind in kinds}
    return exits.pop() if len(exits) == 1 else Exit.VIOLATED


def exit_of(findings: Iterable[Finding]) -> Exit:
    """The exit code that says what was found of the properties that were asked for."""
    from model.search import Status

    findings = list(findings)
    kinds = {f.kind for f in findings if f.status is Status.VIOLATED}
    if kinds:
        return exit_of_kinds(kinds)
    if any(f.status is Status.UNDECIDED for f in findings):
        return Exit.LIMIT
    if any(f.status is Status.HOLDS for f in findings):
        return Exit.HOLDS
    return Exit.NOT_PROVED
