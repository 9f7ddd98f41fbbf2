"""Names for views that their lives do not name.

What one life does not say another may: a view without a name is taken for one that others name, if
only one can be meant. What was taken for what is noted as a guess; it may be wrong, and then the
log leaves too much open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, TypeAlias

Event: TypeAlias = Mapping[str, Any]
Logs: TypeAlias = Mapping[str, Sequence[Event]]
"""The events of each life, by its name#incarnation, in the order of its log."""


@dataclass
class Phase:
    """What a life did in a view.

    Attributes:
        life: whose events.
        begin: the first one, an `install`.
        end: after the last one.
        view: which view, or "" while nobody knows.
    """

    life: str
    begin: int
    end: int
    view: str = ""


class Naming:
    """Gives a name to each view that its life does not name.

    Args:
        logs: what lives noted.
        phases: of each life, in order; their views are changed.
        guess: hears of what is assumed, a phase and what it is.

    Attributes:
        invented: the names of views that nobody names, with the first phase of each.
    """

    def __init__(
        self, logs: Logs, phases: Mapping[str, list[Phase]], guess: Callable[[Phase, str], None]
    ) -> None:
        self._logs, self._phases, self._guess = logs, phases, guess
        self.invented: dict[str, Phase] = {}
        self._said: dict[str, list[tuple[list[Phase], int]]] = {}
        """By name of a view the phases in it: a life's, and which."""
        for own in phases.values():
            for i, phase in enumerate(own):
                if phase.view:
                    self._note(own, i)

    def run(self) -> None:
        """Names them all."""
        nameless = [
            (own, i)
            for own in self._phases.values()
            for i, phase in enumerate(own)
            if not phase.view
        ]
        while nameless:
            left = [(own, i) for own, i in nameless if not self._name(own, i)]
            if len(left) == len(nameless):
                if not any(map(self._match, self._phases.values())):
                    self._invent(*left[0])
                left = [(own, i) for own, i in left if not own[i].view]
            nameless = left

    def _note(self, own: list[Phase], i: int) -> None:
        self._said.setdefault(own[i].view, []).append((own, i))

    def _name(self, own: list[Phase], i: int) -> bool:
        """Names a view, if only one of the named ones can be meant."""
        phase, there = own[i], {each.view for each in own}
        before, after = _beside(own, i)
        alike = [name for name in self._said if name not in there and self._is_alike(phase, name)]
        beside = [
            name
            for name in alike
            if any(
                (before and before == _beside(*each)[0]) or (after and after == _beside(*each)[1])
                for each in self._said[name]
            )
        ]
        for fit in (beside, alike):
            if len(fit) == 1:
                phase.view = fit[0]
                self._guess(phase, f"view {phase.view}")
                self._note(own, i)
                return True
        return False

    def _match(self, own: list[Phase]) -> bool:
        """Names all views of a life in the order of time, if as many are left that have it."""
        nameless = [i for i, phase in enumerate(own) if not phase.view]
        if not nameless:
            return False
        there = {phase.view for phase in own}
        left = [
            name for name in self._in_order()
            if name not in there and self._is_alike(own[nameless[0]], name, by_life_only=True)
        ]  # fmt: skip
        fits = len(left) == len(nameless) and all(
            self._is_alike(own[i], name) for i, name in zip(nameless, left, strict=True)
        )
        for i, name in zip(nameless, left, strict=True) if fits else ():
            own[i].view = name
            self._guess(own[i], f"view {name}")
        for i in nameless if fits else ():
            self._note(own, i)
        return fits

    def _in_order(self) -> list[str]:
        """The named views, each after those before it, as far as that is known."""
        before = {
            name: {before for each in said if (before := _beside(*each)[0])}
            for name, said in self._said.items()
        }
        with suppress(CycleError):
            return list(TopologicalSorter(before).static_order())
        return []

    def _invent(self, own: list[Phase], i: int) -> None:
        """Takes a view for one that nobody names."""
        event = self._logs[own[i].life][own[i].begin]
        before, _ = _beside(own, i)
        request = event.get("request", "") if "subgroups" in event else ""
        own[i].view = request or f"the view of {own[i].life} after {before or 'none'}"
        self._guess(own[i], "a view that nobody names")
        self.invented.setdefault(own[i].view, own[i])
        self._note(own, i)

    def _is_alike(self, phase: Phase, name: str, by_life_only: bool = False) -> bool:
        """Whether an install may be of a view, by what is said of both (or only by whose it is)."""
        mine = {} if by_life_only else self._logs[phase.life][phase.begin]
        for own, i in self._said[name]:
            other = own[i]
            theirs = self._logs[other.life][other.begin]
            if phase.life not in theirs.get("members", (phase.life,)):
                return False
            if other.life not in mine.get("members", (other.life,)):
                return False
            for said in ("request", "members"):
                if said in mine and said in theirs and _set(mine[said]) != _set(theirs[said]):
                    return False
        return True


def _beside(own: list[Phase], i: int) -> tuple[str, str]:
    """The views that a life installed before and after one, or "" where it is not known."""
    return own[i - 1].view if i else "", own[i + 1].view if i + 1 < len(own) else ""


def _set(value: object) -> object:
    return frozenset(value) if isinstance(value, list | tuple) else value


def phases_of(life: str, events: Sequence[Event]) -> Iterator[Phase]:
    """The phases of a life, without the views' names; what comes before the first is left out."""
    begins = [i for i, event in enumerate(events) if event["event"] == "install"]
    for begin, end in pairwise([*begins, len(events)]):
        yield Phase(life, begin, end)
