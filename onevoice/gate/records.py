"""What checks find: plain values that can be kept as JSON, and say the same wherever they are read.

The numbers are those of the engines' own results, where their meaning is said in full.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from onevoice.gate.check import Place, Record

Status = Literal["holds", "violated", "vacuous", "undecided", "not checked"]


class Violation(msgspec.Struct, frozen=True):
    """How a property is violated.

    Attributes:
        steps: of the counterexample.
        file_name: of its file.
        trace: the file's text.
        place: the line that is false at its end.
    """

    steps: int
    file_name: str
    trace: str
    place: Place


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """A property, and what a search says of it.

    Attributes:
        kind: `safety`, `step`, `bound`, `leads-to` or `deadlock`.
        place: where it is said.
        never: premises of implications that were true in no state.
    """

    name: str
    kind: str
    status: Status
    place: Place
    never: tuple[str, ...] = ()
    violation: Violation | None = None


class Action(msgspec.Struct, frozen=True):
    """How often an action happened: states that enable it, transitions, those to new states."""

    enabled: int
    taken: int
    discovered: int


class Maximum(msgspec.Struct, frozen=True):
    """The largest value of a bound's quantity, and whether it was ever at its bound."""

    value: int
    at_bound: bool


class SearchRecord(Record, frozen=True, kw_only=True, tag="search"):
    """A search.

    Attributes:
        run: its options on the command line.
        stopped: what stopped it, if something did; then nothing holds.
        reduced: states that make no difference were left out, and are not counted.
        bytes: of memory for states and their index.
    """

    run: str
    engine: str
    complete: bool
    stopped: str | None
    reduced: bool
    states: int
    initial: int
    transitions: int
    depth: int
    bytes: int
    properties: tuple[Property, ...]
    actions: dict[str, Action]
    maxima: dict[str, Maximum]

    @property
    def violated(self) -> tuple[Property, ...]:
        """The properties that are violated."""
        return tuple(each for each in self.properties if each.violation is not None)


class AgreementRecord(Record, frozen=True, kw_only=True, tag="agreement"):
    """A search by both engines."""

    native: SearchRecord
    interp: SearchRecord


class LockstepRecord(Record, frozen=True, kw_only=True, tag="lockstep"):
    """Members driven through the state graph.

    Attributes:
        states, transitions: of the specification's graph.
        followed: transitions that were compared.
        difference: the first one, or None.
        steps: the way to it.
    """

    states: int
    transitions: int
    followed: int
    difference: str | None
    steps: tuple[str, ...] = ()


class SessionsRecord(Record, frozen=True, kw_only=True, tag="sessions"):
    """Members with sessions, driven over the simulated network.

    Attributes:
        eager: transitions in which nobody waits, which are those that sessions can take.
        covered: those that were taken.
        left_out: transitions that sessions cannot be made to take.
    """

    eager: int
    covered: int
    left_out: int
    difference: str | None
    steps: tuple[str, ...] = ()


class StormsRecord(Record, frozen=True, kw_only=True, tag="storms"):
    """What members did under random faults.

    Attributes:
        constrained: events that were held against the specification.
        refused: the seed of the storm that was not accepted, and why; or None.
    """

    storms: int
    events: int
    constrained: int
    steps: int
    refused: tuple[int, str] | None


class CorpusRecord(Record, frozen=True, kw_only=True, tag="corpus"):
    """Kept traces, replayed.

    Attributes:
        traces: their files.
        differences: by file, where it and the specification part.
    """

    traces: tuple[str, ...]
    differences: dict[str, str]


class Open(msgspec.Struct, frozen=True):
    """An obligation that is not proved."""

    title: str
    place: Place


class ProofRecord(Record, frozen=True, kw_only=True, tag="proof"):
    """A proof for every size.

    Attributes:
        obligations, proved: how many there are, and how many are proved.
        properties: the properties that are proved.
        counted: what is about numbers, and is not proved here.
        goals: seconds that the obligations of each lemma and property took.
    """

    obligations: int
    proved: int
    properties: tuple[str, ...]
    open: tuple[Open, ...]
    counted: tuple[str, ...]
    goals: dict[str, float]


class BoundedRecord(Record, frozen=True, kw_only=True, tag="bounded"):
    """Safety at a scope, by SAT solvers."""

    run: str
    properties: tuple[Property, ...]


class ProgramRecord(Record, frozen=True, kw_only=True, tag="program"):
    """Somebody else's member, driven through every transition of a member."""

    members: int
    transitions: int
    steps: int
    failure: str | None


class LogsRecord(Record, frozen=True, kw_only=True, tag="logs"):
    """Logs of members, held against the specification."""

    events: int
    constrained: int
    accepted: bool
    why: str


AnyRecord = (
    SearchRecord
    | AgreementRecord
    | LockstepRecord
    | SessionsRecord
    | StormsRecord
    | CorpusRecord
    | ProofRecord
    | BoundedRecord
    | ProgramRecord
    | LogsRecord
)
