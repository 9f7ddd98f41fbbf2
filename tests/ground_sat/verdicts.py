"""What explicit search and the methods of `proofs.ground` say, in terms that can be compared."""

from __future__ import annotations

from model.scope import Finite
from model.search import Limits, Status, check
from proofs.ground.certificate import Certificate
from proofs.ground.encode import Bits
from proofs.ground.outcome import Answer, Method, Outcome
from proofs.ground.replay import Replay
from proofs.ground.several import Way, check_all
from proofs.ground.targets import targets

HOLDS = "holds"  # whether vacuously or not

Verdicts = dict[str, str | int]  # by property: the length of a shortest violation, or HOLDS


def explicit(finite: Finite) -> Verdicts:
    """By explicit search, of all properties but leads-to."""
    found = check(finite, limits=Limits(threads=1)).findings.values()
    return {
        f.name: HOLDS if f.trace is None else len(f.trace) for f in found if f.kind != "leads-to"
    }


def vacuous(finite: Finite) -> set[str]:
    """The properties that hold only vacuously, by explicit search."""
    found = check(finite, limits=Limits(threads=1)).findings.values()
    return {f.name for f in found if f.status is Status.VACUOUS and f.kind != "leads-to"}


def by(method: Method, finite: Finite, depth: int = 0) -> dict[str, Outcome]:
    """By one of the methods."""
    replay = Replay(finite)
    outcomes = check_all(replay, targets(replay.system.ground), Way(method, depth))
    return {o.target.name: o for o in outcomes}


def verdicts(outcomes: dict[str, Outcome]) -> Verdicts:
    """The same as `explicit` gives; what is open says so, and agrees with nothing."""
    found: Verdicts = {}
    for name, outcome in outcomes.items():
        match outcome.answer:
            case Answer.HOLDS | Answer.VACUOUS:
                found[name] = HOLDS
            case Answer.VIOLATED:
                assert outcome.finding is not None
                assert outcome.finding.trace is not None
                found[name] = len(outcome.finding.trace)
            case Answer.NOT_UP_TO | Answer.UNDECIDED:
                found[name] = f"{outcome.answer.value} {outcome.depth}"
    return found


def excludes(certificate: Certificate, state: Bits) -> bool:
    """Whether an invariant is false in a state."""
    return any(all(state[abs(x) - 1] == (x > 0) for x in cube) for cube in certificate.excluded)
