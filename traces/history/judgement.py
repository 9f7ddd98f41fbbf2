"""What came of judging a history: violations, and how much there was to judge.

A property that is violated nowhere says little if its premise was never true. So every property
that was judged has a count of how often its premise was met, and `Judgement.vacuous` names those
for which it never was.

Names are those of the protocol's properties where it has one; `ENVIRONMENT` are the promises of
the group communication service, so that a broken transport is not blamed on the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Judged in every history. Each is explained where it is checked.
PROTOCOL = (
    "AtMostOnce",
    "Complete",
    "Agreement",
    "SameData",
    "Uniform",
    "Announced",
    "OneLeader",
    "OwnVoice",
    "Truthful",
    "Indicator",
    "SilentIfSpokenFor",
    "AckAfterData",
    "NoEarlyProcessing",
    "NothingInvented",
    "Updates",
    "rounds",
    "transmissions",
    "messages",
    "ExactCost",
)
ENVIRONMENT = ("E1", "E2", "E3", "E4")
TOTAL_ORDER = "E5"  # judged only if the service promises it
AT_REST = ("Termination", "Coverage")  # judged only if it is said where the run came to rest

VIOLATIONS_KEPT_MAX = 100  # for each property; all of them are counted


@dataclass(frozen=True)
class Violation:
    """Where a history breaks a property.

    Attributes:
        property: its name.
        request: the view that started the request; "" if the member was in none.
        view: the view in which it happened; "" if the member was in none.
        members: whose histories show it.
        text: what happened, in a sentence.
    """

    property: str
    request: str
    view: str
    members: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Counts:
    """How much there was to judge.

    Attributes:
        members: member lives with at least one event.
        events: lines of their logs.
        views: distinct views that somebody installed.
        requests: distinct requests that somebody was told of.
        exchanges: distinct requests that somebody completed.
        completions: completions, over all members.
        rounds: distinct views in which somebody acknowledged.
        transmissions: group data that was sent.
        acknowledgments: acknowledgments that were sent.
        deliveries: messages that were delivered, over all members.
        late_deliveries: those delivered in a later view than they were sent in (weak E4).
        duplicates_received: data of a subgroup of which a member had data in this request already.
        updates: updates that were accepted, over all members.
        requests_leader_died: requests in which a leader was gone in the next round.
        requests_interrupted: requests that somebody left for another without completing them.
        holds_compared: comparisons that used what a member said that it holds.
        excused: messages that a killed sender's log may have lost with its tail.
        rounds_max: most rounds that a member took for a request.
        transmissions_max: most transmissions for a subgroup in a request.
    """

    members: int = 0
    events: int = 0
    views: int = 0
    requests: int = 0
    exchanges: int = 0
    completions: int = 0
    rounds: int = 0
    transmissions: int = 0
    acknowledgments: int = 0
    deliveries: int = 0
    late_deliveries: int = 0
    duplicates_received: int = 0
    updates: int = 0
    requests_leader_died: int = 0
    requests_interrupted: int = 0
    holds_compared: int = 0
    excused: int = 0
    rounds_max: int = 0
    transmissions_max: int = 0


@dataclass(frozen=True)
class Judgement:
    """What came of judging the histories of a run.

    Attributes:
        violations: the first `VIOLATIONS_KEPT_MAX` of each property.
        violated: how many there were of each property that is violated.
        premises: for each property that was judged, how often its premise was met.
        counts: how much there was to judge.
    """

    violations: tuple[Violation, ...]
    violated: Mapping[str, int]
    premises: Mapping[str, int]
    counts: Counts

    @property
    def holds(self) -> bool:
        """Nothing is violated; which is worth what `vacuous` and `counts` leave of it."""
        return not self.violated

    @property
    def vacuous(self) -> tuple[str, ...]:
        """The properties that were judged and whose premise was never met."""
        return tuple(name for name, times in self.premises.items() if not times)

    def of(self, *names: str) -> tuple[Violation, ...]:
        """The violations of these properties."""
        return tuple(found for found in self.violations if found.property in names)

    @property
    def by_the_environment(self) -> tuple[Violation, ...]:
        """Promises that the service broke: what else is violated may be due to that."""
        return self.of(*ENVIRONMENT, TOTAL_ORDER)


@dataclass(slots=True)
class Tally:
    """A judgement in the making."""

    premises: dict[str, int]
    # By the names of `Counts`; what is not counted here is known only in the end.
    deliveries: int = 0
    late_deliveries: int = 0
    duplicates_received: int = 0
    updates: int = 0
    transmissions: int = 0
    acknowledgments: int = 0
    completions: int = 0
    holds_compared: int = 0
    excused: int = 0
    found: list[Violation] = field(default_factory=list)
    violated: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str]) -> Tally:
        """Nothing yet, of these properties."""
        return cls(dict.fromkeys(names, 0))

    def violate(
        self, name: str, request: str, view: str, members: Iterable[str], text: str
    ) -> None:
        """Notes a violation."""
        times = self.violated[name] = self.violated.get(name, 0) + 1
        if times <= VIOLATIONS_KEPT_MAX:
            self.found.append(Violation(name, request, view, tuple(sorted(members)), text))


def listed(things: Iterable[object]) -> str:
    """A few things in words, in the order of their text; of many, the first ones."""
    texts = sorted(str(thing) for thing in things)
    shown = ", ".join(texts[:3])
    return shown + (f" and {len(texts) - 3} more" if len(texts) > 3 else "")
