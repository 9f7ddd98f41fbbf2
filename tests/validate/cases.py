"""Logs to be judged: of random walks, whole, with less in them, and with something wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from model.protocol import Delivery
from tests.validate.mutants import KINDS, Log, Mutant, mutant, numbered, thinned, without
from tests.validate.walks import Walk

SCOPES = ("1+1", "2", "1,1j", "1,1", "1j+1")
SILENT = (
    (), (), ("deliver",), ("acknowledge",), ("transmit",), ("complete",),
    ("deliver", "acknowledge"), ("deliver", "transmit", "acknowledge", "complete"),
)  # fmt: skip
SHARES = (0.15, 0.4, 0.8)
"""Of fields that are missing."""


@dataclass(frozen=True)
class Case:
    """Logs, and how they came to be.

    Attributes:
        name: says it, so that it can be made again.
        logs: what is judged.
        silent: kinds of event that are left out.
        mutant: what is wrong, if anything.
        thin: whether fields are missing.
    """

    name: str
    logs: Log
    silent: tuple[str, ...] = ()
    mutant: Mutant | None = None
    thin: bool = False


def whole(groups: str, delivery: Delivery, seed: int) -> Case:
    """The logs of a walk, with all that they can say."""
    chance = Random(f"{groups} {delivery.value} {seed}")
    walk = Walk(groups, chance.choice((0, 1, 1)), delivery, chance.choice((0, 0, 1, 2)))
    logs: Log = {}
    while not any(logs.values()):
        logs = walk.logs(chance, chance.choice((15, 30, 60)))
    if chance.random() < 0.4:
        events = logs[chance.choice(list(logs))]
        events.append({"event": "close", "state": dict(events[-1]["state"])})
    return Case(f"{groups}, {delivery.value}, seed {seed}", numbered(logs))


def changed(case: Case, count: int) -> Iterator[Case]:
    """What can become of logs: kinds of event and fields left out, something wrong, or both."""
    chance = Random(case.name)
    for number in range(count):
        silent = chance.choice(SILENT)
        logs, wrong = without(case.logs, *silent), None
        if chance.random() < 0.8 and any(logs.values()):
            wrong = mutant(logs, chance.choice(KINDS), chance)
            logs = wrong.logs if wrong is not None else logs
        thin = chance.random() < 0.5
        if thin:
            logs = thinned(logs, chance, chance.choice(SHARES))
        name = f"{case.name}, {number}: {wrong or 'as it is'}, {'thin, ' * thin}without {silent}"
        yield Case(name, logs, silent, wrong, thin)
