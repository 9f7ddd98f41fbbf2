"""What came of the gate: of each check what it has found, how that is known, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from onevoice.exits import Exit
from onevoice.gate.check import Check, Record, Tier, Wrong
from onevoice.gate.checks.members import WrongMembers
from onevoice.gate.checks.proof import Proof
from onevoice.gate.checks.search import Search, of_coverage
from onevoice.gate.records import LockstepRecord, ProofRecord, SearchRecord

EVERYWHERE = "the shipped protocol"


class How(Enum):
    """How it is known what a check finds."""

    RUN = "run"
    KEPT = "kept"  # it was found before, and nothing that it depends on has changed
    UNCONCERNED = "not concerned"  # it was not asked for: no change concerns it
    NO_TIME = "no time"  # the budget was spent

    @property
    def known(self) -> bool:
        """Whether it is known at all."""
        return self in (How.RUN, How.KEPT)


@dataclass(frozen=True)
class Done:
    """A check, and what came of it.

    Attributes:
        found: None if it is not known, or nothing could be found.
        wrong: what is not as it must be.
    """

    check: Check[Any]
    how: How
    found: Record | None
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True)
class Gated:
    """All of the gate.

    Attributes:
        tier: which part of it was asked for.
        done: every check of the tier, in order.
        seconds: by the clock.
        left_out: checks of the tier that were not asked for.
    """

    tier: Tier
    done: tuple[Done, ...]
    seconds: float
    left_out: int = 0

    @cached_property
    def wrong(self) -> tuple[tuple[str, Wrong], ...]:
        """What is not as it must be, with the name of what it is said of."""
        said = [(each.check.name, one) for each in self.done for one in each.wrong]
        return (*said, *((EVERYWHERE, one) for one in self.of_all))

    @cached_property
    def of_all(self) -> tuple[Wrong, ...]:
        """What is said of all runs of the shipped protocol together, if all are known."""
        if not self.knows_all_shipped:
            return ()
        return tuple(of_coverage([found for _, found in self.shipped]))

    @property
    def knows_all_shipped(self) -> bool:
        """Whether there are runs of the shipped protocol, and all of them are known."""
        asked = [
            each
            for each in self.done
            if isinstance(each.check, Search) and each.check.variant is None
        ]
        return bool(asked) and len(self.shipped) == len(asked)

    @property
    def exit(self) -> Exit:
        """The exit code: 0 only if something is known, and all of it is right."""
        code = exit_of_all(one for _, one in self.wrong)
        if code is Exit.HOLDS and not any(each.how.known for each in self.done):
            return Exit.NOT_PROVED
        return code

    @property
    def whole(self) -> bool:
        """Whether all checks of the tier are known: less is no reason to say that all is right."""
        return self.left_out == 0 and all(each.how.known for each in self.done)

    @property
    def shipped(self) -> tuple[tuple[Search, SearchRecord], ...]:
        """The searches of the shipped protocol."""
        return tuple(each for each in self._searched() if each[0].variant is None)

    @property
    def variants(self) -> tuple[tuple[Search, SearchRecord], ...]:
        """The searches of variants."""
        return tuple(each for each in self._searched() if each[0].variant is not None)

    @property
    def caught(self) -> tuple[str, ...]:
        """The members that are wrong on purpose, and were noticed."""
        return tuple(
            each.check.members
            for each in self.done
            if isinstance(each.check, WrongMembers)
            and isinstance(each.found, LockstepRecord)
            and not each.wrong
        )

    @property
    def proofs(self) -> tuple[tuple[Proof, ProofRecord], ...]:
        """What was to be proved."""
        return tuple(
            (each.check, each.found)
            for each in self.done
            if isinstance(each.check, Proof) and isinstance(each.found, ProofRecord)
        )

    @property
    def proved(self) -> frozenset[str]:
        """The properties that are proved for every size under all switches that were asked for."""
        found = [frozenset(record.properties) for _, record in self.proofs]
        return frozenset.intersection(*found) if found else frozenset()

    def with_how(self, how: How) -> tuple[Done, ...]:
        """The checks of which it is known in this way."""
        return tuple(each for each in self.done if each.how is how)

    def _searched(self) -> Iterator[tuple[Search, SearchRecord]]:
        for each in self.done:
            if isinstance(each.check, Search) and isinstance(each.found, SearchRecord):
                yield each.check, each.found


def exit_of_all(wrong: Iterable[Wrong]) -> Exit:
    """The exit code of several: a defect of ours first, then a violation, then a limit."""
    codes = {one.exit for one in wrong}
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
