"""What the formats have in common: all that is wrong, and texts that can stand in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onevoice.exits import Exit
from onevoice.gate.check import Wrong
from onevoice.gate.records import AgreementRecord, BoundedRecord, Property, SearchRecord
from onevoice.gate.result import EVERYWHERE, Done, Gated, How

COVERAGE = "coverage"
"""Of what is said of all runs of the shipped protocol together, where a kind of check stands."""
GATE = "gate"
"""Of what is said of the gate itself, where a kind of check stands."""
NOTHING = "nothing was checked, so nothing is known"

# XML 1.0, production 2: what is no Char. Half a surrogate pair cannot be written as UTF-8 either.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # the direction of what follows
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Said:
    """Something that is wrong, and what it is said of.

    Attributes:
        kind: of the check; or COVERAGE, or GATE.
        name: of the check, or of what it is said of.
        done: the check, if it is said of one.
    """

    kind: str
    name: str
    wrong: Wrong
    done: Done | None = None

    @property
    def title(self) -> str:
        """What it is said of, in a line."""
        return f"{self.kind}: {self.name}"

    @property
    def violated(self) -> Property | None:
        """The property that it is about, if a check has a counterexample to it."""
        found = self.done.found if self.done is not None else None
        if not isinstance(found, SearchRecord | BoundedRecord):
            return None
        named = (each for each in found.properties if each.name == self.wrong.property)
        return next((each for each in named if each.violation is not None), None)


def everything(gated: Gated) -> tuple[Said, ...]:
    """All that is wrong, in order. It is empty only if the exit code is 0."""
    said = [
        Said(each.check.kind, each.check.name, one, each)
        for each in gated.done
        for one in each.wrong
    ]
    said += [Said(COVERAGE, EVERYWHERE, one) for one in gated.of_all]
    if not said and gated.exit is not Exit.HOLDS:
        said.append(Said(GATE, "the gate", Wrong(gated.exit, NOTHING)))
    return tuple(said)


def covered(gated: Gated) -> bool | None:
    """Whether over all runs of the shipped protocol each property was checked, each action taken.

    Returns:
        None if it is not known, since not all runs that there are are known, or there is none.
    """
    return not gated.of_all if gated.knows_all_shipped else None


def spent(done: Done) -> float:
    """Seconds that a check took this time. What was kept took none."""
    return done.found.seconds if done.found is not None and done.how is How.RUN else 0.0


def properties_of(done: Done) -> tuple[Property, ...]:
    """The properties that a check has looked at."""
    match done.found:
        case SearchRecord(properties=found) | BoundedRecord(properties=found):
            return found
        case AgreementRecord(native=native):
            return native.properties
        case _:
            return ()


def writable(text: str) -> str:
    """A text without characters that XML 1.0 does not allow, or that show others elsewhere."""
    return _TURNS.sub(_REPLACED, _NO_CHARACTER.sub(_REPLACED, text))


def encodable(text: str) -> str:
    """A text that can be written as UTF-8. Names of files may hold what cannot."""
    return _SURROGATE.sub(_REPLACED, text)


def line(text: str) -> str:
    """A text in a line."""
    return " ".join(writable(text).split())


def by_kind(gated: Gated) -> dict[str, list[Done]]:
    """The checks of each kind, in order."""
    kinds: dict[str, list[Done]] = {}
    for each in gated.done:
        kinds.setdefault(each.check.kind, []).append(each)
    return kinds
