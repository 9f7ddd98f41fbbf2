"""Whether logs are behaviours of the specification, and how much was held against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from model.lang import stage
from model.protocol import Delivery, Switches, exchange
from model.sparse import Machine
from traces.errors import TraceError, quoted
from traces.validate.behaviour import Behaviour
from traces.validate.paths import Paths
from traces.validate.prefix import Prefix
from traces.validate.stuck import Stuck
from traces.validate.views import Contradiction, Logs, Views

KINDS = ("install", "deliver", "transmit", "acknowledge", "complete")
"""Events that are steps of the specification, and may be declared silent (but for installs)."""
SILENT_KINDS = KINDS[1:]
OUTSIDE = ("update", "close")
"""Events of which the specification does not speak."""


@dataclass
class Verdict:
    """What came of a validation.

    Attributes:
        accepted: every event is in a behaviour of the specification.
        events: of all logs, by kind.
        constrained: how many of them are steps of a behaviour.
        outside: how many are of kinds of which the specification does not speak.
        steps: of all behaviours; hidden ones, that no event shows, included.
        hidden: how many no event shows.
        behaviours: how many there are; of separated parts one each.
        found: the behaviours, or the first of them if they are long.
        guesses: what was assumed where the log does not say it.
        rejected: the event that no behaviour has: its life, its number (from 0), and why.
        stuck: where the behaviour that came furthest could not go on.
        undetermined: why there is no verdict, if there is none.
    """

    accepted: bool = False
    events: Counter[str] = field(default_factory=Counter)
    constrained: int = 0
    outside: int = 0
    steps: int = 0
    hidden: int = 0
    behaviours: int = 0
    found: list[Prefix] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    rejected: tuple[str, int, str] | None = None
    stuck: Stuck | None = None
    undetermined: str = ""


class Validator:
    """Looks for behaviours of the specification that show what is in logs.

    Args:
        delivery: the form of E4. Whatever the strong form allows, the weak one does too.
    """

    def __init__(self, delivery: Delivery = Delivery.SAME_VIEW) -> None:
        self._sending_view = delivery is Delivery.SENDING_VIEW
        self._machine = Machine(stage(exchange(Switches(delivery, long_lived=True))))

    def validate(self, logs: Logs, silent: Collection[str] = ()) -> Verdict:
        """Whether logs are accepted.

        Args:
            logs: the events of each life.
            silent: kinds of event that are left out of the logs.

        Raises:
            TraceError: there is an event of no kind, or a kind is declared silent that is in the
                logs or is none; nothing is in the logs that could be held against the
                specification; nobody says what a view is.
        """
        verdict = Verdict(events=Counter(e["event"] for events in logs.values() for e in events))
        _check_kinds(verdict.events, silent)
        verdict.outside = sum(verdict.events[kind] for kind in OUTSIDE)
        try:
            views = Views(logs, verdict.guesses)
            self._machine.store.undo(0)
            it = Behaviour(views, self._machine, self._sending_view, frozenset(silent))
            paths = Paths(it)
            verdict.accepted = paths.run()
            verdict.stuck, verdict.rejected = paths.stuck, paths.rejected
            verdict.undetermined = paths.undetermined
            verdict.behaviours, verdict.found = paths.behaviours, paths.found
            verdict.steps, verdict.hidden = paths.steps, paths.hidden
            verdict.constrained = paths.seen(KINDS)
        except Contradiction as error:
            verdict.rejected = (error.life, error.index, error.problem)
        if not verdict.accepted and verdict.guesses and not verdict.undetermined:
            verdict.undetermined = "the log leaves open what had to be assumed"
        if verdict.undetermined:
            verdict.rejected = None
        return verdict


def _check_kinds(events: Counter[str], silent: Collection[str]) -> None:
    for kind in events:
        if kind not in (*KINDS, *OUTSIDE):
            raise TraceError(
                f"there is no event {quoted(kind)}",
                advice=f"log {', '.join((*KINDS, *OUTSIDE))}, and leave other events out",
            )
    for kind in silent:
        if kind not in SILENT_KINDS:
            raise TraceError(
                f"{quoted(kind)} cannot be silent", advice=f"name {', '.join(SILENT_KINDS)}"
            )
        if events[kind]:
            raise TraceError(
                f"`{kind}` is declared silent, but there are {events[kind]} of it",
                advice="declare only what is left out of the logs altogether",
            )
    if not any(events[kind] for kind in KINDS):
        raise TraceError(
            "there is no event that could be held against the specification",
            advice=f"name logs with {', '.join(KINDS)}",
        )


def validate(
    logs: Logs, *, delivery: Delivery = Delivery.SAME_VIEW, silent: Collection[str] = ()
) -> Verdict:
    """As `Validator`, once."""
    return Validator(delivery).validate(logs, silent)
