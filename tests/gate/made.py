"""What came of gates, made by hand: all green, all that can be wrong, and nothing."""

from __future__ import annotations

import json

from model.protocol import Variant
from onevoice.exits import Exit
from onevoice.gate.check import Place, Wrong
from onevoice.gate.checks.agreement import Agreement
from onevoice.gate.checks.bounded import BoundedCheck
from onevoice.gate.checks.corpus import Corpus
from onevoice.gate.checks.lockstep import InLockstep
from onevoice.gate.checks.logs import Logs
from onevoice.gate.checks.members import WrongMembers
from onevoice.gate.checks.program import Program
from onevoice.gate.checks.proof import Proof
from onevoice.gate.checks.search import Search
from onevoice.gate.checks.sessions import Sessions
from onevoice.gate.checks.storms import Storms
from onevoice.gate.records import (
    Action,
    AgreementRecord,
    BoundedRecord,
    CorpusRecord,
    LockstepRecord,
    LogsRecord,
    Maximum,
    Open,
    ProgramRecord,
    ProofRecord,
    Property,
    SearchRecord,
    SessionsRecord,
    Status,
    StormsRecord,
    Violation,
)
from onevoice.gate.result import Done, Gated, How

PLACE = Place("model/protocol/properties.py", 12)
ODD = "a|b`c`<i>&amp;*_[x](y)\x00\x1b\ud800\ufffe\u202e{0}%0A,:\r\n::error::é😀\u2028 ]]>"
"""Characters that mean something somewhere, or cannot be written at all."""
SEED = 2**63 + 1


def trace_of(*steps: str) -> str:
    """The text of a trace in which a1 takes these actions in v0, and then rests for ever."""
    some = {name: {"tag": "Some", "value": value} for name, value in (("m", "a1"), ("v", "v0"))}
    picks = {**some, "w": {"tag": "None", "value": {"#tup": []}}}
    states = [{"mbt::actionTaken": step, "mbt::nondetPicks": picks} for step in ("init", *steps)]
    meta = {"onevoice": {"closing": None}}
    return json.dumps({"#meta": meta, "vars": [], "states": states, "loop": len(steps)})


def property_of(
    name: str, status: Status, trace: str | None = None, kind: str = "safety"
) -> Property:
    """A property, with a counterexample if there is a trace."""
    violation = None if trace is None else Violation(2, f"{name}.itf.json", trace, PLACE)
    return Property(
        name=name, kind=kind, status=status, place=PLACE, never=("p → q",), violation=violation
    )


def search_of(*properties: Property, engine: str = "native") -> SearchRecord:
    """A search that found this."""
    return SearchRecord(
        seconds=1.2345, run="--groups 2", engine=engine, complete=True, stopped=None,
        reduced=False, states=2**60, initial=1, transitions=34, depth=5, bytes=1024,
        properties=properties, actions={"transmit": Action(3, 2, 1)},
        maxima={"messages": Maximum(4, True)},
    )  # fmt: skip


HOLDS = search_of(property_of("AtMostOnce", "holds"))
BROKEN = search_of(property_of("AtMostOnce", "violated", trace_of("transmit", "acknowledge")))


def known() -> tuple[Done, ...]:
    """A check of every kind that found what it must, in the order of the kinds."""
    both = AgreementRecord(seconds=2.0, native=HOLDS, interp=search_of(engine="interp"))
    replayed = CorpusRecord(seconds=1.0, traces=("a.itf.json",), differences={})
    walked = LockstepRecord(seconds=1.0, states=2, transitions=3, followed=3, difference=None)
    caught = LockstepRecord(
        seconds=1.0, states=2, transitions=3, followed=1, difference="sent", steps=("crash(a1)",)
    )
    session = SessionsRecord(seconds=1.0, eager=2, covered=2, left_out=1, difference=None)
    program = ProgramRecord(seconds=1.0, members=2, transitions=3, steps=4, failure=None)
    stormed = StormsRecord(seconds=1.0, storms=2, events=9, constrained=8, steps=7, refused=None)
    logged = LogsRecord(seconds=1.0, events=2, constrained=1, accepted=True, why="")
    bounded = BoundedRecord(seconds=1.0, run="--groups 2", properties=HOLDS.properties)
    proved = ProofRecord(
        seconds=1.0, obligations=2, proved=2, properties=("Complete",), open=(),
        counted=("messages",), goals={"Termination": 0.25},
    )  # fmt: skip
    shared_key = Search(groups="2", variant=Variant.SHARED_KEY, breaks=("AtMostOnce",))
    return (
        Done(Search(groups="2"), How.RUN, HOLDS),
        Done(Search(groups="3"), How.KEPT, HOLDS),
        Done(shared_key, How.RUN, BROKEN),
        Done(Agreement(groups="2"), How.KEPT, both),
        Done(Corpus(folder="traces/corpus"), How.RUN, replayed),
        Done(InLockstep(groups="2"), How.RUN, walked),
        Done(WrongMembers(groups="2", members="shared-key"), How.RUN, caught),
        Done(Sessions(groups="2"), How.RUN, session),
        Done(Program(groups="2", command="node m.mjs"), How.RUN, program),
        Done(Storms(), How.RUN, stormed),
        Done(Logs(paths=("logs",)), How.KEPT, logged),
        Done(BoundedCheck(groups="2"), How.RUN, bounded),
        Done(Proof(), How.RUN, proved),
    )


def passed() -> Gated:
    """All is as it must be; something was kept, and something is of no concern."""
    unconcerned = Done(Storms(first=101, last=200), How.UNCONCERNED, None)
    return Gated("quick", (*known(), unconcerned), 12.3456)


def failed() -> Gated:
    """Everything that can be wrong is."""
    vacuous = search_of(property_of("Truthful", "vacuous"))
    unreadable = search_of(property_of("Complete", "violated", "no trace"))
    replayed = CorpusRecord(seconds=1.0, traces=(ODD,), differences={ODD: ODD})
    refused = StormsRecord(
        seconds=1.0, storms=1, events=2, constrained=1, steps=1, refused=(SEED, ODD)
    )
    opened = ProofRecord(
        seconds=1.0, obligations=2, proved=1, properties=(), open=(Open(ODD, PLACE),), counted=(),
        goals={},
    )  # fmt: skip
    safety = Wrong(Exit.SAFETY, "AtMostOnce is violated", PLACE, "AtMostOnce")
    limit = Wrong(Exit.LIMIT, "the search was not completed")
    breaks = Wrong(Exit.VIOLATED, "Complete is violated", PLACE, "Complete")
    disagree = Wrong(Exit.DEFECT, "the engines disagree: states: 1 by native, 2 by interp")
    odd = Wrong(Exit.DIFFERS, ODD, Place(ODD, 3), ODD)
    elsewhere = Wrong(Exit.DIFFERS, ODD, Place("/a/b c", 3))
    not_proved = Wrong(Exit.NOT_PROVED, f"{ODD} is not proved", PLACE)
    every = tuple(Wrong(code, f"{code.name}!") for code in Exit if code is not Exit.HOLDS)
    late = Wrong(Exit.LIMIT, "there was no time left for it")
    shared_key = Search(groups="2", variant=Variant.SHARED_KEY)
    done = (
        Done(Search(groups="2"), How.RUN, BROKEN, (safety, limit)),
        Done(Search(groups="3"), How.RUN, vacuous),
        Done(shared_key, How.RUN, unreadable, (breaks,)),
        Done(Agreement(groups="2"), How.RUN, None, (disagree,)),
        Done(Corpus(folder=ODD), How.RUN, replayed, (odd, elsewhere)),
        Done(Storms(), How.RUN, refused, every),
        Done(Storms(first=101, last=200), How.NO_TIME, None, (late,)),
        Done(Storms(first=201, last=300), How.UNCONCERNED, None),
        Done(Proof(), How.RUN, opened, (not_proved,)),
    )
    return Gated("full", done, 45.6)


def empty() -> Gated:
    """Nothing was asked for."""
    return Gated("deep", (), 0.0)
