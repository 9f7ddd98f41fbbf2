"""Where no way led on, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.validate.behaviour import Behaviour, Way
from traces.validate.prefix import Prefix
from traces.validate.steps import Reason, Taken

if TYPE_CHECKING:
    from traces.validate.follow import Follower

WAYS_SAID_MAX = 3


@dataclass(frozen=True)
class Stuck:
    """Where no way led on.

    Attributes:
        consumed: events that came before, of all lives.
        view: the view in which it was.
        next_view: the one that could not be formed, if all events before it were possible.
        why: why not.
        reasons: by life the number (from 0) of its next event, and why it cannot be.
        culprit: the life whose event is to blame, as well as can be told; "" if it is a view.
        prefix: the behaviour up to there.
        possible: the steps that the specification allows there, as text.
    """

    consumed: int
    view: str
    next_view: str
    why: str
    reasons: Mapping[str, tuple[int, str]]
    culprit: str
    prefix: Prefix
    possible: tuple[str, ...]

    @property
    def taken(self) -> tuple[Taken, ...]:
        """The steps up to there."""
        return self.prefix.steps


def explain(follower: Follower, consumed: int) -> Stuck:
    """Why a behaviour cannot go on from where it is."""
    it = follower.it
    reasons: dict[str, tuple[int, Reason]] = {}
    next_view = why = ""
    for life in follower.waiting():
        reasons[life] = follower.next_index(life), _why(follower, life)
    if not reasons and follower.is_last:
        for life in sorted(follower.owners):
            if it.cursors[life] < len(it.views.logs[life]):
                reasons[life] = it.cursors[life], _refusal(it, [follower.close])
    elif not reasons:
        next_view, why = follower.path[it.level + 1], _refusal(it, follower.ways_on()).text
    return Stuck(
        consumed,
        follower.here if it.level >= 0 else "",
        next_view,
        why,
        {life: (index, reason.text) for life, (index, reason) in reasons.items()},
        min(reasons, key=lambda life: _innocence(life, reasons), default=""),
        it.prefix(),
        tuple(it.steps.describe(*step) for step in it.steps.possible()),
    )


def _innocence(life: str, reasons: Mapping[str, tuple[int, Reason]]) -> int:
    """The less, the more likely it is this life's event that is to blame."""
    reason = reasons[life][1]
    if reason.waits_for in reasons:
        return 3
    if reason.about:
        return 0 if reason.about == life else 2
    return 1


def _why(follower: Follower, life: str) -> Reason:
    """Why the next event of a life cannot be what happens next."""
    ways = follower.next_ways(life)
    if not ways:
        index = follower.next_index(life)
        return Reason(follower.ways.why_none(life, index, follower.here))
    return _refusal(follower.it, ways)


def _refusal(it: Behaviour, ways: list[Way]) -> Reason:
    """Why none of some ways can be gone."""
    said: list[Reason] = []
    for way in ways[:WAYS_SAID_MAX]:
        mark = it.mark()
        with it.steps.explaining() as reasons:
            way()
        it.undo(mark)
        said += reasons[-1:] or [Reason("what was done after it leads nowhere")]
    texts = dict.fromkeys(reason.text for reason in said)
    waits = {(reason.waits_for, reason.about) for reason in said}
    return Reason(", or ".join(texts), *(waits.pop() if len(waits) == 1 else ("", "")))
