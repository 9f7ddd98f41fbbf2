"""Is what a run found what it must find? Each answer is the list of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.lang import show
from model.search import Finding, Result, Status
from onevoice.exits import Exit, exit_of
from onevoice.search import Searched
from proofs.induction.proved import Proved
from traces.lockstep import Lockstep
from traces.storms import Stormed


@dataclass(frozen=True)
class Wrong:
    """Something that is not as it must be.

    Attributes:
        exit: the exit code for it.
        reason: what is wrong, in a line.
    """

    exit: Exit
    reason: str


def of_shipped(searched: Searched) -> list[Wrong]:
    """The shipped protocol violates nothing, and was searched completely."""
    wrong = [
        Wrong(exit_of([finding]), f"{finding.name} is violated")
        for finding in searched.result.violated
    ]
    return wrong + _stopped(searched)


def of_variant(searched: Searched, expected: frozenset[str]) -> list[Wrong]:
    """A variant violates what it is expected to violate, and nothing else."""
    found = {finding.name for finding in searched.result.violated}
    wrong = [
        Wrong(Exit.VIOLATED, f"{name} is not violated, though this variant must break it")
        for name in searched.result.findings
        if name in expected - found and searched.result.complete
    ]
    wrong += [
        Wrong(Exit.VIOLATED, f"{name} is violated, which is not expected of this variant")
        for name in searched.result.findings
        if name in found - expected
    ]
    wrong += [
        Wrong(Exit.VIOLATED, f"the spec has no property {name} any more")
        for name in sorted(expected - searched.result.findings.keys())
    ]
    return wrong + _stopped(searched)


def of_lockstep(found: Lockstep) -> list[Wrong]:
    """The implementation conforms, at every transition."""
    if found.difference is not None:
        steps = len(found.difference.steps)
        return [Wrong(Exit.DIFFERS, f"differs after {steps} steps: {found.difference.text}")]
    if not found.complete:
        return [Wrong(Exit.LIMIT, f"{found.followed:,} transitions were compared, not all")]
    return []


def of_wrong_members(found: Lockstep) -> list[Wrong]:
    """Members that are wrong on purpose do not conform."""
    if found.difference is None:
        return [Wrong(Exit.VIOLATED, "nothing differs, so a mistake like this would not be seen")]
    return []


def of_storms(stormed: Stormed) -> list[Wrong]:
    """What members did is a behaviour of the specification."""
    if stormed.refused is not None:
        seed, why = stormed.refused
        return [Wrong(Exit.DIFFERS, f"storm {seed} is no behaviour of the specification: {why}")]
    if not stormed.constrained:
        return [Wrong(Exit.NOT_PROVED, "there was no event to be held against anything")]
    return []


def of_proof(proved: Sequence[Proved]) -> list[Wrong]:
    """Everything that first-order logic can say is proved."""
    wrong = [
        Wrong(Exit.NOT_PROVED, f"{obligation.title} is not proved ({obligation.clause.where})")
        for each in proved
        for obligation, _ in each.open
    ]
    if not any(each.holds for each in proved):
        wrong.append(Wrong(Exit.NOT_PROVED, "nothing is proved"))
    return wrong


def of_agreement(native: Result, interp: Result) -> list[Wrong]:
    """Two engines found the same states, transitions, verdicts and lengths of traces."""
    for result in (native, interp):
        if not result.complete:
            return [Wrong(Exit.LIMIT, f"{result.engine} was not completed: {result.stopped}")]
    wrong = [
        f"{what}: {one} by native, {other} by interp"
        for what, (one, other) in (_counts(native, interp) | _verdicts(native, interp)).items()
        if one != other
    ]
    return [Wrong(Exit.DEFECT, f"the engines disagree: {reason}") for reason in wrong]


def _counts(native: Result, interp: Result) -> dict[str, tuple[object, object]]:
    """What both engines count. To which action a new state is put down depends on their order."""
    pairs: dict[str, tuple[object, object]] = {
        name: (getattr(native, name), getattr(interp, name))
        for name in ("states", "transitions", "depth", "initial", "complete")
    }
    for name, one in native.coverage.items():
        other = interp.coverage[name]
        pairs[f"states that enable {name}"] = (one.enabled, other.enabled)
        pairs[f"transitions by {name}"] = (one.taken, other.taken)
    for name, maximum in native.maxima.items():
        pairs[f"largest {name}"] = (maximum, interp.maxima[name])
    return pairs


def _verdicts(native: Result, interp: Result) -> dict[str, tuple[object, object]]:
    def text(finding: Finding) -> str:
        steps = f" after {len(finding.trace)} steps" if finding.trace is not None else ""
        never = "; ".join(sorted(show(premise) for premise in finding.vacuous_premises))
        return f"{finding.status.value}{steps}{f' (never true: {never})' if never else ''}"

    return {
        name: (text(native.findings[name]), text(finding))
        for name, finding in interp.findings.items()
    }


def of_coverage(shipped: Iterable[Searched]) -> list[Wrong]:
    """Over all runs of the shipped protocol each property was checked, and each action taken."""
    shipped = list(shipped)
    names = {name for searched in shipped for name in searched.result.findings}
    held = {
        name
        for searched in shipped
        for name, finding in searched.result.findings.items()
        if finding.status is not Status.VACUOUS
    }
    wrong = [
        Wrong(Exit.NOT_PROVED, f"{name} holds only vacuously, at every scope")
        for name in sorted(names - held)
    ]
    actions = {name for searched in shipped for name in searched.result.coverage}
    taken = {
        name
        for searched in shipped
        for name, coverage in searched.result.coverage.items()
        if coverage.enabled
    }
    wrong += [
        Wrong(Exit.NOT_PROVED, f"action {name} is enabled in no state, at no scope")
        for name in sorted(actions - taken)
    ]
    return wrong


def exit_of_all(wrong: Iterable[Wrong]) -> Exit:
    """The exit code of several: a defect of ours first, then a violation, then a limit."""
    codes = {w.exit for w in wrong}
    if not codes:
        return Exit.HOLDS
    if Exit.DEFECT in codes:
        return Exit.DEFECT
    violations = codes & {Exit.VIOLATED, Exit.DEADLOCK, Exit.SAFETY, Exit.LIVENESS}
    if violations:
        return violations.pop() if len(violations) == 1 else Exit.VIOLATED
    if Exit.DIFFERS in codes:
        return Exit.DIFFERS
    return Exit.LIMIT if Exit.LIMIT in codes else Exit.NOT_PROVED


def _stopped(searched: Searched) -> list[Wrong]:
    if searched.result.complete:
        return []
    return [Wrong(Exit.LIMIT, f"the search was not completed: {searched.result.stopped}")]
